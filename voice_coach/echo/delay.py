"""Delay between the far end and its echo in the near end, from the last seconds of far-end speech.

It is measured by GCC-PHAT, the generalised cross-correlation with phase transform. The delay is the
sum of the sound card's buffers and the way through the air. It is constant while a stream runs, is
not known beforehand, and may jump by one of the card's buffers.
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
"""Longest delay searched for, in samples. Bluetooth has up to about 0.3 s."""

CHUNKS = 3
"""Cross-spectra summed for one measure: 1.5 s of speech. In simulated rooms (RT60 up to 0.8 s, a
user 10 dB louder than the echo, 100 ppm of drift) one gave the right delay in 84 % of measures, two
in 99 %, three in all."""

SPECTRUM_LIFE = 15 * RATE
"""Samples after which a cross-spectrum is too old: while the coach only paces breaths, it says a
word every few seconds."""

FLOOR = 0.1
"""Frequencies whose cross-power is below this, relative to the mean, are weighted down: they hold
only noise."""

CLARITY = 2.0
"""The highest peak must be this many times as high as the next. In the same rooms wrong peaks
reached 1.3 times, right ones 2.5 and more."""

APART = RATE // 200
"""Samples, 5 ms, around the highest peak within which another counts as an early reflection."""

SAME = 8.0
"""Measures that differ by at most this many samples agree."""

JUMP = 16.0
"""A delay more than this many samples (1 ms) off the expected one has jumped; drift never gets that
far between two measures."""

QUIET = 1e-9
"""Power, -90 dBFS, below which there is nothing to compare."""

Spectrum = npt.NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of the delay.

    Attributes:
        at: near-end sample at the middle of the sound measured.
        delay: samples by which the near end trails the far end; a fraction is possible.
        clarity: height of its peak relative to the next.
        before: height of the peak at the previous delay, relative to this one.
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
        """Take a chunk in which the far end spoke; return a measure if the peak is clear.

        Args:
            near: shape (CHUNK,).
            far: shape (SEARCH + CHUNK,), ending with the same sample.
            end: number of the sample after the last.
            before: the previous delay, None while unknown.
            ppm: the drift, 0 while unknown.
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
            # While the drift is unknown, the measure is the delay at the middle of all chunks.
            at = sum(e for e, _ in self._spectra) / len(self._spectra) - CHUNK / 2
        return peak(common, at, before)

    def forget(self) -> None:
        """Forget all chunks."""
        self._spectra.clear()


def phases(near: Samples, far: Samples) -> Spectrum:
    """Return the whitened cross-spectrum of two sounds that end together; `far` is the longer.

    Its inverse transform is the correlation by delay of the near end, in samples from 0.
    """
    padded = np.zeros(len(far))
    padded[len(far) - len(near) :] = near
    cross: Spectrum = np.fft.rfft(padded) * np.conj(np.fft.rfft(far))
    size = np.abs(cross)
    cross /= size + max(FLOOR * float(size.mean()), 1e-30)
    return cross


def late(spectrum: Spectrum, samples: float) -> Spectrum:
    """Return a cross-spectrum as if the delay were `samples` longer."""
    if abs(samples) < 0.1:
        return spectrum
    turn = -2j * np.pi * samples / (SEARCH + CHUNK)
    moved: Spectrum = spectrum * np.exp(turn * np.arange(len(spectrum)))
    return moved


def peak(common: npt.NDArray[np.float64], at: float, before: float | None) -> Measure | None:
    """Return the delay at which a correlation peaks, None if no peak is clear."""
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
    """Return the vertex of a parabola through a peak, in samples relative to the peak."""
    if not 0 < at < len(values) - 1:
        return 0.0
    before, top, after = values[at - 1 : at + 2]
    bend = before - 2 * top + after
    return float((before - after) / (2 * bend)) if bend < 0 else 0.0


class Delay:
    """The accepted delay: one clear measure sets it, two that agree can move it.

    Attributes:
        last: the last measure accepted; None while unknown.
    """

    def __init__(self) -> None:
        self.last: Measure | None = None
        self._other: Measure | None = None

    def expected(self, at: float, ppm: float) -> float | None:
        """Return the delay expected at sample `at`, None while unknown."""
        if self.last is None:
            return None
        return self.last.delay + (at - self.last.at) * ppm * 1e-6

    def take(self, measure: Measure, ppm: float) -> float | None:
        """Take a measure; return by how many samples the delay has jumped, None if it hasn't.

        The first measure is not a jump.

        Args:
            measure: the measure.
            ppm: the drift, 0 while unknown.
        """
        expected = self.expected(measure.at, ppm)
        if expected is None or abs(measure.delay - expected) <= JUMP:
            self.last, self._other = measure, None
            return None
        # A reflection is sometimes louder than the direct sound, whose peak is then still there.
        agrees = self._other is not None and abs(measure.delay - self._other.delay) <= SAME
        self._other = measure
        if not agrees or measure.before > 0.5:
            return None
        self.last, self._other = measure, None
        return measure.delay - expected
