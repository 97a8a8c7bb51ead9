"""The safety questions: a welcome, and one question after the other about warning signs."""

from __future__ import annotations

from dataclasses import dataclass

from voice_coach.coach import everywhere, run_routine, safety
from voice_coach.coach.activities.step_by_step import ALL, Guided
from voice_coach.coach.activity import STAYS, Cell, Row
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Book
from voice_coach.understanding.place import Place


@dataclass(frozen=True, slots=True)
class SafetyQuestions(Guided):
    """The person is being asked about warning signs."""

    def resume(self, t: Transition) -> None:
        """Go on with the question, or end them where an answer has ruled out the rest."""
        if safety.questions_over(t):
            safety.finish_questions(t)
        else:
            Guided.resume(self, t)

    def finish(self, t: Transition) -> None:
        """Go on to what follows them; what an answer has ruled out has been said."""
        run_routine.end_routine(t, self)

    def place(self, book: Book) -> Place:
        """Return where somebody speaks: at a question about warning signs, whichever it is."""
        return Place.CHECKING


ROW: Row[Guided] = {**ALL, "stop": Cell(everywhere.quiet, STAYS)}
"""There is nothing to stop but the asking: it waits, quietly from then on."""
