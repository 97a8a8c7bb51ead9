"""Did a near end speak? By how much more was left than the far end's level lets expect.

What the filter leaves of an echo is the louder, the louder the far end was a moment ago: by how
much, is learnt while it speaks. A near end is what rises above that, and above the room's noise.

The rise tells a user's words from an echo alone better than the level of WebRTC's AEC3 does, at a
fraction of the cost, and its threshold is the same in quiet and in noisy rooms, for loud and for
soft voices: see docs/lab/room.md, "Cancelling", and `python -m benchmarks.cancelling`.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from voice_coach.echo.erle import ACTIVE
from voice_coach.echo.speex import BLOCK, RATE

SMOOTHED = 10
"""Blocks over which levels are taken: 100 ms, less than a short word."""

DECAY = 10 ** (-6 / (1.0 * RATE / BLOCK))
"""By how much of its power, per block, an echo is expected to be left: 60 dB in 1 s. That is slower
than in most rooms: what the filter leaves of a loud vowel is not the same each time."""

LOOKED_BACK = 400
"""Blocks of far-end speech from which the residual is learnt: 4 s."""

LEAST = 50
"""Blocks of far-end speech before anything is expected of it."""

UNLEARNT = 1.0
"""Share of the far end's power that is expected to be left until that is learnt: all of it."""

UPDATE = 10
"""Blocks of far-end speech between two medians."""

NOISE = 500
"""Blocks, 5 s, of which the quietest is the room's noise."""

KEPT = 1200
"""Blocks remembered: 12 s, longer than any utterance."""

QUIETEST = 1e-8
"""Power, -80 dBFS, below which no room's noise is taken to be."""


class Presence:
    """By how much the clean sound rose above what the far end and the room explain."""

    def __init__(self) -> None:
        self._clean: deque[float] = deque(maxlen=SMOOTHED)
        self._far: deque[float] = deque(maxlen=SMOOTHED)
        self._held = 0.0
        self._ratios: deque[float] = deque(maxlen=LOOKED_BACK)
        self._heard = 0
        self._left: float | None = None
        # The rising minima of the last NOISE blocks, each with its number.
        self._minima: deque[tuple[int, float]] = deque()
        self._rises: deque[float] = deque(maxlen=KEPT)
        self._count = 0

    def add(self, clean: float, far: float) -> None:
        """Take the powers of a block of the clean sound, and of the far end in time with it."""
        self._clean.append(clean)
        self._held = max(far, self._held * DECAY)
        self._far.append(self._held)
        heard = sum(self._clean) / len(self._clean)
        held = sum(self._far) / len(self._far)
        explained = self._noise(heard)
        if held > ACTIVE:
            self._learn(heard / held)
            explained += held * (UNLEARNT if self._left is None else self._left)
        self._rises.append(10 * math.log10(max(heard, QUIETEST) / explained))
        self._count += 1

    def skip(self) -> None:
        """Take a block in which the microphone was off: nobody was heard, and no silence either."""
        self._rises.append(0.0)
        self._count += 1

    def rise(self, start: int, end: int, share: float = 0.0) -> float | None:
        """Return the rise in dB that is reached in a share of the blocks between two samples.

        None where that is all longer ago than KEPT, or not heard yet.

        Args:
            start: first sample, counted from the first block.
            end: the sample after the last.
            share: of the blocks; 0 for the highest rise of all.
        """
        oldest = self._count - len(self._rises)
        first = max(start // BLOCK, oldest)
        # Levels are taken over what came before: a word's last sound shows a little later.
        last = min(-(-end // BLOCK) + SMOOTHED // 2, self._count)
        if first >= min(last, -(-end // BLOCK)):
            return None
        rises = [self._rises[number - oldest] for number in range(first, last)]
        return float(np.quantile(rises, 1 - share))

    def forget(self) -> None:
        """Learn the residual anew: the filter has changed."""
        self._ratios.clear()
        self._left = None

    def _learn(self, ratio: float) -> None:
        self._ratios.append(ratio)
        self._heard += 1
        if len(self._ratios) >= LEAST and (self._left is None or self._heard % UPDATE == 0):
            # The median: a user's words are in less than half of the blocks.
            self._left = float(np.median(self._ratios))

    def _noise(self, heard: float) -> float:
        while self._minima and self._minima[-1][1] >= heard:
            self._minima.pop()
        self._minima.append((self._count, heard))
        if self._minima[0][0] <= self._count - NOISE:
            self._minima.popleft()
        return max(self._minima[0][1], QUIETEST)
