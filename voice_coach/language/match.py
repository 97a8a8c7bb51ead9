"""From the words that were heard to what was meant.

An exact phrase is certain. Otherwise rapidfuzz gives the nearest phrase among those that make
sense now; `SURE` and `LIKELY` bound the doubtful band, and were chosen from the figures that
`python -m benchmarks.matching` prints. Below the band nothing was understood.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from voice_coach.language.book import Book

SURE = 88.0
"""From this similarity (0 to 100) on, a near phrase is taken as if it were exact."""

LIKELY = 78.0
"""From here to SURE a near phrase is acted on, but a costly intent is confirmed first."""

UNKNOWN = "[unk]"
"""What the recogniser writes for sound that fits no word of the grammar."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What was understood.

    Attributes:
        intent: name of the intent, or None when nothing fits.
        value: the number said, for the intent "number"; else None.
        phrase: the phrase it was taken for; empty when nothing fits.
        score: similarity, 0 to 100.
        certain: the phrase was said exactly, or as good as.
    """

    intent: str | None
    value: int | None = None
    phrase: str = ""
    score: float = 0.0
    certain: bool = False


class Matcher:
    """Maps words to one of the intents that make sense at the moment."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._decoys = frozenset(book.decoys)
        self._tables: dict[frozenset[str], dict[str, str]] = {}

    def is_phrase(self, words: str, intents: frozenset[str]) -> bool:
        """Whether the words are exactly a phrase of one of the intents."""
        return self._book.canonical(words) in self._table(intents)

    def confusable(self, words: str, intents: frozenset[str]) -> bool:
        """Whether a partial result may be the beginning of another phrase than it seems.

        Judged by the first two letters of the first words, which stand for their sounds: while
        "start" is being said, a recogniser that also knows "stop" often shows that.

        Args:
            words: the words of the partial result.
            intents: the intents of the other phrases.
        """
        head = self._book.canonical(words)[:2]
        return any(phrase[:2] == head for phrase in self._table(intents))

    def may_go_on(self, words: str, intents: frozenset[str]) -> frozenset[str]:
        """Return the intents of the longer phrases that begin with these words."""
        head = self._book.canonical(words) + " "
        table = self._table(intents)
        return frozenset(intent for phrase, intent in table.items() if phrase.startswith(head))

    def _table(self, intents: frozenset[str]) -> dict[str, str]:
        """Return canonical phrase -> intent; kept, as situations come again."""
        table = self._tables.get(intents)
        if table is None:
            pairs = self._book.phrases(intents)
            table = {self._book.canonical(phrase): intent for phrase, intent in pairs}
            self._tables[intents] = table
        return table

    def match(self, words: str, intents: frozenset[str]) -> Meaning:
        """Return what `words` mean if only `intents` make sense.

        Args:
            words: the recogniser's text, lower case, with "[unk]" for unknown sound.
            intents: names of the intents that make sense now.
        """
        table = self._table(intents)
        heard = self._book.canonical(words)
        if heard in table:
            return self._meaning(heard, table, 100.0)
        # An unknown sound weighs as one letter: "[unk] heat" is near "heat", a stream of
        # unknown sound with one known word in it is not.
        best = process.extractOne(
            heard.replace(UNKNOWN, "?"), table.keys(), scorer=fuzz.ratio, score_cutoff=LIKELY
        )
        # Nor does it stand for a word: "that is" and a noise is not "that is all".
        known = " ".join(word for word in heard.split() if word != UNKNOWN)
        if best is None or fuzz.ratio(known, best[0]) < LIKELY:
            return Meaning(None)
        meaning = self._meaning(best[0], table, best[1])
        # A decoy that belongs to the phrase ("the other side") says nothing against it.
        if self._decoys.isdisjoint(set(heard.split()) - set(best[0].split())):
            return meaning
        # A decoy was the truer word. Where a wrong guess costs, asking is better than silence
        # ("Did you say heat?" after "eat"); elsewhere nothing was said.
        costly = self._book.intents[table[best[0]]].costly
        return replace(meaning, certain=False) if costly else Meaning(None)

    def _meaning(self, phrase: str, table: dict[str, str], score: float) -> Meaning:
        intent = table[phrase]
        numbers = self._book.numbers
        value = next((numbers[w] for w in phrase.split() if w in numbers), None)
        return Meaning(
            intent=intent,
            value=value if intent == "number" else None,
            phrase=phrase,
            score=score,
            certain=score >= SURE,
        )
