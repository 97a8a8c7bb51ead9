"""By how much a stretch of sound is louder than the sound right before and right after it.

A command is said by itself. Other people's sentences contain words that sound like commands, and so
does a din; there, the sound around them is as loud as they are. `python -m benchmarks.hearing
--only speech` prints how well this separates them.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import islice

import numpy as np

from voice_coach.audio.samples import Samples

STEP = 160
"""Samples at 16 kHz of one level: 10 ms."""

KEPT = 1200
"""Steps remembered: 12 s, longer than any utterance."""

BESIDE = 35
"""Steps on each side that are beside a stretch. Who says "um" and waits longer has said it by
itself; with 25 a third of the words in sentences had nothing beside them."""

EDGE = 6
"""Steps next to a stretch that are left out: vosk places a word to within some 50 ms."""

EARLY = 40
"""Steps by which a word may have begun before its first partial result seems to say."""

LOUD = 0.85
"""Quantile of the levels that is the level of a stretch: a word's vowel, not its pauses."""

LEAST = 10
"""Steps on a side below which nothing is known of it, and nothing held against the words."""

QUIETEST = 1e-10
"""Power, -100 dBFS, below which no level is taken to be."""


class Contrast:
    """The levels of the last seconds, and where the coach itself spoke in them."""

    def __init__(self) -> None:
        # Each step's level in dB, and whether the coach spoke in it.
        self._steps: deque[tuple[float, bool]] = deque(maxlen=KEPT)
        self._count = 0

    def add(self, sound: Samples, *, own_speech: bool) -> None:
        """Take the next step, before any gain.

        Args:
            sound: shape (STEP,), full scale -1 to 1.
            own_speech: whether the coach spoke. What is left of its voice is no neighbour.
        """
        power = float(np.dot(sound, sound)) / len(sound)
        self._steps.append((10 * math.log10(max(power, QUIETEST)), own_speech))
        self._count += 1

    def rise(self, start: int, end: int, *, early: bool = False) -> float:
        """Return by how many dB a stretch is louder than the louder of its two sides.

        Infinity where neither side is known: it is too long ago, or the coach spoke there.

        Args:
            start: first sample, counted from the first step.
            end: the sample after the last.
            early: it is the place of a partial result, which may have begun sooner.
        """
        first, last = start // STEP - (EARLY if early else 0), -(-end // STEP)
        words = [level for level, _ in self._within(first, last)]
        if len(words) < LEAST:
            return math.inf
        sides = (
            [level for level, own in self._within(*side) if not own]
            for side in ((first - BESIDE, first - EDGE), (last + EDGE, last + BESIDE))
        )
        loudest = max((_loud(side) for side in sides if len(side) >= LEAST), default=-math.inf)
        return _loud(words) - loudest

    def level(self, start: int, end: int) -> float | None:
        """Return how loud a stretch is, in dB; None if it is too long ago or the coach spoke in it.

        Args:
            start: first sample, counted from the first step.
            end: the sample after the last.
        """
        first, last = start // STEP, -(-end // STEP)
        steps = list(self._within(first, last))
        if len(steps) < last - first or not steps or any(own for _, own in steps):
            return None
        return _loud([level for level, _ in steps])

    def _within(self, first: int, last: int) -> Iterable[tuple[float, bool]]:
        oldest = self._count - len(self._steps)
        return islice(self._steps, max(0, first - oldest), max(0, last - oldest))


def _loud(levels: Sequence[float]) -> float:
    return float(np.quantile(levels, LOUD))
