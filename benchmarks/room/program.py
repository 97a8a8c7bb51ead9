"""The program in a room: its ring, put into a situation at once, and watched.

All that this benchmark knows of how the ring is put together, and of its inside, is in this file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from voice_coach.app import (
    Parts,
    load_hearing,
    make_clips,
    make_front,
    make_listening,
    make_options,
    make_recogniser,
    make_speech,
)
from voice_coach.audio.duplex import Block
from voice_coach.audio.record import Recorder
from voice_coach.coach import State, begin, step
from voice_coach.coach.events import (
    Action,
    Earcon,
    End,
    Event,
    Heard,
    Hush,
    Say,
    Tone,
    Unclear,
)
from voice_coach.coach.limits import Round
from voice_coach.coach.state import BeatKind, Position, beats
from voice_coach.log import Entry, Understood
from voice_coach.session import Session
from voice_coach.speaking import Clips
from voice_coach.understanding import Book
from voice_coach.understanding.book import SLOT, Situation

from ..common import fill_cache, the_parts
from ..scenes.scene import RATE
from .duplex import RoomDuplex

FIRST_ID = 100_000
"""Ids of sentences that the benchmark asks for itself: the coach waits for none of them."""

SOUNDS = "BENCHMARK_SOUNDS"
"""Environment variable: a folder for the sound of every scene, the microphone's on the right."""

Script = Iterator[int]
"""What is done to a ring: it yields the frame at which it wants to go on."""


@dataclass(frozen=True)
class Program:
    """The heavy parts, loaded once."""

    parts: Parts
    model: Any
    clips: Clips

    @property
    def book(self) -> Book:
        """The language."""
        return self.parts.book


@cache
def the_program() -> Program:
    """Return the program with default settings and a full clip cache."""
    parts = the_parts()
    fill_cache(parts)
    return Program(parts, load_hearing(parts), make_clips(parts, RATE))


@dataclass(frozen=True)
class Act:
    """Something that was understood.

    Attributes:
        at: frame at which it was acted on.
        situation: what went on.
        intent: what was understood.
        value: for numbers.
        words: what was heard.
        harm: what it did, or would have done, that must not happen by mistake: "timer" (heat or
            ice begins), "end" (the session ends, or ends after one more question), "safety" (a
            safety question is answered or passed); "" for nothing of these.
    """

    at: int
    situation: Situation
    intent: str
    value: int | str | None
    words: str
    harm: str


class WatchedRing(Session):
    """A ring that is put into situations, and says what it understands.

    Attributes:
        acts: what was understood.
        obeys: whether the coach does what it understood. Where it does not, it stays in its
            situation, and everything it hears there counts alike.
        entries: the transcript.
    """

    acts: list[Act]
    entries: list[Entry]
    obeys: bool = True

    def place(self, state: State, *, go_on: bool = False) -> None:
        """Put the coach into a state, silent.

        Args:
            state: the state; it is given the present time.
            go_on: have it speak from there on: the step from its beginning.
        """
        self._speaker.do(Hush(), self._now)
        self._speaker.advance(self._now)
        self.state = replace(state, now=self._now, busy_at=self._now)
        if go_on:
            super()._tell(Heard(self._now, "repeat"))
        self._listen()

    def say(self, key: str, variant: int, sentence: int) -> None:
        """Speak one sentence of the book, of which the coach knows nothing."""
        texts = self._book.texts[key][variant][sentence]
        slots = {s: EMERGENCY if s == "emergency" else "3" for s in SLOT.findall(texts)}
        self._said = getattr(self, "_said", FIRST_ID) + 1
        pacing = key.startswith(PACING) or key.endswith((".in", ".out"))
        self._do(Say(self._said, key, variant, sentence, slots=slots, pacing=pacing))
        self._listen()

    def sound(self, made: Tone | Earcon) -> None:
        """Play a tone or an earcon."""
        self._do(made)

    @property
    def now(self) -> int:
        """The present frame."""
        return self._now

    @property
    def speech_ends(self) -> int:
        """The frame at which what is being said will have been said."""
        return max((cue.end for cue in self._speaker.spoken), default=0)

    @property
    def silent(self) -> bool:
        """Whether nothing is being said."""
        return self._speaker.silent

    @property
    def loss_db(self) -> float | None:
        """By how much the coach's voice is weakened (ERLE), as the program itself has it."""
        return self._recogniser.front.loss_db

    def follow(self, script: Script, duplex: RoomDuplex) -> None:
        """Run until a script is over, and keep the sound where that is wanted."""
        wanted = next(script, None)
        recorder = _recorder(duplex.scene.name)

        def also(block: Block) -> None:
            nonlocal wanted
            if recorder is not None:
                recorder.add(block)
            while wanted is not None and block.end >= wanted:
                wanted = next(script, None)
            if wanted is None:
                duplex.close()

        try:
            self.run(also)
        finally:
            if recorder is not None:
                recorder.close()

    def _tell(self, event: Event) -> None:
        if isinstance(event, Heard):
            after, actions = step(self.state, event, self._book)
            harm = harm_of(self.state, after, actions, self._book)
            words = _words(self.entries)
            act = Act(event.at, self.state.situation, event.intent, event.value, words, harm)
            self.acts.append(act)
        if self.obeys or not isinstance(event, (Heard, Unclear)):
            super()._tell(event)

    def _do(self, action: Action) -> None:
        if not isinstance(action, End):  # the script says when it is over
            super()._do(action)


