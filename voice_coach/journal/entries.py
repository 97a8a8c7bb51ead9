"""What the journal records: one entry for each thing that happened."""

from __future__ import annotations

from dataclasses import dataclass

from voice_coach.coach.keeping import Kept
from voice_coach.coach.limits import Kind
from voice_coach.journal.moment import Moment


@dataclass(frozen=True, slots=True)
class Entry:
    """Something happened at a frame of the session, and at a moment of the world."""

    frame: int
    moment: Moment


@dataclass(frozen=True, slots=True)
class Began(Entry):
    """The session began; it has `rate` frames per second. Always the first entry."""

    rate: int


@dataclass(frozen=True, slots=True)
class Stepped(Entry):
    """A step of a routine was gone to."""

    routine: str
    step: str


@dataclass(frozen=True, slots=True)
class Understood(Entry):
    """The person was understood; the words themselves are not kept."""

    intent: str
    value: int | None
    certain: bool


@dataclass(frozen=True, slots=True)
class Scored(Entry):
    """A pain score from 0 to 10."""

    score: int


@dataclass(frozen=True, slots=True)
class PadOn(Entry):
    """A round of heat or ice began; it is to last `seconds`."""

    kind: Kind
    seconds: float


@dataclass(frozen=True, slots=True)
class PadOff(Entry):
    """Heat or ice was taken off, after `seconds`; it may have been on since another session."""

    kind: Kind
    seconds: float


@dataclass(frozen=True, slots=True)
class Standing(Entry):
    """How the session stands; replaces what was kept of it before."""

    kept: Kept


@dataclass(frozen=True, slots=True)
class TakenUp(Entry):
    """The session goes on with the one before it."""


@dataclass(frozen=True, slots=True)
class Preferred(Entry):
    """The person asked for another value of a setting, which was `was`."""

    name: str
    was: float
    value: float


@dataclass(frozen=True, slots=True)
class Finished(Entry):
    """Leave was taken."""
