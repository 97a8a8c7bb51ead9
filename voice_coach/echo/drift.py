"""Two clocks: a microphone and a loudspeaker that are two devices do not count seconds alike."""

from __future__ import annotations

from collections import deque

import numpy as np

from voice_coach.echo.speex import RATE

LOOKED_BACK = 60 * RATE
"""Samples over which the drift is measured; it changes with temperature, in minutes."""

SHORTEST = 3 * RATE
"""Samples that measures must span: an error of 0.1 samples is then 2 ppm."""

LEAST = 6
"""Measures there must be."""

MOST = 120
"""Measures kept: one each half second of speech."""

STEEPEST = 300.0
"""ppm: more than any two crystals differ; a fit beyond is an error."""

STRAIGHT = 1.0
"""Samples by which the middle measure may lie off the line, or it is no line."""

MATTERS = 3.0
"""ppm from which on drift is undone. See docs/lab/room.md, "Cancelling"."""


class Drift:
    """The slope of the delay, by the median of the slopes of all pairs of measures (Theil-Sen).

    Nearly a third of the measures may be wrong without harm.
    """

    def __init__(self) -> None:
        self._measures: deque[tuple[float, float]] = deque(maxlen=MOST)
        self._ppm = 0.0
        self._undone = False

    @property
    def ppm(self) -> float:
        """Parts per million by which the delay grows; 0 while unknown or too little to matter."""
        return self._ppm if self._undone else 0.0

    def add(self, at: float, delay: float) -> None:
        """Take a measure of the delay, in samples, at some sample."""
        measures = self._measures
        measures.append((at, delay))
        while measures[0][0] < at - LOOKED_BACK:
            measures.popleft()
        if len(measures) < LEAST or at - measures[0][0] < SHORTEST:
            return
        times, delays = np.array(measures).T
        first, second = np.triu_indices(len(times), 1)
        spans = times[second] - times[first]
        # Neighbouring measures share most of their sound: their slopes are mostly chance.
        far_apart = spans > SHORTEST / 2
        slope = float(np.median((delays[second] - delays[first])[far_apart] / spans[far_apart]))
        off = delays - slope * times
        if abs(slope) > STEEPEST * 1e-6 or np.median(np.abs(off - np.median(off))) > STRAIGHT:
            return
        self._ppm = slope * 1e6
        self._undone = self._undone or abs(self._ppm) >= MATTERS

    def forget(self) -> None:
        """Forget the measures, since the delay has jumped; the clocks are the same."""
        self._measures.clear()
