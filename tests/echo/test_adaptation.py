from __future__ import annotations

import numpy as np

from voice_coach.echo.adaptation import FRESH, RECENT, WAIT, Doubt, muted
from voice_coach.echo.speex import BLOCK

FAR = 0.01
"""The far end's power, -20 dBFS; its echo is as loud."""


def doubted(loss: float, blocks: int) -> Doubt:
    doubt = Doubt()
    for _ in range(blocks):
        doubt.add(FAR, FAR, FAR * 10 ** (-loss / 10))
    return doubt


def test_a_filter_that_does_well_is_not_doubted() -> None:
    assert not doubted(20, WAIT).due


def test_a_filter_that_does_badly_is_tried_after_a_while() -> None:
    assert RECENT < WAIT
    assert not doubted(5, WAIT - 1).due
    assert doubted(5, WAIT).due


def test_only_a_better_filter_takes_its_place() -> None:
    doubt = doubted(5, WAIT)
    left = FAR * 10**-0.5
    assert not doubt.better(left)
    assert not doubt.due
    assert not doubt.better(left / 1.5)
    assert doubt.better(left / 4)


def test_what_fails_is_tried_ever_more_rarely() -> None:
    doubt = Doubt()
    tried = []
    for number in range(100 * FRESH.blocks):
        doubt.add(FAR, FAR, FAR)
        if doubt.due:
            doubt.better(1.0)
            tried.append(number)
    gaps = np.diff(tried)
    assert gaps[0] < 2 * WAIT and gaps[-1] == 3000
    doubt.settle()
    assert not doubt.due


def test_only_digital_silence_is_a_microphone_that_is_off() -> None:
    silence = np.zeros(BLOCK, np.float32)
    assert muted(silence)
    silence[7] = 1e-7
    assert not muted(silence)
