"""Automatic gain: soft voices come up, loud ones stay, the coach's own teaches nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hearing.material import Timeline, recording
from voice_coach.audio.samples import Samples
from voice_coach.hearing.gain import MOST_DB, PEAK, STEP, Gain

RATE = 16000


def words(level_db: float, times: int = 4) -> Samples:
    """Return "next" some times, at a level relative to the listener's own."""
    timeline = Timeline(RATE, 2.0 * times)
    for turn in range(times):
        timeline.put(recording("next", RATE) * np.float32(10 ** (level_db / 20)), 2.0 * turn + 0.7)
    return timeline.sound


def level(sound: Samples) -> float:
    steps = sound[: len(sound) // STEP * STEP].reshape(-1, STEP)
    return float(10 * np.log10((steps**2).mean(1).max()))


def through(gain: Gain, sound: Samples, *, own_speech: bool = False) -> Samples:
    parts = [sound[i : i + RATE // 10] for i in range(0, len(sound), RATE // 10)]
    return np.concatenate([gain.apply(part, own_speech=own_speech) for part in parts])


@pytest.mark.parametrize("soft", [-20.0, -30.0, -40.0])
def test_soft_voice_is_heard_louder_from_its_second_word_on(soft: float) -> None:
    sound = words(soft)
    second = slice(4 * RATE, 6 * RATE)
    raised = level(through(Gain(), sound)[second]) - level(sound[second])
    assert raised == pytest.approx(min(MOST_DB, -36.0 - level(sound[: 2 * RATE])), abs=2.0)


def test_ordinary_voice_is_left_as_it_is() -> None:
    sound = words(0.0)
    assert np.array_equal(through(Gain(), sound), sound)


def test_loud_voice_after_a_soft_one_is_not_clipped() -> None:
    sound = np.concatenate([words(-40.0), words(0.0)])
    made = through(Gain(), sound)
    loud = np.abs(sound).max()
    assert np.abs(made).max() <= max(PEAK, loud) + 1e-3
    last = slice(-2 * RATE, None)
    assert np.allclose(made[last], sound[last], atol=1e-6), "its gain is gone after three words"


def test_coachs_own_voice_teaches_nothing() -> None:
    gain = Gain()
    through(gain, words(-40.0), own_speech=True)
    assert gain.db == 0.0


@given(
    st.lists(st.floats(-120, 0), min_size=1, max_size=20),
    st.booleans(),
)
def test_anything_stays_finite_and_within_its_bounds(levels: list[float], own: bool) -> None:
    gain = Gain()
    draw = np.random.default_rng(0)
    for level_db in levels:
        piece = draw.standard_normal(STEP * 20).astype(np.float32) * np.float32(
            10 ** (level_db / 20)
        )
        piece = np.clip(piece, -1, 1)
        made = gain.apply(piece, own_speech=own)
        assert np.isfinite(made).all()
        assert 0.0 <= gain.db <= MOST_DB
        assert np.abs(made).max() <= max(PEAK, np.abs(piece).max()) + 1e-3
