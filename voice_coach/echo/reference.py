"""The far end as it was played, to be read again as late as it is heard."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from voice_coach.audio.samples import Samples
from voice_coach.echo.speex import BLOCK

HALF = 16
"""Samples on each side of which a sample between two is made, by a windowed sinc: below 6 kHz it
is exact to -60 dB, to -40 dB at 7 kHz."""

EARLIEST = HALF + 1
"""Samples by which a reference is always late: a sample between two can be made only with some that
follow. No echo comes within a millisecond."""

PHASES = 256
"""Filters per sample; between two of them a straight line is exact to -90 dB."""

Filter = npt.NDArray[np.float64]


class Reference:
    """The last samples of the far end.

    Args:
        kept: samples that `last` may be asked for.
    """

    def __init__(self, kept: int) -> None:
        self._kept = kept
        # Room for some blocks more, so that the past is moved only now and then.
        self._past = np.zeros(2 * kept + BLOCK, np.float32)
        self._end = kept

    def add(self, far: Samples) -> None:
        """Take the next block, shape (BLOCK,)."""
        if self._end + BLOCK > len(self._past):
            self._past[: self._kept] = self._past[self._end - self._kept : self._end].copy()
            self._end = self._kept
        self._past[self._end : self._end + BLOCK] = far
        self._end += BLOCK

    def last(self, samples: int) -> Samples:
        """Return the last samples, as a view that the next `add` may change."""
        return self._past[self._end - samples : self._end]

    def read(self, begin: float, end: float, ago: int = 0) -> Samples:
        """Return the last block as it was some samples earlier, shape (BLOCK,).

        Args:
            begin: samples by which the block's first sample is late; where it is not whole,
                at least EARLIEST.
            end: the same for the sample after its last, within a sample of `begin`.
            ago: so many samples before the last block.
        """
        whole = math.floor(begin)
        stop = self._end - ago - whole
        if begin == end == whole:
            return self._past[stop - BLOCK : stop].copy()
        sound = self._past[stop - BLOCK - HALF : stop + HALF]
        # Within a block the delay changes by some hundredths of a sample: between its two ends a
        # straight line is as good as a filter for each sample.
        first = np.convolve(sound, delaying(begin - whole), "valid")
        last = np.convolve(sound, delaying(end - whole), "valid")
        share = np.arange(BLOCK) / BLOCK
        made: Samples = (first + share * (last - first)).astype(np.float32)
        return made


def delaying(fraction: float) -> Filter:
    """Return the filter, shape (2 HALF + 1,), that delays by a fraction of a sample.

    Args:
        fraction: -1 to 2.
    """
    place = (fraction + 1) * PHASES
    row = int(place)
    filter: Filter = _FILTERS[row] + (place - row) * (_FILTERS[row + 1] - _FILTERS[row])
    return filter


def _filters() -> Filter:
    at = np.arange(-HALF, HALF + 1) - (np.arange(3 * PHASES + 2)[:, None] / PHASES - 1)
    window = np.cos(np.pi / 2 * np.clip(at / (HALF + 1), -1, 1)) ** 2
    made: Filter = np.sinc(at) * window
    made /= made.sum(axis=1, keepdims=True)
    return made


_FILTERS = _filters()
