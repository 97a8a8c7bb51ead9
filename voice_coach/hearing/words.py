"""Words: as they were heard, and as they stand in a sentence."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

UNKNOWN = "[unk]"
"""Sound that is no word of the grammar."""

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+")


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word, with its place on the sample clock of the ring."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was said between two silences; `final` is False for a stable partial result.

    The words of a partial result carry no times of their own: each has those of the whole.

    Attributes:
        words: what was heard.
        final: see above.
        margin: by how much these words fit better than no command at all, as the logarithm of the
            ratio of their likelihoods; infinite where nothing else fits, and where it is not known.
        others: what it may have been instead, the likeliest first, where that was asked for.
    """

    words: tuple[Word, ...]
    final: bool
    margin: float = math.inf
    others: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The words, with "[unk]" for unknown sound."""
        return " ".join(word.text for word in self.words)


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
