"""What `acceptance.decide` is given and answers, as plain data; and how evidence is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from voice_coach.understanding.match import Matcher
from voice_coach.understanding.own_speech import OwnSpeech
from voice_coach.understanding.place import Place
from voice_coach.understanding.words import UNKNOWN, Hypothesis

PRESENT_DB = 12.0
"""Peak level above the residual echo at which the user is taken to be speaking. Below it nobody
spoke, and the words are the coach's own."""

CERTAIN_DB = 25.0
"""A peak that no echo leaves: enough for a safety word, however short."""

LASTING_DB, LASTING_SHARE = 6.0, 0.25
"""With a lower peak, the level must also be this high for this share of the time: what cancelling
leaves is short. docs/lab/room.md tells how these were chosen; `python -m benchmarks.room --only
interruptions,selftalk` prints what they let through."""

LASTING_LONG_DB, LASTING_LONG_SHARE = 10.0, 0.3
"""The same for commands that are not for safety: they are said less in a hurry, and their place is
known from final results."""

SPEECH_LEAST = 0.25
"""Probability of speech below which words are a noise that sounds like them; safety words count all
the same. None of 1,001 commands was lost to it (people and synthetic voices, clean to 6 dB of
noise), and 3 of 245 simulated whispers (docs/lab/room.md)."""

ALONE_DB = 2.5
"""Least contrast of a command that was said alone: decibels above what is right before and after
it. Safety words are exempt: people in pain don't pause first. docs/lab/room.md tells what it costs
and what it saves."""

FAINT_DB = 8.0
"""By how much a word at an edge of an utterance must be fainter than the loudest one to be of
somebody else, or of a noise: the end of the person's own sentence may be softer, so what is left
without it is taken only where the whole means nothing (see `Matcher.without`). docs/lab/room.md
tells what it gains."""

STOP, PAUSE = "stop", "pause"
"""What halts for good does for what halts for a while: "stop" need not wait for "counting"."""

T = TypeVar("T")


class Kind(StrEnum):
    """A kind of evidence; its value is the name of the field in `Evidence`."""

    CLEAR = "clear"
    RISE = "rise"
    CONTRAST = "contrast"
    SPEECH = "speech"
    LEVELS = "levels"


@dataclass(frozen=True, slots=True)
class Rise:
    """By how many dB the sound rose above the echo and the room; None where that is not known.

    Attributes:
        highest: at its peak.
        lasting: for LASTING_SHARE of the time.
        long: for LASTING_LONG_SHARE of the time.
    """

    highest: float | None = None
    lasting: float | None = None
    long: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was measured in the sound of a hypothesis; None for what has not been asked for.

    Attributes:
        clear: a person is known to be heard through the coach's voice.
        rise: see `Rise`.
        contrast: by how many dB the known words are louder than what is right beside them;
            infinite where nothing is known against them.
        speech: probability, 0 to 1, that somebody spoke; from SPEECH_LEAST on it may be a lower
            bound.
        levels: how loud each word is, in dB; none where that is not known.
    """

    clear: bool | None = None
    rise: Rise | None = None
    contrast: float | None = None
    speech: float | None = None
    levels: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """The moment in which something is heard.

    Attributes:
        rate: frames per second of the sample clock.
        intents: what makes sense now.
        place: where in the session this is. Asleep, nobody may be talking to the coach for weeks:
            what wakes it must be the whole of what was said.
        pacing: the coach paces a breath, so that there is something to be stopped in a hurry even
            while it is silent.
        silent: the coach says nothing, and nothing waits to be said.
        own: the clips of the coach's speech lately.
        alarm: first frame of the last alarm of a pad, and the frame after it; None for none.
        saying: the words of the sentences that the recogniser takes the coach to be saying.
        acted: where the last command that was acted on early ended, in frames.
        all_commands: hear every command while the coach speaks, whatever cancelling says.
    """

    rate: int
    intents: frozenset[str]
    place: Place | None = None
    pacing: bool = False
    silent: bool = True
    own: tuple[OwnSpeech, ...] = ()
    alarm: tuple[int, int] | None = None
    saying: frozenset[str] = frozenset()
    acted: int | None = None
    all_commands: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """Words that count.

    Attributes:
        text: the words.
        start, end: their frames.
        intent, value: what they mean, see `Meaning`.
        certain: they are beyond doubt.
        detail: how they were matched, for the transcript.
    """

    text: str
    start: int
    end: int
    intent: str
    value: int | str | None
    certain: bool
    detail: str


@dataclass(frozen=True, slots=True)
class NoMatch:
    """Somebody said something that makes no sense now: its words and frames, and why not."""

    text: str
    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Nobody needs to react to what was heard: the name of the rule that says so."""

    why: str


