"""The coach's actions on what it hears, by its own recogniser, matcher and rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from voice_coach.audio.samples import Samples
from voice_coach.hearing import HEARING_RATE, Recogniser, Speech, open_detector
from voice_coach.listening import CommandListener
from voice_coach.understanding.evidence import Command

from ..common import Lexis, grammars, the_parts
from ..scenes.takes import Take, blocks_of
from .ears import VoskEar

SITUATION = "menu"
"""The situation in which most commands make sense, and so most can be misheard."""


@dataclass(frozen=True)
class Done:
    """An action the coach would have taken.

    Attributes:
        intent: the intent it understood.
        words: what it heard.
        exact: whether they are exactly a phrase, not only nearly one.
    """

    intent: str
    words: str
    exact: bool


class Coach:
    """The coach at rest in its menu, silent, listening for every command.

    Args:
        ear: whose model hears.
        lexis: the coach's words.
    """

    def __init__(self, ear: VoskEar, lexis: Lexis) -> None:
        parts = the_parts()
        self._lexis = lexis
        speech = Speech(open_detector(), print)
        self._recogniser = Recogniser(
            ear.model, HEARING_RATE, parts.book.decoys, alternatives=True, speech=speech
        )
        self._listener = CommandListener(self._recogniser, parts.book, HEARING_RATE)
        self._listener.listen(grammars(parts)[SITUATION], pacing=False)

    def acts(self, takes: Iterable[Take]) -> Iterator[tuple[Take, Done]]:
        """Yield its actions on each take, except those on words really said in it."""
        for one in takes:
            spoken = f" {self._lexis.plain(one.saying.words)} "
            for done in self._done(one.sound):
                if f" {self._lexis.plain(done.words)} " not in spoken:
                    yield one, done

    def _done(self, sound: Samples) -> Iterator[Done]:
        for block in blocks_of(sound):
            for _, decision in self._listener.decisions(block):
                if isinstance(decision, Command):
                    exact = decision.detail.startswith("exact")
                    yield Done(decision.intent, decision.text, exact)
        self._recogniser.forget()
