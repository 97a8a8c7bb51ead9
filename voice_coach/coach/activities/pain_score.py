"""The pain score: a number from zero to ten, before and after the exercises."""

from __future__ import annotations

from dataclasses import dataclass

from voice_coach.coach import everywhere, undo
from voice_coach.coach.activities.step_by_step import QUESTIONS, Guided, go_on, repeat, skip
from voice_coach.coach.activity import STAYS, Cell, Row
from voice_coach.coach.everywhere import EVERYWHERE, LEAVING
from voice_coach.understanding.book import Book
from voice_coach.understanding.place import Place


@dataclass(frozen=True, slots=True)
class PainScore(Guided):
    """The person is asked how strong the pain is."""

    def place(self, book: Book) -> Place:
        """Return where somebody speaks: at the question about the pain."""
        return Place.PAIN


ROW: Row[Guided] = {
    **EVERYWHERE,
    **LEAVING,
    **QUESTIONS,
    "stop": Cell(everywhere.quiet, STAYS),
    "next": Cell(go_on),
    "repeat": Cell(repeat),
    "skip": Cell(skip),
    "back": Cell(undo.reopen),
}
