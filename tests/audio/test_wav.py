"""Audio without a sound card, and reading sound files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from voice_coach.audio.mixer import Play
from voice_coach.audio.samples import Samples
from voice_coach.audio.wav import ROOM_NOISE_DB, WavDuplex, WavInput, read_sound, resampled
from voice_coach.faults import AudioFault

RATE = 16000


def tone(rate: int, seconds: float, hertz: float = 440.0) -> Samples:
    clip: Samples = np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate).astype(
        np.float32
    )
    return clip * np.float32(0.5)


def heard(near: Samples, clip: Samples | None = None, **options: float) -> tuple[Samples, Samples]:
    duplex = WavDuplex(WavInput(near), RATE, **options)
    if clip is not None:
        duplex.mixer.orders.put(Play(3200, clip))
    blocks = list(duplex.blocks())
    assert [b.start for b in blocks] == list(range(0, len(blocks) * 160, 160))
    return np.concatenate([b.near for b in blocks]), np.concatenate([b.far for b in blocks])


def level(samples: Samples) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(np.square(samples, dtype=np.float64))) + 1e-12))


def test_two_runs_give_the_same_samples() -> None:
    runs = [heard(tone(RATE, 1.0), tone(RATE, 0.3), echo_db=-10.0) for _ in range(2)]
    assert np.array_equal(runs[0][0], runs[1][0])
    assert np.array_equal(runs[0][1], runs[1][1])


def test_microphone_hears_a_noise_floor_never_digital_zero() -> None:
    near, far = heard(np.zeros(RATE, np.float32))
    assert level(near) == pytest.approx(ROOM_NOISE_DB, abs=0.5)
    assert not far.any()


def test_echo_has_its_level_and_its_delay() -> None:
    clip = tone(RATE, 0.3)
    near, far = heard(np.zeros(RATE, np.float32), clip, echo_db=-20.0, echo_seconds=0.03)
    assert np.array_equal(far[3200 : 3200 + len(clip)], clip)
    begin = 3200 + round(0.03 * RATE)
    assert level(near[begin : begin + len(clip)]) == pytest.approx(level(clip) - 20, abs=0.1)
    assert level(near[:begin]) < ROOM_NOISE_DB + 1
    assert level(near[begin + len(clip) :]) < ROOM_NOISE_DB + 1


def test_without_echo_the_coach_is_not_heard() -> None:
    near, _ = heard(np.zeros(RATE, np.float32), tone(RATE, 0.3))
    assert level(near) < ROOM_NOISE_DB + 1


def test_recording_is_followed_by_its_tail() -> None:
    recording = WavInput(tone(RATE, 0.1), tail=800)
    blocks: list[Samples] = []
    while (block := recording.read(len(blocks) * 160, 160)) is not None:
        blocks.append(block)
    assert len(blocks) == (1600 + 800) // 160
    assert not np.concatenate(blocks)[1600:].any()


@pytest.mark.parametrize("name", ["a.wav", "a.flac"])
@pytest.mark.parametrize("native", [8000, 22050, 44100, 48000])
def test_sound_file_is_read_at_the_rate_of_the_ring(tmp_path: Path, name: str, native: int) -> None:
    stereo = np.stack([tone(native, 1.0), np.zeros(native, np.float32)], axis=1)
    soundfile.write(tmp_path / name, stereo, native, subtype="PCM_16")
    read = read_sound(tmp_path / name, RATE)
    assert len(read) == pytest.approx(RATE, abs=1)
    middle = read[1600:-1600]
    assert level(middle) == pytest.approx(level(tone(RATE, 1.0)) - 6.02, abs=0.1)
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    assert np.argmax(spectrum) * RATE / len(middle) == pytest.approx(440, abs=2)


@pytest.mark.parametrize(
    "content", [None, b"", b"not sound at all" * 100, b"RIFF\x24\x00\x00\x00WAVEfmt "]
)
def test_what_is_no_sound_is_refused_with_its_name(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "x.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AudioFault, match=r"x\.wav"):
        read_sound(path, RATE)


def test_file_without_a_single_frame_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "x.wav", np.zeros(0, np.float32), RATE)
    with pytest.raises(AudioFault, match="holds no sound"):
        read_sound(tmp_path / "x.wav", RATE)


@pytest.mark.parametrize("rate", [16000, 24000, 44100, 48000])
def test_resampling_keeps_length_and_level(rate: int) -> None:
    clip = resampled(tone(22050, 1.0), 22050, rate)
    assert clip.dtype == np.float32
    assert len(clip) == pytest.approx(rate, abs=1)
    assert level(clip[rate // 10 : -rate // 10]) == pytest.approx(level(tone(rate, 1.0)), abs=0.05)
