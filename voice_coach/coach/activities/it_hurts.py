"""It hurt, or the person is stuck: the movement has stopped until they say how to go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from voice_coach.coach import everywhere, questions, run_routine
from voice_coach.coach.activity import BELOW, STAYS, Activity, Cell, Row, Then
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.everywhere import EVERYWHERE, LEAVING
from voice_coach.coach.in_routine import BeatKind
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Book, Situation
from voice_coach.understanding.place import Place


@dataclass(frozen=True, slots=True)
class Ease(Activity):
    """The person is asked how to go on, for as long as it takes."""

    name: ClassVar[Situation] = Situation.EASING
    own_return: ClassVar[bool] = True

    def resume(self, t: Transition) -> None:
        """Wait for the answer."""
        t.await_person()
        t.expect_answer()

    def come_back(self, t: Transition) -> None:
        """Say what can be done now."""
        stretched = t.stack[-2].situation is Situation.STRETCHING
        t.say("reply.hurts" if stretched else "reply.hurts_other", Then.AWAIT)
        t.await_person()

    def reprompt(self, t: Transition, asked: int) -> None:
        """Say once more what can be done now."""
        t.say("reply.still_easing", Then.AWAIT, variant=asked)

    def place(self, book: Book) -> Place:
        """Return where somebody speaks."""
        return Place.EASE


def skip_eased(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Leave out the step that hurt."""
    t.lift_off(Situation.EASING)
    if t.running.doing(t.book) is BeatKind.ASK:
        questions.insist(t, t.running)
    else:
        run_routine.next_step(t, t.running)


ROW: Row[Activity] = {
    **EVERYWHERE,
    **LEAVING,
    "ease": Cell(everywhere.ease_off, BELOW),
    "resume": Cell(everywhere.ease_off, BELOW),
    "repeat": Cell(everywhere.again, STAYS),
    "skip": Cell(skip_eased),
    "next": Cell(skip_eased),
    "not_yet": Cell(everywhere.again, STAYS),
}
