"""Clock drift: a microphone and a loudspeaker on separate devices do not count seconds alike."""

from __future__ import annotations

from collections import deque

import numpy as np

from voice_coach.echo.speex import RATE

DRIFT_WINDOW = 60 * RATE
"""Samples over which the drift is measured; it changes with temperature, within minutes."""

SHORTEST = 3 * RATE
"""Samples the measures must span: an error of 0.1 samples is then 2 ppm."""

FEWEST_MEASURES = 6
"""Fewest measures for an estimate."""

MOST_MEASURES = 120
"""Most measures kept: there is one per half second of speech."""

STEEPEST = 300.0
"""ppm: more than any two crystals differ; a steeper fit is an error."""

STRAIGHT = 1.0
"""Largest median distance of the measures from the line, in samples; beyond it the fit fails."""

MATTERS = 3.0
"""Drift in ppm from which on it is compensated. See docs/lab/room.md, "Cancelling"."""


class Drift:
    """The slope of the delay: the median slope of all pairs of measures (Theil-Sen).

    It tolerates errors in nearly a third of the measures.
    """

    def __init__(self) -> None:
        self._measures: deque[tuple[float, float]] = deque(maxlen=MOST_MEASURES)
        self._ppm = 0.0
        self._undone = False

    @property
    def ppm(self) -> float:
        """Growth of the delay in parts per million; 0 while unknown or too small to matter."""
        return self._ppm if self._undone else 0.0

    def add(self, at: float, delay: float) -> None:
        """Take a measure: the delay, in samples, at sample `at`."""
        measures = self._measures
        measures.append((at, delay))
        while measures[0][0] < at - DRIFT_WINDOW:
            measures.popleft()
        if len(measures) < FEWEST_MEASURES or at - measures[0][0] < SHORTEST:
            return
        times, delays = np.array(measures).T
        first, second = np.triu_indices(len(times), 1)
        spans = times[second] - times[first]
        # Neighbouring measures share most of their sound, so their slopes are mostly noise.
        far_apart = spans > SHORTEST / 2
        slope = float(np.median((delays[second] - delays[first])[far_apart] / spans[far_apart]))
        off = delays - slope * times
        if abs(slope) > STEEPEST * 1e-6 or np.median(np.abs(off - np.median(off))) > STRAIGHT:
            return
        self._ppm = slope * 1e6
        self._undone = self._undone or abs(self._ppm) >= MATTERS

    def forget(self) -> None:
        """Forget the measures after a jump of the delay, but not the drift: the clocks remain."""
        self._measures.clear()
