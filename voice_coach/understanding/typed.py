"""Typed text as a recogniser would write it: in small letters, numbers spelled out.

People who type may leave accents out, but an accent may tell two words apart. So a word is given
its accents where it is no word without them ("respiracion" is "respiración"); where it is one, both
are tried, as it was typed first: "llame" asks for a call, "llamé" says that one was made.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from voice_coach.understanding.book import Book
from voice_coach.understanding.words import UNKNOWN

APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
"""As word processors write it; the recogniser writes the plain one."""

_WORD = re.compile(r"\[unk\]|[^\W\d_]+(?:'[^\W\d_]+)*|\d+")


@dataclass(frozen=True, slots=True)
class _Spelling:
    """The words of one book.

    Attributes:
        known: all that are understood.
        hasty: what is typed in a hurry: "cant" -> "can't", "manana" -> "mañana". What is a word
            itself ("well", "ill") is left out.
        accented: known words that are other words without their accents: "llame" -> "llamé".
        spelled: "7" -> "seven", and "999" -> "nine nine nine" where that is understood.
    """

    known: frozenset[str]
    hasty: dict[str, str]
    accented: dict[str, str]
    spelled: dict[str, str]


_last: tuple[Book, _Spelling] | None = None
"""The book used last; books never change."""


def _spelling(book: Book) -> _Spelling:
    global _last
    if _last is None or _last[0] is not book:
        _last = (book, _of(book))
    return _last[1]


def _of(book: Book) -> _Spelling:
    heard, wording = book.understood, book.understood.wording
    texts = [phrase.text for phrases in heard.said.values() for phrase in phrases]
    texts += [phrase.text for phrases in heard.here.values() for phrase in phrases]
    texts += [*wording.before, *wording.after, *wording.exclamations, *wording.afterthoughts]
    texts += [*wording.fillers, *heard.ignored, *heard.numbers, *heard.decoys, *heard.hints]
    texts += [*wording.alike, *wording.alike.values(), *wording.contractions, *heard.minutes]
    words = frozenset(word for text in texts for word in text.split())
    hasty = {short.replace("'", ""): short for short in wording.contractions if "'" in short[1:]}
    accents = _accents(words)
    hasty |= accents
    return _Spelling(
        words,
        {bare: short for bare, short in hasty.items() if bare not in words},
        {bare: word for bare, word in accents.items() if bare in words},
        _digit_by_digit(texts, heard.numbers)
        | {str(value): word for word, value in {**heard.minutes, **heard.numbers}.items()},
    )


def _accents(words: Iterable[str]) -> dict[str, str]:
    """Return how words are typed without accents -> the word, where it is one word alone."""
    found: dict[str, set[str]] = {}
    for word in words:
        if not word.isascii():
            parts = unicodedata.normalize("NFD", word)
            bare = "".join(part for part in parts if not unicodedata.combining(part))
            found.setdefault(bare, set()).add(word)
    return {bare: min(ways) for bare, ways in found.items() if len(ways) == 1 and bare not in ways}


def _digit_by_digit(texts: Iterable[str], numbers: Mapping[str, int]) -> dict[str, str]:
    """Return the longer numbers that are understood digit by digit, as one calls them.

    Two digits are a number ("15"), or two ("five six"), and not a number to call.
    """
    digits = {word: str(value) for word, value in numbers.items() if 0 <= value <= 9}
    runs = {
        tuple(run)
        for text in texts
        for is_digit, run in groupby(text.split(), digits.__contains__)
        if is_digit
    }
    return {"".join(map(digits.__getitem__, run)): " ".join(run) for run in runs if len(run) > 2}


def spoken_words(text: str, book: Book) -> str:
    """Return typed text as a recogniser would write it."""
    spelling = _spelling(book)
    text = unicodedata.normalize("NFC", text)
    if "and" in spelling.known:
        text = text.replace("&", " and ")  # A&E
    found = _WORD.findall(text.lower().replace(APOSTROPHE, "'"))
    written = [spelling.hasty.get(word, word) for word in found]
    return " ".join(
        spelling.spelled.get(word, UNKNOWN) if word.isdigit() else word for word in written
    )


def readings(text: str, book: Book) -> tuple[str, ...]:
    """Return how typed text may be read: as it is, accented, and strange words as unknown sound.

    A slip beside "stop" must not unsay it, any more than a noise does.
    """
    spelling = _spelling(book)
    words = spoken_words(text, book) or UNKNOWN
    accented = " ".join(spelling.accented.get(word, word) for word in words.split())
    read = tuple(dict.fromkeys((words, accented)))
    strange = (
        " ".join(w if w in spelling.known or "'" in w else UNKNOWN for w in one.split())
        for one in read
    )
    return tuple(dict.fromkeys((*read, *strange)))
