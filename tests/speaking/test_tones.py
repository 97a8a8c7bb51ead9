"""The tones: in rises, out falls, and a small loudspeaker gives both as loud as the voice."""

from __future__ import annotations

import numpy as np
import pytest

from voice_coach.audio.samples import Samples
from voice_coach.speaking.sound import LEVEL_DB, PEAK_DB, speech_level
from voice_coach.speaking.tones import (
    ALARM,
    ALARM_DB,
    EARCONS,
    HIGH_HZ,
    LOW_HZ,
    breath_tone,
    earcon,
)

RATE = 24000


def hertz(samples: Samples) -> float:
    """Return the strongest frequency."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 18))
    return float(np.argmax(spectrum)) * RATE / (1 << 18)


def above_400(sound: Samples) -> Samples:
    """What a small loudspeaker gives of a sound."""
    spectrum = np.fft.rfft(sound)
    spectrum[np.fft.rfftfreq(len(sound), 1 / RATE) < 400] = 0
    return np.fft.irfft(spectrum, len(sound)).astype(np.float32)


@pytest.mark.parametrize("seconds", [2.1, 3.1, 5.1])
def test_in_rises_and_out_falls_by_an_octave(seconds: float) -> None:
    frames = round(seconds * RATE)
    part = frames // 8
    rising, falling = breath_tone(True, frames, RATE), breath_tone(False, frames, RATE)
    assert len(rising) == len(falling) == frames
    up = [hertz(rising[i * part : (i + 1) * part]) for i in range(8)]
    down = [hertz(falling[i * part : (i + 1) * part]) for i in range(8)]
    assert up == sorted(up)
    assert down == sorted(down, reverse=True)
    assert up[-1] / up[0] > 1.6
    assert min(*up, *down) > LOW_HZ * 0.98
    assert max(*up, *down) < HIGH_HZ * 1.02


@pytest.mark.parametrize("rising", [True, False])
@pytest.mark.parametrize("seconds", [2.1, 5.1])
def test_a_small_loudspeaker_gives_it_as_loud_as_the_voice(rising: bool, seconds: float) -> None:
    """Nothing below 400 Hz carries there; of the voice's -20 dB it leaves -20.4."""
    tone = breath_tone(rising, round(seconds * RATE), RATE)
    heard = above_400(tone)
    assert float(np.sum((tone - heard) ** 2)) < 1e-4 * float(np.sum(tone**2))
    assert speech_level(heard, RATE) == pytest.approx(LEVEL_DB - 0.4, abs=1.0)
    assert 20 * np.log10(np.abs(tone).max()) < PEAK_DB - 3


def test_in_swells_and_out_dies_away() -> None:
    """So they differ to somebody who hears no melody."""
    for rising, peak in ((True, (6, 7)), (False, (2, 3))):
        tone = breath_tone(rising, 3 * RATE, RATE)
        levels = [float(np.sqrt(np.mean(piece**2))) for piece in np.array_split(tone, 10)]
        top = levels.index(max(levels))
        assert top in peak
        assert levels[: top + 1] == sorted(levels[: top + 1])
        assert levels[top:] == sorted(levels[top:], reverse=True)
        assert abs(tone[0]) < 1e-4
        assert abs(tone[-1]) < 1e-4


@pytest.mark.parametrize("name", EARCONS)
def test_earcons_are_soft_short_and_without_clicks(name: str) -> None:
    sound = earcon(name, RATE)
    assert len(sound) < 0.3 * RATE
    assert 20 * np.log10(np.abs(sound).max()) < LEVEL_DB - 5
    assert np.abs(np.diff(np.concatenate([[0], sound, [0]]))).max() < 0.02


def test_shortest_tone_is_no_trouble() -> None:
    assert np.isfinite(breath_tone(True, 1, RATE)).all()


def pulses(sound: Samples) -> list[Samples]:
    """Return the stretches of a sound between its silences."""
    loud = np.concatenate([[False], sound != 0, [False]])
    edges = np.flatnonzero(loud[1:] != loud[:-1]).reshape(-1, 2)
    return [sound[a:b] for a, b in edges if b - a > RATE // 100]


@pytest.mark.parametrize("rate", [16000, 24000, 48000])
def test_the_alarm_is_as_long_at_every_rate_and_full_scale_but_for_the_headroom(rate: int) -> None:
    sound = earcon(ALARM, rate)
    assert 1.0 * rate < len(sound) < 2.0 * rate
    assert 20 * np.log10(np.abs(sound).max()) == pytest.approx(max(ALARM_DB), abs=0.1)
    assert np.abs(sound[[0, -1]]).max() < 1e-3


def test_the_alarm_is_pulsed_and_rises_and_grows() -> None:
    soft, loud = pulses(earcon(ALARM, RATE))
    for pulse in (soft, loud):
        part = len(pulse) // 8
        heights = [hertz(pulse[i * part : (i + 1) * part]) for i in range(8)]
        assert heights == sorted(heights)
        assert heights[-1] > 1.6 * heights[0]
    assert np.abs(loud).max() > 1.5 * np.abs(soft).max()


def test_the_alarm_is_where_small_loudspeakers_sound_and_old_ears_hear() -> None:
    sound = earcon(ALARM, RATE)
    power = np.abs(np.fft.rfft(sound)) ** 2
    at = np.fft.rfftfreq(len(sound), 1 / RATE)
    assert power[(at > 400) & (at < 3000)].sum() > 0.99 * power.sum()
