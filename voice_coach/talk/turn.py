"""What comes of words or of time passing, as plain frozen data. All times are frames."""

from __future__ import annotations

from dataclasses import dataclass

from voice_coach.audio.samples import Samples
from voice_coach.log import Entry


@dataclass(frozen=True, slots=True)
class Clip:
    """One sound of the coach's.

    Attributes:
        start: the frame of its first sample.
        samples: the sound, shape (frames,); silence of the right length where nothing is rendered.
        gain: by which they are multiplied.
        text: what is said; empty for a breath tone or an earcon.
        sound: the name of an earcon: "alarm", "wake"; else empty.
    """

    start: int
    samples: Samples
    gain: float
    text: str = ""
    sound: str = ""

    @property
    def end(self) -> int:
        """The frame after its last sample."""
        return self.start + len(self.samples)


@dataclass(frozen=True, slots=True)
class Hold:
    """All breaths of a hold, as clips that may overlap, in the order of their starts.

    They are exact to the sample if they are played as one sound, whenever that begins. Nothing of a
    hold is given out a second time; what cuts it short is a `Hush`.
    """

    clips: tuple[Clip, ...]

    @property
    def start(self) -> int:
        """The frame at which the first clip begins."""
        return min(clip.start for clip in self.clips)

    @property
    def end(self) -> int:
        """The frame after the last clip."""
        return max(clip.end for clip in self.clips)


@dataclass(frozen=True, slots=True)
class Hush:
    """At this frame all that was given out before fades, or is dropped if it has not begun."""

    at: int


Act = Clip | Hold | Hush


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of words, or of time passing.

    Attributes:
        at: the frame at which it came; no time after it has passed yet.
        acts: what is to be said and played, in order. A clip's start may be later than `at`.
        entries: what is now in the log.
        awaits: the coach awaits an answer, once it has said what it has to say.
        ended: the session is over.
        due: the frame at which `Talk.clock` is next to be called, if nothing is heard before;
            None for never.
    """

    at: int
    acts: tuple[Act, ...]
    entries: tuple[Entry, ...]
    awaits: bool
    ended: bool
    due: int | None

    @property
    def texts(self) -> tuple[str, ...]:
        """What is said outside of holds, in order, leaving out what is hushed right away."""
        said: list[str] = []
        for act in self.acts:
            if isinstance(act, Hush):
                said.clear()
            elif isinstance(act, Clip) and act.text:
                said.append(act.text)
        return tuple(said)

    @property
    def hold(self) -> Hold | None:
        """The hold that begins, if one does and nothing has cut it short."""
        hold: Hold | None = None
        for act in self.acts:
            hold = act if isinstance(act, Hold) else None if isinstance(act, Hush) else hold
        return hold
