"""The program's own recogniser, observed chunk by chunk, and the decisions of the rules."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from voice_coach.audio.samples import Samples
from voice_coach.hearing import HEARING_RATE, Recogniser, Speech, open_detector
from voice_coach.understanding import Book, Matcher
from voice_coach.understanding.acceptance import decide
from voice_coach.understanding.early import EARLY, QUIET_SECONDS, Early
from voice_coach.understanding.evidence import Command, Context, Evidence, Rise
from voice_coach.understanding.words import Hypothesis

from .scenes.takes import blocks_of

if TYPE_CHECKING:
    from vosk import Model

NO_ECHO = Evidence(clear=False, rise=Rise(), contrast=math.inf, speech=1.0)
"""Evidence where the coach's voice is not in the microphone, before anything is measured."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The hypothesis at frame `end`, and the evidence for it."""

    end: int
    hypothesis: Hypothesis | None
    evidence: Evidence = NO_ECHO

    @property
    def final(self) -> str:
        """The text of a final result, else ""."""
        heard = self.hypothesis
        return heard.text if heard is not None and heard.final else ""


@dataclass(frozen=True, slots=True)
class Acted:
    """The action that would have been taken, at frame `at`, on a final or a partial result."""

    intent: str
    at: int
    final: bool


class Ear:
    """A recogniser that yields everything it hears."""

    def __init__(self, model: Model, book: Book) -> None:
        """Start without a grammar."""
        speech = Speech(open_detector(), print)
        self._recogniser = Recogniser(model, HEARING_RATE, book.decoys, speech=speech)

    def listen(self, phrases: Iterable[str]) -> None:
        """Listen for phrases; call it only between clips."""
        self._recogniser.listen(phrases)

    def hear(self, sound: Samples) -> list[Chunk]:
        """Return the state after each chunk of a clip; forget the clip."""
        made: list[Chunk] = []
        for block in blocks_of(sound):
            found = self._recogniser.hear(block)
            made += [Chunk(block.end, heard, self._evidence(heard)) for heard in found] or [
                Chunk(block.end, None)
            ]
        self._recogniser.forget()
        return made

    def _evidence(self, heard: Hypothesis) -> Evidence:
        """Return all evidence; for a partial result only if the utterance may be over."""
        if not heard.final and heard.quiet < QUIET_SECONDS:
            return NO_ECHO
        contrast = self._recogniser.contrast(heard)
        speech = self._recogniser.speech(heard.start, heard.end)
        return replace(NO_ECHO, contrast=contrast, speech=speech)


Moment = Literal["speaking", "pacing", "at rest"]
"""What the coach is doing: speaking, pacing a breath, or nothing."""


def context(intents: frozenset[str], moment: Moment = "at rest") -> Context:
    """Return the context of a moment in which these intents make sense."""
    return Context(HEARING_RATE, intents, silent=moment != "speaking", pacing=moment == "pacing")


def acted(
    chunks: Iterable[Chunk],
    matcher: Matcher,
    context: Context,
    early: tuple[Early, ...] = EARLY,
) -> Acted | None:
    """Return the coach's first action.

    Args:
        chunks: what was heard.
        matcher: finds the meaning.
        context: the moment.
        early: how often partial results must be seen.
    """
    for chunk in chunks:
        if chunk.hypothesis is None:
            continue
        made = decide(chunk.hypothesis, chunk.evidence, context, matcher, early)
        if isinstance(made, Command):
            return Acted(made.intent, chunk.end, chunk.hypothesis.final)
    return None


def always(count: int) -> tuple[Early, ...]:
    """Return a table: every partial result for safety must be seen so often; 0 for never."""
    return (Early(f"{count} in a row", count, lambda it: it.for_safety),) if count else ()


def quiet(count: int) -> tuple[Early, ...]:
    """Return the coach's table, with another number for commands that are not for safety."""
    return (*EARLY[:-1], replace(EARLY[-1], partials=count))


Rule = tuple[Early, ...] | Moment
"""How often partial results must be seen, or the moment in which the coach's own table holds."""
