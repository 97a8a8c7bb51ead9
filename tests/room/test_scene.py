"""A scene of the proving ground sounds as it says, and the same every time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.room.duplex import FRAMES, RoomDuplex
from benchmarks.room.loudspeaker import VOLUME_DB, distorted
from benchmarks.scenes import rooms
from benchmarks.scenes.noise import Noises
from benchmarks.scenes.recordings import recordings
from benchmarks.scenes.scene import RATE, Scene
from voice_coach.audio.mixer import Play
from voice_coach.audio.samples import Samples
from voice_coach.speaking import Clips
from voice_coach.speaking.sound import PEAK_DB, finish, speech_level
from voice_coach.understanding import Book
from voice_coach.understanding.book import spoken

QUIET = Scene("quiet", rt60=0.25, distance=1.5, floor_db=-100.0)
STILL = Noises({}, ())
"""Nothing recorded: brown noise alone."""


def words(seconds: float, seed: int = 0) -> Samples:
    """Return recorded words one after another, finished as a cue is."""
    clips = [clip.sound for clip in recordings()]
    frames = round(seconds * RATE)
    return finish(np.resize(np.concatenate([*clips[7 * seed :], *clips]), frames), RATE)


def heard(
    scene: Scene,
    seconds: float,
    *,
    played: Samples | None = None,
    said: Samples | None = None,
    noises: Noises = STILL,
) -> tuple[Samples, Samples]:
    """Return what microphone and loudspeaker had: a cue at frame 0, the person at 0.5 s."""
    duplex = RoomDuplex(scene, noises)
    if played is not None:
        duplex.mixer.orders.put(Play(0, played, 10 ** (VOLUME_DB / 20)))
    if said is not None:
        duplex.say(RATE // 2, said)
    near: list[Samples] = []
    far: list[Samples] = []
    for block in duplex.blocks():
        assert block.start == FRAMES * len(near)
        near.append(block.near)
        far.append(block.far)
        if block.end >= seconds * RATE:
            duplex.close()
    return np.concatenate(near), np.concatenate(far)


def lag(near: Samples, far: Samples) -> float:
    """Return by how many samples the near end trails, by GCC-PHAT with a parabola on its peak."""
    size = 1 << (len(near) + len(far)).bit_length()
    cross = np.fft.rfft(near, size) * np.conj(np.fft.rfft(far, size))
    cross[: round(200 * size / RATE)] = 0.0  # a small loudspeaker turns the phase there
    found = np.fft.irfft(cross / (np.abs(cross) + 1e-9), size)
    at = int(np.argmax(found[: size // 2]))
    before, peak, after = found[at - 1 : at + 2]
    return at + 0.5 * float(before - after) / float(before - 2 * peak + after)


def test_a_scene_is_the_same_to_the_sample_with_the_same_seed() -> None:
    scene = replace(QUIET, drift_ppm=30.0, losses=100.0, moving=0.3, snr_db=10.0, distortion=0.05)
    cue, word = words(1.5), words(0.5, 1)
    first, _ = heard(scene, 2.0, played=cue, said=word)
    again, _ = heard(scene, 2.0, played=cue, said=word)
    other, _ = heard(replace(scene, seed=1), 2.0, played=cue, said=word)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("echo_db", [-10.0, 0.0, 15.0])
def test_the_echo_is_as_loud_over_the_person_as_it_says(
    echo_db: float, book: Book, rendered: Callable[[int], Clips]
) -> None:
    texts = [spoken(text) for text in book.texts["stretch.knee_right.say"][0]]
    cue = np.concatenate([rendered(RATE).clip(text) for text in texts])
    scene = replace(QUIET, echo_db=echo_db)
    echo, _ = heard(scene, len(cue) / RATE, played=cue)
    person, _ = heard(scene, 3.0, said=words(2.0, 1))
    assert speech_level(person, RATE) == pytest.approx(scene.user_db, abs=0.5)
    over = speech_level(echo, RATE) - speech_level(person, RATE)
    assert over == pytest.approx(echo_db, abs=1.5)


def test_without_an_echo_nothing_is_heard_of_the_coach() -> None:
    near, far = heard(replace(QUIET, echo_db=None), 1.0, played=words(1.0))
    assert np.abs(far).max() > 0.1
    assert np.abs(near).max() < 1e-3


@pytest.mark.parametrize("snr_db", [6.0, 24.0])
def test_the_noise_is_as_far_below_the_person_as_it_says(snr_db: float) -> None:
    scene = replace(QUIET, snr_db=snr_db)
    noise, _ = heard(scene, 4.0)
    level = 10 * np.log10(np.mean(np.square(noise, dtype=np.float64)))
    assert scene.user_db - level == pytest.approx(snr_db, abs=1.0)


@pytest.mark.parametrize("delay", [0.06, 0.25])
def test_the_echo_comes_after_its_delay(delay: float) -> None:
    near, far = heard(replace(QUIET, delay=delay), 3.0, played=words(2.5))
    assert lag(near, far) == pytest.approx(delay * RATE, abs=1.0)


@pytest.mark.parametrize("ppm", [100.0, -100.0])
def test_drift_stretches_the_echo(ppm: float) -> None:
    """After 18 s the delay is 18 s times the drift longer, or shorter."""
    scene = replace(QUIET, delay=0.25)
    steady, _ = heard(scene, 19.0, played=words(19.0))
    drifting, _ = heard(replace(scene, drift_ppm=ppm), 19.0, played=words(19.0))
    late = slice(18 * RATE, round(18.5 * RATE))
    pair = (drifting[late], steady[late]) if ppm > 0 else (steady[late], drifting[late])
    assert lag(*pair) == pytest.approx(18.25 * RATE * 100e-6, abs=0.5)


def test_the_delay_jumps_when_it_says() -> None:
    scene = replace(QUIET, jump=0.02, jump_at=3.0)
    near, far = heard(scene, 6.0, played=words(6.0))
    first, second = slice(0, 3 * RATE - RATE // 10), slice(3 * RATE + RATE // 10, None)
    assert lag(near[first], far[first]) == pytest.approx(scene.delay * RATE, abs=1.0)
    assert lag(near[second], far[second]) == pytest.approx((scene.delay + 0.02) * RATE, abs=1.0)


def test_a_delay_too_short_to_simulate_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        RoomDuplex(replace(QUIET, delay=0.01))


def test_echo_is_caused_by_what_was_played_before_it_alone() -> None:
    """What the coach does now may not change what is already heard."""
    cue = words(2.0)
    whole, _ = heard(QUIET, 2.0, played=cue)
    cut, _ = heard(QUIET, 2.0, played=cue[:RATE])
    same = RATE + round(QUIET.delay * RATE) - rooms.LEAD
    assert np.array_equal(whole[:same], cut[:same])
    assert not np.array_equal(whole[same : same + RATE // 2], cut[same : same + RATE // 2])


def test_lost_blocks_are_zeros() -> None:
    near, _ = heard(replace(QUIET, losses=60.0), 10.0)
    lost = ~near.reshape(-1, FRAMES).any(axis=1)
    assert 5 <= lost.sum() <= 40


@pytest.mark.parametrize("share", [0.01, 0.05, 0.10])
def test_the_loudspeaker_distorts_as_much_as_it_says(share: float) -> None:
    time = np.arange(RATE) / RATE
    peak = 10 ** ((PEAK_DB + VOLUME_DB) / 20)
    sine = (peak * np.sin(2 * np.pi * 500 * time)).astype(np.float32)
    size = np.abs(np.fft.rfft(distorted(sine, share)))
    harmonics = np.sqrt(np.sum(size[1000:8000:500] ** 2))
    assert harmonics / size[500] == pytest.approx(share, rel=0.05)


def test_louder_stays_louder_through_the_loudspeaker() -> None:
    ramp = np.linspace(-1, 1, 1001, dtype=np.float32)
    assert (np.diff(distorted(ramp, 0.10)) > 0).all()


def test_a_person_who_moves_is_heard_otherwise() -> None:
    said = words(1.0, 1)
    still, _ = heard(QUIET, 2.0, said=said)
    moved, _ = heard(replace(QUIET, moving=0.4), 2.0, said=said)
    assert not np.allclose(still, moved, atol=1e-3)


@pytest.mark.skipif(not rooms.available(), reason="pyroomacoustics is not installed")
@pytest.mark.parametrize("rt60", [0.25, 0.5])
def test_the_room_rings_as_long_as_it_says(rt60: float) -> None:
    response = rooms.responses(Scene("", rt60=rt60, size=(5.0, 4.0, 2.5))).person[0]
    left = 10 * np.log10(np.cumsum(np.square(response, dtype=np.float64)[::-1])[::-1])
    falls = [int(np.argmax(left < left[0] - db)) for db in (5, 35)]
    assert 2 * (falls[1] - falls[0]) / RATE == pytest.approx(rt60, rel=0.3)


def test_a_room_is_made_without_pyroomacoustics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "available", lambda: False)
    scene = replace(QUIET, seed=99, rt60=0.3)
    response = rooms.responses(scene).person[0]
    assert response[rooms.LEAD] == 1.0
    assert len(response) == pytest.approx(0.3 * RATE, rel=0.2)
    near, far = heard(scene, 3.0, played=words(2.0))
    assert lag(near, far) == pytest.approx(scene.delay * RATE, abs=1.0)
