"""The program in a room: a session, put into a situation at once, and watched.

All that this benchmark knows of how a session is put together is in this file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from voice_coach.app import Instead, Program, build, load, make_options
from voice_coach.audio.duplex import Block
from voice_coach.audio.recorder import Recorder
from voice_coach.chain import Machine
from voice_coach.coach import State, deadline, step
from voice_coach.coach.events import (
    Action,
    Earcon,
    End,
    Event,
    IntentHeard,
    NoMatch,
    Say,
    Tone,
)
from voice_coach.coach.in_routine import BeatKind
from voice_coach.coach.places import at_frame, position_of, state_at, state_of
from voice_coach.log import Entry, Log, Understood
from voice_coach.understanding import Book
from voice_coach.understanding.book import Situation
from voice_coach.understanding.plural import SLOT

from ..common import fill_cache, the_parts
from ..scenes.scene import RATE
from .duplex import RoomDuplex

FIRST_ID = 100_000
"""Ids of sentences that the benchmark asks for itself: the coach waits for none of them."""

SOUNDS = "BENCHMARK_SOUNDS"
"""Environment variable: a folder for the sound of every scene, the microphone's on the right."""

Script = Iterator[int]
"""What is done to a session: it yields the frame at which it wants to go on."""


@cache
def the_program() -> Program:
    """Return the program with default settings and a full clip cache."""
    parts = the_parts()
    fill_cache(parts)
    return load(parts, RATE)


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


class WatchedSession:
    """A session that is put into situations, and says what it understands.

    Args:
        duplex: the room.
        obeys: whether the coach does what it understands. Where it does not, it stays in its
            situation, and everything it hears there counts alike.
        program: the heavy parts; the default ones where None is given.

    Attributes:
        acts: what was understood.
        entries: the transcript.
    """

    def __init__(
        self, duplex: RoomDuplex, *, obeys: bool = True, program: Program | None = None
    ) -> None:
        program = program or the_program()
        self.acts: list[Act] = []
        self.entries: list[Entry] = []
        self._duplex = duplex
        self._obeys = obeys
        self._by_script = False
        self._said = FIRST_ID
        self._book = program.parts.book
        self._session = build(
            program,
            duplex,
            Log(self.entries.append),
            print,
            instead=Instead(machine=Machine(self._step, deadline)),
        )
        self.place(in_situation(Situation.MENU))

    def place(self, state: State, *, go_on: bool = False) -> None:
        """Put the coach into a state, silent.

        Args:
            state: the state; it is given the present time.
            go_on: have it speak from there on: the step from its beginning.
        """
        self._session.place(at_frame(state, self.now))
        if go_on:
            self._by_script = True
            self._session.tell(IntentHeard(self.now, "repeat"))
            self._by_script = False

    def say(self, key: str, variant: int, sentence: int) -> None:
        """Speak one sentence of the book, of which the coach knows nothing."""
        texts = self._book.texts[key][variant][sentence]
        slots = {s: EMERGENCY if s == "emergency" else "3" for s in SLOT.findall(texts)}
        self._said += 1
        pacing = key.startswith(PACING) or key.endswith((".in", ".out"))
        self._session.do(Say(self._said, key, variant, sentence, slots=slots, pacing=pacing))
        self._session.listen()

    def sound(self, sound: Tone | Earcon) -> None:
        """Play a tone or an earcon."""
        self._session.do(sound)

    @property
    def state(self) -> State:
        """The present state of the coach."""
        return self._session.state

    @property
    def now(self) -> int:
        """The present frame."""
        return self._session.now

    @property
    def speech_ends(self) -> int:
        """The frame at which what is being said will have been said."""
        return max((cue.end for cue in self._session.speaking.spoken), default=0)

    @property
    def silent(self) -> bool:
        """Whether nothing is being said."""
        return self._session.speaking.silent

    @property
    def loss_db(self) -> float | None:
        """By how much the coach's voice is weakened (ERLE), as the program itself has it."""
        return self._session.loss_db

    def follow(self, script: Script) -> None:
        """Run until a script is over, and keep the sound where that is wanted."""
        wanted = next(script, None)
        recorder = _recorder(self._duplex.scene.name)

        def also(block: Block) -> None:
            nonlocal wanted
            if recorder is not None:
                recorder.add(block)
            while wanted is not None and block.end >= wanted:
                wanted = next(script, None)
            if wanted is None:
                self._duplex.close()

        try:
            self._session.run(also)
        finally:
            if recorder is not None:
                recorder.close()

    def _step(self, state: State, event: Event, book: Book) -> tuple[State, tuple[Action, ...]]:
        """Step as the coach does, but note what is understood; it never ends by itself."""
        after, actions = step(state, event, book)
        if not self._by_script and isinstance(event, (IntentHeard, NoMatch)):
            if isinstance(event, IntentHeard):
                self.acts.append(self._act(event, state, after, actions))
            if not self._obeys:
                return state, ()
        return after, tuple(action for action in actions if not isinstance(action, End))

    def _act(
        self, heard: IntentHeard, before: State, after: State, actions: tuple[Action, ...]
    ) -> Act:
        harm = harm_of(before, after, actions, self._book)
        words = _words(self.entries)
        return Act(heard.at, before.situation, heard.intent, heard.value, words, harm)


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


def in_routine(routine: str, step_id: str = "", kind: BeatKind | None = None) -> State:
    """Return a silent state at a place in a routine, see `position_of`."""
    parts = the_parts()
    position = position_of(parts.book, routine, step_id, kind)
    return state_at(position, parts.book, make_options(parts, RATE))


def in_situation(situation: Situation) -> State:
    """Return a silent state of a situation, with all that belongs to it."""
    parts = the_parts()
    return state_of(situation, parts.book, make_options(parts, RATE))


def state_for(key: str) -> State:
    """Return a state in which a text is said; for the general ones, one with many commands."""
    book = the_parts().book
    head, part, *_ = key.split(".")
    if head in book.routines:
        kinds = {"ask": BeatKind.ASK, "ready": BeatKind.READY, "then": BeatKind.THEN}
        return in_routine(head, part, kinds.get(key.split(".")[-1]))
    if head == "help" and part in list(Situation):
        return in_situation(Situation(part))
    if head == "confirm":
        return in_situation(Situation.CONFIRMING)
    for start, situation in _SAID_IN.items():
        if part.startswith(start):
            return in_situation(situation)
    return in_routine("stretch", "knee_right")


def harm_of(before: State, after: State, actions: tuple[Action, ...], book: Book) -> str:
    """Return what an event did that must not happen by mistake. See `Act`."""
    if after.skin.on is not None and before.skin.on is None:
        return "timer"
    ended = any(isinstance(a, End) for a in actions) or after.situation is Situation.OVER
    if ended or (after.answers.quitting and not before.answers.quitting):
        return "end"
    place = before.position
    if place is None or before.situation in (Situation.PAIN, Situation.PAUSED):
        return ""
    beat = place.beat_in(book)
    asked = beat is not None and beat.kind is BeatKind.ASK
    passed = after.position != place and after.situation is before.situation
    if (asked and passed) or after.answers.checked > before.answers.checked:
        return "safety"
    return ""


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
