from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.cancelling.echoes import Echo, heard, noise
from voice_coach.audio.samples import Samples
from voice_coach.echo.delay import CHUNK, SEARCH, Delay, DelayFinder, Measure, vertex
from voice_coach.echo.speex import RATE


def measures(near: Samples, far: Samples) -> list[Measure]:
    finder = DelayFinder()
    ends = range(SEARCH + CHUNK, len(near) + 1, CHUNK)
    found = [
        finder.add(near[end - CHUNK : end], far[end - SEARCH - CHUNK : end], end, None, 0.0)
        for end in ends
    ]
    return [measure for measure in found if measure is not None]


def sound(seconds: float, seed: int) -> Samples:
    """Return something like speech: low-passed noise, in syllables."""
    chance = np.random.default_rng(seed)
    frames = round(seconds * RATE)
    dull = np.convolve(chance.standard_normal(frames), 0.7 ** np.arange(20), "same")
    syllables = np.repeat(chance.uniform(0, 1, frames // 2000 + 1) ** 2, 2000)[:frames]
    return (0.1 * dull * syllables).astype(np.float32)


@settings(max_examples=15, deadline=None)
@given(delay=st.integers(0, 9600), seed=st.integers(0, 1000), level=st.sampled_from([-40, -20, 0]))
def test_any_delay_is_found_to_the_sample(delay: int, seed: int, level: int) -> None:
    far = sound(3.5, seed)
    near = np.concatenate([np.zeros(delay, np.float32), far])[: len(far)]
    near = near * np.float32(10 ** (level / 20)) + noise(len(far), level - 45, seed)
    found = measures(near, far)
    assert found
    assert [round(m.delay) for m in found] == [delay] * len(found)


@pytest.mark.parametrize("delay", [0, 100, 4000, 9600])
def test_speech_in_a_live_room_is_found(far: Samples, delay: int) -> None:
    far = far[: 6 * RATE]
    near = heard(far, Echo(delay=delay, rt60=0.5)) + noise(len(far), -50)
    found = measures(near, far)
    assert len(found) >= 5
    assert {round(m.delay) for m in found} == {delay}


def test_unlike_sounds_have_no_delay(far: Samples) -> None:
    near = sound(6, 5)
    assert measures(near, far[: len(near)]) == []


def test_silence_and_constants_have_no_delay() -> None:
    silence = np.zeros(4 * RATE, np.float32)
    assert measures(silence, silence) == []
    assert measures(silence, sound(4, 1)) == []
    assert measures(sound(4, 1), silence) == []


def test_a_parabola_has_its_top() -> None:
    at = np.arange(5.0)
    assert vertex(-((at - 2.3) ** 2), 2) == pytest.approx(0.3)
    assert vertex(np.ones(5), 2) == 0
    assert vertex(at, 4) == 0


def seen(at: float, delay: float, before: float = 0.0) -> Measure:
    return Measure(at * RATE, delay, 5.0, before)


def test_one_odd_measure_moves_nothing_two_do() -> None:
    delay = Delay()
    assert delay.expected(0, 0) is None
    assert delay.take(seen(1, 480), 0) is None
    assert delay.take(seen(2, 1480), 0) is None
    assert delay.take(seen(3, 481), 0) is None
    assert delay.take(seen(4, 1480), 0) is None
    assert delay.expected(4 * RATE, 0) == 481
    assert delay.take(seen(5, 1481), 0) == 1000
    assert delay.expected(5 * RATE, 0) == 1481


def test_a_loud_reflection_is_no_jump() -> None:
    delay = Delay()
    delay.take(seen(1, 480), 0)
    assert delay.take(seen(2, 700, before=0.8), 0) is None
    assert delay.take(seen(3, 700, before=0.8), 0) is None
    assert delay.take(seen(4, 480), 0) is None
    assert delay.expected(4 * RATE, 0) == 480


def test_drift_is_no_jump() -> None:
    delay = Delay()
    delay.take(seen(0, 480), 100)
    assert delay.expected(60 * RATE, 100) == pytest.approx(480 + 96)
    assert delay.take(seen(60, 576), 100) is None
