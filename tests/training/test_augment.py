"""Changed recordings are repeatable, whole, and what was asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy", reason="the training extra is not installed")
pytest.importorskip("pyroomacoustics", reason="the training extra is not installed")

from training import noises
from training.augment import (
    Material,
    Sample,
    changed,
    din,
    heard,
    loudness,
    noise_alone,
    plain,
    speech_size,
)
from training.rooms import LONGEST, make_rooms
from training.store import Entry, Sound, Store
from voice_coach.teaching.features import BANDS, frames_in


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    draw = np.random.default_rng(0)
    samples = np.rint(draw.standard_normal(80_000) * 2000).astype(np.int16)
    entries = tuple(
        Entry(n * 16_000, 16_000, f"{n}", f"s{n}", ("one",), "x", "train", False) for n in range(5)
    )
    folder = tmp_path_factory.mktemp("rooms")
    rooms = make_rooms(folder / "rooms.npy", 4)
    assert np.array_equal(make_rooms(folder / "rooms.npy", 4), rooms)
    return Material(
        Store(entries, samples), [entries[:1], entries[1:2]], entries[2:4], entries[4:], rooms
    )


def speech() -> Sound:
    time = np.arange(16_000) / 16_000
    return (np.sin(2 * np.pi * 300 * time) * (time % 0.3 < 0.2) * 0.2).astype(np.float32)


@pytest.mark.parametrize("seed", range(20))
def test_it_is_told_where_the_samples_went(material: Material, seed: int) -> None:
    sound = np.zeros(16_000, np.float32)
    sound[7000:9000] = speech()[:2000]
    draw = np.random.default_rng(seed)
    sample = changed(sound, draw, material, synthetic=True, silence=1.5)
    timing = sample.timing
    assert 480 <= timing.before <= 23_520 and timing.speed != 1
    assert timing.place(0) == timing.before
    # The same chance draws the same speed and silences, and no more is done in `quiet`.
    draw = np.random.default_rng(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "training.augment.heard", lambda sound, *_, **__: Sample(sound[:, None], False)
        )
        quiet = changed(sound, draw, material, synthetic=True, silence=1.5)
    loud = np.flatnonzero(quiet.features[:, 0])
    assert quiet.timing == timing
    assert loud[0] == pytest.approx(timing.place(7000), abs=40)  # a sine begins softly
    assert loud[-1] == pytest.approx(timing.place(9000), abs=40)


@pytest.mark.parametrize("seed", range(40))
def test_the_same_chance_gives_the_same_sound(material: Material, seed: int) -> None:
    def once() -> Sound:
        draw = np.random.default_rng(seed)
        return changed(speech(), draw, material, synthetic=bool(seed % 2), silence=0.7).features

    made = once()
    assert np.array_equal(made, once())
    assert np.isfinite(made).all() and made.shape[1] == BANDS
    assert 75 < len(made) < 250


def test_what_is_heard_keeps_its_time(material: Material) -> None:
    for seed in range(20):
        draw = np.random.default_rng(seed)
        sample = heard(speech(), draw, material, synthetic=False)
        assert len(sample.features) == frames_in(16_000)


def test_noise_alone_is_noise(material: Material) -> None:
    for seed in range(10):
        sample = noise_alone(np.random.default_rng(seed), material)
        assert sample.noisy and 90 < len(sample.features) < 510


def test_rooms_begin_with_the_direct_sound(material: Material) -> None:
    assert material.rooms.shape == (4, LONGEST)
    assert np.allclose(material.rooms[:, 0], 1)
    early = (material.rooms[:, :3200] ** 2).sum(1)
    assert (early > (material.rooms[:, 3200:] ** 2).sum(1)).all()


def test_loudness_is_that_of_the_louder_half() -> None:
    sound = np.concatenate([np.zeros(8000), np.full(8000, 0.5)]).astype(np.float32)
    assert loudness(sound) == pytest.approx(0.5, rel=0.01)
    assert loudness(sound[:0]) == 0.0


def test_silence_does_not_change_the_size_of_speech() -> None:
    sound = np.concatenate([np.full(8000, 0.5), np.full(100_000, 0.01)]).astype(np.float32)
    assert speech_size(sound) == pytest.approx(0.5, rel=0.01)
    assert speech_size(np.zeros(1000, np.float32)) == speech_size(sound[:0]) == 0.0


def test_plain_features_are_repeatable() -> None:
    assert np.array_equal(plain(speech()), plain(speech()))


def test_every_source_of_noise_is_drawn_as_often_however_large(material: Material) -> None:
    hum, hiss = np.full(8000, 3000, np.int16), np.zeros(8000, np.int16)
    hum[::2] *= -1  # at the highest frequency, and so is no silence, at any speed
    hiss[::4] = 3000
    entries = [
        Entry(8000 * n, 8000, f"{n}", "noise", (), "few" if n == 0 else "many", "noise", False)
        for n in range(9)
    ]
    store = Store(tuple(entries), np.concatenate([hum, *[hiss] * 8]))
    drawn = Material(store, [entries[:1], entries[1:]], (), (), material.rooms)
    seen: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        sound = Store.sound

        def noting(self: Store, entry: Entry) -> Sound:
            seen.append(entry.source)
            return sound(self, entry)

        patch.setattr(Store, "sound", noting)
        for seed in range(200):
            before = len(seen)
            made = din(8000, np.random.default_rng(seed), drawn)
            assert len(set(seen[before:])) == 1, "sounds of one source stay together"
            assert made.shape == (8000,) and np.isfinite(made).all() and made.any()
            del seen[before + 1 :]
    assert 70 < seen.count("few") < 130


@pytest.mark.parametrize("kind", dict.fromkeys(noises.KINDS))
def test_made_noises_are_repeatable_and_sound(kind: object) -> None:
    assert callable(kind)
    made = kind(np.random.default_rng(5))
    assert np.array_equal(made, kind(np.random.default_rng(5)))
    assert np.isfinite(made).all() and np.abs(made).max() > 1e-3


def test_music_needs_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    made = noises.music(np.random.default_rng(1))
    assert np.abs(made).max() > 0.01


def test_noises_are_made_once(tmp_path: Path) -> None:
    paths = noises.make_noises(tmp_path, 3)
    stamps = [path.stat().st_mtime_ns for path in paths]
    assert noises.make_noises(tmp_path, 4)[:3] == paths
    assert [path.stat().st_mtime_ns for path in paths] == stamps
