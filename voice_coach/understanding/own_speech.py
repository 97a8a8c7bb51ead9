"""Which of the words that were heard are the person's, and which may be the coach's own.

The microphone hears the coach too, as far as its voice is not cancelled. Words are judged by when
they were said:

- outside the coach's speech every word counts;
- during a sentence only a whole safety phrase counts, and not in words of the sentence itself;
- during a short pacing word ("In.", "Three.") everything counts but that word itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voice_coach.understanding.words import UNKNOWN, Hypothesis, Word

TAIL_SECONDS = 0.25
"""Seconds after a clip in which its last words may still be in the air and in the buffers, and are
not taken for the person's."""

HEAD_SECONDS = 0.15
"""A word that began this many seconds before a clip is the person's, whoever spoke after that."""

STEM = 3
"""Letters from which on the beginning of one of the coach's words counts as that word: of
"stopped" a recogniser hears "stop"."""


@dataclass(frozen=True, slots=True)
class OwnSpeech:
    """One clip of the coach's speech on the sample clock, as bare lower-case words."""

    start: int
    end: int
    words: frozenset[str]
    pacing: bool


@dataclass(frozen=True, slots=True)
class Admitted:
    """What may be acted on.

    Attributes:
        texts: the person's words, in the order in which they are to be tried; empty when none
            are admitted. There are several where some may be the coach's: all of the words, those
            that are not its own, and what these end with.
        safety_only: only a whole safety phrase may be taken from it.
        end: frame at which the last of the words ended.
        over_own: some of the words were heard while the coach spoke.
    """

    texts: tuple[str, ...]
    safety_only: bool = False
    end: int = 0
    over_own: bool = False


def is_own(word: str, own: frozenset[str]) -> bool:
    """Whether a word that was heard may be one of the coach's, or the beginning of one."""
    return word in own or (len(word) >= STEM and any(o.startswith(word) for o in own))


def readings(others: Sequence[str]) -> list[str]:
    """Return what a person may have said last, the longest first, of words not the coach's own.

    Of "a we stop", heard through the coach's voice, "stop" may be all that was said.
    """
    return [" ".join(others[first:]) for first in range(len(others))]


def admit(
    hypothesis: Hypothesis, own: Iterable[OwnSpeech], rate: int, *, all_commands: bool = False
) -> Admitted:
    """Return the words of a hypothesis that may be the person's.

    Args:
        hypothesis: what was heard.
        own: what the coach has been saying.
        rate: frames per second.
        all_commands: every command is heard through the coach's sentences (headphones, or a
            microphone that cancels echo by itself).
    """
    tail, head = round(TAIL_SECONDS * rate), round(HEAD_SECONDS * rate)
    clips = list(own)

    def about(word: Word) -> list[OwnSpeech]:
        if not hypothesis.final:
            return [c for c in clips if c.start < word.end and word.start < c.end + tail]
        return [c for c in clips if c.start - word.start < head and word.start < c.end + tail]

    clear: list[str] = []
    covered: list[str] = []
    others: list[str] = []
    over_own = False
    for word in hypothesis.words:
        over = about(word)
        over_own |= bool(over)
        own_words = frozenset[str]().union(*(clip.words for clip in over))
        sentence = any(not c.pacing and word.start < c.end for c in over) and not all_commands
        its_own = is_own(word.text, own_words)
        if not over or (not sentence and not its_own):
            clear.append(word.text)
        else:
            covered.append(word.text)
        if not its_own and word.text != UNKNOWN:
            others.append(word.text)
    end = hypothesis.words[-1].end if hypothesis.words else 0
    if not covered or any(text != UNKNOWN for text in clear):
        return Admitted((" ".join(clear),) if clear else (), end=end, over_own=over_own)
    if not others:
        return Admitted((), end=end, over_own=over_own)
    said = [word.text for word in hypothesis.words if word.text != UNKNOWN]
    return Admitted(tuple(dict.fromkeys((" ".join(said), *readings(others)))), True, end, over_own)
