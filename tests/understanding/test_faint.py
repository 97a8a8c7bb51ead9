"""Fainter words beside the person's are somebody else's, or a noise's: what is left is taken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hearing.material import Timeline, edges, recording
from tests.understanding.scene import NOTHING_AGAINST, THERE, Scene, hypothesis
from voice_coach.coach import intents_of
from voice_coach.hearing import Recogniser
from voice_coach.listening import CommandListener
from voice_coach.understanding import Book, Matcher, Place, Situation
from voice_coach.understanding.evidence import (
    FAINT_DB,
    Case,
    Command,
    Context,
    Decision,
    Evidence,
    Kind,
    NoMatch,
)

RATE = 16000
LOUD, FAINT, NEARLY = -24.0, -24.0 - FAINT_DB - 0.1, -24.0 - FAINT_DB + 0.1


def decided(
    scene: Scene, words: str, levels: tuple[float, ...], place: Place = Place.MENU
) -> Decision:
    scene.context = replace(scene.context, place=place)
    scene.evidence = replace(scene.evidence, levels=levels)
    return scene.decide(hypothesis(words))


@pytest.fixture
def awake(book: Book, matcher: Matcher, scene: Scene) -> Scene:
    scene.context = replace(
        scene.context, intents=intents_of(Situation.MENU, book), place=Place.MENU
    )
    return scene


@pytest.mark.parametrize(
    ("words", "levels", "meant"),
    [
        ("louder banana", (LOUD, FAINT), "louder"),
        ("banana louder", (FAINT, LOUD), "louder"),
        ("[unk] louder [unk]", (FAINT, LOUD, FAINT), "louder"),
        ("to start", (FAINT, LOUD), "start"),
        ("banana stop", (FAINT, LOUD), "stop"),
    ],
)
def test_what_stands_above_fainter_words_counts(
    awake: Scene, words: str, levels: tuple[float, ...], meant: str
) -> None:
    found = decided(awake, words, levels)
    assert isinstance(found, Command) and found.intent == meant and found.certain
    assert "beside fainter words" in found.detail


@pytest.mark.parametrize(
    ("words", "levels"),
    [
        ("banana louder", (NEARLY, LOUD)),
        ("banana louder", (LOUD, FAINT)),
        ("louder banana louder", (LOUD, FAINT, LOUD)),
        # Where it is not known how loud they are, each word counts.
        ("banana louder", ()),
    ],
)
def test_otherwise_all_words_are_the_persons(
    awake: Scene, words: str, levels: tuple[float, ...]
) -> None:
    assert isinstance(decided(awake, words, levels), NoMatch)


def test_what_is_costly_is_asked_about(awake: Scene) -> None:
    found = decided(awake, "banana heat", (FAINT, LOUD))
    assert isinstance(found, Command) and found.intent == "heat" and not found.certain


@pytest.mark.parametrize("words", ["not louder", "louder never", "no louder", "don't start"])
def test_a_word_that_turns_the_meaning_is_never_left_out(awake: Scene, words: str) -> None:
    levels = tuple(
        FAINT if word in ("not", "never", "no", "don't") else LOUD for word in words.split()
    )
    found = decided(awake, words, levels)
    assert not isinstance(found, Command) or "fainter" not in found.detail


@pytest.mark.parametrize(
    ("place", "situation", "words"),
    [
        (Place.CHECKING, Situation.CHECKING, "banana no"),
        (Place.CHECKING, Situation.CHECKING, "yes banana"),
        (Place.CONFIRM, Situation.CONFIRMING, "banana yes"),
    ],
)
def test_no_question_that_something_hangs_on_is_answered_so(
    book: Book, scene: Scene, place: Place, situation: Situation, words: str
) -> None:
    scene.context = replace(scene.context, intents=intents_of(situation, book))
    levels = tuple(FAINT if word == "banana" else LOUD for word in words.split())
    assert isinstance(decided(scene, words, levels, place=place), NoMatch)


def test_no_pad_is_off_because_the_rest_was_said_softly(book: Book, scene: Scene) -> None:
    scene.context = replace(scene.context, intents=intents_of(Situation.HEAT, book))
    for words in ("banana it is off", "it is off banana", "i wonder it is off"):
        levels = tuple(LOUD if word in "it is off" else FAINT for word in words.split())
        found = decided(scene, words, levels, place=Place.HEAT)
        assert not (isinstance(found, Command) and "fainter" in found.detail), words


@pytest.mark.parametrize(
    ("place", "situation", "words"),
    [
        (Place.SLEEPING, Situation.SLEEPING, "wake up"),
        (Place.CALLING, Situation.CALLING, "i am here"),
        (Place.HEAT, Situation.HEAT, "no"),
    ],
)
def test_where_nobody_may_be_talking_to_the_coach_or_much_hangs_on_it_the_whole_counts(
    book: Book, scene: Scene, place: Place, situation: Situation, words: str
) -> None:
    scene.context = replace(scene.context, intents=intents_of(situation, book))
    said = f"banana {words} banana"
    levels = tuple(FAINT if word == "banana" else LOUD for word in said.split())
    assert not isinstance(decided(scene, said, levels, place=place), Command)


def test_levels_are_asked_for_only_where_the_words_mean_nothing(awake: Scene) -> None:
    assert isinstance(decided(awake, "louder", (LOUD,)), Command)
    assert Kind.LEVELS not in awake.asked
    decided(awake, "banana", (LOUD,))
    assert Kind.LEVELS not in awake.asked, "one word has nothing beside it"
    awake.evidence = THERE
    awake.speaks()
    awake.heard("banana louder")
    assert Kind.LEVELS not in awake.asked, "beside the coach's words, levels say nothing"
    awake.evidence = NOTHING_AGAINST


@given(st.lists(st.floats(-90, 0), min_size=2, max_size=6), st.integers(0, 5))
def test_the_loudest_word_is_never_left_out(levels: list[float], which: int) -> None:
    words = [f"w{n}" for n in range(len(levels))]
    evidence = Evidence(levels=tuple(levels))
    heard = hypothesis(" ".join(words))
    left = Case(heard, evidence, Context(RATE, frozenset()), None).without_faint.split()  # type: ignore[arg-type]
    assert words[int(np.argmax(levels))] in left
    assert words[words.index(left[0]) : words.index(left[-1]) + 1] == left


@pytest.mark.parametrize(("below", "meant"), [(14.0, "louder"), (0.0, None)])
def test_the_room_says_a_word_beside_the_persons(
    hearing_model: object, book: Book, below: float, meant: str | None
) -> None:
    """Real recordings: somebody further away goes on after the person's word."""
    word, other = recording("louder", RATE), recording("banana", RATE)
    first, last = edges(word)
    begin, _ = edges(other)
    line = Timeline(RATE, 5.0)
    at = line.put(word[first:last], 1.0)
    line.put(other[begin:] * np.float32(10 ** (-below / 20)), (at + last - first) / RATE + 0.12)
    recogniser = Recogniser(hearing_model, RATE, book.decoys, alternatives=True)
    listener = CommandListener(recogniser, book, RATE)
    listener.listen(intents_of(Situation.MENU, book), pacing=False, place=Place.MENU)
    found = [d for block in line.blocks() for _, d in listener.decisions(block) if d is not None]
    assert [d.intent for d in found if isinstance(d, Command)] == ([meant] if meant else [])
