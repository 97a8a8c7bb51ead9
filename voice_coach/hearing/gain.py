"""Automatic gain before the recogniser: soft voices are brought to a level it hears well.

There is no gate: nothing is ever too soft to be heard. `python -m benchmarks.levels` prints the
hits of real commands at falling levels, with this gain and without.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from voice_coach.audio.samples import Samples

TARGET_DB = -36.0
"""Level (RMS, dB below full scale) that speech is brought up to. The hearing model was trained on
-48 to -12 dB; below -55 dB the dither before it begins to cover the words."""

MOST_DB = 30.0
"""Gain at most: a voice at -66 dB. Below that the microphone's own noise is as loud."""

STEP = 160
"""Samples at 16 kHz that are judged at a time: 10 ms."""

FLOOR_STEPS = 300
"""Steps over which the softest counts as the room's noise: 3 s, longer than a sentence without a
pause."""

ABOVE_FLOOR_DB = 12.0
"""Least number of dB above the noise at which sound counts as speech here."""

DEAD_DB = -80.0
"""The noise of a room is taken for at least this; files and muted microphones are softer."""

SPEECH_STEPS = 100
"""Steps of speech whose loudest is the level of the voice: two or three words. A slammed door is
forgotten after as much speech."""

RISE_DB = 0.3
"""Per step: the gain rises by 30 dB a second, and only in pauses, since a word that swells is no
word. It falls at once: too loud is worse than too soft."""

PEAK = 0.5
"""No sample is amplified beyond this."""


class Gain:
    """Slow automatic gain with a fast way down."""

    def __init__(self) -> None:
        self.db = 0.0
        # The rising minima of the last FLOOR_STEPS levels, each with its step.
        self._minima: deque[tuple[int, float]] = deque()
        self._speech: deque[float] = deque(maxlen=SPEECH_STEPS)
        self._wanted = 0.0
        self._step = 0

    def apply(self, sound: Samples, *, own_speech: bool) -> Samples:
        """Return the sound at its new level.

        Args:
            sound: samples at 16 kHz, a multiple of STEP, full scale -1 to 1.
            own_speech: whether the coach is speaking. What is left of its voice says nothing of
                the person's, so the gain rests.
        """
        levelled = sound.copy()
        for start in range(0, len(sound), STEP):
            piece = levelled[start : start + STEP]
            before = self.db
            if not own_speech:
                self._adapt(piece)
            if self.db == before == 0.0:
                continue
            peak = float(np.abs(piece).max())
            if peak > 0:
                self.db = min(self.db, max(0.0, 20 * math.log10(PEAK / peak)))
            first = min(before, self.db)  # the way down is taken before the loud sample
            if first == self.db:
                piece *= np.float32(10 ** (first / 20))
            else:
                ramp = np.linspace(first, self.db, len(piece), dtype=np.float32)
                piece *= np.power(np.float32(10.0), ramp / 20)
        return levelled

    def _adapt(self, piece: Samples) -> None:
        power = float(np.dot(piece, piece)) / len(piece)
        level = max(DEAD_DB, 10 * math.log10(power + 1e-12))
        self._step += 1
        if level > self._floor(level) + ABOVE_FLOOR_DB:
            self._speech.append(level)
            self._wanted = min(MOST_DB, max(0.0, TARGET_DB - max(self._speech)))
        else:
            self.db = min(self._wanted, self.db + RISE_DB)

    def _floor(self, level: float) -> float:
        """Return the lowest of the last FLOOR_STEPS levels, the present one among them."""
        while self._minima and self._minima[-1][1] >= level:
            self._minima.pop()
        self._minima.append((self._step, level))
        if self._minima[0][0] <= self._step - FLOOR_STEPS:
            self._minima.popleft()
        return self._minima[0][1]
