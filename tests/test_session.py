"""The public seams of a session: step it, place the coach, tell it events, watch what it does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from tests.conftest import ROOT
from tests.faults.session import RATE, Person, Room, toned
from voice_coach.app import Instead, Parts, Program, build, make_options
from voice_coach.chain import COACH, Extras, Machine
from voice_coach.coach import Past, State
from voice_coach.coach.activities.choices import Wish
from voice_coach.coach.events import (
    Action,
    End,
    Event,
    Gesture,
    Hush,
    IntentHeard,
    PainScored,
    Recalled,
    Record,
    RecordingEnded,
    Say,
    Started,
)
from voice_coach.coach.places import state_of
from voice_coach.coach.rate import RATES
from voice_coach.controls.controls import Panel
from voice_coach.controls.presses import TOGETHER_SECONDS, Touched, press
from voice_coach.journal import JournalWriter
from voice_coach.log import (
    ButtonPressed,
    CutShort,
    Entry,
    Log,
    Noted,
    Said,
    SoundRecorded,
    line,
)
from voice_coach.session import Session
from voice_coach.speaking import VoiceFiles
from voice_coach.understanding import Book, Situation


class Told:
    """A machine that does as the coach does, and notes what it is told."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def step(self, state: State, event: Event, book: Book) -> tuple[State, tuple[Action, ...]]:
        self.events.append(event)
        return COACH.step(state, event, book)


class Journal:
    """Remembers sessions that never were, and nothing of this one."""

    def past(self) -> Past:
        return Past(sessions=7)

    def stepped(self, *given: object) -> None:
        pass


class Bench:
    """A session on a bench: no sound but what it says, in tones."""

    def __init__(self, parts: Parts, voice: VoiceFiles, folder: Path, **options: Any) -> None:
        self.entries: list[Entry] = []
        self.told = Told()
        self.room = Room(1000.0)
        self.touched: list[Touched] = []
        person = Person()
        self.session: Session = build(
            Program(parts, None, toned(voice, folder)),
            self.room,
            Log(self.entries.append),
            pytest.fail,
            extras=Extras(journal=cast(JournalWriter, Journal()), panel=Panel(RATE, [self])),
            instead=Instead(
                replace(make_options(parts, RATE), **options),
                cast(Any, person),
                Machine(self.told.step, COACH.deadline),
            ),
        )
        person.session, person.book = self.session, parts.book
        self._blocks = self.room.blocks()

    # It is a button, too.

    def touches(self, now: int) -> list[Touched]:
        touched, self.touched = self.touched, []
        return touched

    def close(self) -> None:
        pass

    def press(self, times: int = 1) -> None:
        """Press so many times, and wait until that is known."""
        for _ in range(times):
            self.touched += press(self.session.now)
            self.pass_time(0.2)
        self.pass_time(TOGETHER_SECONDS + 0.02)

    def pass_time(self, seconds: float) -> None:
        until = self.session.now + round(seconds * RATE)
        while self.session.now < until:
            self.session.step(next(self._blocks))

    def keys(self) -> list[str]:
        return [entry.key for entry in self.entries if isinstance(entry, Said)]


@pytest.fixture
def bench(parts: Parts, voice: VoiceFiles, tmp_path: Path) -> Callable[..., Bench]:
    return lambda **options: Bench(parts, voice, tmp_path, **options)


def test_it_begins_after_a_second_with_what_earlier_sessions_left(
    bench: Callable[..., Bench],
) -> None:
    made = bench()
    made.pass_time(0.9)
    assert made.told.events == []
    made.pass_time(0.2)
    assert made.told.events[0] == Started(RATE, Past(sessions=7))
    assert made.keys()[0] == "welcome.again.say"
    assert not made.session.speaking.silent


