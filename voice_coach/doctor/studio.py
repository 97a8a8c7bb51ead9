"""Play something and keep what the microphone heard meanwhile: live, or in a simulated room."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from voice_coach.audio.duplex import Block, Duplex
from voice_coach.audio.mixer import Play
from voice_coach.audio.samples import Samples
from voice_coach.faults import AudioFault

PATIENCE = 5.0
"""Seconds within which what was ordered must have begun to play."""

TAIL = 0.5
"""Seconds after a sound in which its echo arrives and dies away."""


@dataclass(frozen=True, slots=True)
class Take:
    """Both ends of some time.

    Attributes:
        near: what the microphone heard, shape (frames,), full scale -1 to 1.
        far: what was played meanwhile, shape (frames,).
        rate: frames per second.
        lost: how often sound was lost meanwhile, as the sound card reports it.
    """

    near: Samples
    far: Samples
    rate: int
    lost: int = 0

    def then(self, later: Take) -> Take:
        """Return this take with a later one joined to it."""
        return Take(
            np.concatenate([self.near, later.near]),
            np.concatenate([self.far, later.far]),
            self.rate,
            self.lost + later.lost,
        )


class Studio:
    """A microphone and a loudspeaker that things are tried with.

    Args:
        duplex: both, on one clock.
        lost: gives how often sound was lost so far.
        gain: by which all that is played is multiplied: the volume of the coach.
        devices: 1 where both are one device, else 2.
    """

    def __init__(
        self,
        duplex: Duplex,
        lost: Callable[[], int] = lambda: 0,
        *,
        gain: float = 1.0,
        devices: int = 1,
    ) -> None:
        self.rate = duplex.rate
        self.devices = devices
        self._duplex = duplex
        self._lost = lost
        self._gain = gain
        self._blocks = duplex.blocks()
        self._now = 0

    @property
    def ears(self) -> bool:
        """Whether the microphone hears, as far as is known; see `audio/mic_monitor.py`."""
        return self._duplex.microphone_ok

    def play(self, sound: Samples, tail: float = TAIL) -> Take:
        """Play a sound; return both ends from its first frame to `tail` seconds after its last.

        Raises:
            AudioFault: the sound did not begin; the device was lost.
        """
        if not sound.any():
            return self.listen(len(sound) / self.rate + tail)
        lost = self._lost()
        # Late orders begin at once: blocks may have piled up while speech was being rendered. So
        # where it begins is seen from the far end alone.
        self._duplex.mixer.orders.put(Play(self._now + self._duplex.lead, sound, self._gain))
        near, far = list[Samples](), list[Samples]()
        wanted = len(sound) + round(tail * self.rate)
        waited, asked = 0, time.monotonic()
        for block in self.blocks():
            if not far:
                sounding = np.flatnonzero(block.far)
                if not len(sounding):
                    waited += len(block.far)
                    if waited > PATIENCE * self.rate and self._overdue(asked):
                        raise AudioFault(
                            "The loudspeaker has stopped playing", "see that it is plugged in"
                        )
                    continue
                # The first sample of a swell is 0.
                first = max(0, int(sounding[0]) - int(np.flatnonzero(sound)[0]))
                near.append(block.near[first:])
                far.append(block.far[first:])
            else:
                near.append(block.near)
                far.append(block.far)
            if sum(map(len, far)) >= wanted:
                break
        else:
            raise AudioFault("The sound has ended", "see that the sound card is plugged in")
        heard, played = (np.concatenate(end)[:wanted] for end in (near, far))
        return Take(heard, played, self.rate, self._lost() - lost)

    def _overdue(self, asked: float) -> bool:
        # Live, the blocks of the time before it was asked for come first, however many.
        return not self._duplex.live or time.monotonic() - asked > PATIENCE

    def listen(self, seconds: float) -> Take:
        """Return both ends of some seconds in which nothing is played."""
        lost = self._lost()
        near, far = list[Samples](), list[Samples]()
        for block in self.for_seconds(seconds):
            near.append(block.near)
            far.append(block.far)
        none = [np.zeros(0, np.float32)]
        return Take(
            np.concatenate(near or none),
            np.concatenate(far or none),
            self.rate,
            self._lost() - lost,
        )

    def for_seconds(self, seconds: float) -> Iterator[Block]:
        """Yield the blocks of some seconds."""
        left = round(seconds * self.rate)
        if left <= 0:
            return
        for block in self.blocks():
            yield block
            left -= len(block.near)
            if left <= 0:
                return

    def blocks(self) -> Iterator[Block]:
        """Yield blocks, from where they were left off."""
        for block in self._blocks:
            self._now = block.end
            yield block
