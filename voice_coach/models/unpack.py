"""Unpack a downloaded zip; nothing in it is trusted."""

from __future__ import annotations

import lzma
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

from voice_coach.faults import DownloadFault
from voice_coach.models.disk import fsync_file, fsync_folder, require_space, storing

_CHUNK = 2**20
_MOST_FILES = 10_000  # fewer than 65535, above which the end record has another format
_LONGEST_END = 22 + 65_535  # bytes of the end record and its comment
_MOST_GROWTH = 50  # at most this many times the zip's size; speech models double in size
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    ValueError,
    RuntimeError,  # a password, or an unknown compression (NotImplementedError)
    OSError,  # from reading only: an offset outside the file, bad bz2 data
)


def unpack(archive: Path, target: Path) -> None:
    """Unpack `archive` into the new folder `target`; a single top folder is left out.

    Args:
        archive: the zip.
        target: a folder that does not exist; its parent does.

    Raises:
        DownloadFault: the zip is corrupt, or contains what no model does: a path out of the folder,
            a link, far more data than its size, or duplicate names.
        StorageFault: too little space, or a file cannot be written.
    """
    try:
        opened = zipfile.ZipFile(archive)
    except _BROKEN as error:
        raise _refusal(archive, f"not a whole zip ({error})") from error
    with opened as content:
        members = _members(content, archive)
        require_space(target.parent, sum(member.file_size for _, member in members))
        with storing(target):
            target.mkdir()
        for path, member in members:
            _write(content, member, target.joinpath(*path.parts), archive)
    with storing(target):
        for folder in [*(path for path in target.rglob("*") if path.is_dir()), target]:
            fsync_folder(folder)


def _members(
    content: zipfile.ZipFile, archive: Path
) -> list[tuple[PurePosixPath, zipfile.ZipInfo]]:
    """Return the files of the zip with their paths below the target, all checked."""
    entries = content.infolist()
    if len(entries) > _MOST_FILES:
        raise _refusal(archive, f"{len(entries)} files, more than {_MOST_FILES}")
    if len(entries) != _promised(archive):
        raise _refusal(archive, "its list of files is damaged")
    members = []
    for entry in entries:
        path = _harmless(entry, archive)
        if not entry.is_dir():
            members.append((path, entry))
    total = sum(entry.file_size for _, entry in members)
    if total > _MOST_GROWTH * archive.stat().st_size:
        raise _refusal(archive, f"it would grow to {total} bytes")
    if not members:
        raise _refusal(archive, "it is empty")
    tops = {path.parts[0] for path, _ in members}
    if len(tops) == 1 and all(len(path.parts) > 1 for path, _ in members):
        members = [(PurePosixPath(*path.parts[1:]), entry) for path, entry in members]
    names = {str(path).casefold() for path, _ in members}
    folders = {str(parent).casefold() for path, _ in members for parent in path.parents}
    if len(names) != len(members) or names & folders:
        raise _refusal(archive, "two files have the same name")
    return members


def _promised(archive: Path) -> int:
    """Return the number of files according to the end record.

    zipfile does not compare it: a damaged entry length can make it skip entries silently.
    """
    with storing(archive), open(archive, "rb") as file:
        file.seek(-min(archive.stat().st_size, _LONGEST_END), 2)
        end = file.read()
    place = end.rfind(b"PK\x05\x06")
    return int.from_bytes(end[place + 10 : place + 12], "little")


def _harmless(entry: zipfile.ZipInfo, archive: Path) -> PurePosixPath:
    # orig_filename: zipfile itself cuts names at a NUL and turns \ into / on some systems.
    name = entry.orig_filename
    parts = name.rstrip("/").split("/")
    if any(sign in name for sign in "\\\0:") or any(part in ("", ".", "..") for part in parts):
        raise _refusal(archive, f"the name {name!r} could lead out of its folder")
    mode = entry.external_attr >> 16  # 0 if the zip was not created on Unix
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refusal(archive, f"{name!r} is a link or a device")
    if entry.is_dir() and entry.file_size:
        raise _refusal(archive, f"{name!r} is a folder with content")
    return PurePosixPath(*parts)


def _write(content: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, archive: Path) -> None:
    try:
        source = content.open(member)
    except _BROKEN as error:
        raise _refusal(archive, f"{member.filename}: {error}") from error
    with storing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with source, open(path, "xb") as out:
            # Reading ends at the size that the zip states (and checks the CRC there), so no file
            # can exceed what the space check counted.
            while chunk := _read(source, member, archive):
                out.write(chunk)
        fsync_file(path)


def _read(
    source: IO[bytes],
    member: zipfile.ZipInfo,
    archive: Path,
) -> bytes:
    try:
        return source.read(_CHUNK)
    except _BROKEN as error:
        raise _refusal(archive, f"{member.filename}: {error}") from error


def _refusal(archive: Path, reason: str) -> DownloadFault:
    return DownloadFault(
        f"{archive.name} is corrupt or unsafe: {reason}",
        "run the same command again to fetch it again; if it happens twice, do not use this model",
    )
