"""Fetching and installing from a real HTTP server; full disks and crashes."""

from __future__ import annotations

import builtins
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from voice_coach.faults import DownloadFault, ModelFault, StorageFault
from voice_coach.models import ModelEntry, fetch, load_manifest, state, verify
from voice_coach.models import download as downloading
from voice_coach.models.disk import GO_ON, locked

ONNX = bytes(range(256)) * 1600  # 400 kB: several pieces of the size the program reads
OTHER = bytes(reversed(ONNX))
CONFIG = b'{"audio": 1}'
HALF = len(ONNX) // 2
MakeVoice = Callable[..., ModelEntry]


def test_a_voice_is_fetched_checked_and_recorded(
    site: Any, voice: MakeVoice, tmp_path: Path, listing: Any
) -> None:
    site.serve(ONNX)
    entry = voice(ONNX, CONFIG)
    assert state(entry, tmp_path) == "absent"
    place = site.fetch(entry, tmp_path)
    assert place == tmp_path / "v"
    assert listing(tmp_path) == {".v.lock", "v/v.onnx", "v/v.onnx.json", "v/installed.json"}
    assert (place / "v.onnx").read_bytes() == ONNX
    record = json.loads((place / "installed.json").read_text())
    sha256 = hashlib.sha256(ONNX).hexdigest()
    assert {"name": "v.onnx", "size": len(ONNX), "sha256": sha256} in record["files"]
    assert state(entry, tmp_path) == "installed"
    assert verify(entry, tmp_path) == []


def test_what_is_installed_is_fetched_again_only_on_request(
    site: Any, voice: MakeVoice, tmp_path: Path
) -> None:
    site.serve(ONNX)
    place = site.fetch(voice(ONNX, CONFIG), tmp_path)
    site.asked.clear()
    assert site.fetch(voice(ONNX, CONFIG), tmp_path) == place
    assert site.asked == []
    (place / "stray").touch()
    site.fetch(voice(ONNX, CONFIG), tmp_path, again=True)
    assert [name for name, _, _ in site.asked] == ["v.onnx", "v.onnx.json"]
    assert not (place / "stray").exists()
    assert not (tmp_path / "v.old").exists()


def test_an_installed_voice_stays_while_a_new_fetch_fails(
    site: Any, voice: MakeVoice, tmp_path: Path
) -> None:
    site.serve(ONNX)
    place = site.fetch(voice(ONNX, CONFIG), tmp_path)
    site.serve(OTHER)
    with pytest.raises(DownloadFault):
        site.fetch(voice(ONNX, CONFIG), tmp_path, again=True)
    assert (place / "v.onnx").read_bytes() == ONNX
    assert state(voice(ONNX, CONFIG), tmp_path) == "installed"


def test_a_damaged_model_is_fetched_again_without_being_asked_twice(
    site: Any, voice: MakeVoice, tmp_path: Path
) -> None:
    site.serve(ONNX)
    place = site.fetch(voice(ONNX, CONFIG), tmp_path)
    (place / "v.onnx").write_bytes(ONNX[:100])
    assert state(voice(ONNX, CONFIG), tmp_path) == "damaged"
    site.fetch(voice(ONNX, CONFIG), tmp_path)
    assert (place / "v.onnx").read_bytes() == ONNX


def test_a_zip_is_unpacked_and_its_conf_set(
    site: Any, hearing: Any, model_zip: bytes, tmp_path: Path, listing: Any
) -> None:
    site.files = {"m.zip": model_zip}
    entry = hearing(model_zip, {"endpoint.rule2.min-trailing-silence": "0.3", "max-active": "9"})
    place = site.fetch(entry, tmp_path)
    assert listing(place) == {"README", "am/final.mdl", "conf/model.conf", "installed.json"}
    conf = (place / "conf" / "model.conf").read_text()
    assert conf == "--beam=10.0\n--endpoint.rule2.min-trailing-silence=0.3\n--max-active=9\n"
    assert verify(entry, tmp_path) == []
    assert listing(tmp_path) - {f"m/{name}" for name in listing(place)} == {".m.lock"}


