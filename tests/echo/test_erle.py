from __future__ import annotations

import numpy as np
import pytest

from voice_coach.echo.erle import ENOUGH, Erle, power
from voice_coach.echo.near_end import NearEndDetector
from voice_coach.echo.speex import BLOCK


def block(level: float, seed: int) -> float:
    """Return the power of a block of noise at a level in dBFS."""
    sound = np.random.default_rng(seed).standard_normal(BLOCK, np.float32)
    return power(sound) * float(10 ** (level / 10))


def test_the_figure_needs_enough_speech() -> None:
    erle = Erle()
    for number in range(ENOUGH - 1):
        erle.add(block(-30, number), block(-20, number), block(-50, number))
        erle.add(block(-30, number), 0.0, block(-30, number))
    assert erle.median_db is None and erle.echo_db is None
    erle.add(block(-30, 0), block(-20, 0), block(-50, 0))
    assert erle.median_db == pytest.approx(20, abs=0.5)
    assert erle.echo_db == pytest.approx(-10, abs=0.5)


def test_double_talk_in_a_third_of_the_blocks_changes_little() -> None:
    erle = Erle()
    for number in range(3 * ENOUGH):
        left = -20 if number % 3 == 0 else -50
        erle.add(block(max(-30, left), number), block(-20, number), block(left, number))
    assert erle.median_db == pytest.approx(20, abs=2)


def test_a_new_filter_has_a_new_figure() -> None:
    erle = Erle()
    for number in range(ENOUGH):
        erle.add(block(-30, number), block(-20, number), block(-50, number))
    erle.forget()
    assert erle.median_db is None
    assert erle.echo_db is not None, "the room is the same"


def test_near_end_is_what_neither_echo_nor_room_explains() -> None:
    near_end = NearEndDetector()
    for number in range(300):
        speaking = -20.0 if number % 100 < 60 else -200.0
        left = speaking - 30 + 3 * np.sin(number)
        near_end.add(block(left, number) + block(-70, -number % 977), block(speaking, number))
    start = 300 * BLOCK
    for number in range(20):
        near_end.add(block(-40, number), block(-20, number))
    before = near_end.rise(start - 100 * BLOCK, start - 1600)
    during = near_end.rise(start, start + 3200)
    assert before is not None and before < 6
    assert during is not None and during > 7


def test_silence_and_a_microphone_that_is_off_raise_nothing() -> None:
    near_end = NearEndDetector()
    nothing = 0.0
    for _ in range(50):
        near_end.add(nothing, nothing)
    for _ in range(50):
        near_end.skip()
    rise = near_end.rise(0, 100 * BLOCK)
    assert rise is not None and rise == pytest.approx(0, abs=0.1)
    assert near_end.rise(100 * BLOCK, 101 * BLOCK) is None
