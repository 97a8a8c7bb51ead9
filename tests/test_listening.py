"""The caller of the rules: what it measures, remembers and forgets."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import pytest

from voice_coach.audio.duplex import Block
from voice_coach.coach import intents_of
from voice_coach.coach.events import Say
from voice_coach.listening import LOWERED_SECONDS, CommandListener, Listening
from voice_coach.speaking import Saying, Spoken
from voice_coach.understanding import Book, Situation
from voice_coach.understanding.acceptance import REST_SECONDS
from voice_coach.understanding.early import PARTIALS_QUIET
from voice_coach.understanding.evidence import SPEECH_LEAST, Command, Decision, NoMatch
from voice_coach.understanding.words import Hypothesis, Reading, Word

RATE = 16000
SENTENCE = "Rest your feet, or stop when it hurts."


@dataclass
class Front:
    """What is known of the coach's voice in the microphone."""

    covered: bool = False
    rise: float | None = None
    clear: bool = True
    measured: list[float] = field(default_factory=list)

    def present(self, start: int, end: int, share: float = 0.0) -> float | None:
        self.measured.append(share)
        return self.rise


@dataclass
class Recogniser:
    """Hears what the test says, and counts what it is asked."""

    front: Front = field(default_factory=Front)
    likelihood: float = 1.0
    speeches: int = 0
    contrasts: int = 0
    hears: list[Hypothesis] = field(default_factory=list)
    forgotten: int = 0
    listened: list[list[Sequence[str]]] = field(default_factory=list)
    nearest: int = 0

    def listen(self, phrases: Iterable[str], own: Iterable[Sequence[str]] = ()) -> None:
        self.listened.append(list(own))

    def hear(self, block: Block, *, silent: bool = False) -> list[Hypothesis]:
        return self.hears

    def forget(self) -> None:
        self.forgotten += 1

    def near(self, word: str) -> str:
        self.nearest += 1
        return {"feet": "feed"}.get(word, word)

    def speech(self, start: int, end: int, enough: float) -> float:
        assert enough == SPEECH_LEAST, "more is not listened to"
        self.speeches += 1
        return self.likelihood

    def levels(self, hypothesis: Hypothesis) -> tuple[float, ...]:
        return ()

    def contrast(self, hypothesis: Hypothesis) -> float:
        self.contrasts += 1
        return math.inf


class Scene:
    def __init__(self, book: Book, **listening: Any) -> None:
        self.recogniser = Recogniser()
        self.listener = CommandListener(
            cast(Any, self.recogniser), book, RATE, Listening(**listening)
        )
        self.saying = Saying()
        self.listen()

    def listen(self) -> None:
        intents = frozenset({"louder", "help", "hurts", "stop", "breathe"})
        self.listener.listen(intents, self.saying, pacing=False)

    def speaks(self, *texts: str) -> None:
        said = [
            Spoken(Say(n, "reply.x", 0, 0), text, n * RATE, 10 * RATE)
            for n, text in enumerate(texts)
        ]
        self.saying = Saying(False, tuple(said), frozenset(texts))
        self.listen()

    def heard(self, words: str, *, seen: int = 0, start: int = 3 * RATE) -> Decision:
        return self.listener.decide(hypothesis(words, seen, start), self.saying)


def hypothesis(words: str, seen: int = 0, start: int = 3 * RATE) -> Hypothesis:
    """A partial result where it was seen so often, else a final one."""
    said = tuple(Word(word, start, start + RATE // 2) for word in words.split())
    readings = (Reading(words, seen),) if seen else ()
    return Hypothesis(said, not seen, readings=readings, quiet=1.0)


@pytest.fixture
def scene(book: Book) -> Scene:
    return Scene(book)


def test_each_kind_of_evidence_is_measured_once_and_only_where_it_is_asked_for(
    scene: Scene,
) -> None:
    recogniser = scene.recogniser
    for seen in range(1, PARTIALS_QUIET):
        assert scene.heard("louder", seen=seen) is None
    assert isinstance(scene.heard("help"), Command)
    assert (recogniser.contrasts, recogniser.speeches) == (0, 0)
    recogniser.likelihood = 0.0
    assert not isinstance(scene.heard("louder"), Command)
    assert (recogniser.contrasts, recogniser.speeches) == (1, 1)
    assert recogniser.front.measured == [], "the coach has said nothing"


def test_what_is_said_right_after_a_command_acted_on_early_belongs_to_it(scene: Scene) -> None:
    found = scene.heard("louder", seen=PARTIALS_QUIET)
    assert isinstance(found, Command)
    soon, late = found.end + RATE // 10, found.end + round((REST_SECONDS + 0.1) * RATE)
    assert not isinstance(scene.heard("[unk]", start=soon), NoMatch)
    assert isinstance(scene.heard("[unk]", start=late), NoMatch)


def test_only_what_was_acted_on_early_is_forgotten(scene: Scene) -> None:
    silence = np.zeros(1600, np.float32)
    block = Block(0, silence, silence)
    for heard, forgotten in (
        (hypothesis("louder", seen=1), 0),
        (hypothesis("louder"), 0),
        (hypothesis("louder", seen=PARTIALS_QUIET), 1),
    ):
        scene.recogniser.hears = [heard]
        ((same, decision),) = scene.listener.decisions(block)
        assert same is heard and (decision is None) is (
            heard.readings[:1] == (Reading("louder", 1),)
        )
        assert scene.recogniser.forgotten == forgotten


def test_grammar_changes_once_for_all_sentences_of_a_reply(scene: Scene) -> None:
    scene.speaks("Rest now.", SENTENCE)
    changes = len(scene.recogniser.listened)
    assert scene.recogniser.listened[-1] == [
        ("rest", "now"),
        ("rest", "your", "feet", "or", "stop", "when", "it", "hurts"),
    ]
    scene.speaks(SENTENCE)
    assert len(scene.recogniser.listened) == changes
    scene.saying = Saying()
    scene.listen()
    assert scene.recogniser.listened[-1] == []


def test_its_own_words_are_those_that_the_model_may_hear(scene: Scene) -> None:
    scene.speaks(SENTENCE)
    assert not isinstance(scene.heard("stop"), Command)
    assert isinstance(scene.heard("help"), Command)
    asked = scene.recogniser.nearest
    scene.heard("help")
    assert scene.recogniser.nearest == asked, "they are looked up once"


def test_with_headphones_its_sentences_are_not_listened_for(book: Book) -> None:
    scene = Scene(book, all_commands=True)
    scene.speaks(SENTENCE)
    assert scene.recogniser.listened == [[]]
    assert isinstance(scene.heard("breathe"), Command)


def test_voice_is_lowered_for_a_moment_when_somebody_speaks_into_it(scene: Scene) -> None:
    scene.speaks(SENTENCE)
    front = scene.recogniser.front
    front.covered, front.rise = True, 20.0
    assert scene.listener.interrupted(4 * RATE, scene.saying)
    assert len(front.measured) == 2, "this is asked ten times a second"
    front.rise = 0.0
    assert scene.listener.interrupted(5 * RATE, scene.saying)
    over = 4 * RATE + round(LOWERED_SECONDS * RATE)
    assert not scene.listener.interrupted(over, scene.saying)
    front.covered, front.rise = False, 20.0
    assert not scene.listener.interrupted(over, scene.saying), "it is heard as it is"


def test_every_situation_can_be_listened_for(book: Book) -> None:
    scene = Scene(book)
    for situation in Situation:
        scene.listener.listen(intents_of(situation, book), pacing=False)
    assert len(scene.recogniser.listened) > len(Situation) // 2
