"""The microphone by itself: each trouble is named, and has its remedy."""

from __future__ import annotations

import numpy as np
import pytest

from tests.doctor.room import RATE
from voice_coach.audio.samples import Samples
from voice_coach.doctor.finding import Finding
from voice_coach.doctor.microphone import microphone, quiet_level_db


def room(level_db: float, seconds: float = 4.0) -> Samples:
    noise = np.random.default_rng(0).standard_normal(round(seconds * RATE))
    return np.asarray(noise * 10 ** (level_db / 20), np.float32)


def hummed() -> Samples:
    return np.clip(room(-10.0) * 4, -1, 1)


def holed() -> Samples:
    sound = room(-60.0)
    for start in range(0, len(sound), RATE // 2):
        sound[start : start + RATE // 50] = 0.0
    return sound


def flickering() -> Samples:
    bits = np.random.default_rng(0).integers(0, 2, 4 * RATE)
    return np.asarray(bits / 65536, np.float32)


@pytest.mark.parametrize(
    ("near", "lost", "state", "what", "remedy"),
    [
        (np.zeros(4 * RATE, np.float32), 0, "fault", "only zeros", "mute key"),
        (np.zeros(0, np.float32), 0, "fault", "only zeros", "mute key"),
        (hummed(), 0, "warning", "overdriven", "level down"),
        (flickering(), 0, "warning", "almost nothing", "mute key"),
        (holed(), 0, "warning", "gaps", "USB socket"),
        (room(-60.0), 4, "warning", "gaps", "other programs"),
        (room(-60.0) + np.float32(0.1), 0, "warning", "off centre", "cable"),
        (room(-30.0), 0, "warning", "loud", "hums"),
        (room(-60.0), 0, "ok", "hears the room", ""),
        (room(-85.0), 1, "ok", "hears the room", ""),
    ],
)
def test_each_trouble_has_its_name_and_mend(
    near: Samples, lost: int, state: str, what: str, remedy: str
) -> None:
    found = microphone(near, RATE, lost)
    assert found.state == state
    assert what in found.what
    assert remedy in found.remedy
    assert bool(found.remedy) == (state != "ok")
    assert found.code == (7 if state == "fault" else 0)


def test_the_figures_are_those_of_the_sound() -> None:
    found: Finding = microphone(room(-60.0) + np.float32(0.01), RATE)
    assert found.figures["level_db"] == pytest.approx(-60.0, abs=0.3)
    assert found.figures["offset"] == pytest.approx(0.01, abs=1e-3)
    assert found.figures["seconds"] == 4.0


def test_a_door_that_slams_is_not_the_level_of_the_room() -> None:
    sound = room(-60.0)
    sound[RATE : RATE + RATE // 5] *= 100
    assert quiet_level_db(sound, RATE) == pytest.approx(-60.0, abs=0.5)


def test_a_monitor_is_told_from_a_muted_microphone() -> None:
    found = microphone(np.zeros(RATE, np.float32), RATE, monitor=True)
    assert "by wire" in found.what
    assert found.code == 7
