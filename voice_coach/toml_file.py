"""TOML files that people write: read whatever their editor adds, and refused in plain words."""

from __future__ import annotations

import codecs
import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import inspect

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def parse(content: bytes) -> dict[str, Any]:
    """Return what a TOML file holds.

    A byte order mark at its beginning is skipped: editors on Windows write one.

    Raises:
        ValueError: it is not TOML, or not UTF-8; its text says where, for people.
        RecursionError: it is nested too deeply.
    """
    return tomllib.loads(decode(content))


def decode(content: bytes) -> str:
    """Return the text of a file in UTF-8, without a byte order mark.

    Raises:
        ValueError: it is in another encoding; its text says where, for people.
    """
    if content.startswith(_UTF16):
        raise ValueError("it is in UTF-16; save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(f"line {line} is not in UTF-8; save the file as UTF-8") from error


def as_toml(value: object) -> str:
    """Return a value as it stands in a TOML file, on one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name} = {as_toml(held)}' for name, held in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(as_toml, value))}]"
    if isinstance(value, str | bool):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


# --- what msgspec says, for people who have never seen Python

_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "text in quotes",
    "bool": "true or false",
    "array": "a list in square brackets",
    "object": "a table",
}
"""msgspec's names of types; it has others (dates) for values that no key takes."""

_BOUNDS = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}


def in_words(
    error: msgspec.ValidationError, layout: type, forms: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """Return (key, reason) of an error, for people; the key is "" for the whole file.

    Args:
        error: from `msgspec.convert`.
        layout: what it was to be converted to.
        forms: pattern of a text -> what it means, such as "2 to 12 digits".
    """
    reason, _, place = str(error).partition(" - at ")
    key = place.strip("`").removeprefix("$").removeprefix(".")
    for pattern, write in _REASONS:
        if found := re.fullmatch(pattern, reason, re.DOTALL):
            return key, write(found, forms or {})
    if found := re.fullmatch(r"Invalid enum value '?(?P<value>.*?)'?", reason, re.DOTALL):
        choices = ", ".join(f'"{choice}"' for choice in _choices(layout, key))
        return key, f'"{found["value"]}" is not one of {choices}'
    return key, reason


def _choices(layout: type, key: str) -> list[object]:
    """Return what may stand under a key that takes one of several values."""
    kind: Any = inspect.type_info(layout)
    for step in re.findall(r"\[[^\]]*\]|[^.\[]+", key):
        if isinstance(kind, inspect.StructType):
            kind = next(field.type for field in kind.fields if field.encode_name == step)
        elif isinstance(kind, inspect.DictType):
            kind = kind.value_type
        elif isinstance(kind, inspect.VarTupleType | inspect.ListType):
            kind = kind.item_type
        if isinstance(kind, inspect.UnionType):
            kind = next(each for each in kind.types if not isinstance(each, inspect.NoneType))
    if isinstance(kind, inspect.EnumType):
        return [choice.value for choice in kind.cls]
    return list(kind.values) if isinstance(kind, inspect.LiteralType) else []


def _types(found: re.Match[str], forms: Mapping[str, str]) -> str:
    wanted = [_kind(name) for name in found["wanted"].split(" | ") if name != "null"]
    got = "a fraction" if found["got"] == "float" else _kind(found["got"])
    return f"must be {' or '.join(wanted)}, not {got}"


def _kind(name: str) -> str:
    return _KINDS.get(name, "nothing" if name == "null" else "a date or time")


def _bound(found: re.Match[str], forms: Mapping[str, str]) -> str:
    return f"must be {_kind(found['wanted'])}, {_BOUNDS[found['way']]} {float(found['least']):g}"


def _length(found: re.Match[str], forms: Mapping[str, str]) -> str:
    what = "letter" if found["wanted"] == "str" else "part"
    way = _BOUNDS[found["way"]] + " " if found["way"] else ""
    return f"must have {way}{found['length']} {what}{'' if found['length'] == '1' else 's'}"


def _form(found: re.Match[str], forms: Mapping[str, str]) -> str:
    pattern = found["pattern"].replace("\\\\", "\\")
    return f"must be {forms.get(pattern, 'in its usual form')}"


_REASONS = (
    (r"Expected `(?P<wanted>[^`]+)`, got `(?P<got>[^`]+)`", _types),
    (r"Expected `(?P<wanted>int|float)` (?P<way>[<>]=?) (?P<least>[-+.\de]+)", _bound),
    (
        r"Expected `(?P<wanted>array|str|object)` of length (?P<way>[<>]=?)? ?(?P<length>\d+)"
        r"(?:, got \d+)?",
        _length,
    ),
    (r"Expected `str` matching regex '(?P<pattern>.*)'", _form),
    (
        r"Object contains unknown field `(?P<name>.*)`",
        lambda found, forms: f'there is no key "{found["name"]}"',
    ),
    (
        r"Object missing required field `(?P<name>.*)`",
        lambda found, forms: f'the key "{found["name"]}" is missing',
    ),
)
