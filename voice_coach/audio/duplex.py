"""What the ring asks of its sound: blocks heard, a mixer to be heard through, one clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from voice_coach.audio.mixer import Mixer
from voice_coach.audio.samples import Samples

BLOCKS_PER_SECOND = 100
"""Blocks of 10 ms: the unit in which sound is heard, mixed and reacted to."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the two ends of the ring.

    Attributes:
        start: frame of its first sample, on the sample counter.
        near: what the microphone heard (the near end, in the terms of echo cancelling).
        far: what the loudspeaker was given (the far end), after volume, mixing and clipping.
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
        lead: frames between "now" and the soonest frame at which a clip can still begin on time.
        live: time passes by itself; False when blocks come as fast as they are asked for.
        mixer: what is to be heard.
        losses: how often the device was lost and opened again; the lost time came as silence.
        microphone_ok: whether the microphone hears; the near end is silence while it does not.
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
