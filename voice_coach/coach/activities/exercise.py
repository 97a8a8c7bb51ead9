"""The exercises that are paced by breaths: stretches, breathing, and pictures for the mind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from voice_coach.coach import adjustments, everywhere, helping, run_routine, safety
from voice_coach.coach.activities.step_by_step import PACED, Guided
from voice_coach.coach.activity import STAYS, Cell, Row, Then
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.in_routine import BeatKind, Position
from voice_coach.coach.state import State
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Book
from voice_coach.understanding.place import Place


@dataclass(frozen=True, slots=True)
class Exercise(Guided):
    """Breathing, or pictures tied to the breath."""

    eases: ClassVar[bool] = True

    def help_topic(self, state: State, book: Book) -> str:
        """Return the key of what can be said here: in the welcome, what can be asked for."""
        if self.position.routine == safety.WELCOME:
            return safety.WELCOME
        return Guided.help_topic(self, state, book)


@dataclass(frozen=True, slots=True)
class Stretch(Exercise):
    """A stretch, held for counted breaths."""

    def _elsewhere(self, book: Book) -> Place:
        return Place.READY if self.doing(book) is BeatKind.READY else Place.HOLD


def other_side(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """Change to the same stretch on the other side."""
    other = here.step(t.book).other
    steps = [step.id for step in here.routine(t.book).step]
    if other is None or steps.index(other) not in here.allowed(t.book, t.answers.flags):
        t.say("reply.no_other_side", Then.CONTINUE)
    else:
        t.say("reply.other_side", Then.NOTHING)
        run_routine.lower_first(t, here)
        run_routine.do_beat_at(t, here, Position(here.position.routine, steps.index(other)))


def more(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """More: the next page of the help, or one breath more each time."""
    if not helping.go_on(t):
        adjustments.more_breaths(here, t, heard)


def stuck(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """The person cannot get up: no stretch goes on."""
    if t.skin.on is not None:
        everywhere.stuck(here, t, heard)
    else:
        everywhere.lay_ease(t)
        t.await_person()
        t.say("reply.stuck_stretching", Then.AWAIT)


ROW: Row[Guided] = PACED

STRETCHING: Row[Guided] = {
    **PACED,
    "other_side": Cell(other_side),
    "ease": Cell(everywhere.ease_off),
    "more_breaths": Cell(adjustments.more_breaths, STAYS),
    "fewer_breaths": Cell(adjustments.fewer_breaths, STAYS),
    "more": Cell(more, STAYS),
    "stuck": Cell(stuck),
}
