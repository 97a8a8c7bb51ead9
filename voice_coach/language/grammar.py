"""What the recogniser is given to listen for: few sentences that hold every way of saying things.

vosk makes of its phrases a bigram model with back-off: it knows which word may follow which, not
which sentence is whole. So of thousands of sentences only those are needed that bring a new pair
of neighbouring words; a grammar of 700 takes 2 ms to build, one of 9,000 takes 20 (and each change
of what is said builds another).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, pairwise

from voice_coach.language.book import Book
from voice_coach.language.intents import Phrase
from voice_coach.language.match import STRICT
from voice_coach.language.place import Place

CORE_WEIGHT = 2
"""How often the shortest sentences of each template come besides: in three synthetic voices nobody
trained on, 2 took natural sentences from 85 to 87 % understood, and 6 no further than 88."""


class Grammar:
    """Gives, and keeps, the phrases to listen for; see the module's docstring."""

    def __init__(self, book: Book) -> None:
        self._book = book
        wording = book.understood.wording
        self._courtesies = tuple(
            dict.fromkeys(
                form
                for text in chain(
                    wording.before,
                    wording.after,
                    wording.exclamations,
                    wording.fillers,
                    book.understood.ignored,
                )
                for form in wording.said_as(text)
            )
        )
        self._kept: dict[tuple[frozenset[str], Place | None], tuple[str, ...]] = {}

    def phrases(self, intents: frozenset[str], place: Place | None = None) -> tuple[str, ...]:
        """Return what to listen for while these intents make sense in a place.

        Phrases may come several times: vosk takes them for so much likelier.
        """
        key = (intents, place)
        if key not in self._kept:
            meant = self._book.meant(intents, place).values()
            said = [p for p in meant if p.core or self._is_at_home(p.intent, place)]
            core = [form for p in said if p.core for form in self._forms(p)]
            wide = covering(chain(*map(self._forms, said), self._courtesies))
            self._kept[key] = (*wide, *core * CORE_WEIGHT)
        return self._kept[key]

    def _forms(self, phrase: Phrase) -> tuple[str, ...]:
        return self._book.understood.wording.said_as(phrase.text)

    def _is_at_home(self, intent: str, place: Place | None) -> bool:
        """Whether all ways of saying it are listened for: where an answer is awaited, few are."""
        if place not in STRICT and place is not Place.PAIN:
            return True
        made = self._book.intents[intent]
        return made.answer or made.safety or intent in ("back", "repeat", "skip")


def covering(phrases: Iterable[str]) -> tuple[str, ...]:
    """Return some of the phrases that together hold every pair of neighbouring words of all.

    Phrases of one word are all kept: they are the commands said most.
    """
    kept: list[str] = []
    seen: set[tuple[str, str]] = set()
    for phrase in sorted(set(phrases), key=lambda text: (" " in text, -text.count(" "), text)):
        pairs = set(pairwise(("<s>", *phrase.split(), "</s>")))
        if " " not in phrase or not pairs <= seen:
            kept.append(phrase)
            seen |= pairs
    return tuple(kept)
