"""Words and their pronunciations: graph/lexicon.txt, one pronunciation a line: `word P P P`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from voice_coach.vocabulary.files import REMEDY, damaged, quoted, read_lines
from voice_coach.vocabulary.phones import ARPABET

LONGEST = 40
"""Letters of the longest word."""

_MOST_PHONES = 300  # forty letters, spelled

_WORD = re.compile(r"[a-z']*[a-z][a-z']*")
_KNOWN = frozenset(ARPABET)

Pronunciation = tuple[str, ...]
"""ARPAbet phones without stress, for example ("K", "AE", "T")."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words with their pronunciations: (word, phones) in alphabetical order, each pair once."""

    entries: tuple[tuple[str, Pronunciation], ...]

    def __post_init__(self) -> None:
        """Put the entries in order.

        Raises:
            ValueError: a word or a phone is invalid.
        """
        for word, phones in self.entries:
            problem = wrong_word(word) or wrong_phones(phones)
            if problem:
                raise ValueError(problem)
        object.__setattr__(self, "entries", tuple(sorted(set(self.entries))))

    @classmethod
    def of(cls, words: Mapping[str, Iterable[Pronunciation]]) -> Lexicon:
        """Return the lexicon of words and, for each, its pronunciations.

        Raises:
            ValueError: a word or a phone is invalid.
        """
        return cls(tuple((word, tuple(phones)) for word in words for phones in words[word]))

    @classmethod
    def read(cls, path: Path) -> Lexicon:
        """Read a model's lexicon; empty lines are allowed.

        Raises:
            ModelFault: it cannot be read, or a line is invalid; names file, line and reason.
        """
        entries = read_entries(path)
        if not entries:
            raise damaged(path, "whole file", "has no words")
        return cls(entries)

    @property
    def words(self) -> tuple[str, ...]:
        """The words, each once, in alphabetical order."""
        return tuple(dict.fromkeys(word for word, _ in self.entries))

    def joined(self, other: Lexicon) -> Lexicon:
        """Return a lexicon with the entries of both."""
        return Lexicon(self.entries + other.entries)

    def without(self, word: str) -> Lexicon:
        """Return the lexicon without a word."""
        return Lexicon(tuple(entry for entry in self.entries if entry[0] != word))

    def text(self) -> str:
        """Return the content of graph/lexicon.txt."""
        return "".join(f"{word} {' '.join(phones)}\n" for word, phones in self.entries)


def read_entries(path: Path, remedy: str = REMEDY) -> tuple[tuple[str, Pronunciation], ...]:
    """Read lines `word P P P`.

    Raises:
        ModelFault: the file cannot be read, or a line is invalid; names file, line and reason.
    """
    entries = []
    for number, line in enumerate(read_lines(path), 1):
        if line.strip():
            word, *phones = line.split()
            problem = wrong_word(word) or wrong_phones(phones)
            if problem:
                raise damaged(path, number, problem, remedy)
            entries.append((word, tuple(phones)))
    return tuple(entries)


def wrong_word(word: str) -> str:
    """Return why `word` cannot be a word of a lexicon, or ""."""
    if not _WORD.fullmatch(word):
        return f"{quoted(word)} is not a word of small letters a to z and apostrophes"
    if len(word) > LONGEST:
        return f"{quoted(word)} has more than {LONGEST} letters"
    return ""


def wrong_phones(phones: Iterable[str]) -> str:
    """Return why `phones` cannot be a pronunciation, or ""."""
    sounds = tuple(phones)
    if not sounds:
        return "there are no phones"
    if len(sounds) > _MOST_PHONES:
        return f"there are {len(sounds)} phones, more than any word has"
    unknown = [phone for phone in sounds if phone not in _KNOWN]
    return f"{quoted(unknown[0])} is not an ARPAbet phone" if unknown else ""
