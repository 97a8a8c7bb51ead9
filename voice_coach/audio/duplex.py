"""What a session needs of its audio: blocks heard, a mixer to speak through, one clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from voice_coach.audio.mixer import Mixer
from voice_coach.audio.samples import Samples

BLOCKS_PER_SECOND = 100
"""Blocks of 10 ms: the unit in which the program hears, mixes and reacts."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of both ends.

    Attributes:
        start: frame of its first sample, on the sample counter.
        near: what the microphone heard: the near end.
        far: what the loudspeaker was given, after volume, mixing and clipping: the far end.
    """

    start: int
    near: Samples
    far: Samples

    @property
    def end(self) -> int:
        """The frame after its last sample."""
        return self.start + len(self.near)


class Duplex(Protocol):
    """A microphone and a loudspeaker on one clock.

    Attributes:
        rate: frames per second.
        lead: frames from now to the earliest frame at which a new clip can still start on time.
        live: True where time passes by itself, False where blocks come as fast as requested.
        mixer: what the loudspeaker plays.
        losses: how often the device was lost and reopened; the lost time came as silence.
        microphone_ok: whether the microphone hears; while it does not, the near end is silence.
    """

    rate: int
    lead: int
    live: bool
    mixer: Mixer
    losses: int
    microphone_ok: bool

    def blocks(self) -> Iterator[Block]:
        """Yield block after block until the sound ends.

        Raises:
            AudioFault: the device was lost for good.
        """
        ...

    def close(self) -> None:
        """Release the device or files."""
        ...
