"""What the doctor plays beside speech: pleasant to hear, and good to measure with."""

from __future__ import annotations

import numpy as np

from voice_coach.audio.samples import Samples

NOTES = 40
"""Notes of the run, one every NOTE_SECONDS: 2 s."""

NOTE_SECONDS = 0.05

NOTE_LENGTH = 0.04
"""Seconds that a note lasts, swelling and fading. As each has its own pitch, two are told apart
where a room lets the first hang in the second."""

PITCHES = tuple(523.25 * 2 ** (step / 12) for step in (0, 2, 4, 7, 9, 12, 14, 16, 19, 21))
"""Hertz: two octaves of the pentatonic scale from C5 on. In any order they sound well, the smallest
loudspeaker plays them, and no microphone filters them out."""

NOTE_DB = -14.0
"""dBFS at the peak of a note. Speech peaks at -3 dBFS, so nobody is startled."""

WAVE_DB = -26.0
"""dBFS, root mean square at the top of the swell."""

_ORDER = np.random.default_rng(7).integers(0, len(PITCHES), NOTES)
"""By chance, so that the run is like itself at no other place; always the same chance."""


def note(index: int, rate: int, quarter: int = 0) -> Samples:
    """Return a note of the run, shape (NOTE_LENGTH * rate,).

    Args:
        index: 0 to NOTES - 1.
        rate: frames per second.
        quarter: 1 for the same note a quarter of a period later, which makes a pair that finds
            the note with any phase.
    """
    along = np.arange(round(NOTE_LENGTH * rate)) / rate
    wave = np.sin(2 * np.pi * PITCHES[_ORDER[index]] * along + quarter * np.pi / 2)
    swell = np.sin(np.pi * along / NOTE_LENGTH) ** 2
    made: Samples = (10 ** (NOTE_DB / 20) * wave * swell).astype(np.float32)
    return made


def run_of_notes(rate: int) -> Samples:
    """Return the run, shape (NOTES * NOTE_SECONDS * rate,)."""
    step = round(NOTE_SECONDS * rate)
    run = np.zeros(NOTES * step, np.float32)
    for index in range(NOTES):
        sound = note(index, rate)
        run[index * step : index * step + len(sound)] = sound
    return run


def sea_wave(seconds: float, rate: int) -> Samples:
    """Return a wave running up a beach: soft noise of all pitches, shape (seconds * rate,)."""
    frames = round(seconds * rate)
    noise = np.fft.rfft(np.random.default_rng(8).standard_normal(frames))
    hertz = np.fft.rfftfreq(frames, 1 / rate)
    # Falling by 3 dB an octave it is soft to the ear, and reaches as high as speech does.
    noise *= np.where((hertz > 80) & (hertz < 7000), 1 / np.sqrt(np.maximum(hertz, 80.0)), 0.0)
    sound = np.fft.irfft(noise, frames)
    sound *= 10 ** (WAVE_DB / 20) / np.sqrt(np.mean(sound**2))
    swell = np.sin(np.pi * np.arange(frames) / frames) ** 2
    return np.asarray(sound * swell, np.float32)
