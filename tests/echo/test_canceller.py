from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.cancelling.echoes import Echo, cleaned, heard, loss_db, noise, passed
from tests.echo.material import needs_library
from voice_coach.audio.samples import Samples
from voice_coach.echo import RATE, Canceller, EchoFault, open_canceller

pytestmark = needs_library

SECOND = RATE


def ran(near: Samples, far: Samples) -> tuple[Canceller, Samples]:
    canceller = open_canceller()
    return canceller, cleaned(near, far, canceller)


def with_words(sound: Samples, words: list[Samples], begin: float) -> tuple[Samples, list[int]]:
    """Return sound with a word every two seconds, and the samples at which the words start."""
    near, starts = sound.copy(), []
    at = round(begin * RATE)
    for word in words:
        if at + len(word) > len(near):
            break
        near[at : at + len(word)] += word
        starts.append(at)
        at += 2 * RATE
    return near, starts


def test_a_linear_echo_is_gone_within_five_seconds(far: Samples) -> None:
    far = far[: 10 * SECOND]
    echo = heard(far, Echo())
    canceller, clean = ran(echo + noise(len(far), -75), far)
    assert loss_db(echo, clean, 1.5, 5) > 15
    assert loss_db(echo, clean, 5, 10) > 25
    assert canceller.erle_db is not None
    assert canceller.erle_db == pytest.approx(loss_db(echo, clean, 6, 10), abs=6)
    assert canceller.echo_db is not None and -12 < canceller.echo_db < 0
    assert canceller.delay == pytest.approx(1000, abs=1)
    assert canceller.jumps == 0 and canceller.drift_ppm == 0


def test_nothing_is_known_before_anything_was_said() -> None:
    canceller, _ = ran(noise(3 * SECOND), np.zeros(3 * SECOND, np.float32))
    assert canceller.erle_db is None
    assert canceller.echo_db is None
    assert canceller.delay is None
    assert canceller.near_end_rise(4 * SECOND, 5 * SECOND) is None
    rise = canceller.near_end_rise(SECOND, 2 * SECOND)
    assert rise is not None and rise < 3


def test_a_near_end_alone_passes_as_it_is(words: list[Samples], far: Samples) -> None:
    near, _ = with_words(noise(8 * SECOND), words, 0.5)
    silence = np.zeros(len(near), np.float32)
    assert np.array_equal(cleaned(near, silence), near)
    # After the coach's sentence it does so again.
    far = np.concatenate([far[: 2 * SECOND], silence])
    near = np.concatenate([noise(2 * SECOND), near])
    assert np.array_equal(cleaned(near, far)[3 * SECOND :], near[3 * SECOND :])


@pytest.mark.parametrize("delay", [480, 2000, 9600])
def test_wherever_the_echo_lies_it_is_found(far: Samples, delay: int) -> None:
    far = far[: 8 * SECOND]
    echo = heard(far, Echo(delay=delay))
    canceller, clean = ran(echo + noise(len(far), -75), far)
    assert canceller.delay == pytest.approx(delay, abs=1)
    assert canceller.jumps == 0
    assert loss_db(echo, clean, 5, 8) > 22


@pytest.mark.parametrize("jump", [-500, 3000])
def test_a_delay_that_jumps_is_found_again(far: Samples, jump: int) -> None:
    far = far[: 15 * SECOND]
    at = 8 * SECOND
    before, after = heard(far, Echo(delay=1600)), heard(far, Echo(delay=1600 + jump))
    echo = np.concatenate([before[:at], after[at:]])
    canceller, clean = ran(echo + noise(len(far), -75), far)
    assert canceller.jumps == 1
    assert canceller.delay == pytest.approx(1600 + jump, abs=1)
    assert loss_db(echo, clean, 11, 12) > 15
    assert loss_db(echo, clean, 12, 15) > 22


@pytest.mark.parametrize("ppm", [50.0, -50.0])
def test_two_clocks_are_no_worse_than_one(far: Samples, ppm: float) -> None:
    far = far[: 16 * SECOND]
    one, two = Echo(delay=800), replace(Echo(delay=800), ppm=ppm)
    canceller, clean = ran(heard(far, two) + noise(len(far), -75), far)
    _, best = ran(heard(far, one) + noise(len(far), -75), far)
    assert canceller.drift_ppm == pytest.approx(ppm, abs=10)
    assert canceller.jumps == 0
    lost = loss_db(heard(far, two), clean, 10, 15)
    assert lost > loss_db(heard(far, one), best, 10, 15) - 6