def test_a_finished_file_is_not_fetched_twice_when_the_other_fails(
    site: Any, voice: MakeVoice, tmp_path: Path
) -> None:
    site.files = {"v.onnx": ONNX}
    entry = voice(ONNX, CONFIG)
    with pytest.raises(DownloadFault, match="404"):
        site.fetch(entry, tmp_path)
    site.serve(ONNX)
    site.asked.clear()
    site.fetch(entry, tmp_path)
    assert [name for name, _, _ in site.asked] == ["v.onnx.json"]
    assert verify(entry, tmp_path) == []


def test_a_finished_file_damaged_before_the_next_try_is_fetched_anew(
    site: Any, voice: MakeVoice, tmp_path: Path
) -> None:
    (tmp_path / "v.fetching").mkdir()
    (tmp_path / "v.fetching" / "v.onnx").write_bytes(OTHER)
    site.serve(ONNX)
    site.fetch(voice(ONNX, CONFIG), tmp_path)
    assert (tmp_path / "v" / "v.onnx").read_bytes() == ONNX


class _FullDisk:
    """A file on a disk with room for only so many bytes."""

    def __init__(self, file: Any, room: int) -> None:
        self._file, self._room = file, room

    def write(self, data: bytes) -> int:
        self._room -= len(data)
        if self._room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return int(self._file.write(data))

    def __enter__(self) -> _FullDisk:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _open_on_full_disk(path: Path, mode: str) -> _FullDisk:
    return _FullDisk(builtins.open(path, mode), HALF)


