"""Distinguishing a working microphone from a deaf one by its sound alone."""

from __future__ import annotations

import numpy as np
import pytest

from voice_coach.audio.mic_monitor import ZEROS_AT_FIRST, ZEROS_GROWTH, ZEROS_LATER, MicMonitor
from voice_coach.audio.samples import Samples

RATE = 16000
BLOCK = 160


def noise(seconds: float, db: float, seed: int = 0) -> Samples:
    samples = np.random.default_rng(seed).standard_normal(round(seconds * RATE), np.float32)
    quieter: Samples = samples * np.float32(10 ** (db / 20))
    return quieter


def zeros(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


def sentences(seconds: float) -> Samples:
    """Like the coach's speech: 1.5 s of sound, 0.8 s of silence, and so on."""
    samples = noise(seconds, -20)
    samples[np.arange(len(samples)) % round(2.3 * RATE) >= 1.5 * RATE] = 0.0
    return samples


def delayed(samples: Samples, seconds: float) -> Samples:
    return np.concatenate([zeros(seconds), samples])[: len(samples)]


def hear(monitor: MicMonitor, near: Samples, far: Samples) -> list[bool]:
    return [
        monitor.hear(near[i : i + BLOCK], far[i : i + BLOCK]) for i in range(0, len(near), BLOCK)
    ]


def seconds_until(heard: list[bool], wanted: bool) -> float:
    return (heard.index(wanted) + 1) * BLOCK / RATE


def test_microphone_with_a_noise_floor_hears() -> None:
    assert all(hear(MicMonitor(RATE), noise(30, -80), sentences(30)))


def test_echo_through_a_room_is_no_monitor_even_without_a_noise_floor() -> None:
    far = sentences(30)
    room = noise(0.3, 0) * np.exp(-np.arange(0.3 * RATE) / (0.05 * RATE)).astype(np.float32)
    near = np.convolve(far, room)[: len(far)].astype(np.float32) * np.float32(0.1)
    assert all(hear(MicMonitor(RATE), near, far))


@pytest.mark.parametrize("volume_db", [0, -30])
@pytest.mark.parametrize("delay", [0.0, 0.03, 0.2003])
def test_monitor_of_the_loudspeaker_in_the_place_of_a_microphone_is_found(
    volume_db: float, delay: float
) -> None:
    monitor, far = MicMonitor(RATE), sentences(12)
    assert all(hear(monitor, noise(3, -70), far[: 3 * RATE]))
    near = delayed(far, delay) * np.float32(10 ** (volume_db / 20))
    heard = hear(monitor, near[3 * RATE :], far[3 * RATE :])
    assert seconds_until(heard, False) < 4.0
    assert not any(heard[400:]), "it stays so"


def test_microphone_that_is_back_proves_itself_in_the_next_pause() -> None:
    monitor, far = MicMonitor(RATE), sentences(12)
    monitor.lose()
    assert not any(hear(monitor, far, far)), "a monitor proves nothing"
    heard = hear(monitor, noise(3, -70), far[: 3 * RATE])
    assert seconds_until(heard, True) == pytest.approx(1.5 + 0.3, abs=0.02)
    assert all(heard[200:])


def test_zeros_from_the_start_on_are_deafness_soon_and_later_after_a_while() -> None:
    monitor = MicMonitor(RATE)
    assert seconds_until(hear(monitor, zeros(5), zeros(5)), False) == ZEROS_AT_FIRST
    monitor = MicMonitor(RATE)
    hear(monitor, noise(1, -80), zeros(1))
    assert seconds_until(hear(monitor, zeros(12), zeros(12)), False) == ZEROS_LATER


def test_microphone_that_gives_zeros_in_pauses_is_believed_longer_each_time() -> None:
    monitor = MicMonitor(RATE)
    hear(monitor, noise(1, -80), zeros(1))
    hear(monitor, zeros(12), zeros(12))
    assert hear(monitor, noise(0.5, -40), zeros(0.5))[-1]
    again = hear(monitor, zeros(50), zeros(50))
    assert seconds_until(again, False) == ZEROS_LATER * ZEROS_GROWTH
