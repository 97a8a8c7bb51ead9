"""A phrase said exactly, with or without courtesy around it."""

from __future__ import annotations

from collections.abc import Iterator

from voice_coach.understanding.book import Book
from voice_coach.understanding.intents import Phrase
from voice_coach.understanding.words import Meaning


class Exact:
    """Finds the phrase that some canonical words are, of those that a table holds."""

    def __init__(self, book: Book) -> None:
        self._intents = book.intents
        self._wording = book.understood.wording
        self._ignored = frozenset(map(book.canonical, book.understood.ignored))
        self._everything = frozenset(book.meant(frozenset(book.intents)))

    def meaning(self, heard: str, table: dict[str, Phrase]) -> Meaning | None:
        """Return what canonical words mean as a whole phrase, or None.

        Args:
            heard: the words.
            table: canonical phrase -> phrase, those that make sense now.
        """
        for text, exclaimed in self.readings(heard):
            if text != heard and heard in self._ignored:
                return None  # "and so on" is no "on"
            phrase = table.get(text)
            if phrase is None or (phrase.open and text != heard):
                continue  # "my legs are okay now" is no "my legs are"
            intent = self._intents[phrase.intent]
            if exclaimed and intent.answer:
                continue
            why = "exact" if text == heard else f'exact, "{phrase.text}" without courtesy'
            asked = phrase.asked or (intent.costly and (phrase.open or exclaimed))
            if asked:
                why += ", asked about first"
            return Meaning(
                phrase.intent, phrase.value, phrase.text, 100.0, certain=not asked, why=why
            )
        return None

    def means_something(self, heard: str) -> bool:
        """Whether canonical words are a phrase somewhere, if not here."""
        return any(text in self._everything for text, _ in self.readings(heard))

    def is_ignored(self, heard: str) -> bool:
        """Whether canonical words are meant for nobody, or deny what nobody asked."""
        return any(text in self._ignored for text, _ in self.readings(heard))

    def readings(self, heard: str) -> Iterator[tuple[str, bool]]:
        """Yield what was heard, as it is and without courtesy and repeats.

        Yields:
            The words, and whether something was taken off that may not stand beside an answer.
        """
        for words in dict.fromkeys((heard, self._wording.once(heard))):
            yield from self._wording.without_courtesy(words)
