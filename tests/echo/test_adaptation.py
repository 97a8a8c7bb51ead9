from __future__ import annotations

import numpy as np

from voice_coach.echo.adaptation import FRESH, RECENT, TRIAL_WAIT, FilterTrial, muted
from voice_coach.echo.speex import BLOCK

FAR = 0.01
"""The far end's power, -20 dBFS; its echo is as loud."""


def trial_after(loss: float, blocks: int) -> FilterTrial:
    trial = FilterTrial()
    for _ in range(blocks):
        trial.add(FAR, FAR, FAR * 10 ** (-loss / 10))
    return trial


def test_a_filter_that_does_well_is_not_doubted() -> None:
    assert not trial_after(20, TRIAL_WAIT).due


def test_a_filter_that_does_badly_is_tried_after_a_while() -> None:
    assert RECENT < TRIAL_WAIT
    assert not trial_after(5, TRIAL_WAIT - 1).due
    assert trial_after(5, TRIAL_WAIT).due


def test_only_a_better_filter_takes_its_place() -> None:
    trial = trial_after(5, TRIAL_WAIT)
    left = FAR * 10**-0.5
    assert not trial.better(left)
    assert not trial.due
    assert not trial.better(left / 1.5)
    assert trial.better(left / 4)


def test_what_fails_is_tried_ever_more_rarely() -> None:
    trial = FilterTrial()
    tried = []
    for number in range(100 * FRESH.blocks):
        trial.add(FAR, FAR, FAR)
        if trial.due:
            trial.better(1.0)
            tried.append(number)
    gaps = np.diff(tried)
    assert gaps[0] < 2 * TRIAL_WAIT and gaps[-1] == 3000
    trial.settle()
    assert not trial.due


def test_only_digital_silence_is_a_microphone_that_is_off() -> None:
    silence = np.zeros(BLOCK, np.float32)
    assert muted(silence)
    silence[7] = 1e-7
    assert not muted(silence)
