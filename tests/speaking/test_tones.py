"""The tones: in rises, out falls, both are soft."""

from __future__ import annotations

import numpy as np
import pytest

from voice_coach.audio.samples import Samples
from voice_coach.speaking.sound import LEVEL_DB
from voice_coach.speaking.tones import EARCONS, HIGH_HZ, LOW_HZ, breath_tone, earcon

RATE = 24000


def hertz(samples: Samples) -> float:
    """Return the strongest frequency."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 18))
    return float(np.argmax(spectrum)) * RATE / (1 << 18)


@pytest.mark.parametrize("seconds", [2.1, 3.1, 5.1])
def test_in_rises_and_out_falls_by_a_fifth(seconds: float) -> None:
    frames = round(seconds * RATE)
    part = frames // 8
    rising, falling = breath_tone(True, frames, RATE), breath_tone(False, frames, RATE)
    assert len(rising) == len(falling) == frames
    up = [hertz(rising[i * part : (i + 1) * part]) for i in range(8)]
    down = [hertz(falling[i * part : (i + 1) * part]) for i in range(8)]
    assert up == sorted(up)
    assert down == sorted(down, reverse=True)
    assert up[-1] / up[0] > 1.3
    assert min(*up, *down) > LOW_HZ * 0.98
    assert max(*up, *down) < HIGH_HZ * 1.02


def test_breath_tone_swells_and_fades() -> None:
    tone = breath_tone(True, 3 * RATE, RATE)
    levels = [float(np.sqrt(np.mean(piece**2))) for piece in np.array_split(tone, 9)]
    assert levels.index(max(levels)) == 4
    assert levels[:5] == sorted(levels[:5])
    assert levels[4:] == sorted(levels[4:], reverse=True)
    assert abs(tone[0]) < 1e-4
    assert abs(tone[-1]) < 1e-4


@pytest.mark.parametrize("name", EARCONS)
def test_earcons_are_soft_short_and_without_clicks(name: str) -> None:
    sound = earcon(name, RATE)
    assert len(sound) < 0.3 * RATE
    assert 20 * np.log10(np.abs(sound).max()) < LEVEL_DB - 5
    assert np.abs(np.diff(np.concatenate([[0], sound, [0]]))).max() < 0.02


def test_breath_tones_are_softer_than_the_voice() -> None:
    peak = np.abs(breath_tone(True, 2 * RATE, RATE)).max()
    assert 20 * np.log10(peak) < LEVEL_DB - 10


def test_shortest_tone_is_no_trouble() -> None:
    assert np.isfinite(breath_tone(True, 1, RATE)).all()
