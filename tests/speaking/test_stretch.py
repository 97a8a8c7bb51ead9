"""Speech made slower and faster: as long as was asked for, at the same pitch and level."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.speaking.test_speaker import RATE as SPEAKER_RATE
from tests.speaking.test_speaker import Scene, say
from voice_coach.audio.samples import Samples
from voice_coach.coach.events import Rate
from voice_coach.coach.rate import RATES
from voice_coach.speaking.sound import speech_level
from voice_coach.speaking.stretch import stretched
from voice_coach.understanding import Book

CHANGED = [length for length in RATES if length != 1.0]


def vowel(rate: int, seconds: float = 2.0, hertz: float = 110.0) -> Samples:
    """A voice on one note: its harmonics up to 3 kHz."""
    along = np.arange(round(seconds * rate)) / rate
    numbers = range(1, int(3000 / hertz) + 1)
    made = sum(np.sin(2 * np.pi * hertz * n * along + n) / n for n in numbers)
    return (0.1 * np.asarray(made)).astype(np.float32)


def hertz(samples: Samples, rate: int) -> float:
    """The note, from how far apart the samples are most alike."""
    some = samples[len(samples) // 3 :][: rate // 4].astype(np.float64)
    alike = np.correlate(some, some, "full")[len(some) - 1 :]
    first = rate // 200
    return rate / (first + int(np.argmax(alike[first : rate // 60])))


@pytest.mark.parametrize("rate", [16000, 22050, 48000])
@pytest.mark.parametrize("length", CHANGED)
def test_it_lasts_as_long_as_asked_at_the_same_pitch_and_level(length: float, rate: int) -> None:
    before = vowel(rate)
    after = stretched(before, length, rate)
    assert after.dtype == np.float32
    assert len(after) == round(length * len(before))
    assert hertz(after, rate) == pytest.approx(hertz(before, rate), rel=0.02)
    assert speech_level(after, rate) == pytest.approx(speech_level(before, rate), abs=1.0)
    assert np.abs(after).max() < 1.2 * np.abs(before).max()


@pytest.mark.parametrize("length", CHANGED)
def test_it_keeps_the_order_of_sounds_and_the_pauses(length: float) -> None:
    rate = 16000
    silence = np.zeros(rate // 2, np.float32)
    notes = [110.0, 140.0, 180.0]
    parts = [part for note in notes for part in (vowel(rate, 0.6, note), silence)]
    after = stretched(np.concatenate(parts), length, rate)
    for number, note in enumerate(notes):
        begin = round(length * rate * (1.1 * number + 0.1))
        part = after[begin : begin + round(0.4 * length * rate)]
        assert hertz(part, rate) == pytest.approx(note, rel=0.04)
        pause = round(length * rate * (1.1 * number + 0.75))
        assert np.abs(after[pause : pause + round(0.2 * length * rate)]).max() < 1e-3


def test_at_the_usual_rate_nothing_changes_and_what_is_short_stays() -> None:
    sound = vowel(16000)
    assert stretched(sound, 1.0, 16000) is sound
    assert stretched(sound[:500], 1.45, 16000) is not None
    for frames in (0, 1, 959, 960, 961):
        assert np.isfinite(stretched(sound[:frames], 1.45, 16000)).all()


def test_silence_stays_silent() -> None:
    assert not stretched(np.zeros(16000, np.float32), 1.2, 16000).any()


def test_the_speaker_stretches_sentences_and_leaves_what_paces_a_breath(book: Book) -> None:
    scene = Scene(book)
    scene.do(say(1), Rate(1.2))
    scene.do(say(2), say(3), say(4, at=8 * SPEAKER_RATE, pacing=True))
    scene.run(11)
    lengths = [cue.end - cue.start for cue, _ in scene.told]
    second = SPEAKER_RATE
    assert lengths == [second, round(1.2 * second), round(1.2 * second), second]
    spoken = sorted((cue.start, cue.end) for cue, _ in scene.told)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(spoken)), "nothing overlaps"