def test_what_wakes_it_comes_after_what_may_be_asked_about(bench: Callable[..., Bench]) -> None:
    """Whoever wakes it may ask how it has been; within a session nothing new is recalled."""
    made = bench(resident=True)
    made.pass_time(3.0)  # it sleeps, and the person says "wake up"
    events = [e for e in made.told.events if isinstance(e, (Recalled, IntentHeard))]
    assert isinstance(events[0], Recalled) and events[0].past.sessions == 7
    assert isinstance(events[1], IntentHeard) and events[1].intent == "wake"
    assert made.session.state.earlier.past.sessions == 7
    made.pass_time(60.0)
    heard = [e for e in made.told.events if isinstance(e, IntentHeard)]
    assert len(heard) > 1
    assert sum(isinstance(e, Recalled) for e in made.told.events) == 1


def test_placed_it_is_silent_and_at_the_present_frame(
    bench: Callable[..., Bench], parts: Parts
) -> None:
    made = bench()
    made.pass_time(2.5)
    begun = state_of(Situation.MENU, parts.book, made.session.state.options)
    made.session.place(begun)
    assert made.session.speaking.silent
    assert made.session.state == replace(begun, now=made.session.now)
    assert any(isinstance(entry, CutShort) for entry in made.entries)


def test_presses_reach_the_coach_and_the_log(bench: Callable[..., Bench], parts: Parts) -> None:
    made = bench()
    made.pass_time(1.2)
    made.session.place(state_of(Situation.MENU, parts.book, made.session.state.options))
    made.press(3)
    assert made.session.state.situation is Situation.CHOOSING
    made.press()
    pressed = [e for e in made.entries if isinstance(e, ButtonPressed)]
    assert [e.press.gesture for e in pressed] == [Gesture.THRICE, Gesture.ONCE]
    assert pressed[0].meant is Wish.CHOICES
    assert line(pressed[0], RATE).endswith("three presses = the choices, from the first one")
    shown = [
        line(replace(pressed[0], meant=meant), RATE)
        for meant in (None, IntentHeard(0, "next"), IntentHeard(0, "number", 4))
    ]
    assert [text.rpartition(" = ")[2] for text in shown] == ["nothing", "next", "number 4"]


def test_the_rate_of_speech_that_was_kept_holds_from_the_first_word(
    bench: Callable[..., Bench],
) -> None:
    usual, slow = bench(), bench(speech=3)
    for made in (usual, slow):
        made.pass_time(4.0)
    lengths = [
        next(e.end - e.start for e in made.entries if isinstance(e, Said)) for made in (usual, slow)
    ]
    assert lengths[1] == pytest.approx(RATES[3] * lengths[0], abs=1)


def test_actions_are_done_and_logged(bench: Callable[..., Bench]) -> None:
    made = bench()
    now = made.session.now
    made.session.do(PainScored(6))
    made.session.do(Say(1, "reply.menu"))
    assert made.entries[0] == Noted(now, PainScored(6))
    assert made.keys() == ["reply.menu"]
    made.session.do(Hush())
    assert made.session.speaking.silent
    assert not made.session.ended
    made.session.do(End())
    assert made.session.ended


def test_sound_that_cannot_be_recorded_is_said_with_the_next_block(
    bench: Callable[..., Bench],
) -> None:
    made = bench()
    made.session.do(Record(True))
    assert made.entries == [SoundRecorded(0, True)]
    made.pass_time(0.05)
    assert made.told.events == [RecordingEnded(RATE // 100, "failed")]


def test_a_program_without_a_hearing_model_needs_a_recogniser(
    parts: Parts, voice: VoiceFiles, tmp_path: Path
) -> None:
    program = Program(parts, None, toned(voice, tmp_path))
    with pytest.raises(ValueError, match="needs a recogniser"):
        build(program, Room(1.0), Log(), pytest.fail)


def test_sessions_are_put_together_in_one_place() -> None:
    """A second place would drift from the first, as three did before."""
    made = re.compile(r"(?<![\w.])Session\((?!\))|\(Session\)")
    places = [
        str(path.relative_to(ROOT))
        for folder in ("voice_coach", "benchmarks", "tests", "scripts")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if made.search(path.read_text(encoding="utf-8"))
        and path.parent.name != "skill"  # its sessions are the assistant's
    ]
    assert places == ["voice_coach/app/build.py"]
