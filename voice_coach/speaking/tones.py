"""Sounds other than speech: the gliding tones of the breath, and earcons.

They are pure tones with soft ends, unlike speech: the recogniser must never take one for a word,
and nobody in pain should be startled. The alarm is there to wake somebody.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voice_coach.audio.samples import Samples
from voice_coach.speaking.sound import LEVEL_DB, speech_level

LOW_HZ, HIGH_HZ = 440.0, 880.0
"""An octave: the breath tone rises from the low to the high note for "in", and falls for "out". A
small loudspeaker gives nothing below 400 Hz, and an ageing ear little above 2 kHz."""

PARTIALS = 5
"""The tone and its overtones, each weaker in proportion to its number. A pure tone as loud sends
the echo canceller astray: of 18 words said into it in a simulated room (echo 10 dB above them) 12
were heard, but into this one 28 of 30, as many as into a soft one (-38 dB)."""

BREATH_DB = LEVEL_DB - 1.0
"""dBFS at volume 0: as loud as what a small loudspeaker gives of the voice above 400 Hz (-20.4 dB,
-22.2 with the weighting A), within 1 dB either way (-21.0 and -21.4)."""

PEAK_AT = 0.7
"""Where on its way the tone is loudest: "in" swells, and "out", which has it at the other end, dies
away. So they differ even to somebody who hears no melody."""

EARCON_DB = -26.0

EARCONS: dict[str, tuple[tuple[float, float], ...]] = {
    "heard": ((660.0, 0.06),),
    "wake": ((440.0, 0.09), (660.0, 0.12)),
}
"""Name -> (Hz, seconds) of each note."""

ALARM = "alarm"
"""Name of the earcon that wakes; unlike the others it takes its turn among the sentences."""

ALARM_HERTZ = (520.0, 1040.0)
"""Each pulse of the alarm glides up an octave. Low tones of 520 Hz and more wake sleepers, older
ones above all, better than high ones. A glide is the least like speech: short steady pulses, at the
pace of syllables, were heard as "stop", "a minute" and "a bit" in one alarm of twenty, and glides
hardly ever (`python -m benchmarks.room --only alarm`)."""

ALARM_DB = (-9.0, -3.0)
"""Peaks of the two pulses at volume 0, in dBFS."""

PULSE_SECONDS, PAUSE_SECONDS = 0.6, 0.15
"""Length of a pulse, and of the silence between the two."""

EDGE_SECONDS = 0.012
"""How long a pulse takes to swell and to fade."""


def breath_tone(rising: bool, frames: int, rate: int) -> Samples:
    """Return a tone that glides up (in) or down (out), soft at both ends, shape (frames,)."""
    first, last = (LOW_HZ, HIGH_HZ) if rising else (HIGH_HZ, LOW_HZ)
    along = np.linspace(0.0, 1.0, max(frames, 2))
    phase = 2 * np.pi * np.cumsum(first * (last / first) ** along) / rate
    partials = np.sum([np.sin(n * phase) / n for n in range(1, PARTIALS + 1)], axis=0)
    # A raised cosine over the whole tone, with its peak moved.
    towards = along if rising else 1.0 - along
    swell = np.sin(np.pi * towards ** (np.log(0.5) / np.log(PEAK_AT))) ** 2
    tone: Samples = (partials * swell).astype(np.float32)
    tone *= np.float32(10 ** ((BREATH_DB - speech_level(tone, rate)) / 20))
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
    """Return two pulses that glide up, the second one louder, shape (frames,)."""
    pulse = _pulse(rate)
    pause = np.zeros(round(PAUSE_SECONDS * rate))
    soft, loud = (10 ** (level / 20) * pulse for level in ALARM_DB)
    alarm: Samples = np.concatenate([soft, pause, loud]).astype(np.float32)
    return alarm


def _pulse(rate: int) -> npt.NDArray[np.float64]:
    """Return one pulse of the alarm with a peak of 1, shape (frames,)."""
    frames = round(PULSE_SECONDS * rate)
    first, last = ALARM_HERTZ
    phase = 2 * np.pi * np.cumsum(first * (last / first) ** (np.arange(frames) / frames)) / rate
    pulse = np.sin(phase)
    edge = round(EDGE_SECONDS * rate)
    swell = np.sin(np.pi / 2 * np.arange(edge) / edge) ** 2
    pulse[:edge] *= swell
    pulse[-edge:] *= swell[::-1]
    pulse /= np.abs(pulse).max()
    return pulse
