"""The clip cache: it returns what was stored, or nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_coach.speaking.cache import ClipCache
from voice_coach.speaking.voice import Delivery, clip_key

KEY = clip_key("v", "Hello.", Delivery(), "1")
OTHER = clip_key("v", "Good bye.", Delivery(), "1")
SOUND = np.linspace(-0.9, 0.9, 500, dtype=np.float32)


def only_file(cache: ClipCache) -> Path:
    (path,) = [p for p in cache.folder.rglob("*") if p.is_file()]
    return path


class _Held(ClipCache):
    """A cache whose one file is held in memory."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(Path("unused"))
        self._raw = raw

    def _path(self, key: str) -> Any:
        raw = self._raw

        class Memory:
            def read_bytes(self) -> bytes:
                return raw

        return Memory()


def _raw() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        cache = ClipCache(Path(folder))
        cache.put(KEY, SOUND, 22050)
        return only_file(cache).read_bytes()


RAW = _raw()


@pytest.fixture
def cache(tmp_path: Path) -> ClipCache:
    cache = ClipCache(tmp_path / "cues")
    cache.put(KEY, SOUND, 22050)
    return cache


def test_sound_cue_is_taken_from_memory_too() -> None:
    assert _Held(RAW).get(KEY) is not None
    assert len(RAW) == 36 + 1000


def test_cue_comes_back_as_16_bit_sound(cache: ClipCache) -> None:
    found = cache.get(KEY)
    assert found is not None
    assert found[1] == 22050
    assert np.allclose(found[0], SOUND, atol=1 / 32768)
    assert cache.has(KEY)
    assert not cache.has(OTHER)
    assert cache.get(OTHER) is None


def test_full_scale_does_not_wrap_round(cache: ClipCache) -> None:
    cache.put(OTHER, np.array([1.0, -1.0, 2.0, -2.0], np.float32), 8000)
    found = cache.get(OTHER)
    assert found is not None
    assert np.allclose(found[0], [1, -1, 1, -1], atol=1e-4)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_cue_with_any_byte_changed_is_as_good_as_none(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(RAW) - 1))
    change = data.draw(st.integers(1, 255))
    damaged = RAW[:at] + bytes([RAW[at] ^ change]) + RAW[at + 1 :]
    assert _Held(damaged).get(KEY) is None


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 1035))
def test_truncated_cue_is_as_good_as_none(length: int) -> None:
    assert _Held(RAW[:length]).get(KEY) is None


def test_cue_of_another_sentence_is_as_good_as_none(cache: ClipCache) -> None:
    path = only_file(cache)
    foreign = cache.folder / OTHER[:2] / f"{OTHER}.cue"
    foreign.parent.mkdir(parents=True, exist_ok=True)
    foreign.write_bytes(path.read_bytes())
    assert cache.get(OTHER) is None
    assert cache.get(KEY) is not None


def test_something_else_in_its_place_is_as_good_as_none(cache: ClipCache) -> None:
    path = only_file(cache)
    path.write_bytes(b"\x00" * 2000)
    assert cache.get(KEY) is None
    path.unlink()
    path.mkdir()
    assert cache.get(KEY) is None


def test_a_folder_that_cannot_be_created_is_reported_once_and_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    cache = ClipCache(tmp_path / "file" / "cues")
    cache.put(KEY, SOUND, 22050)
    first = cache.trouble
    assert first is not None
    assert "cannot be written" in str(first)
    assert "the coach goes on" in str(first)
    cache.put(OTHER, SOUND, 22050)
    assert cache.trouble is first
    assert cache.get(KEY) is None


def test_full_disk_leaves_no_half_written_cue(
    cache: ClipCache, full_disk: Callable[[int], Any]
) -> None:
    with full_disk(100):
        cache.put(OTHER, SOUND, 22050)
    assert cache.trouble is not None
    assert cache.get(OTHER) is None
    only_file(cache)  # no temporary file is left either
    cache.put(OTHER, SOUND, 22050)
    assert cache.get(OTHER) is not None, "once there is space again, cues are kept again"


def test_key_changes_with_everything_that_changes_the_sound() -> None:
    keys = {
        KEY,
        clip_key("w", "Hello.", Delivery(), "1"),
        clip_key("v", "Hello!", Delivery(), "1"),
        clip_key("v", "Hello.", Delivery(length=1.4), "1"),
        clip_key("v", "Hello.", Delivery(noise=0.1), "1"),
        clip_key("v", "Hello.", Delivery(), "2"),
    }
    assert len(keys) == 6
    assert clip_key("v", "Hello.", Delivery(), "1") == KEY
