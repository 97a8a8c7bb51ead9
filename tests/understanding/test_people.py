"""Sentences as people in pain say them: courtesy, praise, needs, two wishes in one breath."""

from __future__ import annotations

import shutil
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.understanding.files import PROMPTS
from voice_coach.coach import Options, State
from voice_coach.coach.places import place_state
from voice_coach.examples import EXAMPLES, examples_of, wrong_examples
from voice_coach.interpretation import understand
from voice_coach.understanding import Book, Matcher, Place, load_book

SAID = Path(__file__).with_name("said_by_people.toml")
BOOK = load_book(PROMPTS)
MATCHER = Matcher(BOOK)
EVERYTHING = frozenset(BOOK.intents)
PLACES = [p for p in Place if p is not Place.OVER]
STATES: dict[Place, State] = {p: place_state(p, BOOK, Options(16000, "9 1 1")) for p in PLACES}

WISHES = sorted({*BOOK.topics(), "breathe_for"} - {"pain"})
PLAIN = {
    "breathe_for": "five minutes of breathing",
    **{wish: wish for wish in ("stretch", "heat", "ice", "breathe", "medicine", "prevention")},
    "imagery": "relax",
}
ADDRESSES = ["dear", "my dear", "love", "my love", "darling", "sweetheart", "honey", "mate"]
CONCERNS = frozenset({"all_well", "good_news", "need", "see_doctor"})


def test_what_people_say_is_taken_for_what_a_helper_would(tmp_path: Path) -> None:
    folder = tmp_path / "en"
    shutil.copytree(PROMPTS, folder)
    shutil.copy(SAID, folder / EXAMPLES)
    assert sum(map(len, examples_of(folder, BOOK).values())) > 500
    assert not [fault.what for fault in wrong_examples(folder, BOOK)]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_after_an_answer_leaves_it_what_it_is(address: str) -> None:
    for place, state in STATES.items():
        for answer in ("no", "yes", "it's off", "it isn't off", "not yet", "not sure", "a bit"):
            alone = understand(answer, state, BOOK, MATCHER)
            with_it = understand(f"{answer} {address}", state, BOOK, MATCHER)
            if answer == "yes" and place in (Place.ENDING, Place.TAKING_UP):
                assert with_it.intent in ("stop", "unsure"), "a bare yes is said to many things"
                continue
            if answer == "no" and address in ("dear", "my dear"):
                idea = understand("no idea", state, BOOK, MATCHER)  # which sounds like it
                alone = idea if idea.intent == "unsure" else alone
            assert (alone.intent, alone.value) == (with_it.intent, with_it.value), (place, answer)


def test_an_exclamation_with_an_address_is_no_answer() -> None:
    for place, state in STATES.items():
        for words in ("oh no dear", "oh dear", "oh dear no", "no love lost", "oh my dear"):
            assert understand(words, state, BOOK, MATCHER).intent not in ("no", "yes"), place


@pytest.mark.parametrize("joint", ["and", "then", "and then", "and after that", "afterwards"])
def test_of_two_wishes_the_first_is_meant(joint: str) -> None:
    for (one, first), (other, second) in product(PLAIN.items(), PLAIN.items()):
        if one == other:
            continue
        meaning = MATCHER.match(f"{first} {joint} {second}", EVERYTHING, Place.MENU)
        assert meaning.intent == one, (first, second)
        assert not (meaning.certain and BOOK.intents[one].costly)


@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize(
    ("safety", "intent"), [("stop", "stop"), ("wait", "pause"), ("it hurts", "hurts")]
)
def test_what_is_for_safety_goes_before_a_wish(wish: str, safety: str, intent: str) -> None:
    for words in (f"{safety} and {PLAIN[wish]}", f"{PLAIN[wish]} and {safety}"):
        assert MATCHER.match(words, EVERYTHING, Place.HOLD).intent == intent, words


@pytest.mark.parametrize("place", PLACES)
def test_an_answer_beside_a_wish_is_not_taken(place: Place) -> None:
    for answer, joint, wish in product(
        ("yes", "no", "it is off", "done", "ready"), ("and", "and then", "then"), PLAIN.values()
    ):
        for words in (f"{answer} {joint} {wish}", f"{wish} {joint} {answer}"):
            intent = understand(words, STATES[place], BOOK, MATCHER).intent
            assert intent is None or not BOOK.intents[intent].answer, words


WELL = [p.text for p in BOOK.understood.said["all_well"]]


@given(
    phrase=st.sampled_from(WELL), word=st.sampled_from(["tight", "numb", "firm", "fire", "dead"])
)
def test_nothing_near_to_something_well_is_taken_for_it(phrase: str, word: str) -> None:
    """ "My chest is tight" sounds like "my chest is fine"."""
    other = " ".join(
        word if part in ("fine", "okay", "normal", "good") else part for part in phrase.split()
    )
    for heard in {other, f"{phrase} i think", f"i hope {phrase}", f"perhaps {phrase}"} - {phrase}:
        assert MATCHER.match(heard, EVERYTHING, Place.MENU).intent != "all_well", heard


@pytest.mark.parametrize("intent", sorted(CONCERNS))
def test_how_somebody_is_answers_nothing_ends_nothing_and_begins_nothing(intent: str) -> None:
    """Its phrases mean that, or what the place takes them for, which is no answer of yes or no."""
    for phrase in BOOK.understood.said[intent]:
        for place in (Place.CHECKING, Place.HEATASK, Place.HEATREADY, Place.HEAT, Place.ENDING,
                      Place.AWAKE, Place.CONFIRM, Place.OFFERED, Place.TAKING_UP):  # fmt: skip
            found = understand(phrase.text, STATES[place], BOOK, MATCHER)
            assert found.intent == intent, (place, phrase.text, found)


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("it's easing but my chest hurts", "red_flag"),
        ("my legs are fine but i can't pee", "red_flag"),
        ("that feels better but my leg is numb", "red_flag"),
        ("no but my leg is weak", "red_flag"),
        ("my chest is fine but my chest hurts", "red_flag"),
        ("it's better but it hurts", "hurts"),
        ("i surely need a doctor", "emergency"),
        ("i really need a doctor", "emergency"),
    ],
)
def test_what_is_urgent_after_something_harmless_is_heard(words: str, intent: str) -> None:
    assert understand(words, STATES[Place.MENU], BOOK, MATCHER).intent == intent


@pytest.mark.parametrize(
    "words",
    ["it isn't easing", "that doesn't help", "i don't feel better", "it never helps",
     "my legs aren't fine", "my chest is not fine", "i'm not cold", "i am not thirsty",
     "i don't need a doctor", "it's no better", "it is not better", "my foot isn't fine"],
)  # fmt: skip
def test_what_denies_is_never_the_opposite(words: str, book: Book) -> None:
    for place, state in STATES.items():
        assert understand(words, state, book, MATCHER).intent not in CONCERNS, place
