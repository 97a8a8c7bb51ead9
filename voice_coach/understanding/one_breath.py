"""Several phrases in one breath: "ow, stop, it hurts"; "heat and then ice".

What is for safety goes before everything else, in the order of `together`. Of two wishes that a
joining word puts side by side, the first is meant: the other can be said when that is over. An
answer is never taken together with anything else.
"""

from __future__ import annotations

from dataclasses import replace

from voice_coach.understanding.book import Book
from voice_coach.understanding.exact import Exact
from voice_coach.understanding.intents import Phrase
from voice_coach.understanding.words import Meaning

MOST_WORDS = 16
"""Words in which several phrases are looked for: what is said in one breath."""

MOST_TOGETHER = 5
"""Phrases looked for in one breath."""

URGENT = frozenset({"emergency", "red_flag"})
"""Intents that are found even after other words: "no, I can't feel my legs"."""


class OneBreath:
    """Finds what several phrases said one after another mean."""

    def __init__(self, book: Book, exact: Exact) -> None:
        self._exact = exact
        self._intents = book.intents
        self._order = book.understood.together
        self._speakers = book.understood.speakers
        self._wording = book.understood.wording
        self._wishes = frozenset((*book.topics(), "breathe_for"))
        joining = (book.canonical(text).split() for text in book.understood.joining)
        self._joining = sorted(joining, key=len, reverse=True)

    def meaning(self, heard: str, table: dict[str, Phrase], depth: int = 2) -> Meaning | None:
        """Return what several phrases in one breath mean, or None.

        Args:
            heard: canonical words.
            table: canonical phrase -> phrase, those that make sense now.
            depth: how many phrases have been found, with the present two.
        """
        words = heard.split()
        if len(words) > MOST_WORDS:
            return None
        denying = self._wording.denying_next
        for length in range(len(words) - 1, 0, -1):
            if words[length - 1] in denying and words[length] not in denying:
                denied = self._denied(words[length:], table)
                if denied is not None:
                    return denied
                continue
            head = " ".join(words[:length])
            first = self._exact.meaning(head, table)
            if first is None and not self._exact.means_something(head):
                continue
            rest = words[length:]
            joint = self._joint(rest)
            second = self._second(rest, table, depth)
            if second is None and joint:
                second = self._second(rest[joint:], table, depth)
            if second is None:
                continue
            meant = self._of_two(first, second, head, joined=bool(joint))
            if meant is not None:
                return meant
        return None

    def _joint(self, rest: list[str]) -> int:
        """Return how many words at the beginning join what follows to what went before."""
        return next((len(j) for j in self._joining if rest[: len(j)] == j and rest[len(j) :]), 0)

    def _second(self, rest: list[str], table: dict[str, Phrase], depth: int) -> Meaning | None:
        """Return what the words after a phrase mean, which may be several phrases again."""
        text = " ".join(rest)
        found = self._exact.meaning(text, table)
        if found is None and depth < MOST_TOGETHER:
            found = self.meaning(text, table, depth + 1)
        return found

    def _of_two(
        self, first: Meaning | None, second: Meaning, head: str, *, joined: bool
    ) -> Meaning | None:
        """Return what is meant of two phrases, or None where that isn't clear.

        Args:
            first: what the first one means here; None if it means something elsewhere only.
            second: what the second one means.
            head: the words of the first one.
            joined: a joining word stands between them.
        """
        why = f'exact, "{head}" and "{second.phrase}"'
        if second.intent in URGENT and second.phrase.split()[0] in self._speakers:
            return replace(second, why=why)  # "no, I can't feel my legs"
        if first is None or self._intents[str(first.intent)].answer:
            return None
        if self._ranked(second):
            if not (joined or self._ranked(first) or first.intent in self._wishes):
                return None  # "I'm his wife, what can I do" is more than "what can I do"
            return replace(min(first, second, key=self._rank), why=why)
        if not joined or second.intent not in self._wishes:
            return None
        if self._ranked(first):  # "stop and give me heat"
            return replace(first, why=why)
        if first.intent in self._wishes:
            costly = self._intents[str(first.intent)].costly
            return replace(first, certain=first.certain and not costly, why=why)
        return None

    def _ranked(self, meaning: Meaning) -> bool:
        return meaning.intent in self._order

    def _rank(self, meaning: Meaning) -> int:
        """Return where in the order of `together` it stands: what isn't in it comes last."""
        return self._order.index(str(meaning.intent)) if self._ranked(meaning) else len(self._order)

    def _denied(self, rest: list[str], table: dict[str, Phrase]) -> Meaning | None:
        """Return what is asked about after a word that denies what comes right after it.

        Without its comma "no, me duele el pecho" is "no me duele el pecho": if that is urgent, it
        is asked about. Anything else isn't said.
        """
        meaning = self._exact.meaning(" ".join(rest), table)
        if meaning is None or meaning.intent not in URGENT:
            return None
        why = f'"{meaning.phrase}" is denied, or said after a no; asked about first'
        return replace(meaning, certain=False, why=why)
