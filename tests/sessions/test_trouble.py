"""What the session says aloud when the sound device fails it, with a pretended device."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from voice_coach.app import Instead, Parts, Program, build
from voice_coach.audio.duplex import Block
from voice_coach.audio.mic_monitor import ZEROS_AT_FIRST, ZEROS_LATER, MicMonitor
from voice_coach.audio.mixer import Mixer
from voice_coach.hearing import Recogniser
from voice_coach.log import Complained, Entry, Log, Said
from voice_coach.session import WAKE_SECONDS
from voice_coach.speaking import Clips

RATE = 16000
BLOCK = RATE // 100


class Card:
    """A live duplex whose microphone hears noise where the test says so, and zeros elsewhere."""

    rate = RATE
    lead = 2 * BLOCK
    live = True

    def __init__(self, seconds: float, noise: Callable[[float], bool]) -> None:
        self.mixer = Mixer(RATE)
        self.losses = 0
        self.microphone_ok = True
        self.lost_at = -1.0
        self._seconds = seconds
        self._noise = noise

    def blocks(self) -> Iterator[Block]:
        monitor = MicMonitor(RATE)
        generator = np.random.default_rng(0)
        for start in range(0, round(self._seconds * RATE), BLOCK):
            seconds = start / RATE
            self.losses = int(0 <= self.lost_at <= seconds)
            near = generator.standard_normal(BLOCK, np.float32) * np.float32(1e-4)
            heard = near if self._noise(seconds) else np.zeros(BLOCK, np.float32)
            block = Block(start, heard, self.mixer.read(start, BLOCK))
            self.microphone_ok = monitor.hear(block.near, block.far)
            yield block

    def close(self) -> None:
        pass


@pytest.fixture
def run(
    parts: Parts, hearing_model: Any, rendered: Callable[[int], Clips]
) -> Callable[[Card], list[Entry]]:
    def made(card: Card) -> list[Entry]:
        entries: list[Entry] = []
        instead = Instead(recogniser=Recogniser(hearing_model, RATE, parts.book.decoys))
        program = Program(parts, hearing_model, rendered(RATE))
        build(program, card, Log(entries.append), print, instead=instead).run()
        return entries

    return made


def at(entries: list[Entry], key: str) -> list[float]:
    return [e.at / RATE for e in entries if isinstance(e, Said) and e.key == key]


def test_microphone_of_zeros_is_told_in_print_and_aloud_once(
    run: Callable[[Card], list[Entry]],
) -> None:
    entries = run(Card(20, lambda seconds: False))
    told = [e for e in entries if isinstance(e, Complained)]
    assert [e.at / RATE for e in told] == [pytest.approx(ZEROS_AT_FIRST, abs=0.02)]
    assert "gives nothing" in told[0].text
    spoken = at(entries, "reply.trouble_silent_microphone")
    assert spoken == [pytest.approx(ZEROS_AT_FIRST, abs=0.02)] * len(spoken)
    assert spoken


def test_microphone_that_falls_silent_later_is_given_more_time(
    run: Callable[[Card], list[Entry]],
) -> None:
    entries = run(Card(20, lambda seconds: seconds < 4 or 9 < seconds < 9.1))
    assert at(entries, "reply.trouble_silent_microphone")[0] == pytest.approx(
        9.1 + ZEROS_LATER, abs=0.05
    )


def test_microphone_that_comes_back_is_told(run: Callable[[Card], list[Entry]]) -> None:
    entries = run(Card(20, lambda seconds: seconds > 6))
    assert at(entries, "reply.trouble_silent_microphone")
    # It is proved in a pause of the coach's own speech.
    assert 6.0 < at(entries, "reply.trouble_ears_back")[0] < 19.0


def test_microphone_with_noise_is_no_trouble(run: Callable[[Card], list[Entry]]) -> None:
    entries = run(Card(16, lambda seconds: True))
    assert not [e for e in entries if isinstance(e, Complained)]
    assert at(entries, "welcome.breathe.say")[0] == pytest.approx(WAKE_SECONDS, abs=0.02)


def test_lost_device_is_told_when_it_is_back(run: Callable[[Card], list[Entry]]) -> None:
    card = Card(12, lambda seconds: True)
    card.lost_at = 5.0
    entries = run(card)
    assert at(entries, "reply.trouble_audio_lost") == [pytest.approx(5.0, abs=0.02)]
    after = [e.key for e in entries if isinstance(e, Said) and e.at >= 5.5 * RATE]
    assert after[0].startswith("welcome."), "the session goes on where it was"