@dataclass(frozen=True, slots=True)
class Needs:
    """No decision without this kind of evidence: measure it, and ask again."""

    kind: Kind


Decision = Command | NoMatch | Rejected | None
"""What a hypothesis comes to; None while it is too early to act on a partial result."""


class Missing(Exception):
    """A rule asked for evidence that was not given."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind


def _given(kind: Kind, value: T | None) -> T:
    if value is None:
        raise Missing(kind)
    return value


def somebody_spoke(rise: Rise) -> bool | None:
    """Return whether anybody but the coach spoke; None where that is not known."""
    if rise.highest is None or rise.lasting is None:
        return None
    return rise.highest >= CERTAIN_DB or (rise.highest >= PRESENT_DB and rise.lasting >= LASTING_DB)


def without_faint(words: Sequence[str], levels: Sequence[float], faint_db: float) -> list[str]:
    """Return words without those at the edges that are fainter than the loudest known one.

    Args:
        words: at least one.
        levels: how loud each is, in dB.
        faint_db: by how much, at least.
    """
    known = [level for word, level in zip(words, levels, strict=True) if word != UNKNOWN]
    if not known:
        return list(words)
    loud = [n for n, level in enumerate(levels) if level >= max(known) - faint_db]
    return list(words[loud[0] : loud[-1] + 1])


@dataclass(frozen=True)
class Case:
    """A hypothesis with all that is known about it; asking for evidence not given raises."""

    hypothesis: Hypothesis
    evidence: Evidence
    context: Context
    matcher: Matcher

    @property
    def clear(self) -> bool:
        """See `Evidence`."""
        return _given(Kind.CLEAR, self.evidence.clear)

    @property
    def rise(self) -> Rise:
        """See `Evidence`."""
        return _given(Kind.RISE, self.evidence.rise)

    @property
    def alone(self) -> bool:
        """Whether the words were said by themselves, and not among others."""
        return _given(Kind.CONTRAST, self.evidence.contrast) >= ALONE_DB

    @property
    def speech(self) -> bool:
        """Whether the words are speech, and not a noise that sounds like them."""
        return _given(Kind.SPEECH, self.evidence.speech) >= SPEECH_LEAST

    @property
    def without_faint(self) -> str:
        """The words without those at the edges that somebody else may have said."""
        words = [word.text for word in self.hypothesis.words]
        levels = _given(Kind.LEVELS, self.evidence.levels)
        return " ".join(without_faint(words, levels, FAINT_DB) if levels else words)

    @cached_property
    def safety(self) -> frozenset[str]:
        """The intents that are for safety."""
        known = self.matcher.intents
        return frozenset(i for i in self.context.intents if known[i].safety)

    @cached_property
    def harmless(self) -> frozenset[str]:
        """The intents that may be acted on before the recogniser is sure that all was said.

        An answer is taken from final results alone: "no" may be the beginning of "no, but".
        """
        known = self.matcher.intents
        return frozenset(
            i for i in self.context.intents if not known[i].costly and not known[i].answer
        )

    def frames(self, seconds: float) -> int:
        """Return a time in frames."""
        return round(seconds * self.context.rate)

    def waits_for_its_end(self, words: str) -> bool:
        """Whether words mean something that is taken from final results alone.

        Among the others, "I can't move my legs" would be "I can't move ...", and "it hurts in my
        chest" be "it hurts ...".
        """
        meant = self.matcher.match(words, self.context.intents, self.context.place).intent
        return meant is not None and meant not in self.harmless

    def is_phrase(self, words: str, intents: frozenset[str]) -> bool:
        """Whether words are exactly a phrase of one of the intents."""
        return self.matcher.is_phrase(words, intents, self.context.place)

    def may_go_on(self, words: str, intents: frozenset[str]) -> bool:
        """Whether words of these intents may begin something that means something else."""
        place = self.context.place
        meant = self.matcher.match(words, intents, place).intent
        same = {STOP, PAUSE} if meant == STOP else {meant}
        return not self.matcher.may_go_on(words, self.context.intents, place) <= same
