"""Near-end (double-talk) detection: residual power above what the far end explains.

The residual of an echo grows with the recent level of the far end. The ratio is learnt while the
far end speaks. A near end is what rises above that residual and above the room's noise.

This rise separates a user's words from pure echo better than the level of WebRTC's AEC3 does, at a
fraction of the cost, and one threshold fits quiet and noisy rooms, loud and soft voices: see
docs/lab/room.md, "Cancelling", and `python -m benchmarks.cancelling`.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from voice_coach.echo.erle import ACTIVE
from voice_coach.echo.speex import BLOCK, RATE

SMOOTHED = 10
"""Blocks over which levels are averaged: 100 ms, less than a short word."""

DECAY = 10 ** (-6 / (1.0 * RATE / BLOCK))
"""Share of its power that an echo is expected to keep per block: it decays by 60 dB in 1 s. Most
rooms decay faster, but the residual of a loud vowel varies."""

RESIDUAL_WINDOW = 400
"""Blocks of far-end speech, 4 s, from which the residual is learnt."""

LEARNT_AFTER = 50
"""Blocks of far-end speech before the residual counts as learnt."""

UNLEARNT = 1.0
"""Residual assumed until it is learnt, as a share of the far end's power: all of it."""

UPDATE = 10
"""Blocks of far-end speech between updates of the median."""

NOISE_WINDOW = 500
"""Blocks, 5 s, whose quietest counts as the room's noise."""

REMEMBERED = 1200
"""Blocks remembered: 12 s, longer than any utterance."""

QUIETEST = 1e-8
"""Lowest power, -80 dBFS, that the room's noise is assumed to have."""


class NearEndDetector:
    """Tracks by how much the clean sound rises above what far end and room explain."""

    def __init__(self) -> None:
        self._clean: deque[float] = deque(maxlen=SMOOTHED)
        self._far: deque[float] = deque(maxlen=SMOOTHED)
        self._held = 0.0
        self._ratios: deque[float] = deque(maxlen=RESIDUAL_WINDOW)
        self._heard = 0
        self._left: float | None = None
        # Monotonic queue of the minima of the last NOISE_WINDOW blocks, each with its number.
        self._minima: deque[tuple[int, float]] = deque()
        self._rises: deque[float] = deque(maxlen=REMEMBERED)
        self._count = 0

    def add(self, clean: float, far: float) -> None:
        """Take the powers of one block: the clean sound, and the far end aligned with it."""
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
        """Take a block in which the microphone was off: neither a near end nor the room's noise."""
        self._rises.append(0.0)
        self._count += 1

    def rise(self, start: int, end: int, share: float = 0.0) -> float | None:
        """Return the rise in dB that a share of the blocks between two samples reached.

        None if they are all older than REMEMBERED, or not heard yet.

        Args:
            start: first sample, counted from the first block.
            end: the sample after the last.
            share: share of the blocks; 0 for the peak.
        """
        oldest = self._count - len(self._rises)
        first = max(start // BLOCK, oldest)
        # Levels average the blocks before: the last sound of a word shows a little later.
        last = min(-(-end // BLOCK) + SMOOTHED // 2, self._count)
        if first >= min(last, -(-end // BLOCK)):
            return None
        rises = [self._rises[number - oldest] for number in range(first, last)]
        return float(np.quantile(rises, 1 - share))

    def forget(self) -> None:
        """Learn the residual again, because the filter has changed."""
        self._ratios.clear()
        self._left = None

    def _learn(self, ratio: float) -> None:
        self._ratios.append(ratio)
        self._heard += 1
        if len(self._ratios) >= LEARNT_AFTER and (self._left is None or self._heard % UPDATE == 0):
            # A median, because the user's words are in fewer than half of the blocks.
            self._left = float(np.median(self._ratios))

    def _noise(self, heard: float) -> float:
        while self._minima and self._minima[-1][1] >= heard:
            self._minima.pop()
        self._minima.append((self._count, heard))
        if self._minima[0][0] <= self._count - NOISE_WINDOW:
            self._minima.popleft()
        return max(self._minima[0][1], QUIETEST)
