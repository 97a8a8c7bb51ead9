"""The talks: medicines, and prevention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from voice_coach.coach import status
from voice_coach.coach.activities.step_by_step import ALL, Guided
from voice_coach.coach.activity import STAYS, Cell, Row
from voice_coach.coach.in_routine import BeatKind
from voice_coach.understanding.book import Book
from voice_coach.understanding.place import Place


@dataclass(frozen=True, slots=True)
class Talk(Guided):
    """Something is explained."""

    eases: ClassVar[bool] = True

    def _elsewhere(self, book: Book) -> Place:
        return Place.READY if self.doing(book) is BeatKind.READY else Place.TALK


ROW: Row[Guided] = {**ALL, "how_long": Cell(status.how_long, STAYS)}
