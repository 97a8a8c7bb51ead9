"""One form for many wordings, and the words that turn a meaning round.

Two sentences mean the same to the coach if their canonical forms are equal: contractions are
written out, and words that sound alike count as one. Immediate repeats, courtesy and
hesitation ("um", "can you ... please") can be taken off a command. Words that turn the
meaning (not, never, on and off) are never taken off, and must agree between what was heard and a
phrase it is taken for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

MOST_COURTESIES = 4
"""Courtesies taken off at either end: "okay well can you please"."""

Words = tuple[str, ...]


@dataclass(frozen=True)
class Wording:
    """How one language words things.

    Attributes:
        alike: word -> the word it sounds like and is taken for ("know" -> "no").
        contractions: short form -> the words it stands for ("it's" -> "it is"), and endings that
            begin with an apostrophe ("'s" -> "is", for "my back's").
        before, after: courtesies at the beginning and the end of a command.
        exclamations: what may come before a command, but not before an answer: "oh no" is no "no".
        afterthoughts: the same after a command: "no, a bit" is no "no".
        fillers: sounds of hesitation, dropped wherever they stand.
        small: words that carry little meaning ("the", "of", "have"), for `gist`.
        denying: words that deny.
        denying_next: those of them that deny what comes right after them ("no tengo fiebre").
        turning: these, and words that have an opposite.
        letters: how many letters of a word stand for how it begins to sound.
        sounds: spelling -> how that is written for it ("qu" -> "k", "h" -> "").
    """

    alike: Mapping[str, str] = field(default_factory=dict)
    contractions: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    exclamations: tuple[str, ...] = ()
    afterthoughts: tuple[str, ...] = ()
    fillers: frozenset[str] = frozenset()
    small: frozenset[str] = frozenset()
    denying: frozenset[str] = frozenset()
    denying_next: frozenset[str] = frozenset()
    turning: frozenset[str] = frozenset()
    letters: int = 2
    sounds: Mapping[str, str] = field(default_factory=dict)

    def canonical(self, words: str) -> str:
        """Return words with contractions written out, and those that sound alike made one."""
        return " ".join(map(self._canonical_words.__getitem__, words.split()))

    def written_out(self, words: str) -> str:
        """Return words with contractions written out."""
        parts = words.split()
        if "'" not in words and self._short.isdisjoint(parts):
            return " ".join(parts)
        return " ".join(map(self._long, parts))

    def _long(self, word: str) -> str:
        if "'" not in word or word in self.contractions:
            return self.contractions.get(word, word)
        for ending, long in self._endings:
            if word.endswith(ending) and len(word) > len(ending):
                return f"{word.removesuffix(ending)} {long}"
        return word

    def once(self, canonical: str) -> str:
        """Return canonical words without immediate repeats.

        "stop stop" and "it hurts it hurts" are said in pain, and mean what they mean once.
        """
        kept: list[str] = []
        for word in canonical.split():
            if not kept or kept[-1] != word:
                kept.append(word)
        for length in range(2, len(kept) // 2 + 1):
            if kept[length:] == kept[:-length]:  # the same over and over
                return " ".join(kept[:length])
        return " ".join(kept)

    def without_courtesy(self, canonical: str) -> Iterator[tuple[str, bool]]:
        """Yield what is left of canonical words without courtesy, the least taken off first.

        The words as they are come first. Nothing is yielded that would be empty.

        Yields:
            The words, and whether something was taken off that may not stand beside an answer.
        """
        yield canonical, False
        words = tuple(w for w in canonical.split() if w not in self.fillers)
        behind = words[::-1]
        polite = (_reach(words, self._before), _reach(behind, self._after))
        starts = _reach(words, self._before + self._exclamations)
        taken = _reach(behind, self._after + self._afterthoughts)
        cuts = [(first, last) for first in starts for last in taken if first + last < len(words)]
        cuts.sort(key=lambda cut: (sum(cut), cut[0]))
        for first, last in cuts:
            text = " ".join(words[first : len(words) - last])
            if text != canonical:
                yield text, first not in polite[0] or last not in polite[1]

    def gist(self, canonical: str) -> Words:
        """Return the words that carry the meaning, in their order."""
        return tuple(w for w in canonical.split() if w not in self.small and w not in self.fillers)

    def turns(self, canonical: str) -> Counter[str]:
        """Return the words that turn the meaning, with how often each stands there."""
        return Counter(word for word in canonical.split() if word in self.turning)

    def onset(self, words: str) -> str:
        """Return how words begin to sound, as letters; of two that begin alike, it is the same."""
        sound = ""
        while words and len(sound) < self.letters:
            spelling = next(filter(words.startswith, self._spellings), words[0])
            sound += self.sounds.get(spelling, spelling)
            words = words[len(spelling) :]
        return sound[: self.letters]

    def said_as(self, phrase: str) -> tuple[str, ...]:
        """Return a written-out phrase as people say it: in full, and with its contractions.

        Two ways of contracting are tried, so that "it is not off" gives "it's not off" and
        "it isn't off".
        """
        full = self.written_out(phrase)
        words = full.split()
        if self._contracted.keys().isdisjoint(pairwise(words)):
            return (full,)
        left, right = self._contract(words), self._contract(words, from_right=True)
        return tuple(dict.fromkeys((full, left, right)))

    def _contract(self, words: list[str], *, from_right: bool = False) -> str:
        """Return words with pairs contracted, one after another from either end."""
        kept = list(words)
        order = range(len(words) - 1)
        for i in reversed(order) if from_right else order:
            short = self._contracted.get((kept[i], kept[i + 1]))
            if short is not None:
                kept[i], kept[i + 1] = short, ""
        return " ".join(filter(None, kept))

    @cached_property
    def _canonical_words(self) -> _Canonical:
        return _Canonical(self)

    @cached_property
    def _spellings(self) -> list[str]:
        """The longest first: "qu" before "q"."""
        return sorted(self.sounds, key=len, reverse=True)

    @cached_property
    def _short(self) -> frozenset[str]:
        """Contractions that have no apostrophe ("gonna")."""
        return frozenset(short for short in self.contractions if "'" not in short)

    @cached_property
    def _before(self) -> tuple[Words, ...]:
        return tuple(tuple(self.canonical(text).split()) for text in self.before)

    @cached_property
    def _exclamations(self) -> tuple[Words, ...]:
        return tuple(tuple(self.canonical(text).split()) for text in self.exclamations)

    @cached_property
    def _after(self) -> tuple[Words, ...]:
        return tuple(tuple(self.canonical(text).split()[::-1]) for text in self.after)

    @cached_property
    def _afterthoughts(self) -> tuple[Words, ...]:
        return tuple(tuple(self.canonical(text).split()[::-1]) for text in self.afterthoughts)

    @cached_property
    def _contracted(self) -> dict[tuple[str, ...], str]:
        """Two words -> the first contraction that stands for them."""
        contracted: dict[tuple[str, ...], str] = {}
        for short, long in self.contractions.items():
            if long.count(" ") == 1:
                contracted.setdefault(tuple(long.split()), short)
        return contracted

    @cached_property
    def _endings(self) -> list[tuple[str, str]]:
        return [(short, long) for short, long in self.contractions.items() if short[0] == "'"]


class _Canonical(dict[str, str]):
    """Word -> its canonical form, looked up once."""

    def __init__(self, wording: Wording) -> None:
        super().__init__()
        self._wording = wording

    def __missing__(self, word: str) -> str:
        alike = self._wording.alike
        long = self._wording.written_out(word)
        self[word] = " ".join(alike.get(part, part) for part in long.split())
        return self[word]


def _reach(words: Words, courtesies: tuple[Words, ...]) -> list[int]:
    """Return after how many words courtesies at the beginning may end, 0 among them."""
    reached = {0}
    new = {0}
    for _ in range(MOST_COURTESIES):
        new = {
            place + len(courtesy)
            for place in new
            for courtesy in courtesies
            if courtesy and words[place : place + len(courtesy)] == courtesy
        } - reached
        if not new:
            break
        reached |= new
    return sorted(reached)
