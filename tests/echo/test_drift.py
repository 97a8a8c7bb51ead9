from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_coach.echo.drift import Drift
from voice_coach.echo.reference import HALF, Reference
from voice_coach.echo.speex import BLOCK, RATE


def drift_of(ppm: float, seconds: int, wrong: int = 0, seed: int = 0) -> Drift:
    chance = np.random.default_rng(seed)
    at = np.arange(RATE, seconds * RATE, RATE // 2)
    delays = 800 + at * ppm * 1e-6 + chance.normal(0, 0.05, len(at))
    delays[chance.permutation(len(at))[: len(at) * wrong // 100]] += chance.uniform(5, 15)
    drift = Drift()
    for time, delay in zip(at, delays, strict=True):
        drift.add(float(time), float(delay))
    return drift


@settings(max_examples=30, deadline=None)
@given(st.floats(5, 100), st.sampled_from([-1, 1]), st.integers(0, 99))
def test_the_slope_is_found_though_some_measures_are_wrong(size: float, sign: int, n: int) -> None:
    assert drift_of(sign * size, 20, wrong=15, seed=n).ppm == pytest.approx(sign * size, abs=3)


def test_one_clock_is_left_alone() -> None:
    assert drift_of(0, 20).ppm == 0
    assert drift_of(1, 20).ppm == 0


def test_little_is_too_little() -> None:
    assert drift_of(80, 3).ppm == 0


def test_what_is_no_line_is_no_drift() -> None:
    drift = Drift()
    for number, delay in enumerate(np.random.default_rng(0).uniform(0, 500, 40)):
        drift.add(number * RATE / 2, float(delay))
    assert drift.ppm == 0


def test_the_clocks_stay_when_the_delay_jumps() -> None:
    drift = drift_of(40, 10)
    drift.forget()
    assert drift.ppm == pytest.approx(40, abs=3)


def test_whole_samples_are_read_as_they_were() -> None:
    sound = np.random.default_rng(1).standard_normal(100 * BLOCK).astype(np.float32)
    reference = Reference(2000)
    for start in range(0, len(sound), BLOCK):
        reference.add(sound[start : start + BLOCK])
        end = start + BLOCK
        if end >= 2000:
            assert np.array_equal(reference.last(2000), sound[end - 2000 : end])
            assert np.array_equal(reference.read(500, 500), sound[start - 500 : end - 500])
            assert np.array_equal(reference.read(0, 0, BLOCK), sound[start - BLOCK : start])


@pytest.mark.parametrize(("hertz", "exact"), [(200, -60), (3000, -60), (6000, -55)])
@pytest.mark.parametrize("ppm", [0.0, 100.0, -100.0])
def test_what_lies_between_samples_is_read_too(hertz: int, exact: float, ppm: float) -> None:
    time = np.arange(2 * RATE)
    sound = np.sin(2 * np.pi * hertz * time / RATE).astype(np.float32)
    reference = Reference(2000)
    lag, read = HALF + 300.25, []
    for start in range(0, RATE, BLOCK):
        reference.add(sound[start : start + BLOCK])
        end = lag + BLOCK * ppm * 1e-6
        read.append(reference.read(lag, end))
        lag = end
    late = time[:RATE] - (HALF + 300.25) - time[:RATE] * ppm * 1e-6
    wanted = np.sin(2 * np.pi * hertz * late / RATE)
    error = (np.concatenate(read) - wanted)[1000:]
    assert 10 * np.log10(np.mean(error**2) / 0.5) < exact
