"""A bad book is refused, with its file, the key and the reason."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.understanding.files import PROMPTS, copied, overlay
from voice_coach.coach.prompt_rules import check_book
from voice_coach.faults import PromptFault
from voice_coach.understanding import Book, load_book
from voice_coach.understanding.layers import LARGEST_FILE
from voice_coach.understanding.load import LONGEST_SENTENCE
from voice_coach.understanding.meanings import _kept

FILES = sorted(p.relative_to(PROMPTS).as_posix() for p in PROMPTS.rglob("*.toml"))


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "named"),
    [
        # not TOML
        ("intents.toml", "\n[numbers]", "\n[numbers", "Expected ']'"),
        ("replies.toml", "\n[slots]", "\n[reply]\n[reply]\n[slots]", "Cannot declare"),
        ("language.toml", '"911"', "9" * 5000, "digits"),
        # wrong types, unknown and missing keys
        ("language.toml", '"911"', "911", "number: must be text in quotes, not a"),
        ("language.toml", '"911"', '"call"', "emergency_number: "),
        ("language.toml", 'name = "English"\n', "", 'the key "name" is missing'),
        ("intents.toml", "zero = 0", 'zero = "0"', "numbers"),
        ("intents.toml", "\nsafety = true", "\nsafety = 1", "must be true or false"),
        ("intents.toml", "\nsafety = true", "\nsafe = true", 'there is no key "safe"'),
        ("replies.toml", '["We\'re between exercises."]', "3", "reply"),
        ("replies.toml", "minutes = [1, 20]", "minutes = [1]", "slots"),
        ("routines/heat.toml", 'situation = "heat"', 'situation = "hot"', '"hot" is not one'),
        ("routines/heat.toml", 'yes = "ice"', 'yes = "burn"', 'step[1].yes: "burn" is not one of'),
        ("routines/heat.toml", 'timer = "heat"', "timer = 900", "timer: "),
        # phrases
        ("intents.toml", '"go to bed"', '"next"', 'sleep.phrases: "next" already belongs'),
        ("intents.toml", '"go to bed"', '"two"', '"two" already belongs to number.2'),
        ("intents.toml", '"go to bed"', '"know"', '"know" already belongs to no'),
        ("intents.toml", '"go to bed"', '"stop doing"', 'begins with "stop", which means stop'),
        ("intents.toml", '"go to bed"', '"Skip it"', "must be lower-case words"),
        ("intents.toml", '"go to bed"', '"skip-it"', "must be lower-case words with one space"),
        ("intents.toml", '"go to bed"', '""', "must be lower-case words"),
        ("intents.toml", '"go to bed"', '"skip {step}"', "names the list {step}"),
        ("intents.toml", '"text", "eat"', '"text me"', 'decoys.words: "text me" must be one'),
        ("intents.toml", '"know", "nope"', '"K", "nope"', 'alike: "K" must be one lower-case word'),
        # what is said
        ("replies.toml", '"I\'m awake."', '"I am {awake}."', "reply.awake: unknown slot {awake}"),
        ("replies.toml", '"I\'m awake."', '"Say [wake me]."', "offers [wake me], which no intent"),
        ("replies.toml", '"I\'m awake."', '"Say [Next]."', "offers [Next], which no intent"),
        ("replies.toml", '"I\'m awake."', '"Say [next."', "reply.awake: a bracket is left over"),
        ("replies.toml", '"I\'m awake."', '" "', "reply.awake: an empty sentence"),
        ("replies.toml", '"I\'m awake."', "[]", "reply.awake: a reply needs at least one"),
        ("replies.toml", '"I\'m awake."', f'"{"a" * 91}"', "91 characters"),
        ("replies.toml", "minutes = [1, 20]", "minutes = [20, 1]", "slots.minutes: must be"),
        ("replies.toml", "minutes = [1, 20]", "minutes = [0, 99999]", "slots.minutes"),
        ("replies.toml", "minutes = [1, 20]", "hours = [0, 9]", "slots.hours: unknown slot"),
        ("routines/ice.toml", "Wrap it", "{minutes} ice", "ice.on.say: unknown slot"),
        ("routines/ice.toml", "[start]", "[go for it]", "ice.on.ready: offers [go for it]"),
        # references
        ("routines/ice.toml", 'next = "pain"', 'next = "gain"', 'next: no routine "gain"'),
        ("routines/ice.toml", 'intent = "ice"', 'intent = "cold"', 'intent: no intent "cold"'),
        ("routines/ice.toml", 'intent = "ice"', 'intent = "heat"', '"heat" already begins heat'),
        ("routines/stretch.toml", 'other = "knee_left"', 'other = "nose"', 'other: no step "nose"'),
        ("routines/stretch.toml", 'id = "knee_left"', 'id = "knee_right"', "is used twice"),
        ("routines/stretch.toml", 'id = "ready"', 'id = "re.ady"', "step[0].id"),
        ("routines/heat.toml", 'timer = "heat"', "", "step[5]: the step does nothing"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(tmp_path: Path, name: str, old: str, new: str, named: str) -> None:
    folder = copied(tmp_path)
    spoil(folder, name, old, new)
    with pytest.raises(PromptFault, match=re.escape(named)) as caught:
        load_book(folder)
    assert str(folder / name) in str(caught.value)


@pytest.mark.parametrize("name", ["language.toml", "intents.toml", "replies.toml"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = copied(tmp_path)
    (folder / name).unlink()
    with pytest.raises(PromptFault, match="No such file") as caught:
        load_book(folder)
    assert name in str(caught.value)


def test_no_routines_at_all_is_named(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    shutil.rmtree(folder / "routines")
    with pytest.raises(PromptFault, match="holds no routine"):
        load_book(folder)


def test_no_numbers_is_named(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    text = (folder / "intents.toml").read_text(encoding="utf-8")
    start, _, rest = text.partition("\n[numbers]")
    (folder / "intents.toml").write_text(start + rest[rest.index("\n[alike]") :], encoding="utf-8")
    with pytest.raises(PromptFault, match="numbers: the words for zero to ten"):
        load_book(folder)


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "replies.toml").unlink()
    (folder / "replies.toml").mkdir()
    with pytest.raises(PromptFault, match=r"replies\.toml"):
        load_book(folder)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    with (folder / "replies.toml").open("ab") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(PromptFault, match="larger than"):
        load_book(folder)


@pytest.mark.parametrize("text", ["a = " + "[" * 40_000, "a" + ".a" * 5_000 + " = 1"])
def test_deep_nesting_is_refused(tmp_path: Path, text: str) -> None:
    folder = copied(tmp_path)
    (folder / "routines" / "heat.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PromptFault, match=r"heat\.toml"):
        load_book(folder)


@pytest.mark.parametrize("name", ["reply", "My routine", "a.b"])
def test_a_routine_with_an_impossible_name_is_refused(tmp_path: Path, name: str) -> None:
    own = overlay(tmp_path, {name: EVENING})
    with pytest.raises(PromptFault, match="cannot be the name of a routine"):
        load_book(PROMPTS, own)


# --- whatever is in the files


@st.composite
def damaged(draw: st.DrawFn, text: str) -> bytes:
    """The text of a real file after some accidents."""
    raw = text.encode()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(raw)))
        length = draw(st.sampled_from([0, 1, 5, 60]))
        put = draw(
            st.sampled_from([b"", b'"', b"[", b"]", b"=", b"\n", b"\xff", b"{n}", b"[x]", b"-1"])
            | st.binary(max_size=6)
        )
        raw = raw[:at] + put + raw[at + length :]
    return raw


@pytest.mark.parametrize("name", FILES)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_damaged_file_is_a_fault_that_names_it_or_no_fault_at_all(
    name: str, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = copied(Path(place))
        path = folder / name
        path.write_bytes(data.draw(damaged(path.read_text(encoding="utf-8"))))
        try:
            check_book(load_book(folder))
        except PromptFault as fault:
            assert ".toml" in fault.what
            assert fault.remedy


@settings(max_examples=25, deadline=None)
@given(key=st.text(max_size=20), value=st.integers() | st.text(max_size=9) | st.booleans())
def test_an_unknown_key_is_refused(key: str, value: Any) -> None:
    known = {"title", "situation", "intent", "next", "step"}
    if key in known or any("\ud800" <= c <= "\udfff" for c in key + str(value)):
        return
    with tempfile.TemporaryDirectory() as place:
        own = overlay(Path(place), {})
        quoted = "".join(f"\\u{ord(c):04x}" if ord(c) < 0x10000 else "x" for c in key)
        said = {True: "true", False: "false"}.get(value, 3) if isinstance(value, bool) else 3
        text = f'"{quoted}" = {said}\ntitle = "x"\nsituation = "heat"\nstep = []\n'
        (own / "routines" / "mine.toml").write_text(text, encoding="utf-8")
        with pytest.raises(PromptFault, match="there is no key"):
            load_book(PROMPTS, own)


# --- the real book


def test_every_sentence_fits_one_breath(book: Book) -> None:
    for key, variants in book.texts.items():
        for sentence in (s for variant in variants for s in variant):
            assert len(sentence) <= LONGEST_SENTENCE, key
            assert len(sentence.split()) <= 17, f"{key}: {sentence}"


def test_brackets_are_not_spoken(book: Book) -> None:
    said = [
        book.sentence(key, i, j, dict.fromkeys(("n", "total", "minutes", "breaths"), "3") | SCORES)
        for key, variants in book.texts.items()
        for i, variant in enumerate(variants)
        for j, _ in enumerate(variant)
    ]
    assert not [text for text in said if set(text) & set("[]{}")]


SCORES = {"score": "4", "before": "6", "emergency": "9 1 1"}


# --- one's own prompts

EVENING = {
    "title": "evening stretch",
    "situation": "stretching",
    "intent": "evening",
    "step": [{"id": "sway", "name": "Swaying.", "say": ["Let your knees sway."], "breaths": 6}],
}
EVENING_INTENT = '[intent.evening]\nphrases = ["evening"]\n'


def test_an_overlay_adds_a_routine_and_its_intent(tmp_path: Path) -> None:
    book = load_book(PROMPTS, overlay(tmp_path, {"evening": EVENING}, EVENING_INTENT))
    check_book(book)
    assert book.topics()["evening"] == "evening"
    assert book.texts["evening.sway.say"] == (("Let your knees sway.",),)
    assert "stretch" in book.routines


def test_an_overlay_replaces_a_routine_and_an_intent(tmp_path: Path) -> None:
    shorter = EVENING | {"intent": "stretch"}
    intents = '[intent.stretch]\nphrases = ["stretch", "evening"]\n'
    book = load_book(PROMPTS, overlay(tmp_path, {"stretch": shorter}, intents))
    check_book(book)
    assert [s.id for s in book.routines["stretch"].step] == ["sway"]
    assert "stretch.knee_left.say" not in book.texts
    assert book.intents["stretch"].phrases == ("stretch", "evening")


def test_an_overlay_adds_decoys_and_sound_alikes(tmp_path: Path) -> None:
    intents = EVENING_INTENT + '[decoys]\nwords = ["morning"]\n[alike]\nevening = ["even"]\n'
    book = load_book(PROMPTS, overlay(tmp_path, {"evening": EVENING}, intents))
    assert "morning" in book.decoys
    assert "eat" in book.decoys
    assert book.alike["even"] == "evening"
    assert book.alike["know"] == "no"


def test_an_overlay_may_be_empty_or_missing(tmp_path: Path, book: Book) -> None:
    assert load_book(PROMPTS, tmp_path) == book
    assert load_book(PROMPTS, tmp_path / "nowhere") == book


@pytest.mark.parametrize(
    ("intents", "named"),
    [
        ('[intent.evening]\nphrases = ["next"]\n', '"next" already belongs to'),
        ('[intent.evening]\nphrases = ["stop the day"]\n', 'begins with "stop"'),
        ("[intent.evening]\nphrases = []\n", "at least one phrase"),
        ('[intent.other]\nphrases = ["other"]\n', 'no intent "evening"'),
        ("[intent\n", "intents.toml"),
        (EVENING_INTENT + '[alike]\nnow = ["no w"]\n', "alike"),
        (EVENING_INTENT + '[decoys]\nwords = ["Sit"]\n', "decoys.words"),
    ],
)
def test_a_mistake_in_an_overlay_names_its_own_file(
    tmp_path: Path, intents: str, named: str
) -> None:
    own = overlay(tmp_path, {"evening": EVENING}, intents)
    with pytest.raises(PromptFault, match=re.escape(named)) as caught:
        load_book(PROMPTS, own)
    assert str(own) in str(caught.value)


def test_it_is_known_in_which_file_an_intent_and_a_decoy_stand(tmp_path: Path) -> None:
    own = overlay(tmp_path, {"evening": EVENING}, EVENING_INTENT + '[decoys]\nwords = ["sit"]\n')
    files = load_book(PROMPTS, own).files
    assert files["intent.evening"] == files["decoys.sit"] == own / "intents.toml"
    assert files["intent.next"] == files["decoys.top"] == PROMPTS / "intents.toml"


def test_a_bad_sentence_in_an_overlay_names_its_own_file(tmp_path: Path) -> None:
    step = {"id": "sway", "name": "Swaying.", "say": ["Say [hello there]."]}
    own = overlay(tmp_path, {"evening": EVENING | {"step": [step]}}, EVENING_INTENT)
    with pytest.raises(PromptFault, match=r"evening\.sway\.say") as caught:
        load_book(PROMPTS, own)
    assert str(own / "routines" / "evening.toml") in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('exercise = "exercise|', 'exercise = "elbow|exercise|'),
        ("\none = 1\n", "\none = 1\nsingle = 1\n"),
        ('no = ["know", ', 'no = ["know", "note", '),
        ('"pause [it|that|', '"pause [it|them|'),
    ],
    ids=["a rule", "a list", "what sounds alike", "a template"],
)
def test_what_was_loaded_before_changes_nothing(tmp_path: Path, old: str, new: str) -> None:
    usual = load_book(PROMPTS).understood
    folder = copied(tmp_path)
    spoil(folder, "intents.toml", old, new)
    after_another = load_book(folder).understood
    _kept.cache_clear()
    assert load_book(folder).understood == after_another
    assert (after_another.said, after_another.wording) != (usual.said, usual.wording)
