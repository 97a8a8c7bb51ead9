"""The proving ground runs the real program, and knows what would have done harm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.common import meaning_of, the_parts
from benchmarks.room.duplex import RoomDuplex
from benchmarks.room.program import (
    Script,
    WatchedSession,
    harm_of,
    in_routine,
    in_situation,
    state_for,
)
from benchmarks.scenes.recordings import recordings
from benchmarks.scenes.scene import RATE, Scene
from voice_coach.app import Parts, Program
from voice_coach.coach import State, step, understood
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.in_routine import BeatKind
from voice_coach.log import CutShort
from voice_coach.speaking import Clips
from voice_coach.understanding import Book
from voice_coach.understanding.book import Situation

BENIGN = Scene("benign", rt60=0.2, distance=0.8, echo_db=None, user_db=-26.0)


@pytest.fixture
def program(parts: Parts, hearing_model: Any, rendered: Callable[[int], Clips]) -> Program:
    return Program(parts, hearing_model, rendered(RATE))


@pytest.mark.parametrize("situation", list(Situation))
def test_every_situation_is_whole(situation: Situation) -> None:
    """Whatever is heard there, the coach has what it needs to answer."""
    book = the_parts().book
    state = in_situation(situation)
    assert state.situation is situation
    for intent in understood(state, book):
        step(state, IntentHeard(state.now, intent, 3 if intent == "number" else None), book)


def test_every_text_has_its_situation() -> None:
    book = the_parts().book
    for key in book.texts:
        if not key.endswith(".title"):
            assert understood(state_for(key), book) or key.startswith("reply.red_bye")


@pytest.mark.parametrize(
    ("state", "intent", "harm"),
    [
        (in_routine("heat", "on", BeatKind.READY), "next", "timer"),
        (in_routine("heat", "on"), "repeat", ""),
        (in_routine("emergency", "below", BeatKind.ASK), "no", "safety"),
        (in_routine("emergency", "below", BeatKind.ASK), "next", ""),
        (in_routine("heat", "skin", BeatKind.ASK), "no", "safety"),
        (in_routine("doctor", "body", BeatKind.ASK), "no", "safety"),
        (in_situation(Situation.MENU), "quit", "end"),
        (in_situation(Situation.MENU), "breathe", ""),
        (in_routine("stretch", "knee_right"), "stop", ""),
    ],
)
def test_harm_is_known(state: State, intent: str, harm: str) -> None:
    book = the_parts().book
    after, actions = step(state, IntentHeard(1, intent), book)
    assert harm_of(state, after, actions, book) == harm


def test_phrases_have_their_meaning(book: Book) -> None:
    assert meaning_of("it hurts", book) == ("hurts", None)
    assert meaning_of("about seven", book) == ("number", 7)
    assert meaning_of("bed", book) is None


@pytest.mark.slow
def test_an_interruption_is_heard_in_a_benign_scene(program: Program) -> None:
    duplex = RoomDuplex(BENIGN)
    session = WatchedSession(duplex, program=program)
    stop = next(clip for clip in recordings() if clip.words == "stop")
    ends: list[int] = []

    def script(session: WatchedSession) -> Script:
        yield RATE
        session.place(in_routine("medicine", "care"), go_on=True)
        yield session.now + round(1.5 * RATE)
        assert not session.silent
        duplex.say(session.now + 160, stop.sound)
        ends.append(session.now + 160 + stop.end)
        yield session.now + 2 * RATE

    session.follow(script(session))
    assert [act.intent for act in session.acts] == ["stop"]
    hushed = [e for e in session.entries if isinstance(e, CutShort)]
    assert len(hushed) == 1
    assert hushed[0].at - ends[0] < 0.6 * RATE


@pytest.mark.slow
def test_a_ring_that_does_not_obey_stays_where_it_is(program: Program) -> None:
    duplex = RoomDuplex(BENIGN)
    session = WatchedSession(duplex, obeys=False, program=program)
    quit_ = next(clip for clip in recordings() if clip.words == "quit")

    def script(session: WatchedSession) -> Script:
        yield RATE
        duplex.say(session.now + 160, quit_.sound)
        yield session.now + 3 * RATE

    session.follow(script(session))
    assert [(act.intent, act.harm) for act in session.acts] == [("quit", "end")]
    assert session.state.situation is Situation.MENU
    assert session.silent
