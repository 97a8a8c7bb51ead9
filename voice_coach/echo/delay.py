"""Where the far end lies in the near end, by the last seconds in which the far end spoke.

It is measured by GCC-PHAT, the generalised cross-correlation with phase transform.
Between what was played and what is heard lie the buffers of the sound card and the air. The sum is
constant while a stream runs, not known beforehand, and may jump by one of the card's buffers.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voice_coach.audio.samples import Samples
from voice_coach.echo.speex import RATE

CHUNK = RATE // 2
"""Samples of the near end per cross-spectrum."""

SEARCH = RATE * 4 // 5
"""Longest delay looked for, in samples. Bluetooth has up to some 0.3 s."""

CHUNKS = 3
"""Cross-spectra summed for a measure: 1.5 s of speech. In simulated rooms (RT60 up to 0.8 s, a user
10 dB louder than the echo, 100 ppm of drift) two gave the delay in 99 % of measures, three in all,
one in 84 %."""

SPECTRUM_LIFE = 15 * RATE
"""Samples for which a cross-spectrum counts: while the coach only paces breaths, a word of it comes
each few seconds."""

FLOOR = 0.1
"""Frequencies in which less is common to both ends than this, relative to the mean, count for less:
there is only noise in them."""

CLARITY = 2.0
"""The peak must be so many times as high as the next; in the same rooms wrong peaks were up to 1.3
times, right ones 2.5 and more."""

APART = RATE // 200
"""A peak within 5 ms of the highest is a reflection near the loudspeaker, not another peak."""

SAME = 8.0
"""Measures that differ by no more samples agree."""

JUMP = 16.0
"""A delay that differs by more samples, 1 ms, from what is expected has jumped; drift never gets
that far between two measures."""

QUIET = 1e-9
"""Power below which there is nothing to compare: -90 dBFS."""

Spectrum = npt.NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of the delay.

    Attributes:
        at: the near end's sample at the middle of what it was measured over.
        delay: samples by which the near end trails the far end; not whole.
        clarity: height of its peak relative to the next.
        before: height of the peak at the delay of before, relative to this one.
    """

    at: float
    delay: float
    clarity: float
    before: float


class DelayFinder:
    """Measures the delay, chunk by chunk."""

    def __init__(self) -> None:
        self._spectra: deque[tuple[int, Spectrum]] = deque(maxlen=CHUNKS)

    def add(
        self, near: Samples, far: Samples, end: int, before: float | None, ppm: float
    ) -> Measure | None:
        """Take a chunk in which the far end spoke; return a measure where it is clear.

        Args:
            near: shape (CHUNK,).
            far: shape (SEARCH + CHUNK,), ending with the same sample.
            end: number of the sample after the last.
            before: the delay of before, None while unknown.
            ppm: the drift as far as it is known.
        """
        while self._spectra and self._spectra[0][0] < end - SPECTRUM_LIFE:
            self._spectra.popleft()
        if np.dot(near, near) < QUIET * CHUNK or np.dot(far, far) < QUIET * CHUNK:
            return None
        self._spectra.append((end, phases(near, far)))
        if len(self._spectra) < 2:
            return None
        total = np.sum([late(s, (end - e) * ppm * 1e-6) for e, s in self._spectra], axis=0)
        common = np.fft.irfft(total, SEARCH + CHUNK)[: SEARCH + 1]
        at = end - CHUNK / 2
        if not ppm:
            # As long as no drift is known, it is the delay at the middle of all.
            at = sum(e for e, _ in self._spectra) / len(self._spectra) - CHUNK / 2
        return peak(common, at, before)

    def forget(self) -> None:
        """Begin again."""
        self._spectra.clear()


def phases(near: Samples, far: Samples) -> Spectrum:
    """Return the whitened cross-spectrum of two sounds that end together, the longer one `far`.

    Its inverse transform is the correlation, by samples from 0 on by which the near end is late.
    """
    padded = np.zeros(len(far))
    padded[len(far) - len(near) :] = near
    cross: Spectrum = np.fft.rfft(padded) * np.conj(np.fft.rfft(far))
    size = np.abs(cross)
    cross /= size + max(FLOOR * float(size.mean()), 1e-30)
    return cross


def late(spectrum: Spectrum, samples: float) -> Spectrum:
    """Return a cross-spectrum as it would be had the delay grown by some samples."""
    if abs(samples) < 0.1:
        return spectrum
    turn = -2j * np.pi * samples / (SEARCH + CHUNK)
    moved: Spectrum = spectrum * np.exp(turn * np.arange(len(spectrum)))
    return moved


def peak(common: npt.NDArray[np.float64], at: float, before: float | None) -> Measure | None:
    """Return the delay at which a correlation peaks, None where no peak is clear."""
    best = int(common.argmax())
    others = common.copy()
    others[max(0, best - APART) : best + APART + 1] = 0.0
    height, second = float(common[best]), float(others.max())
    if height <= CLARITY * second or height <= 0:
        return None
    left = 0.0
    if before is not None:
        near = round(before)
        left = float(common[max(0, near - int(SAME)) : near + int(SAME) + 1].max(initial=0.0))
    return Measure(at, best + vertex(common, best), height / max(second, 1e-12), left / height)


def vertex(values: npt.NDArray[np.float64], at: int) -> float:
    """Return where a parabola through a peak is highest, in samples relative to the peak."""
    if not 0 < at < len(values) - 1:
        return 0.0
    before, top, after = values[at - 1 : at + 2]
    bend = before - 2 * top + after
    return float((before - after) / (2 * bend)) if bend < 0 else 0.0


class Delay:
    """The delay as it is believed: one clear measure begins it, two that agree can move it.

    Attributes:
        last: the last measure that was believed; None while unknown.
    """

    def __init__(self) -> None:
        self.last: Measure | None = None
        self._other: Measure | None = None

    def expected(self, at: float, ppm: float) -> float | None:
        """Return the delay to expect at some sample, None while unknown."""
        if self.last is None:
            return None
        return self.last.delay + (at - self.last.at) * ppm * 1e-6

    def take(self, measure: Measure, ppm: float) -> float | None:
        """Take a measure; return by how many samples the delay has jumped, None for not at all.

        The first measure is no jump.

        Args:
            measure: the measure.
            ppm: the drift as far as it is known.
        """
        expected = self.expected(measure.at, ppm)
        if expected is None or abs(measure.delay - expected) <= JUMP:
            self.last, self._other = measure, None
            return None
        # A reflection may be louder than the direct way now and then; then that one is still there.
        agrees = self._other is not None and abs(measure.delay - self._other.delay) <= SAME
        self._other = measure
        if not agrees or measure.before > 0.5:
            return None
        self.last, self._other = measure, None
        return measure.delay - expected
