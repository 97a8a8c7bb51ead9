"""A whole session with a button and nothing else: the real loop, from the greeting to the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from tests.faults.session import HEAT_SECONDS, RATE, Person, Room, toned
from voice_coach.app import Instead, Parts, Program, build, make_options
from voice_coach.audio.duplex import Block
from voice_coach.chain import Extras
from voice_coach.coach import understood
from voice_coach.coach.activities.choices import Choices
from voice_coach.coach.events import ApplicationEnded, ApplicationStarted, PainScored
from voice_coach.coach.places import harmless
from voice_coach.controls.controls import Panel
from voice_coach.controls.presses import TOGETHER_SECONDS, Touch, Touched, press
from voice_coach.log import ButtonPressed, Entry, Log, Noted, Said, Understood
from voice_coach.speaking import VoiceFiles
from voice_coach.understanding import Situation

PAUSE = 0.4
"""Seconds for which it is silent before the person presses."""

BREATHED = 12.0
"""Seconds of breathing after which they hold the button."""

Step = Iterator[float]


class Mute(Person):
    """Somebody who says nothing."""

    def hear(self, block: Block, *, silent: bool = False) -> list[Any]:
        return []


class Hand:
    """Somebody with a button, who wants some things one after the other.

    Attributes:
        done: situations in which something was stopped or taken.
    """

    def __init__(self, wants: list[str]) -> None:
        self.session: Any = None
        self.book: Any = None
        self.wants = wants
        self._touched: list[Touched] = []
        self._plan: Step = iter(())
        self._at = 0
        self._silent_since = 0
        self._breath_since: int | None = None

    def touches(self, now: int) -> list[Touched]:
        touched, self._touched = self._touched, []
        return touched

    def close(self) -> None:
        pass

    def watch(self, block: Block) -> None:
        """Press where it is time to."""
        now = block.end
        state = self.session.state
        if not self.session.speaking.silent:
            self._silent_since = now
        self._breath_since = None if state.breath is None else (self._breath_since or now)
        if now < self._at:
            return
        wait = next(self._plan, None)
        if wait is not None:
            self._at = now + round(wait * RATE)
            return
        if state.breath is not None:
            if now - (self._breath_since or now) > BREATHED * RATE:
                self._begin(self._hold())
        elif now - self._silent_since > PAUSE * RATE and state.started:
            self._begin(self._act())

    def _begin(self, plan: Step) -> None:
        self._plan = plan

    def _times(self, number: int) -> Step:
        for _ in range(number):
            self._touched += press(self.session.now)
            yield 0.25
        yield TOGETHER_SECONDS + 0.1

    def _hold(self) -> Step:
        self._touched.append(Touched(Touch.DOWN, self.session.now))
        yield 1.0
        self._touched.append(Touched(Touch.HELD, self.session.now))
        self._touched.append(Touched(Touch.UP, self.session.now))
        yield TOGETHER_SECONDS

    def _act(self) -> Step:
        state = self.session.state
        can, top = understood(state, self.book), state.top
        if isinstance(top, Choices):
            choice = top.offered[top.at]
            wanted = "number" if "number" in can else self.wants[0]
            taken = choice.intent == wanted and choice.value in (None, 4)
            if top.heard_at is None or not taken:
                return iter([0.05])
            if wanted != "number":
                del self.wants[0]
            return self._times(1)
        if state.situation is Situation.MENU or "number" in can:
            return self._times(3)
        if state.situation is Situation.HEAT and state.skin.on is not None:
            return iter([1.0])
        if "unsure" in can and state.situation is not Situation.ENDING:
            return self._times(1 if harmless(state, self.book) == "yes" else 2)
        return self._times(1)


@pytest.mark.slow
def test_everything_can_be_done_with_one_button(
    parts: Parts, voice: VoiceFiles, tmp_path: Path
) -> None:
    hand, mute = Hand(["breathe", "stretch", "heat", "quit"]), Mute()
    entries: list[Entry] = []
    session = build(
        Program(parts, None, toned(voice, tmp_path)),
        Room(1500.0),
        Log(entries.append),
        pytest.fail,
        extras=Extras(panel=Panel(RATE, [hand])),
        instead=Instead(
            replace(make_options(parts, RATE), heat_seconds=HEAT_SECONDS), cast(Any, mute)
        ),
    )
    hand.session, hand.book = session, parts.book
    session.run(hand.watch)
    assert session.ended and hand.wants == []
    noted = [e.note for e in entries if isinstance(e, Noted)]
    kinds = [type(note) for note in noted]
    assert kinds.index(ApplicationStarted) < kinds.index(ApplicationEnded)
    assert PainScored(4) in noted
    assert not any(isinstance(e, Understood) for e in entries)
    said = [e.key for e in entries if isinstance(e, Said)]
    assert any(key.startswith("breathing.") for key in said)
    assert any(key.startswith("stretch.") for key in said)
    off = next(
        number
        for number, e in enumerate(entries)
        if isinstance(e, Noted) and isinstance(e.note, ApplicationEnded)
    )
    before = [e.key for e in entries[:off] if isinstance(e, Said)]
    assert before[-1] == "reply.off_ask", "the alarm ended after its question"
    assert sum(isinstance(e, ButtonPressed) for e in entries) < 120
