"""Files that are not what they should be, and trust on first use."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from voice_coach.faults import DownloadFault, StorageFault
from voice_coach.models import ModelEntry, verify

ONNX = bytes(range(256)) * 1600  # 400 kB: several pieces of the size the program reads
OTHER = bytes(reversed(ONNX))
CONFIG = b'{"audio": 1}'
MakeVoice = Callable[..., ModelEntry]


@pytest.mark.parametrize(
    ("known", "served", "what"),
    [
        ("size", ONNX[:-1], "size in bytes expected 409600, got 409599"),
        ("size", ONNX + b"x", "size in bytes expected 409600, got 409601"),
        ("sha256", OTHER, f"sha256 expected {hashlib.sha256(ONNX).hexdigest()}, got "),
        ("md5", OTHER, f"md5 expected {hashlib.md5(ONNX).hexdigest()}, got "),
        ("sha256", ONNX[:-1], "sha256 expected"),
        ("sha256 size", ONNX + b"x", "size in bytes expected 409600, got at least"),
    ],
)
def test_an_altered_file_is_refused_and_the_next_try_starts_clean(
    site: Any,
    voice: MakeVoice,
    tmp_path: Path,
    known: str,
    served: bytes,
    what: str,
) -> None:
    site.no_length = "at least" in what
    site.serve(served)
    entry = voice(ONNX, CONFIG, known)
    with pytest.raises(DownloadFault) as caught:
        site.fetch(entry, tmp_path)
    assert what in caught.value.what
    assert "v.onnx" in caught.value.what
    assert not (tmp_path / "v").exists()
    assert list((tmp_path / "v.fetching").iterdir()) == []
    site.serve(ONNX)
    site.asked.clear()
    site.fetch(entry, tmp_path)
    assert site.asked[0] == ("v.onnx", None, None)
    assert (tmp_path / "v" / "v.onnx").read_bytes() == ONNX


def test_the_first_copy_without_sha256_is_trusted_aloud_and_remembered(
    site: Any, voice: MakeVoice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.serve(ONNX)
    entry = voice(ONNX, CONFIG, "size md5")
    site.fetch(entry, tmp_path, progress=True)
    said = capsys.readouterr().err
    sha256 = hashlib.sha256(ONNX).hexdigest()
    assert "v.onnx: no sha256 is published, so this first copy is trusted" in said
    assert "size and md5 agree with the official list" in said
    assert sha256 in said
    seen = json.loads((tmp_path / "seen.json").read_text())
    assert seen["https://example.org/v.onnx"]["sha256"] == sha256
    assert set(seen) == {"https://example.org/v.onnx", "https://example.org/v.onnx.json"}


def test_a_later_copy_that_differs_from_the_first_is_refused(
    site: Any, voice: MakeVoice, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site.serve(ONNX)
    entry = voice(ONNX, CONFIG, "")
    with caplog.at_level(logging.WARNING):
        site.fetch(entry, tmp_path)
    assert "no sha256 is published" in caplog.text
    site.fetch(entry, tmp_path, again=True)  # the same content: welcome
    site.serve(OTHER)
    with pytest.raises(DownloadFault) as caught:
        site.fetch(entry, tmp_path, again=True)
    old, new = (hashlib.sha256(content).hexdigest() for content in (ONNX, OTHER))
    assert f"sha256 expected {old}, got {new}" in caught.value.what
    assert "seen.json" in caught.value.remedy
    assert (tmp_path / "v" / "v.onnx").read_bytes() == ONNX
    assert verify(entry, tmp_path) == []


def test_what_is_published_is_not_put_into_seen(
    site: Any, voice: MakeVoice, tmp_path: Path
) -> None:
    site.serve(ONNX)
    site.fetch(voice(ONNX, CONFIG), tmp_path)
    assert not (tmp_path / "seen.json").exists()


def test_a_damaged_seen_file_is_not_taken_for_an_empty_one(
    site: Any, voice: MakeVoice, tmp_path: Path
) -> None:
    site.serve(ONNX)
    (tmp_path / "seen.json").write_text('{"https://')
    with pytest.raises(StorageFault, match=r"seen\.json"):
        site.fetch(voice(ONNX, CONFIG, ""), tmp_path)
