"""Unpacking: whatever a zip holds, nothing lands outside its folder and damage is noticed."""

from __future__ import annotations

import builtins
import errno
import os
import shutil
import stat
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_coach.faults import DownloadFault, StorageFault
from voice_coach.models import unpack as unpacking
from voice_coach.models.fetching import apply_conf
from voice_coach.models.unpack import unpack


def _unpack(folder: Path, content: bytes) -> Path:
    archive = folder / "m.zip"
    archive.write_bytes(content)
    unpack(archive, folder / "m")
    return folder / "m"


def test_the_one_outer_folder_is_left_out(tmp_path: Path, model_zip: bytes, listing: Any) -> None:
    place = _unpack(tmp_path, model_zip)
    assert listing(place) == {"README", "am/final.mdl", "conf/model.conf"}
    assert (place / "am" / "final.mdl").read_bytes() == bytes(range(256)) * 40


def test_a_zip_without_outer_folder_is_unpacked_as_it_is(
    tmp_path: Path, zipped: Any, listing: Any
) -> None:
    assert listing(_unpack(tmp_path, zipped({"a/x": b"1", "y": b"2"}))) == {"a/x", "y"}


@pytest.mark.parametrize(
    "name",
    ["../x", "m/../../x", "/x", "m//x", "m/./x", "..\\x", "C:x", "m/C:\\x", "x\0y", "m/.."],
)
def test_a_name_that_could_lead_out_is_refused(tmp_path: Path, zipped: Any, name: str) -> None:
    info = zipfile.ZipInfo("placeholder")
    info.filename = info.orig_filename = name
    inner = tmp_path / "inner"
    inner.mkdir()
    with pytest.raises(DownloadFault, match="could lead out"):
        _unpack(inner, zipped({info: b"bad", "m/good": b"good"}))
    assert {path.name for path in tmp_path.rglob("*")} == {"inner", "m.zip"}


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_a_link_or_device_is_refused(tmp_path: Path, zipped: Any, kind: int) -> None:
    info = zipfile.ZipInfo("m/link")
    info.external_attr = (kind | 0o777) << 16
    with pytest.raises(DownloadFault, match="link or a device"):
        _unpack(tmp_path, zipped({info: b"/etc/passwd"}))
    assert not (tmp_path / "m").exists()


def test_a_zip_bomb_is_refused(tmp_path: Path, zipped: Any) -> None:
    with pytest.raises(DownloadFault, match="would grow to 20000000 bytes"):
        _unpack(tmp_path, zipped({"m/x": bytes(20_000_000)}))
    assert not (tmp_path / "m").exists()


def test_a_zip_of_very_many_files_is_refused(
    tmp_path: Path, zipped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "_MOST_FILES", 2)
    with pytest.raises(DownloadFault, match="3 files"):
        _unpack(tmp_path, zipped({"m/1": b"", "m/2": b"", "m/3": b""}))


@pytest.mark.parametrize(
    "names", [["m/x", "m/X"], ["m/x", "m/x/y"], ["m/A", "m/a/b"]], ids=["case", "file", "both"]
)
def test_names_that_collide_are_refused(tmp_path: Path, zipped: Any, names: list[str]) -> None:
    with pytest.raises(DownloadFault, match="same name"):
        _unpack(tmp_path, zipped(dict.fromkeys(names, b"1")))


def test_an_empty_zip_and_no_zip_are_refused(tmp_path: Path, zipped: Any) -> None:
    with pytest.raises(DownloadFault, match="empty"):
        _unpack(tmp_path, zipped({"m/": b""}))
    with pytest.raises(DownloadFault, match="not a whole zip"):
        _unpack(tmp_path, b"<html>sorry</html>")


def test_a_zip_with_a_password_is_refused(tmp_path: Path, zipped: Any) -> None:
    content = bytearray(zipped({"m/x": b"1"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the flag "encrypted"
    with pytest.raises(DownloadFault, match=r"m/x: .*encrypted"):
        _unpack(tmp_path, bytes(content))


def test_a_file_longer_than_its_zip_says_is_cut_off_and_refused(
    tmp_path: Path, zipped: Any
) -> None:
    content = bytearray(zipped({"m/x": b"1" * 1000}))
    place = content.index(b"PK\x01\x02") + 24  # the size after unpacking
    content[place : place + 4] = (10).to_bytes(4, "little")
    with pytest.raises(DownloadFault, match="CRC"):
        _unpack(tmp_path, bytes(content))
    assert sum(path.stat().st_size for path in (tmp_path / "m").rglob("*") if path.is_file()) <= 10


def test_a_list_of_files_that_hides_some_is_refused(tmp_path: Path, model_zip: bytes) -> None:
    content = bytearray(model_zip)
    first = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", first + 4)
    rest = content.index(b"PK\x05\x06") - second
    content[first + 32 : first + 34] = rest.to_bytes(2, "little")  # a comment: all the others
    with pytest.raises(DownloadFault, match="list of files is damaged"):
        _unpack(tmp_path, bytes(content))


def test_a_folder_with_content_is_refused(tmp_path: Path, zipped: Any) -> None:
    with pytest.raises(DownloadFault, match="folder with content"):
        _unpack(tmp_path, zipped({"m/x": b"1", "m/y/": b"lost"}))


@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_no_damage_goes_unnoticed_or_leads_out(
    model_zip: bytes, listing: Any, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(model_zip) - 1))
    damaged = bytearray(model_zip)
    damaged[place] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.integers(place, len(model_zip)))
    with tempfile.TemporaryDirectory() as name:
        inner = Path(name) / "inner"
        inner.mkdir()
        try:
            model = _unpack(inner, bytes(damaged[:cut] if data.draw(st.booleans()) else damaged))
        except DownloadFault as fault:
            assert "m.zip is corrupt or unsafe" in fault.what
        else:  # names, times and comments are not covered by a CRC; contents are
            sizes = sorted(path.stat().st_size for path in model.rglob("*") if path.is_file())
            assert sizes == [8, 54, 10240]
        assert [path.name for path in Path(name).iterdir()] == ["inner"]
        assert {path.name for path in inner.iterdir()} <= {"m.zip", "m"}


def test_too_little_space_is_found_before_unpacking(
    tmp_path: Path, model_zip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=16 * 2**20 + 10_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(StorageFault, match="not enough space"):
        _unpack(tmp_path, model_zip)
    assert not (tmp_path / "m").exists()


def test_a_disk_that_fills_up_while_unpacking_is_a_storage_fault(
    tmp_path: Path, model_zip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, mode: str) -> Any:
        if path.name == "final.mdl":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return builtins.open(path, mode)

    monkeypatch.setattr(unpacking, "open", full, raising=False)
    with pytest.raises(StorageFault, match="disk is full"):
        _unpack(tmp_path, model_zip)


def test_conf_lines_are_replaced_appended_and_otherwise_kept(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    path = tmp_path / "conf" / "model.conf"
    path.write_bytes(b"# note \xff\n--beam=10.0\n  --min_active=200\n--min-active=300\n--beamer=1")
    apply_conf(tmp_path, {"min-active": "5", "beam": "9", "new": "1:2"})
    expected = b"# note \xff\n--beam=9\n--min-active=5\n--beamer=1\n--new=1:2\n"
    assert path.read_bytes() == expected
    apply_conf(tmp_path, {"min-active": "5", "beam": "9", "new": "1:2"})
    assert path.read_bytes() == expected


def test_nothing_to_set_needs_no_conf(tmp_path: Path) -> None:
    apply_conf(tmp_path, {})
    assert list(tmp_path.iterdir()) == []