def test_another_room_is_learnt_soon(far: Samples) -> None:
    far = far[: 16 * SECOND]
    at = 8 * SECOND
    echo = np.concatenate([heard(far, Echo(), 1)[:at], heard(far, Echo(), 2)[at:]])
    canceller, clean = ran(echo + noise(len(far), -75), far)
    assert canceller.jumps == 0
    assert loss_db(echo, clean, 10, 13) > 15
    assert loss_db(echo, clean, 13, 16) > 20


def test_without_memory_for_a_fresh_filter_the_old_one_goes_on(
    far: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing:
        tried = 0

        def __init__(self, tail: int) -> None:
            Refusing.tried += 1
            raise EchoFault("no memory", "free some")

    far = far[: 8 * SECOND]
    canceller = open_canceller()
    monkeypatch.setattr("voice_coach.echo.canceller.Speex", Refusing)
    clean = cleaned(noise(len(far)), far, canceller)
    assert Refusing.tried and np.isfinite(clean).all()


def test_double_talk_wrecks_neither_the_filter_nor_the_figure(
    far: Samples, words: list[Samples]
) -> None:
    far = far[: 20 * SECOND]
    echo = heard(far, Echo()) + noise(len(far), -75)
    near, starts = with_words(echo, words, 6)
    canceller, clean = ran(near, far)
    alone, untouched = ran(echo, far)
    said = passed(near - echo)
    assert len(starts) >= 6
    # What is left of the echo while words are said, and after the last.
    assert loss_db(echo, clean - said, 8, 18) > 18
    assert canceller.erle_db is not None and alone.erle_db is not None
    # 9 dB were measured: words between the coach's own make the figure too modest.
    assert canceller.erle_db > alone.erle_db - 12
    assert loss_db(echo, clean - said, 19, 20) > loss_db(echo, untouched, 19, 20) - 8


def test_a_switched_off_microphone_teaches_the_filter_nothing(far: Samples) -> None:
    far = far[: 13 * SECOND]
    echo = heard(far, Echo()) + noise(len(far), -75)
    echo[8 * SECOND : 10 * SECOND] = 0
    canceller, clean = ran(echo, far)
    assert not clean[8 * SECOND : 10 * SECOND].any()
    # Half a second after it is on again, since the filter's tail must fill.
    assert loss_db(echo, clean, 10.5, 13) > 22
    assert canceller.jumps == 0


@pytest.mark.parametrize(("level", "drive"), [(-26.0, 0.0), (-26.0, 2.0), (-36.0, 0.0)])
def test_near_end_tells_words_from_the_echo_alone(
    far: Samples, words: list[Samples], level: float, drive: float
) -> None:
    far = far[: 22 * SECOND]
    echo = heard(far, Echo(level=level, drive=drive)) + noise(len(far))
    near, starts = with_words(echo, words, 5)
    spans = [(start, start + 8000) for start in starts]
    canceller, _ = ran(near, far)
    alone, _ = ran(echo, far)
    # What is more than 12 s ago is forgotten.
    spans = [s for s in spans if s[0] > 10.1 * SECOND]
    hits = [canceller.near_end_rise(*span) or 0.0 for span in spans]
    false = [alone.near_end_rise(*span) or 0.0 for span in spans]
    assert len(spans) >= 5
    assert sorted(hits)[1] > 7, "all but one of the words"
    assert sorted(false)[-2] < 7, "at most one of the others"


def test_what_is_too_long_ago_is_unknown() -> None:
    canceller, _ = ran(noise(14 * SECOND), np.zeros(14 * SECOND, np.float32))
    assert canceller.near_end_rise(0, SECOND) is None
    assert canceller.near_end_rise(13 * SECOND, 14 * SECOND) is not None
    assert canceller.near_end_rise(13 * SECOND, 20 * SECOND) is not None


def test_without_an_echo_the_figures_say_so(far: Samples) -> None:
    far = far[: 4 * SECOND]
    canceller, clean = ran(noise(len(far)), far)
    assert canceller.delay is None and canceller.jumps == 0
    assert canceller.echo_db is not None and canceller.echo_db < -30
    assert loss_db(noise(len(far)), clean, 0, 4) == pytest.approx(0, abs=1)


def test_a_full_scale_echo_leaves_no_nonsense(far: Samples) -> None:
    far = np.clip(far[: 4 * SECOND] * 20, -1, 1).astype(np.float32)
    clean = cleaned(np.roll(far, 800), far)
    assert np.isfinite(clean).all() and np.abs(clean).max() <= 1.01


def test_a_tail_may_be_longer(far: Samples) -> None:
    canceller = open_canceller(0.4)
    far = far[: 2 * SECOND]
    assert np.isfinite(cleaned(heard(far, Echo()), far, canceller)).all()
    canceller.close()
