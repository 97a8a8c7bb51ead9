"""Echo return loss enhancement (ERLE), measured while running."""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from voice_coach.audio.samples import Samples

ACTIVE = 1e-5
"""Power, -50 dBFS, above which a far-end block is audible in the room; speech is at -20 dBFS."""

BLOCKS = 400
"""Blocks of far-end speech in the window: 4 s of speech, about 6 s of a session."""

ENOUGH = 150
"""Blocks, 1.5 s, before there is a figure."""

SILENCE = 1e-10
"""Power, -100 dBFS, below which there is nothing to compare."""


class Erle:
    """Measures by how much the canceller weakens the echo.

    For each block of 10 ms in which the far end speaks, the near end's power is compared with the
    clean sound's; the figure is the median over the last BLOCKS. During double talk a block shows
    little or no ERLE, however well the echo is cancelled; the median holds as long as fewer than
    half of the blocks are affected. Where the room's noise masks the echo the figure is a lower
    bound too: with no echo at all it is 0 dB, and `echo_db` is low.

    Args:
        blocks: blocks of far-end speech in the window.
        enough: blocks required before there is a figure.
    """

    def __init__(self, blocks: int = BLOCKS, enough: int = ENOUGH) -> None:
        self._losses: deque[float] = deque(maxlen=blocks)
        self._echoes: deque[float] = deque(maxlen=blocks)
        self._enough = enough

    @property
    def median_db(self) -> float | None:
        """Median ERLE in dB; None until there are enough blocks."""
        return float(np.median(self._losses)) if len(self._losses) >= self._enough else None

    @property
    def echo_db(self) -> float | None:
        """Median level of the near end relative to the far end's, in dB; None at first."""
        return float(np.median(self._echoes)) if len(self._echoes) >= self._enough else None

    def add(self, near: float, far: float, clean: float) -> None:
        """Take the powers of one block; `far` must be aligned with the near end."""
        if far < ACTIVE:
            return
        heard, left = max(near, SILENCE), max(clean, SILENCE)
        self._losses.append(10 * math.log10(heard / left))
        self._echoes.append(10 * math.log10(heard / far))

    def forget(self) -> None:
        """Start over, because the filter does. The echo's level is kept."""
        self._losses.clear()


def power(sound: Samples) -> float:
    """Return the mean square of a block; not finite if any sample is not."""
    return float(np.dot(sound, sound)) / len(sound)
