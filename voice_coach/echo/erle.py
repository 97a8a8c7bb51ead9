"""Echo return loss enhancement (ERLE), measured while running."""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from voice_coach.audio.samples import Samples

ACTIVE = 1e-5
"""Power of a block of the far end, -50 dBFS, that is heard in the room; speech is at -20 dBFS."""

BLOCKS = 400
"""Blocks with far-end speech that are looked back on: 4 s of speech, some 6 s of a session."""

ENOUGH = 150
"""Blocks before there is a figure: 1.5 s."""

SILENCE = 1e-10
"""Power (-100 dBFS) below which there is nothing to compare."""


class Erle:
    """By how much the echo has become weaker.

    For each block of 10 ms in which the far end speaks, the near end's power is compared to the
    clean sound's; the figure is the median over the last BLOCKS. Where a user speaks at the same
    time (double talk), a block shows little loss or none, however well the echo was cancelled;
    the median stands as long as that is so in less than half of the blocks. It is a lower bound
    also where the room's noise hides the echo: with no echo at all it is 0 dB, and `echo_db` low.

    Args:
        blocks: how many blocks of far-end speech are looked back on.
        enough: how many there must be before there is a figure.
    """

    def __init__(self, blocks: int = BLOCKS, enough: int = ENOUGH) -> None:
        self._losses: deque[float] = deque(maxlen=blocks)
        self._echoes: deque[float] = deque(maxlen=blocks)
        self._enough = enough

    @property
    def median_db(self) -> float | None:
        """Median loss in dB; None until enough blocks were seen."""
        return float(np.median(self._losses)) if len(self._losses) >= self._enough else None

    @property
    def echo_db(self) -> float | None:
        """Median level of the near end relative to the far end's, in dB; None at first."""
        return float(np.median(self._echoes)) if len(self._echoes) >= self._enough else None

    def add(self, near: float, far: float, clean: float) -> None:
        """Take the powers of a block of each; `far` must be in time with the near end."""
        if far < ACTIVE:
            return
        heard, left = max(near, SILENCE), max(clean, SILENCE)
        self._losses.append(10 * math.log10(heard / left))
        self._echoes.append(10 * math.log10(heard / far))

    def forget(self) -> None:
        """Begin again: the filter does."""
        self._losses.clear()


def power(sound: Samples) -> float:
    """Return the mean square of a block; not finite if a sample is not."""
    return float(np.dot(sound, sound)) / len(sound)