def test_a_full_disk_keeps_the_part_and_is_a_storage_fault(
    site: Any, voice: MakeVoice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.serve(ONNX)
    entry = voice(ONNX, CONFIG)
    with monkeypatch.context() as patch:
        patch.setattr(downloading, "open", _open_on_full_disk, raising=False)
        with pytest.raises(StorageFault) as caught:
            site.fetch(entry, tmp_path)
    assert "disk is full" in caught.value.what
    assert GO_ON in caught.value.remedy
    assert 0 < (tmp_path / "v.fetching" / "v.onnx.part").stat().st_size <= HALF
    site.asked.clear()
    site.fetch(entry, tmp_path)
    assert str(site.asked[0][1]).startswith("bytes=")
    assert verify(entry, tmp_path) == []


def test_too_little_space_is_found_before_anything_is_written(
    site: Any, voice: MakeVoice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.serve(ONNX)
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(StorageFault, match="not enough space"):
        site.fetch(voice(ONNX, CONFIG, "sha256"), tmp_path)
    assert list((tmp_path / "v.fetching").iterdir()) == []


def test_two_fetches_of_one_model_do_not_meet(site: Any, voice: MakeVoice, tmp_path: Path) -> None:
    site.serve(ONNX)
    with locked(tmp_path / ".v.lock"), pytest.raises(DownloadFault, match="another fetch of v"):
        site.fetch(voice(ONNX, CONFIG), tmp_path)
    assert site.asked == []
    site.fetch(voice(ONNX, CONFIG), tmp_path)


def test_a_corrupt_zip_is_refused_and_fetched_anew(
    site: Any, hearing: Any, model_zip: bytes, tmp_path: Path
) -> None:
    broken = model_zip[:60] + b"\0\0\0\0" + model_zip[64:]
    site.files = {"m.zip": broken}
    entry = hearing(broken, known="")
    with pytest.raises(DownloadFault, match=r"m\.zip is corrupt"):
        site.fetch(entry, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {".m.lock", "m.fetching"}
    assert list((tmp_path / "m.fetching").iterdir()) == []
    site.files = {"m.zip": model_zip}  # the corrupt copy was not the first to be trusted
    assert verify(entry, site.fetch(entry, tmp_path).parent) == []


def test_a_model_without_the_conf_to_be_changed_is_refused(
    site: Any, hearing: Any, zipped: Any, tmp_path: Path
) -> None:
    content = zipped({"m/README": b"x"})
    site.files = {"m.zip": content}
    with pytest.raises(DownloadFault, match=r"conf/model\.conf"):
        site.fetch(hearing(content, {"beam": "1"}), tmp_path)
    assert not (tmp_path / "m").exists()


def test_a_crash_between_the_two_renames_is_mended(
    site: Any, voice: MakeVoice, tmp_path: Path
) -> None:
    site.serve(ONNX)
    place = site.fetch(voice(ONNX, CONFIG), tmp_path)
    place.rename(tmp_path / "v.old")
    site.asked.clear()
    site.fetch(voice(ONNX, CONFIG), tmp_path)
    assert site.asked == []
    assert verify(voice(ONNX, CONFIG), tmp_path) == []


def test_the_embedded_model_is_not_fetched(tmp_path: Path) -> None:
    with pytest.raises(ModelFault, match="comes with voice-coach"):
        fetch(load_manifest().find("en-us-commands"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_storage_fault(
    site: Any, voice: MakeVoice, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageFault):
        site.fetch(voice(ONNX), tmp_path / "file" / "models")


LOGIN = b"\n<!DOCTYPE html>\n<html><title>Hotel WiFi</title>Log in!</html>\n"


@pytest.mark.parametrize("no_length", [False, True])
@pytest.mark.parametrize("kind", [None, "text/html; charset=utf-8", "application/octet-stream"])
@pytest.mark.parametrize("known", ["", "size", "size sha256 md5"])
def test_a_login_page_is_no_beginning_of_a_file(
    site: Any, voice: MakeVoice, tmp_path: Path, known: str, kind: str | None, no_length: bool
) -> None:
    site.page, site.kind, site.no_length = LOGIN, kind, no_length
    entry = voice(ONNX, CONFIG, known)
    with pytest.raises(DownloadFault) as caught:
        site.fetch(entry, tmp_path)
    assert "a web page came instead of" in caught.value.what
    assert "log in" in caught.value.remedy
    assert len(site.asked) == 1, "asking again would give the same"
    assert not list(tmp_path.rglob("*.part"))
    site.reset()
    site.serve(ONNX)
    site.fetch(entry, tmp_path)
    assert (tmp_path / "v" / "v.onnx").read_bytes() == ONNX


@pytest.mark.parametrize("kind", ["text/html", "application/octet-stream"])
def test_a_login_page_costs_nothing_of_what_has_arrived(
    site: Any, voice: MakeVoice, tmp_path: Path, kind: str
) -> None:
    site.serve(ONNX)
    part = site.half_part(tmp_path, ONNX)
    site.page, site.kind = LOGIN, kind
    with pytest.raises(DownloadFault, match="web page"):
        site.fetch(voice(ONNX, CONFIG), tmp_path)
    assert part.read_bytes() == ONNX[:HALF]
    site.page = site.kind = None
    site.asked.clear()
    site.fetch(voice(ONNX, CONFIG), tmp_path)
    assert site.asked[0][1] == f"bytes={HALF}-"


def test_a_login_page_that_an_earlier_version_kept_is_dropped(
    site: Any, voice: MakeVoice, tmp_path: Path
) -> None:
    site.serve(ONNX)
    site.half_part(tmp_path, LOGIN * 9)
    site.fetch(voice(ONNX, CONFIG), tmp_path)
    assert site.asked[0][1] is None, "from the beginning"
    assert (tmp_path / "v" / "v.onnx").read_bytes() == ONNX


def test_a_network_that_says_that_it_wants_a_login(
    site: Any, voice: MakeVoice, tmp_path: Path
) -> None:
    site.serve(ONNX)
    site.statuses = [511]
    with pytest.raises(DownloadFault, match="wants you to log in"):
        site.fetch(voice(ONNX, CONFIG), tmp_path)
