"""Speech as a whisper: the same mouth, and breath in place of the voice.

Each moment's resonances are found by linear prediction, and noise is sent through them. No real
whisper is among the recordings, and this is not quite one: people whisper slower, and higher.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from voice_coach.audio.samples import Samples

LENGTH, STEP = 480, 240
"""Samples of a moment, and from one to the next: 30 and 15 ms at 16 kHz."""

ORDER = 20
"""Coefficients: two for each of the resonances below 8 kHz, and some."""

EMPHASIS = 0.9
"""A voice falls off towards high frequencies; breath does not."""


def whispered(sound: Samples, chance: np.random.Generator) -> Samples:
    """Return a sound at 16 kHz as if it had been whispered, its peak as high as before."""
    from scipy.linalg import solve_toeplitz
    from scipy.signal import lfilter

    window = np.hanning(LENGTH)
    bright: Any = lfilter([1, -EMPHASIS], 1, sound)
    made = np.zeros(len(sound))
    for start in range(0, len(sound) - LENGTH + 1, STEP):
        moment = bright[start : start + LENGTH] * window
        likeness = np.correlate(moment, moment, "full")[LENGTH - 1 : LENGTH + ORDER]
        if likeness[0] < 1e-9:
            continue
        likeness[0] *= 1.0001  # or a pure tone would have no solution
        ahead = solve_toeplitz(likeness[:-1], likeness[1:])
        left = max(float(likeness[0] - ahead @ likeness[1:]), 1e-12)
        breath = chance.standard_normal(LENGTH) * window
        gain = np.sqrt(left / np.sum(window**2))
        made[start : start + LENGTH] += lfilter([gain], [1, *-ahead], breath)
    highest = float(np.abs(made).max(initial=0.0))
    scale = float(np.abs(sound).max(initial=0.0)) / highest if highest > 0 else 0.0
    return (made * scale).astype(np.float32)
