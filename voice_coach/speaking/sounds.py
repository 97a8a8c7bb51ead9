"""What a speaker needs of whatever gives it the sound of sentences: clips, or mere lengths."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Protocol

import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.faults import VoiceFault

if TYPE_CHECKING:
    from voice_coach.speaking.readiness import Readiness

SECONDS_PER_CHARACTER = 0.047
"""Of speech at piper's length scale 1; the default voice takes 0.07 at the usual scale of 1.5."""

USUAL_LENGTH = 1.5
"""The default of the setting `speech_length`."""


class Sounds(Protocol):
    """Gives the sound of a sentence; `Clips` explains each method."""

    @property
    def readiness(self) -> Readiness | None:
        """What is held back until certain sentences are rendered; None for nothing."""
        ...

    def get(self, text: str) -> Samples | Future[tuple[Samples, int]]:
        """Return the clip, or the future of its rendering, to be passed to `take`."""
        ...

    def known(self, text: str) -> Samples | None:
        """Return the clip if it needs no rendering."""
        ...

    def take(self, text: str, future: Future[tuple[Samples, int]]) -> Samples:
        """Return the clip of a rendering, waiting for it if need be."""
        ...

    def give_up(self, text: str) -> VoiceFault:
        """Give up on a rendering that hangs; return the fault to report."""
        ...

    def tend(self) -> None:
        """Continue with what is rendered in the background."""
        ...


class ReadingTime:
    """Silence, as long as it takes to say a sentence: for a coach that is read.

    Args:
        rate: frames per second.
        length: piper's length scale, as in the setting `speech_length`.
    """

    readiness: Readiness | None = None

    def __init__(self, rate: int, length: float = USUAL_LENGTH) -> None:
        self._frames = SECONDS_PER_CHARACTER * length * rate

    def get(self, text: str) -> Samples:
        """Return the silence, shape (frames,)."""
        return np.broadcast_to(np.zeros(1, np.float32), (max(1, round(len(text) * self._frames)),))

    def known(self, text: str) -> Samples:
        """Return the same."""
        return self.get(text)

    def take(self, text: str, future: Future[tuple[Samples, int]]) -> Samples:
        """Return the same; nothing is rendered."""
        return self.get(text)

    def give_up(self, text: str) -> VoiceFault:
        """Return a fault that never comes, as nothing is rendered."""
        return VoiceFault(f'"{text}" is not spoken', "read it")

    def tend(self) -> None:
        """Do nothing."""
