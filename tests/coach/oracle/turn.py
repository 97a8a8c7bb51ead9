"""One turn of the coach: the state as it changes while one event is dealt with.

The moves (moves/) and what they set going (flow.py and the modules it names) are written against
this; outside a turn the state is frozen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.coach.oracle.events import Action, Hush, Say
from tests.coach.oracle.flags import is_flag
from tests.coach.oracle.loudness import raised
from tests.coach.oracle.state import Beat, Position, State, Then, beats
from voice_coach.understanding.book import Book, Routine, Situation, Step


class Turn:
    """Collects the actions and the new state of one step of the machine."""

    def __init__(self, state: State, book: Book, now: int) -> None:
        self.now = max(now, state.now)
        self.state = replace(state, now=self.now)
        self.book = book
        self.actions: list[Action] = []

    def set(self, **changes: Any) -> None:
        """Change the state; names are those of State."""
        self.state = replace(self.state, **changes)

    def frames(self, seconds: float) -> int:
        """Return seconds as frames."""
        return round(seconds * self.state.options.rate)

    # --- speech

    def hush(self) -> None:
        """Stop speech and pacing, and forget what was to follow."""
        self.actions.append(Hush())
        self.set(saying=None, then=Then.NOTHING, breath=None, ask_again_at=None, alert_at=None)

    def say(
        self,
        key: str,
        then: Then,
        *,
        slots: Mapping[str, str] | None = None,
        at: int | None = None,
        gain_db: float = 0.0,
        variant: int | None = None,
    ) -> None:
        """Say a reply, all sentences of it; variants take turns.

        Args:
            key: a key of the book's texts.
            then: what follows once it has been said.
            slots: values for the reply's slots.
            at: exact frame of the first sentence, or None for "when the speech so far is over".
            gain_db: added to the volume.
            variant: a certain variant (the last one, if there are fewer), or None for turns.
        """
        variants = self.book.texts[key]
        used = self.state.turns.get(key, 0)
        chosen = used % len(variants) if variant is None else min(variant, len(variants) - 1)
        self.set(turns={**self.state.turns, key: used + 1})
        for i in range(len(variants[chosen])):
            self.cue(key, chosen, i, slots=slots, at=at if i == 0 else None, gain_db=gain_db)
        self.set(then=then)

    def cue(
        self,
        key: str,
        variant: int = 0,
        sentence: int = 0,
        *,
        slots: Mapping[str, str] | None = None,
        at: int | None = None,
        gain_db: float = 0.0,
    ) -> None:
        """Say one sentence, and take its end as the end of what is being said."""
        number = self.state.next_id
        gain_db += raised(self.state, key)
        self.actions.append(
            Say(number, key, variant, sentence, slots=slots or {}, at=at, gain_db=gain_db)
        )
        self.set(next_id=number + 1, saying=number)

    def pace(self, key: str, at: int, variant: int = 0) -> None:
        """Say a pacing word at an exact frame; its end is not waited for."""
        number = self.state.next_id
        gain_db = raised(self.state, key)
        self.actions.append(Say(number, key, variant, at=at, gain_db=gain_db, pacing=True))
        self.set(next_id=number + 1)

    # --- places

    @property
    def routine(self) -> Routine:
        """The running routine."""
        assert self.state.position is not None
        return self.book.routines[self.state.position.routine]

    @property
    def step(self) -> Step:
        """The present step of the running routine."""
        assert self.state.position is not None
        return self.routine.step[self.state.position.step]

    @property
    def beat(self) -> Beat | None:
        """The present beat, or None outside a routine and at the end of a step."""
        position = self.state.position
        if position is None:
            return None
        made = beats(self.step)
        return made[position.beat] if position.beat < len(made) else None

    def key(self, part: str) -> str:
        """Return the text key of a part of the present step."""
        assert self.state.position is not None
        return f"{self.state.position.routine}.{self.step.id}.{part}"

    def allowed_steps(self) -> list[int]:
        """Return the indices of the steps that the flags do not forbid."""
        return [
            i
            for i, step in enumerate(self.routine.step)
            if self.state.flags.isdisjoint(step.unless)
        ]

    def go(self, position: Position) -> None:
        """Move to another place; what belonged to the old one is forgotten."""
        self.set(
            position=position,
            breaths_done=0,
            put=0,
            hurry=False,
            awaiting=False,
            asked=0,
            breath=None,
        )

    def lay(self, situation: Situation) -> None:
        """Lay a situation over the present one.

        No situation lies there twice, and nothing lies over a doubtful command or an alarm:
        the command is dropped, and the alarm comes again by itself while the round is on. Only
        an alarm lies over the question about a warning sign, which is put once the pad is off.
        """
        stack = [s for s in (*self.state.below, self.state.situation) if s is not situation]
        waits = situation is Situation.ENDING and is_flag(self.state.pending)
        while stack[-1:] == [Situation.ENDING] or (
            stack[-1:] == [Situation.CONFIRMING] and not waits
        ):
            stack.pop()
        if Situation.CONFIRMING not in (*stack, situation):
            self.set(pending=None)
        self.set(below=tuple(stack), situation=situation)
        self.set(awaiting=False, asked=0, ask_again_at=None)

    def lift(self) -> None:
        """Return to the situation below; with none below, to the menu."""
        *rest, top = self.state.below or (Situation.MENU,)
        self.set(situation=top, below=tuple(rest), awaiting=False, asked=0, ask_again_at=None)

    def lift_off(self, *situations: Situation) -> None:
        """Return to what lies below these situations, if any of them is the present one."""
        while self.state.situation in situations:
            self.lift()
        if Situation.CONFIRMING not in (*self.state.below, self.state.situation):
            self.set(pending=None)
