"""Sounds other than speech: the gliding tones of the breath, and earcons.

They are pure tones with soft ends, unlike speech: the recogniser must never take one for a word,
and nobody in pain should be startled.
"""

from __future__ import annotations

import numpy as np

from voice_coach.audio.samples import Samples

LOW_HZ, HIGH_HZ = 220.0, 330.0
"""A fifth: the breath tone rises from the low to the high note for "in", and falls for "out"."""

BREATH_DB = -32.0
EARCON_DB = -26.0

EARCONS: dict[str, tuple[tuple[float, float], ...]] = {
    "heard": ((660.0, 0.06),),
    "wake": ((440.0, 0.09), (660.0, 0.12)),
}
"""Name -> (Hz, seconds) of each note."""


def breath_tone(rising: bool, frames: int, rate: int) -> Samples:
    """Return a tone that glides up (in) or down (out), soft at both ends, shape (frames,)."""
    first, last = (LOW_HZ, HIGH_HZ) if rising else (HIGH_HZ, LOW_HZ)
    along = np.linspace(0.0, 1.0, max(frames, 2))
    hertz = first * (last / first) ** along
    wave = np.sin(2 * np.pi * np.cumsum(hertz) / rate)
    # A raised cosine over the whole tone: it swells and fades like a breath.
    envelope = np.sin(np.pi * along) ** 2
    tone: Samples = (10 ** (BREATH_DB / 20) * wave * envelope).astype(np.float32)
    return tone


def earcon(name: str, rate: int) -> Samples:
    """Return an earcon by its name, shape (frames,).

    Raises:
        KeyError: there is no such earcon.
    """
    notes = []
    for hertz, seconds in EARCONS[name]:
        along = np.arange(round(seconds * rate))
        envelope = np.sin(np.pi * along / len(along)) ** 2
        notes.append(np.sin(2 * np.pi * hertz * along / rate) * envelope)
    return (10 ** (EARCON_DB / 20) * np.concatenate(notes)).astype(np.float32)
