"""The pain score: a number from zero to ten, before and after the exercises."""

from __future__ import annotations

from dataclasses import dataclass

from voice_coach.coach import everywhere, heat_and_ice, undo
from voice_coach.coach.activities.step_by_step import QUESTIONS, Guided, go_on, repeat, skip
from voice_coach.coach.activity import Cell, Row
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.everywhere import EVERYWHERE, LEAVING
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Book
from voice_coach.understanding.place import Place


@dataclass(frozen=True, slots=True)
class PainScore(Guided):
    """The person is asked how strong the pain is."""

    def reprompt(self, t: Transition, asked: int) -> None:
        """Put the question again; with heat or ice on it is put only once."""
        if t.skin.on is not None:
            heat_and_ice.return_to_application(t, t.skin.on)
        else:
            Guided.reprompt(self, t, asked)

    def place(self, book: Book) -> Place:
        """Return where somebody speaks: at the question about the pain."""
        return Place.PAIN


def stop(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """Stop: what is on comes off; else be quiet, but go on listening."""
    if t.skin.on is not None:
        heat_and_ice.go_to_application(t, t.skin.on)
        heat_and_ice.stop_application(t, t.skin.on)
    else:
        everywhere.quiet(here, t, heard)


ROW: Row[Guided] = {
    **EVERYWHERE,
    **LEAVING,
    **QUESTIONS,
    "stop": Cell(stop),
    "next": Cell(go_on),
    "repeat": Cell(repeat),
    "skip": Cell(skip),
    "back": Cell(undo.reopen),
}
