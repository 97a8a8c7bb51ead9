"""The reference: the far end as it was played, read with a fractional delay."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from voice_coach.audio.samples import Samples
from voice_coach.echo.speex import BLOCK

HALF = 16
"""Samples on each side in the windowed sinc that interpolates between samples. Its error is -60 dB
below 6 kHz and -40 dB at 7 kHz."""

EARLIEST = HALF + 1
"""Shortest delay of a reference, in samples: interpolation needs the samples that follow. No echo
arrives within a millisecond."""

PHASES = 256
"""Filters per sample; linear interpolation between two of them has an error of -90 dB."""

Filter = npt.NDArray[np.float64]


class Reference:
    """The last samples of the far end.

    Args:
        kept: most samples that `last` can return.
    """

    def __init__(self, kept: int) -> None:
        self._kept = kept
        # Twice the room, so that the past is moved only now and then.
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
        """Return the last samples, shape (samples,), as a view that the next `add` may change."""
        return self._past[self._end - samples : self._end]

    def read(self, begin: float, end: float, ago: int = 0) -> Samples:
        """Return a delayed block, shape (BLOCK,).

        Args:
            begin: delay of the block's first sample, in samples; at least EARLIEST unless whole.
            end: delay of the sample after its last, within one sample of `begin`.
            ago: samples from the end of that block to the end of the last one.
        """
        whole = math.floor(begin)
        stop = self._end - ago - whole
        if begin == end == whole:
            return self._past[stop - BLOCK : stop].copy()
        sound = self._past[stop - BLOCK - HALF : stop + HALF]
        # Within a block the delay changes by hundredths of a sample, so a linear blend of two
        # filtered versions is as good as a filter per sample.
        first = np.convolve(sound, delaying(begin - whole), "valid")
        last = np.convolve(sound, delaying(end - whole), "valid")
        share = np.arange(BLOCK) / BLOCK
        block: Samples = (first + share * (last - first)).astype(np.float32)
        return block


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
    filters: Filter = np.sinc(at) * window
    filters /= filters.sum(axis=1, keepdims=True)
    return filters


_FILTERS = _filters()
