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
from voice_coach.language.place import Place


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
        """Return what to listen for while these intents make sense in a place."""
        key = (intents, place)
        if key not in self._kept:
            wording = self._book.understood.wording
            said = (
                form
                for text, _ in self._book.phrases(intents, place)
                for form in wording.said_as(text)
            )
            self._kept[key] = covering(chain(said, self._courtesies))
        return self._kept[key]


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
