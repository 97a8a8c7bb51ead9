"""Events, which the coach is given, and actions, which it asks for: plain frozen data.

All times are absolute positions on the one clock, the sample counter: frames at the ring's rate
since the stream began.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from voice_coach.coach.limits import Application
from voice_coach.coach.past import Past

# --- events: what happened


@dataclass(frozen=True, slots=True)
class Started:
    """The stream runs, so the session may begin. `past` is what earlier ones left."""

    at: int
    past: Past = field(default_factory=Past)


@dataclass(frozen=True, slots=True)
class IntentHeard:
    """The person said something that makes sense now.

    `certain` is False inside the doubtful band of the match. `value` is the number of a "number",
    or says which of an intent's meanings it was: the flag of a "red_flag", "undo" of a "back".
    """

    at: int
    intent: str
    value: int | str | None = None
    certain: bool = True


class Gesture(StrEnum):
    """What was done to the button."""

    ONCE = "one press"
    TWICE = "two presses"
    THRICE = "three presses"
    HOLD = "held"


@dataclass(frozen=True, slots=True)
class Pressed:
    """The button was pressed; `since` is the frame at which the first press of it began."""

    at: int
    gesture: Gesture
    since: int


@dataclass(frozen=True, slots=True)
class NoMatch:
    """The person said something, and nothing that makes sense now is near enough to it."""

    at: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The cue `say` ended: `at` is the frame after its last one."""

    at: int
    say: int


@dataclass(frozen=True, slots=True)
class Clock:
    """The deadline the coach had set (`deadline(state)`) has come."""

    at: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """A device or an engine failed; it is spoken of as the reply "trouble_<what>"."""

    at: int
    what: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """The quiet hours began (`on`), or ended. The coach knows no time of day but this."""

    at: int
    on: bool


@dataclass(frozen=True, slots=True)
class Recalled:
    """Refreshed figures of earlier sessions; sent before a session starts."""

    at: int
    past: Past


@dataclass(frozen=True, slots=True)
class RecordingEnded:
    """The recording of the sound ended by itself: it is "full", or "failed"."""

    at: int
    why: Literal["full", "failed"]


@dataclass(frozen=True, slots=True)
class Leaving:
    """The program is about to be ended from outside: a pad has to come off first."""

    at: int


Event = (
    Started
    | IntentHeard
    | Pressed
    | NoMatch
    | Finished
    | Clock
    | Trouble
    | Quiet
    | Recalled
    | RecordingEnded
    | Leaving
)

# --- actions: what to do


@dataclass(frozen=True, slots=True)
class Say:
    """Speak one sentence of the book.

    `at` is the exact frame of its first sample; None means after everything already asked for,
    following a short gap. `gain_db` is added to the current volume. `pacing` marks the short
    words that pace a breath: commands are heard through them, where a sentence lets only
    safety words through.
    """

    id: int
    key: str
    variant: int = 0
    sentence: int = 0
    slots: Mapping[str, str] = field(default_factory=dict)
    at: int | None = None
    gain_db: float = 0.0
    pacing: bool = False


@dataclass(frozen=True, slots=True)
class Tone:
    """Play a soft gliding tone for one phase of the breath, `frames` long, from frame `at`."""

    rising: bool
    at: int
    frames: int


@dataclass(frozen=True, slots=True)
class Earcon:
    """Play a short sound at once: "heard" (understood), "wake" (listening from now on).

    "alarm" wakes somebody; it takes its turn among the sentences, and what is asked for after it
    is said after it. `gain_db` is added to the current volume.
    """

    name: str
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Hush:
    """Fade out within 20 ms, and forget all that was still to be said or played."""


@dataclass(frozen=True, slots=True)
class Volume:
    """Speak at this gain in dB from now on; 0 is the loudest."""

    db: float


@dataclass(frozen=True, slots=True)
class Rate:
    """Talk at this rate from now on: sentences last so many times as long as rendered."""

    length: float


@dataclass(frozen=True, slots=True)
class PainScored:
    """The person gave a pain score, 0 to 10."""

    score: int

    @property
    def line(self) -> str:
        """How the log has it."""
        return f"pain: {self.score}"


@dataclass(frozen=True, slots=True)
class ApplicationStarted:
    """Heat or ice was put on."""

    application: Application

    @property
    def line(self) -> str:
        """How the log has it."""
        return f"round begun: {self.application.kind}"


@dataclass(frozen=True, slots=True)
class ApplicationEnded:
    """Heat or ice was taken off; it may have been on since an earlier session."""

    application: Application

    @property
    def line(self) -> str:
        """How the log has it."""
        return f"round ended: {self.application.kind}"


@dataclass(frozen=True, slots=True)
class AnswersKept:
    """The person told what lasts beyond this session: `flags`, perhaps none of them."""

    flags: frozenset[str]

    @property
    def line(self) -> str:
        """How the log has it: that there are answers, but not which."""
        return "answers kept"


@dataclass(frozen=True, slots=True)
class SessionResumed:
    """This session goes on with the one that was interrupted."""

    @property
    def line(self) -> str:
        """How the log has it."""
        return "session: taken up"


@dataclass(frozen=True, slots=True)
class Record:
    """Record the sound of both ends from now on, or no longer."""

    on: bool


@dataclass(frozen=True, slots=True)
class End:
    """The session is over once everything asked for has been said."""


Happened = PainScored | ApplicationStarted | ApplicationEnded | AnswersKept | SessionResumed
"""Actions that ask for nothing: something worth keeping happened, and `line` says what."""

Action = Say | Tone | Earcon | Hush | Volume | Rate | Happened | Record | End
