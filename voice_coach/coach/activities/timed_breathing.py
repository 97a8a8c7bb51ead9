"""Breathing for some minutes: one long hold of breaths, which ends when the time is over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import msgspec

from voice_coach.coach import status
from voice_coach.coach.activities.step_by_step import Guided
from voice_coach.coach.activity import Then
from voice_coach.coach.in_routine import Position
from voice_coach.coach.pace import Breath
from voice_coach.coach.state import Preferences
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Book, Routine, Situation, Step


@dataclass(frozen=True, slots=True)
class TimedBreathing(Guided):
    """Breathing at a step of the routine for it, without its words.

    Attributes:
        left: frames of breathing still to come; what interrupts it doesn't count.
    """

    left: int = 0

    eases: ClassVar[bool] = True
    timed: ClassVar[bool] = True

    def step(self, book: Book) -> Step:
        """Return the step as it is done here: breaths, and nothing else."""
        step = self.position.find(book)
        in_cue, out_cue = step.in_cue, step.out_cue
        return Step(id=step.id, name=step.name, breaths=1, in_cue=in_cue, out_cue=out_cue)

    def routine(self, book: Book) -> Routine:
        """Return the routine with nothing to follow."""
        return msgspec.structs.replace(book.routines[self.position.routine], next=None)

    def allowed(self, book: Book, flags: frozenset[str]) -> list[int]:
        """Return the present step: there is no other."""
        return [self.position.step]

    def still(self, book: Book, wished: Preferences, rate: int) -> int:
        """Return how many breaths come nearest to the time that is left."""
        return round(self.left / (self.breath_seconds(book, wished.pace) * rate))

    def breathed(self, breath: Breath) -> Self:
        """Return it with the present breath done."""
        left = max(0, self.left - (breath.end - breath.inhale))
        return replace(Guided.breathed(self, breath), left=left)

    def come_back(self, t: Transition) -> None:
        """Say about how long is left, and go on."""
        status.say_minutes_left(t, self)

    def hold_over(self, t: Transition, at: int) -> None:
        """Say that the time is up."""
        t.cue("reply.breathe_over", Then.NEXT_BEAT, at=at)


def breathing(place: Position, frames: int) -> TimedBreathing:
    """Return breathing for some time, at a step of the routine for it."""
    return TimedBreathing(Situation.BREATHING, place, left=frames)
