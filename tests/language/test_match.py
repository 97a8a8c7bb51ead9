"""From words to meaning, through the real rapidfuzz."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.language.files import PROMPTS, WORDS
from voice_coach.coach.table import TABLE, intents_of
from voice_coach.language import Book, Matcher, Situation, load_book

BOOK = load_book(PROMPTS)
PHRASES = sorted(BOOK.phrases(frozenset(BOOK.intents)))
HERE = [s for s in Situation if TABLE[s]]


@pytest.mark.parametrize(("phrase", "intent"), PHRASES)
def test_every_phrase_reaches_its_intent(
    phrase: str, intent: str, matcher: Matcher, everything: frozenset[str]
) -> None:
    meaning = matcher.match(phrase, everything)
    assert (meaning.intent, meaning.certain, meaning.score) == (intent, True, 100.0)


@pytest.mark.parametrize("situation", HERE)
def test_every_phrase_reaches_its_intent_where_it_makes_sense(
    situation: Situation, book: Book, matcher: Matcher
) -> None:
    can = intents_of(situation, book)
    for phrase, intent in book.phrases(can):
        assert matcher.match(phrase, can).intent == intent, phrase


@pytest.mark.parametrize(
    ("word", "value"),
    [
        (word, value)
        for value, words in enumerate(
            ["zero", "one won", "two to too", "three", "four for", "five", "six", "seven",
             "eight ate", "nine", "ten"]
        )
        for word in words.split()
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["{}", "about {}", "a {}", "it is {}", "{} out of ten"])
def test_numbers_are_heard_in_every_form_and_spelling(
    word: str, value: int, form: str, matcher: Matcher, everything: frozenset[str]
) -> None:
    meaning = matcher.match(form.format(word), everything)
    assert (meaning.intent, meaning.value) == ("number", value)


@pytest.mark.parametrize(
    ("heard", "intent"),
    [
        ("know", "no"),
        ("stop stop", "stop"),
        ("stop stop stop", "stop"),
        ("yes yes", "yes"),
        ("help help me", "help"),
        ("it hurts it hurts", "hurts"),
        ("too much too much", "hurts"),
        ("help me help me help", "help"),
        ("to", "number"),
    ],
)
def test_sound_alikes_and_repeated_words_mean_the_same(
    heard: str, intent: str, matcher: Matcher, everything: frozenset[str]
) -> None:
    assert matcher.match(heard, everything).intent == intent


@pytest.mark.parametrize("decoy", BOOK.decoys)
def test_a_decoy_means_nothing_or_is_asked_about(
    decoy: str, book: Book, matcher: Matcher, everything: frozenset[str]
) -> None:
    meaning = matcher.match(decoy, everything)
    if meaning.intent is not None:
        assert book.intents[meaning.intent].costly
        assert not meaning.certain


def test_eat_asks_about_heat(matcher: Matcher) -> None:
    meaning = matcher.match("eat", intents_of(Situation.MENU, BOOK))
    assert (meaning.intent, meaning.certain) == ("heat", False)


@pytest.mark.parametrize(
    ("heard", "intent"),
    [
        ("the other side please", "other_side"),
        ("[unk] heat", "heat"),
        ("breathing now", "breathe"),
        ("emergencies", "emergency"),
    ],
)
def test_what_is_near_enough_is_taken_for_its_phrase(
    heard: str, intent: str, matcher: Matcher, everything: frozenset[str]
) -> None:
    meaning = matcher.match(heard, everything)
    assert meaning.intent == intent
    assert meaning.score < 100


@pytest.mark.parametrize(
    "heard",
    [
        "[unk]",
        "[unk] [unk] heat [unk] [unk] [unk]",
        "that is [unk] [unk]",
        "the and of you",
        "okay",
        "",
    ],
)
def test_what_is_far_from_everything_means_nothing(
    heard: str, matcher: Matcher, everything: frozenset[str]
) -> None:
    assert matcher.match(heard, everything).intent is None


def test_only_what_makes_sense_now_is_understood(matcher: Matcher) -> None:
    assert matcher.match("heat", frozenset({"stop", "next"})).intent is None
    assert matcher.match("heat", frozenset()).intent is None


words = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz' []?"), max_size=40)


@given(heard=words | st.text(max_size=20), can=st.sets(st.sampled_from(sorted(BOOK.intents))))
def test_any_words_have_a_meaning_that_makes_sense_or_none(heard: str, can: set[str]) -> None:
    meaning = Matcher(BOOK).match(heard, frozenset(can))
    assert meaning.intent is None or meaning.intent in can
    assert (meaning.value is not None) == (meaning.intent == "number")


def test_no_phrase_begins_like_a_safety_phrase_of_another_meaning(book: Book) -> None:
    """Acting on a safety phrase before the rest was heard can then not be wrong."""
    heard = {book.canonical(phrase): intent for phrase, intent in PHRASES}
    safety = {phrase: i for phrase, i in heard.items() if book.intents[i].safety}
    for phrase, intent in heard.items():
        for start, owner in safety.items():
            assert owner == intent or not f"{phrase} ".startswith(f"{start} "), (phrase, start)


def test_a_partial_result_is_confusable_with_what_begins_like_it(
    book: Book, matcher: Matcher
) -> None:
    others = frozenset(i for i in intents_of(Situation.MENU, book) if not book.intents[i].safety)
    assert matcher.is_phrase("stop", frozenset({"stop"}))
    assert not matcher.is_phrase("stop the", frozenset({"stop"}))
    assert matcher.confusable("stop", others), "start begins like it"
    assert not matcher.confusable("emergency", others)


def test_the_hearing_model_knows_every_word(book: Book) -> None:
    known = {line.split()[0] for line in WORDS.read_text(encoding="utf-8").splitlines()}
    said = {word for phrase, _ in PHRASES for word in phrase.split()} | set(book.decoys)
    said |= set(book.numbers) | set(book.alike) | set(book.alike.values())
    assert said <= known, sorted(said - known)
