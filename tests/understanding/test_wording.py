"""One form for many wordings, and the words that turn a meaning."""

from __future__ import annotations

import pytest

from voice_coach.understanding import Book
from voice_coach.understanding.wording import Wording

SMALL = Wording(
    alike={"know": "no", "to": "two"},
    contractions={"can't": "can not", "isn't": "is not", "it's": "it is", "cannot": "can not"},
    before=("please", "can you", "i want to"),
    after=("please",),
    afterthoughts=("now",),
    exclamations=("oh",),
    fillers=frozenset({"um"}),
    denying=frozenset({"not", "no"}),
    turning=frozenset({"not", "no", "on", "off"}),
)


@pytest.mark.parametrize(
    ("said", "canonical"),
    [
        ("it's off", "it is off"),
        ("i can't", "i can not"),
        ("i cannot know", "i can not no"),
        ("stop", "stop"),
        ("", ""),
    ],
)
def test_contractions_are_written_out_and_homophones_made_one(said: str, canonical: str) -> None:
    assert SMALL.canonical(said) == canonical


@pytest.mark.parametrize(
    ("said", "once"),
    [
        ("stop stop stop", "stop"),
        ("it hurts it hurts", "it hurts"),
        ("help me help me help", "help me"),
        ("no it is no", "no it is no"),
    ],
)
def test_repeats_are_dropped(said: str, once: str) -> None:
    assert SMALL.once(said) == once


def test_courtesy_is_taken_off_at_both_ends_the_least_first() -> None:
    made = [text for text, _ in SMALL.without_courtesy("please can you stop now please")]
    assert made[0] == "please can you stop now please"
    assert made[-1] == "stop"
    assert "" not in made
    assert list(SMALL.without_courtesy("please")) == [("please", False)]


def test_courtesy_is_compared_as_what_it_sounds_like() -> None:
    assert ("stop", False) in SMALL.without_courtesy(SMALL.canonical("i want to stop"))


def test_what_may_not_stand_beside_an_answer_is_marked() -> None:
    assert ("no", True) in SMALL.without_courtesy("oh no")
    assert ("no", True) in SMALL.without_courtesy("no now")
    assert ("no", False) in SMALL.without_courtesy("um no please")


def test_people_contract_in_two_ways() -> None:
    assert set(SMALL.said_as("it is not off")) == {
        "it is not off",
        "it isn't off",
        "it's not off",
    }
    assert SMALL.said_as("stop") == ("stop",)


def test_words_that_turn_a_meaning_are_counted_however_they_are_written() -> None:
    turns = SMALL.turns(SMALL.canonical("it isn't off"))
    assert turns == SMALL.turns(SMALL.canonical("it is not off"))
    assert turns != SMALL.turns(SMALL.canonical("it is off"))
    assert turns != SMALL.turns(SMALL.canonical("it is not on"))


def test_the_language_denies_with_every_word_that_english_has(book: Book) -> None:
    turning = book.understood.wording.turning
    for word in ("not", "no", "never", "none", "neither", "nor", "without", "hardly"):
        assert word in turning
    for pair in ("on off", "more less", "left right", "start stop", "better worse"):
        assert turning.issuperset(pair.split())


def test_every_contraction_in_the_prompts_stands_for_several_words_or_a_spelling(
    book: Book,
) -> None:
    wording = book.understood.wording
    for short, long in wording.contractions.items():
        assert wording.canonical(short) == wording.canonical(long)
