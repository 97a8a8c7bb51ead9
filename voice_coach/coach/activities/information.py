"""The talks: medicines, and prevention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from voice_coach.coach import helping
from voice_coach.coach.activities.step_by_step import ALL, Guided, go_on
from voice_coach.coach.activity import Cell, Row
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.in_routine import BeatKind
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Book
from voice_coach.understanding.place import Place


@dataclass(frozen=True, slots=True)
class Talk(Guided):
    """Something is explained."""

    eases: ClassVar[bool] = True

    def _elsewhere(self, book: Book) -> Place:
        return Place.READY if self.doing(book) is BeatKind.READY else Place.TALK


def more(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """More: the next page of the help, or what the talk says next."""
    if not helping.go_on(t):
        go_on(here, t, heard)


ROW: Row[Guided] = {**ALL, "more": Cell(more)}
