"""TOML files as people's editors leave them, and what is said of their mistakes."""

from __future__ import annotations

import codecs
import re
from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.toml_file import as_toml, decode, in_words, parse

FORM = r"\A[a-z]{2}\d\Z"


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    yes: Literal["go_on", "doctor"] | None = None


class Layout(msgspec.Struct, forbid_unknown_fields=True):
    count: Annotated[int, msgspec.Meta(ge=0, le=3)] = 0
    level: Annotated[float, msgspec.Meta(ge=-18.5, lt=3)] = 0
    form: Annotated[str, msgspec.Meta(pattern=FORM)] = "ab1"
    short: Annotated[str, msgspec.Meta(min_length=1, max_length=3)] = "x"
    says: str | tuple[str, ...] | None = None
    on: bool = False
    slots: dict[str, tuple[int, int]] = {}
    step: tuple[Inner, ...] = ()
    places: dict[str, Inner] = {}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_is_skipped(encoding: str) -> None:
    assert parse("pace = 3\r\nname = 'Zoë'\r\n".encode(encoding)) == {"pace": 3, "name": "Zoë"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("pace = 3\n".encode("utf-16"), "UTF-16; save it as UTF-8"),
        (codecs.BOM_UTF16_BE + "a = 1".encode("utf-16-be"), "UTF-16"),
        ("pace = 3\nname = 'Zoë'\n".encode("latin-1"), "line 2 is not in UTF-8"),
    ],
)
def test_another_encoding_is_named(content: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        decode(content)


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("count = 'x'", "count", "must be a whole number, not text in quotes"),
        ("count = 2.5", "count", "must be a whole number, not a fraction"),
        ("count = true", "count", "must be a whole number, not true or false"),
        ("count = 4", "count", "must be a whole number, at most 3"),
        ("count = 1979-05-27", "count", "must be a whole number, not a date or time"),
        ("level = -1e9", "level", "must be a number, at least -18.5"),
        ("level = 3.0", "level", "must be a number, less than 3"),
        ("form = 'x'", "form", "must be two letters and a digit"),
        ("short = ''", "short", "must have at least 1 letter"),
        ("short = 'abcd'", "short", "must have at most 3 letters"),
        ("says = 3", "says", "must be text in quotes or a list in square brackets, not a whole"),
        ("says = [3]", "says[0]", "must be text in quotes, not a whole number"),
        ("on = 1", "on", "must be true or false, not a whole number"),
        ("slots = []", "slots", "must be a table, not a list in square brackets"),
        ("slots = {n = [1]}", "slots[...]", "must have 2 parts"),
        ("cuont = 1", "", 'there is no key "cuont"'),
        ("step = [{yes = 'burn'}]", "step[0].yes", '"burn" is not one of "doctor", "go_on"'),
        ("places = {a = {yes = ''}}", "places[...].yes", '"" is not one of "doctor", "go_on"'),
    ],
)
def test_a_mistake_is_said_in_words(text: str, key: str, said: str) -> None:
    with pytest.raises(msgspec.ValidationError) as raised:
        msgspec.convert(parse(text.encode()), Layout)
    place, reason = in_words(raised.value, Layout, {FORM: "two letters and a digit"})
    assert place == key
    assert reason.startswith(said)
    assert not re.search(r"`|\\|Expected|regex|\b(int|str|bool|float|enum)\b", reason)


VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(Layout.__struct_fields__), VALUES)
def test_no_mistake_is_said_in_the_words_of_python(name: str, value: object) -> None:
    try:
        msgspec.convert({name: value}, Layout)
    except msgspec.ValidationError as error:
        _, reason = in_words(error, Layout, {FORM: "two letters and a digit"})
        assert "`" not in reason.replace(str(value), "")
        assert not reason.startswith(("Expected", "Object", "Invalid"))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, "true"),
        ("a'b", '"a\'b"'),
        (1.5, "1.5"),
        ([1, "x"], '[1, "x"]'),
        ({"a": False}, "{a = false}"),
    ],
)
def test_a_value_is_shown_as_it_is_written(value: object, written: str) -> None:
    assert as_toml(value) == written
    assert parse(f"x = {written}".encode()) == {"x": value}
