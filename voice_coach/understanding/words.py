"""Words: as a recogniser hears them, what they are taken for, and as they stand in a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

UNKNOWN = "[unk]"
"""What the recogniser writes for sound that fits no word of its grammar."""

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+")


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word, with the frames of the sample clock between which it lies."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What may have been said so far, and how many partial results in a row have shown it."""

    text: str
    seen: int


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What the recogniser believes was said since the last silence.

    The words of a partial result carry no times of their own: each has those of the whole.

    Attributes:
        words: what was heard; never empty.
        final: the utterance is over; False for a partial result.
        others: what it may nearly as well have been, the likeliest first, where that was asked for.
        may_be_nothing: it may have been unknown sound alone, where others were asked for.
        readings: of a partial result, its words without unknown sound, and while the coach speaks
            the ends of what is left without the coach's own words.
        quiet: of a partial result, seconds since a voice was heard.
    """

    words: tuple[Word, ...]
    final: bool
    others: tuple[str, ...] = ()
    may_be_nothing: bool = False
    readings: tuple[Reading, ...] = ()
    quiet: float = 0.0

    @property
    def text(self) -> str:
        """The words, with "[unk]" for unknown sound."""
        return " ".join(word.text for word in self.words)

    @property
    def start(self) -> int:
        """The frame at which the first word begins."""
        return self.words[0].start

    @property
    def end(self) -> int:
        """The frame at which the last word ends."""
        return self.words[-1].end


@dataclass(frozen=True, slots=True)
class Meaning:
    """What was understood.

    Attributes:
        intent: name of the intent, or None when nothing fits.
        value: the number said, or the kind of an intent that comes in kinds; else None.
        phrase: the phrase it was taken for; empty when nothing fits.
        score: similarity, 0 to 100.
        certain: it need not be confirmed.
        why: the reason, in a few words.
    """

    intent: str | None
    value: int | str | None = None
    phrase: str = ""
    score: float = 0.0
    certain: bool = False
    why: str = ""


def bare_words(sentence: str, numbers: Mapping[str, int]) -> tuple[str, ...]:
    """Return the words of a sentence as a recogniser writes them, numbers spelled out.

    Args:
        sentence: for example "Don't stop. 3 left."
        numbers: number words and their values; other numbers are unknown sound.
    """
    spelled = {str(value): word for word, value in numbers.items()}
    return tuple(
        spelled.get(word, UNKNOWN) if word.isdigit() else word
        for word in _WORD.findall(sentence.lower())
    )
