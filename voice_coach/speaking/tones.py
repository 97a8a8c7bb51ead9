"""Sounds other than speech: the gliding tones of the breath, and earcons.

They are pure tones with soft ends, unlike speech: the recogniser must never take one for a word,
and nobody in pain should be startled. The alarm is there to wake somebody.
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

ALARM = "alarm"
"""Name of the earcon that wakes; unlike the others it takes its turn among the sentences."""

ALARM_HERTZ = (520.0, 620.0, 740.0)
"""The pulses of the alarm rise. A square wave of about 520 Hz wakes sleepers, older ones above all,
at a lower level than a high pure tone does, which is why smoke alarms for bedrooms have it."""

ALARM_HARMONICS = (1, 3, 5)
"""Those of a square wave, up to ALARM_HIGHEST_HZ: all a small loudspeaker does well."""

ALARM_HIGHEST_HZ = 3000.0

ALARM_DB = (-9.0, -3.0)
"""dBFS: the peaks of the first three pulses, and of the three after them, at volume 0."""

PULSE_SECONDS, PAUSE_SECONDS, REST_SECONDS = 0.16, 0.06, 0.24
"""Of a pulse, and of silence between pulses and between the two threes."""

EDGE_SECONDS = 0.012


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
    if name == ALARM:
        return _alarm(rate)
    notes = []
    for hertz, seconds in EARCONS[name]:
        along = np.arange(round(seconds * rate))
        envelope = np.sin(np.pi * along / len(along)) ** 2
        notes.append(np.sin(2 * np.pi * hertz * along / rate) * envelope)
    return (10 ** (EARCON_DB / 20) * np.concatenate(notes)).astype(np.float32)


def _alarm(rate: int) -> Samples:
    """Return twice three rising pulses, the second time louder: 1.4 s in all."""
    pieces: list[Samples] = []
    for level in ALARM_DB:
        for hertz in ALARM_HERTZ:
            pieces.append(10 ** (level / 20) * _pulse(hertz, rate))
            pieces.append(np.zeros(round(PAUSE_SECONDS * rate), np.float32))
        pieces[-1] = np.zeros(round(REST_SECONDS * rate), np.float32)
    alarm: Samples = np.concatenate(pieces[:-1]).astype(np.float32)
    return alarm


def _pulse(hertz: float, rate: int) -> Samples:
    """Return one pulse with a peak of 1."""
    along = np.arange(round(PULSE_SECONDS * rate)) / rate
    kept = [n for n in ALARM_HARMONICS if n * hertz <= min(ALARM_HIGHEST_HZ, rate / 2.2)]
    wave = sum((np.sin(2 * np.pi * n * hertz * along) / n for n in kept), np.zeros(len(along)))
    edge = round(EDGE_SECONDS * rate)
    envelope = np.ones(len(along))
    envelope[:edge] = np.sin(np.pi / 2 * np.arange(edge) / edge) ** 2
    envelope[-edge:] = envelope[:edge][::-1]
    wave *= envelope
    pulse: Samples = (wave / np.abs(wave).max()).astype(np.float32)
    return pulse
