"""`installed.json`: what was installed, so that damage can be found later."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from voice_coach.models.disk import storing, write_whole
from voice_coach.models.manifest import RECORD


class Stored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file: name or path relative to the model's folder, size in bytes, sha256 in hex."""

    name: str
    size: int
    sha256: str


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was fetched (before unpacking) and what lies in the model's folder."""

    model: str
    fetched: tuple[Stored, ...]
    files: tuple[Stored, ...]


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file in hex; raises OSError."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_record(model: str, folder: Path, fetched: tuple[Stored, ...]) -> None:
    """Hash every file in `folder` and write its installed.json.

    Raises:
        StorageFault: a file cannot be read, or installed.json not written.
    """
    files = []
    with storing(folder):
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and name != RECORD:
                files.append(Stored(name, path.stat().st_size, sha256_of(path)))
    record = Record(model, fetched, tuple(files))
    write_whole(folder / RECORD, msgspec.json.format(msgspec.json.encode(record), indent=1))


def read_record(folder: Path) -> Record | None:
    """Return the record in `folder`, or None if there is none.

    Raises:
        ValueError: it is there but cannot be read.
    """
    try:
        return msgspec.json.decode((folder / RECORD).read_bytes(), type=Record)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise ValueError(str(error)) from error
