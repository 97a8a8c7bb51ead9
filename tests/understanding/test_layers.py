"""A language over another: what it has goes before what is below, and mistakes are named."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from voice_coach.coach.prompt_rules import check_book
from voice_coach.faults import PromptFault
from voice_coach.paths import data_folder
from voice_coach.understanding import Book, load_book
from voice_coach.understanding.layers import laid_over, read_language

PROMPTS = data_folder("prompts")


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Return the folder of a language over a copy of English that changes nothing yet."""
    shutil.copytree(PROMPTS / "en", tmp_path / "en")
    over = tmp_path / "over"
    over.mkdir()
    (over / "language.toml").write_text('over = "en"\nname = "Over"\n', encoding="utf-8")
    return over


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_what_a_language_does_not_say_is_said_as_below(two: Path, book: Book) -> None:
    over = load_book(two)
    assert (over.texts, over.slots, over.routines) == (book.texts, book.slots, book.routines)
    assert over.understood.said == book.understood.said
    assert (over.language.name, over.language.code) == ("Over", "en-us")


def test_a_reply_takes_the_place_of_the_one_below(two: Path, book: Book) -> None:
    write(two, "replies.toml", '[reply]\nawake = ["Here I am."]\n')
    over = load_book(two)
    assert over.texts["reply.awake"] == (("Here I am.",),)
    assert over.texts["reply.asleep"] == book.texts["reply.asleep"]


def test_a_step_is_laid_over_the_one_of_its_id(two: Path, book: Book) -> None:
    text = '[[step]]\nid = "kinds"\nsay = ["Ask a chemist."]\n'
    write(two, "routines/medicine.toml", text)
    over, steps = load_book(two), book.routines["medicine"].step
    assert over.texts["medicine.kinds.say"] == (("Ask a chemist.",),)
    assert [step.id for step in over.routines["medicine"].step] == [step.id for step in steps]
    assert over.routines["medicine"].step[0].name == steps[0].name


def test_an_item_is_laid_over_the_one_of_its_id(two: Path, book: Book) -> None:
    text = '[[step]]\nid = "now"\n[[step.item]]\nid = "fever"\nask = "Hot?"\n'
    write(two, "routines/doctor.toml", text)
    over = load_book(two)
    assert over.texts["doctor.now.fever.ask"] == (("Hot?",),)
    fever = next(s for s in over.routines["doctor"].step if s.id == "now").item[0]
    assert (fever.yes, fever.unsure, fever.sets) == ("doctor", "doctor", "fever")


def test_phrases_are_added_and_keep_the_kind_of_the_intent(two: Path, book: Book) -> None:
    write(two, "intents.toml", '[intent.stop]\nphrases = ["whoa there"]\n')
    over = load_book(two)
    texts = {phrase.text for phrase in over.understood.said["stop"]}
    assert texts == {phrase.text for phrase in book.understood.said["stop"]} | {"whoa there"}
    assert over.intents["stop"].safety
    assert over.understood.said["pause"] == book.understood.said["pause"]
    assert over.files["intent.stop"] == two / "intents.toml"
    assert over.files["intent.pause"] == two.parent / "en" / "intents.toml"


def test_phrases_of_a_place_are_added(two: Path) -> None:
    write(two, "intents.toml", '[here.emergency]\ndone = ["they are on it"]\n')
    over = load_book(two)
    done = {p.text for ps in over.understood.here.values() for p in ps if p.intent == "done"}
    assert {"they are on it", "i did call"} <= done


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("language.toml", 'over = "xx"', 'over: there is no other language "xx"'),
        ("language.toml", 'over = "over"', 'over: there is no other language "over"'),
        ("language.toml", 'over = "../over"', "over: there is no other language"),
        ("language.toml", "over = 3", 'over: there is no other language "3"'),
        ("language.toml", 'over = "en"\nnmae = "x"', "nmae"),
        ("replies.toml", "[reply]\nawake = 3", "reply[...]: must be a list"),
        ("replies.toml", '[reply]\nawake = ["Say [whoa]."]', "reply.awake: offers [whoa]"),
        ("intents.toml", '[intent.stop]\nphrases = ["pause"]', '"pause" already belongs to stop'),
        ("intents.toml", '[intent.stop]\nphrases = "x"', "phrases: must be a list"),
        ("intents.toml", '[intent.stop]\nsafety = "x"', "safety: must be true or false"),
        ("routines/ice.toml", '[[step]]\nid = "new"', "step[4]"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_the_file_it_is_in(
    two: Path, name: str, text: str, named: str
) -> None:
    write(two, name, text)
    with pytest.raises(PromptFault, match=re.escape(named)) as caught:
        load_book(two)
    if "already belongs" not in named:
        assert str(two / name) in str(caught.value)


def test_a_language_is_not_over_one_that_is_over_another(two: Path) -> None:
    third = two.parent / "third"
    third.mkdir()
    (third / "language.toml").write_text('over = "over"\n', encoding="utf-8")
    with pytest.raises(PromptFault, match="itself over another"):
        read_language(third)


def test_lists_without_ids_are_replaced() -> None:
    assert laid_over({"a": [1], "b": {"c": 1}}, {"a": [2], "b": {"d": 2}}) == {
        "a": [2],
        "b": {"c": 1, "d": 2},
    }


# --- every language that comes with the program

LANGUAGES = sorted(path.name for path in PROMPTS.iterdir() if path.is_dir())


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_language_can_be_used(name: str) -> None:
    book = load_book(PROMPTS / name)
    check_book(book)
    assert book.language.code.startswith(name.partition("-")[0])


def test_british_english_names_no_american_medicine_number_or_word() -> None:
    book = load_book(PROMPTS / "en-gb")
    texts = " ".join(s for variants in book.texts.values() for one in variants for s in one)
    assert not re.search(r"Tylenol|Aleve|Motrin|Advil|acetaminophen|heating pad|fever\b", texts)
    assert not re.search(r"\b[Cc]all \{emergency\}", texts), "in Britain one rings"
    kinds = book.texts["medicine.kinds.say"][0]
    named = [name for s in kinds for name in re.findall("paracetamol|aspirin|ibuprofen", s)]
    assert named[0] == "paracetamol"
    assert book.language.emergency_number == "999"