def make_ring(
    duplex: RoomDuplex, *, obeys: bool = True, program: Program | None = None
) -> WatchedRing:
    """Return the program's ring in a room, as the program itself puts it together.

    Args:
        duplex: the room.
        obeys: whether the coach does what it understands.
        program: the heavy parts; the default ones where None is given.
    """
    program = program or the_program()
    parts = program.parts
    entries: list[Entry] = []
    ring = WatchedRing(
        duplex,
        make_recogniser(
            parts, program.model, RATE, make_front(parts, RATE, print), make_speech(print)
        ),
        parts.book,
        make_options(parts, RATE),
        program.clips,
        [entries.append],
        make_listening(parts),
    )
    ring.acts, ring.entries, ring.obeys = [], entries, obeys
    ring.place(at_rest(Situation.MENU))
    return ring


def _words(entries: list[Entry]) -> str:
    """Return the words that were understood last."""
    return next((e.text for e in reversed(entries) if isinstance(e, Understood)), "")


def _recorder(name: str) -> Recorder | None:
    folder = os.environ.get(SOUNDS)
    if not folder:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"[^a-z0-9+.-]+", "_", name.lower())
    number = sum(1 for _ in Path(folder).glob("*.wav"))
    return Recorder(Path(folder) / f"{number:03}_{stem}.wav", RATE)


def at_rest(situation: Situation) -> State:
    """Return a state in which the coach is silent, and waits for nothing."""
    options = make_options(the_parts(), RATE)
    begun = replace(begin(options), started=True, session=True, next_id=2)
    return replace(begun, situation=situation, checked=True)


def in_routine(routine: str, step_id: str = "", kind: BeatKind | None = None) -> State:
    """Return a state at a place in a routine.

    Args:
        routine: its name.
        step_id: its step; the first where none is named.
        kind: the first beat of this kind in the step; the first of all where none is named.
    """
    found = the_parts().book.routines[routine]
    number = next(i for i, s in enumerate(found.step) if step_id in (s.id, ""))
    made = beats(found.step[number])
    beat = 0 if kind is None else next(i for i, b in enumerate(made) if b.kind is kind)
    return replace(
        at_rest(found.situation),
        position=Position(routine, number, beat),
        checked=found.situation is not Situation.CHECKING,
        awaiting=kind in (BeatKind.ASK, BeatKind.READY),
    )


def state_of(situation: Situation) -> State:
    """Return a state of a situation, silent, with all that belongs to it."""
    book = the_parts().book
    if situation in _OVERLAID:
        below = in_routine(*_OVERLAID[situation])
        made = replace(below, situation=situation, below=(below.situation,))
        if situation is Situation.CONFIRMING:
            made = replace(made, pending=Heard(0, "heat", certain=False))
        if situation is Situation.ENDING:
            made = replace(made, round=Round("heat", 0, 1 << 62))
        return made
    for name, routine in book.routines.items():
        if routine.situation is situation:
            return in_routine(name)
    flags = frozenset({"emergency"} if situation is Situation.EMERGENCY else ())
    return replace(at_rest(situation), flags=flags)


def state_for(key: str) -> State:
    """Return a state in which a text is said; for the general ones, one with many commands."""
    book = the_parts().book
    head, part, *_ = key.split(".")
    if head in book.routines:
        kinds = {"ask": BeatKind.ASK, "ready": BeatKind.READY, "then": BeatKind.THEN}
        return in_routine(head, part, kinds.get(key.split(".")[-1]))
    if head == "help" and part in list(Situation):
        return state_of(Situation(part))
    if head == "confirm":
        return state_of(Situation.CONFIRMING)
    for start, situation in _SAID_IN.items():
        if part.startswith(start):
            return state_of(situation)
    return in_routine("stretch", "knee_right")


def harm_of(before: State, after: State, actions: tuple[Action, ...], book: Book) -> str:
    """Return what an event did that must not happen by mistake. See `Act`."""
    if after.round is not None and before.round is None:
        return "timer"
    ended = any(isinstance(a, End) for a in actions) or after.situation is Situation.OVER
    if ended or (after.quitting and not before.quitting):
        return "end"
    place = before.position
    if place is None or before.situation in (Situation.PAIN, Situation.PAUSED):
        return ""
    made = beats(book.routines[place.routine].step[place.step])
    asked = place.beat < len(made) and made[place.beat].kind is BeatKind.ASK
    passed = after.position != place and after.situation is before.situation
    if (asked and passed) or (after.checked and not before.checked):
        return "safety"
    return ""


_OVERLAID: dict[Situation, tuple[str, str]] = {
    Situation.CONFIRMING: ("stretch", "knee_right"),
    Situation.PAUSED: ("stretch", "knee_right"),
    Situation.EASING: ("stretch", "knee_right"),
    Situation.ENDING: ("heat", "timer"),
}
"""Situations that lie over another: over which step of which routine they are shown."""

_SAID_IN: dict[str, Situation] = {
    "red": Situation.EMERGENCY,
    "hurts": Situation.EASING,
    "still_easing": Situation.EASING,
    "heat_end": Situation.ENDING,
    "ice_end": Situation.ENDING,
    "paused": Situation.PAUSED,
    "menu": Situation.MENU,
}
"""How the key of a general sentence begins -> the situation in which it is said."""

EMERGENCY = "9 1 1"
PACING = ("reply.in", "reply.out", "reply.count")
