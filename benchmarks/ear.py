"""The program's own recogniser, watched chunk by chunk, and what would be done about it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from voice_coach.attention import (
    ALONE_DB,
    PARTIALS,
    PARTIALS_AT_REST,
    PARTIALS_SPEAKING,
    SPEECH_LEAST,
)
from voice_coach.audio.duplex import Block
from voice_coach.audio.samples import Samples
from voice_coach.hearing import (
    HEARING_RATE,
    Partial,
    Recogniser,
    Speech,
    Utterance,
    open_detector,
)
from voice_coach.hearing.recogniser import CHUNK
from voice_coach.understanding import Book, Matcher

if TYPE_CHECKING:
    from vosk import Model


@dataclass(frozen=True, slots=True)
class Chunk:
    """What was known at frame `end`: the partial result without unknown sound, or a final one.

    `speech` is how likely it is that a final one is speech, `alone` by how many dB it is louder
    than what is beside it.
    """

    end: int
    partial: str
    final: str
    speech: float = 1.0
    alone: float = math.inf

    def counts(self, intent: str | None, safety: frozenset[str]) -> bool:
        """Whether a final result with this meaning is acted on, as `attention` has it."""
        counts = self.alone >= ALONE_DB and self.speech >= SPEECH_LEAST
        return intent is not None and (intent in safety or counts)


@dataclass(frozen=True, slots=True)
class Acted:
    """What would have been done, and when: `at` is a frame, `final` False for a partial result."""

    intent: str
    at: int
    final: bool
    score: float


class Ear:
    """A recogniser that tells all it hears."""

    def __init__(self, model: Model, book: Book) -> None:
        """Begin with no grammar."""
        speech = Speech(open_detector(), print)
        self._recogniser = Recogniser(model, HEARING_RATE, book.decoys, speech=speech)
        self._partial = ""

    def listen(self, phrases: Iterable[str]) -> None:
        """Listen for phrases; only between clips."""
        self._recogniser.listen(phrases, self._note)

    def hear(self, sound: Samples) -> list[Chunk]:
        """Return what is known after each chunk of a clip, and forget it."""
        made: list[Chunk] = []
        silence = np.zeros(CHUNK, np.float32)
        for start in range(0, len(sound) - CHUNK + 1, CHUNK):
            piece = sound[start : start + CHUNK]
            self._partial = ""
            found = self._recogniser.hear(Block(start, piece, silence))
            final = " ".join(u.text for u in found)
            likely = max((self._likelihood(u) for u in found), default=1.0)
            alone = max(map(self._recogniser.isolated, found), default=math.inf)
            partial = "" if final else self._partial
            made.append(Chunk(start + CHUNK, partial, final, likely, alone))
        self._recogniser.forget()
        return made

    def _likelihood(self, utterance: Utterance) -> float:
        return self._recogniser.speech(utterance.words[0].start, utterance.words[-1].end)

    def _note(self, partial: Partial) -> int:
        self._partial = partial.words
        return 0


def acted(
    chunks: Iterable[Chunk],
    matcher: Matcher,
    intents: frozenset[str],
    safety: frozenset[str],
    needed: Callable[[str], int],
) -> Acted | None:
    """Return what the ring would have done first.

    Args:
        chunks: what was heard.
        matcher: gives the meaning.
        intents: what makes sense.
        safety: the intents acted on from partial results.
        needed: how often a partial result must be seen; 0 for never.
    """
    last, seen = "", 0
    for chunk in chunks:
        if chunk.final:
            meaning = matcher.match(chunk.final, intents)
            if meaning.intent is not None and chunk.counts(meaning.intent, safety):
                return Acted(meaning.intent, chunk.end, True, meaning.score)
        seen = seen + 1 if chunk.partial == last else 1
        last = chunk.partial
        if last and 0 < needed(last) <= seen and matcher.is_phrase(last, safety):
            meaning = matcher.match(last, safety)
            if meaning.intent is not None:
                return Acted(meaning.intent, chunk.end, False, meaning.score)
    return None


def always(count: int) -> Callable[[str], int]:
    """Return a rule: every partial result needs to be seen `count` times."""
    return lambda words: count


Moment = Literal["speaking", "pacing", "at rest"]
"""What the coach is doing: a sentence, a breath between its cues, or nothing."""

Rule = Callable[[str], int] | Moment
"""How often partial results must be seen, or the moment whose rule of the ring holds."""


def as_ring(
    matcher: Matcher, intents: frozenset[str], safety: frozenset[str], moment: Moment
) -> Callable[[str], int]:
    """Return the ring's own rule at some moment."""

    def needed(words: str) -> int:
        if moment == "at rest" and matcher.confusable(words, intents - safety):
            return PARTIALS_AT_REST
        return PARTIALS_SPEAKING if moment == "speaking" else PARTIALS

    return needed
