"""The coach's own words, as this benchmark listens for them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from voice_coach.hearing.words import UNKNOWN
from voice_coach.understanding import Book


@dataclass(frozen=True)
class Lexis:
    """All that the coach understands.

    Attributes:
        commands: its phrases of one word, numbers included, words that sound alike made one.
        phrases: all of its phrases.
        alike: word -> the word that it sounds like.
    """

    commands: tuple[str, ...]
    phrases: tuple[str, ...]
    alike: dict[str, str]

    @classmethod
    def of(cls, book: Book) -> Lexis:
        """Return the words of a book."""
        every = [phrase for phrase, _ in book.phrases(frozenset(book.intents))]
        alike = dict(book.alike)
        single = {alike.get(phrase, phrase) for phrase in every if " " not in phrase}
        return cls(tuple(sorted(single)), tuple(sorted(set(every))), alike)

    def plain(self, text: str) -> str:
        """Return words without unknown sound, each as the one that it sounds like.

        Unlike the matcher's `canonical`, it keeps repeats: a word heard twice was misheard.
        """
        return " ".join(self.alike.get(w, w) for w in text.lower().split() if w != UNKNOWN)

    def false_words(self, heard: str, spoken: str) -> list[str]:
        """Return the words heard that were not spoken, as often as they were heard too often."""
        extra = Counter(self.plain(heard).split()) - Counter(self.plain(spoken).split())
        return list(extra.elements())
