"""Microphone health, judged from its sound alone: dead, muted, or a monitor of the loudspeaker.

A muted or missing microphone gives exact zeros. When a microphone is unplugged, a sound server puts
another source in its place: if there is no second microphone, the monitor of the loudspeaker. The
coach then hears itself without any room, and nobody else. A real microphone does neither: it has a
noise floor, and hears the loudspeaker through a room.
"""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

from voice_coach.audio.duplex import BLOCKS_PER_SECOND
from voice_coach.audio.samples import Samples

ZEROS_AT_FIRST = 3.0
"""Seconds of exact zeros, from the start, after which a microphone counts as deaf."""

ZEROS_LATER = 10.0
"""The same once it has heard something: some microphones give exact zeros in short pauses."""

ZEROS_GROWTH = 4.0
"""Back-off factor for that limit, each time a run of zeros turns out to have been a pause."""

PAUSE_SECONDS = 0.3
"""Seconds after the far end's last sound from which a monitor source would be silent."""

WINDOW_SECONDS = 1.0
"""Seconds of both ends that are compared."""

CHECK_SECONDS = 0.5
"""Seconds between comparisons, made only if the pauses were exact zeros: real microphones cost
nothing."""

LOUD_ENOUGH = 1e-3
"""Root mean square of both ends below which they are not compared."""

COPY = 0.95
"""Correlation above which the near end counts as a copy of the far end: a monitor gives 1.00. Only
sources without a noise floor are tested, so a very dry room is safe."""

BAND = 3000.0
"""Hertz up to which the ends are compared."""

Doubles = npt.NDArray[np.float64]


class MicMonitor:
    """Watches both ends, block by block, for a microphone that does not hear.

    Attributes:
        hearing: whether the microphone hears.
    """

    def __init__(self, rate: int) -> None:
        self.hearing = True
        self._rate = rate
        self._zeros = 0.0
        self._limit = ZEROS_AT_FIRST
        self._heard_sound = False
        self._told_zeros = False
        self._quiet = PAUSE_SECONDS
        self._dead_pause = False
        self._since_check = 0.0
        self._window: deque[tuple[Samples, Samples]] = deque(
            maxlen=round(WINDOW_SECONDS * BLOCKS_PER_SECOND)
        )

    def lose(self) -> None:
        """Assume the microphone hears nothing until its sound proves otherwise."""
        self.hearing = False

    def hear(self, near: Samples, far: Samples) -> bool:
        """Take a block of both ends; return whether the microphone hears."""
        seconds = len(near) / self._rate
        sounds = bool(near.any())
        self._quiet = 0.0 if far.any() else self._quiet + seconds
        if self._quiet >= PAUSE_SECONDS:
            self._dead_pause = not sounds
            if sounds:
                self._prove()
        self._count_zeros(seconds, sounds)
        self._window.append((near, far))
        self._since_check += seconds
        if self._dead_pause and sounds and self._since_check >= CHECK_SECONDS:
            self._since_check = 0.0
            if self._copies():
                self.hearing = False
        return self.hearing

    def _prove(self) -> None:
        if self._told_zeros:
            self._told_zeros = False
            self._limit *= ZEROS_GROWTH
        self.hearing = True

    def _count_zeros(self, seconds: float, sounds: bool) -> None:
        if sounds:
            self._zeros = 0.0
            if not self._heard_sound:
                self._heard_sound, self._limit = True, ZEROS_LATER
            return
        self._zeros += seconds
        # A floating-point sum of blocks reaches a limit of 3 s at 2.9999 s.
        if self.hearing and self._zeros > self._limit - seconds / 2:
            self.hearing, self._told_zeros = False, True

    def _copies(self) -> bool:
        """Return whether the near end copies the far end, at any volume and delay."""
        near = self._speech_band([n for n, _ in self._window])
        far = self._speech_band([f for _, f in self._window])
        if min(_rms(near), _rms(far)) < LOUD_ENOUGH:
            return False
        size = 2 * len(near)
        match = np.fft.irfft(np.fft.rfft(near, size) * np.conj(np.fft.rfft(far, size)), size)
        delay = int(np.argmax(match[: len(near) // 2]))
        later, earlier = near[delay:], far[: len(far) - delay]
        norm = float(np.linalg.norm(later) * np.linalg.norm(earlier))
        return norm > 0 and float(np.dot(later, earlier)) / norm >= COPY

    def _speech_band(self, blocks: list[Samples]) -> Doubles:
        # Above that band, half a sample of delay would already ruin the correlation.
        sound = np.concatenate(blocks)
        spectrum = np.fft.rfft(sound)
        spectrum[round(BAND * len(sound) / self._rate) :] = 0.0
        return np.fft.irfft(spectrum, len(sound))


def _rms(samples: Doubles) -> float:
    return float(np.sqrt(np.mean(samples**2)))
