"""A loudspeaker that plays clips of another clock."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest

from tests.audio.fake_card import FakeSound
from voice_coach.audio import cards as cards_module
from voice_coach.audio import playback, stream
from voice_coach.audio.playback import DELAY_SECONDS, Playback
from voice_coach.faults import AudioFault

RATE = 16000


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> FakeSound:
    """A loudspeaker alone, whose time a test lets pass block by block."""
    sound = FakeSound(cards=[("Speaker", 0, 2)], own_rate=RATE, blocks_until_lost=0)
    for module in (cards_module, playback):
        monkeypatch.setattr(module, "portaudio", lambda: sound)
    monkeypatch.setattr(playback, "mute_libraries", lambda: None)
    monkeypatch.setattr(stream, "FIRST_CALLBACK", 1.0)
    return sound


def opened(sound: FakeSound) -> tuple[Playback, Callable[[float], np.ndarray]]:
    """Return a playback, and what lets seconds pass and returns what was played."""
    player = Playback()

    def passes(seconds: float) -> np.ndarray:
        device = sound.streams[0]
        before = len(device.played)
        for _ in range(round(seconds * 100)):
            device.one_block()
        player.tend()
        blocks = device.played[before:]
        return np.concatenate([np.zeros(0), *(block[:, 0] for block in blocks)])

    return player, passes


def begins(heard: np.ndarray) -> list[int]:
    """Return the frames at which sound begins."""
    loud = np.flatnonzero(heard)
    return [int(n) for i, n in enumerate(loud) if i == 0 or n > loud[i - 1] + 1]


CLICK = np.full(8, 0.5, np.float32)


def test_what_is_given_out_together_keeps_its_distances(sound: FakeSound) -> None:
    player, passes = opened(sound)
    passes(0.5)
    now = 1_000_003
    for start in (now + 320, now + 1001, now + 16001):
        player.play(start, CLICK, 1.0, now)
    first, *others = begins(passes(2.0))
    assert [other - first for other in others] == [681, 15681]
    assert first == pytest.approx(320 + DELAY_SECONDS * RATE, abs=RATE // 50)
    assert player.silent


def test_a_late_order_keeps_its_distance_to_what_is_playing(sound: FakeSound) -> None:
    player, passes = opened(sound)
    now = 5000
    player.play(now + 100, np.full(RATE, 0.1, np.float32), 1.0, now)
    heard = passes(0.5)
    player.play(now + 100 + RATE, CLICK, 1.0, now + RATE)  # its clock is ahead by half a second
    heard = np.concatenate([heard, passes(1.5)])
    assert begins(heard) == [begins(heard)[0]], "the click follows without a gap"
    assert np.count_nonzero(heard) == RATE + len(CLICK)


def test_a_hush_fades_and_drops_what_has_not_begun(sound: FakeSound) -> None:
    player, passes = opened(sound)
    player.play(0, np.full(RATE, 0.5, np.float32), 1.0, 0)
    player.play(2 * RATE, CLICK, 1.0, 0)
    assert np.count_nonzero(passes(0.5)) > RATE // 10
    player.hush()
    assert player.silent
    assert np.count_nonzero(passes(3.0)) <= 0.02 * RATE


def test_a_loudspeaker_that_no_longer_calls_back_is_lost(
    sound: FakeSound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playback, "DEAD_SECONDS", 0.05)
    player, passes = opened(sound)
    passes(0.1)
    assert player.tend()
    time.sleep(0.1)
    assert not player.tend()
    player.close()


def test_a_rate_is_found_that_the_loudspeaker_takes(sound: FakeSound) -> None:
    sound.own_rate, sound.rates = 11025, frozenset({48000})
    assert Playback().rate == 48000
    with pytest.raises(AudioFault, match="does not accept 22050 Hz"):
        Playback(rate=22050)


def test_without_a_loudspeaker_there_is_none(sound: FakeSound) -> None:
    sound.cards = [("Microphone", 1, 0)]
    with pytest.raises(AudioFault, match="No loudspeaker"):
        Playback()
