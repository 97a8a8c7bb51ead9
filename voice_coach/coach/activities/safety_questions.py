"""The safety questions: about an emergency, and what a doctor has to be asked first.

They are put before anything that moves or warms the body, in groups: questions.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from voice_coach.coach.activities.step_by_step import ALL, Guided
from voice_coach.coach.activity import Row
from voice_coach.understanding.book import Book
from voice_coach.understanding.place import Place


@dataclass(frozen=True, slots=True)
class SafetyQuestions(Guided):
    """The person is being asked about warning signs."""

    def place(self, book: Book) -> Place:
        """Return where somebody speaks: at a question about warning signs, whichever it is."""
        return Place.CHECKING


ROW: Row[Guided] = ALL
