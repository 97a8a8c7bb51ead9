"""Hearing models that are made on this machine from others, and made again when out of date.

    models folder/PLACE/               the model, with stamp.json

The stamp identifies what it was made from. A model without the right stamp is not used. It is built
in another folder and then renamed, so a crash leaves either a stamped model or none. Only its owner
can read it: it shows which words somebody added, or how somebody speaks.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec

from voice_coach.models.disk import fsync_file, fsync_folder, locked, storing
from voice_coach.vocabulary.graph import VERSION

STAMP = "stamp.json"
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


class Stamp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a model was built from (SHA-256 in hex), and the size of each of its files in bytes."""

    made_from: str
    sizes: dict[str, int]


def up_to_date(model: Path, place: Path, more: str, build: Callable[[Path], None]) -> Path:
    """Return the folder `place`, made again if it is out of date.

    Args:
        model: the folder of the model that it is made from.
        place: where it belongs.
        more: identifies what else it is made from.
        build: makes it in the folder that it is given, which does not exist yet.

    Raises:
        ModelFault: the model is damaged.
        StorageFault: a file cannot be read or written.
    """
    with storing(model):
        made_from = _made_from(model, more)
    if _is_made_from(place, made_from):
        return place
    with locked(_lock(place)):
        if not _is_made_from(place, made_from):  # another process may just have built it
            _make(place, made_from, build)
    return place


def discard(place: Path) -> None:
    """Remove a model made on this machine, if it is there.

    Raises:
        StorageFault: it cannot be removed.
    """
    with storing(place):
        if not place.parent.exists():
            return
        with locked(_lock(place)):
            if place.exists():
                shutil.rmtree(place)


def _lock(place: Path) -> Path:
    return place.with_name(f".{place.name}.lock")


def _make(place: Path, made_from: str, build: Callable[[Path], None]) -> None:
    fresh = place.with_name(f"{place.name}.new")
    with storing(fresh):
        if fresh.exists():  # left by a crash
            shutil.rmtree(fresh)
    try:
        build(fresh)
        with storing(fresh):
            fresh.chmod(PRIVATE_FOLDER)
            _seal(fresh, made_from)
            if place.exists():
                # Without its stamp it counts as absent, should this be interrupted.
                (place / STAMP).unlink(missing_ok=True)
                shutil.rmtree(place)
            os.rename(fresh, place)
            fsync_folder(place.parent)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _seal(folder: Path, made_from: str) -> None:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}
    (folder / STAMP).write_bytes(msgspec.json.encode(Stamp(made_from, sizes)))
    for path in (*files, folder / STAMP):
        if path.stat().st_nlink == 1:  # a linked file belongs to another model, and is synced
            fsync_file(path)
    fsync_folder(folder)


def _is_made_from(place: Path, made_from: str) -> bool:
    try:
        stamp = msgspec.json.decode((place / STAMP).read_bytes(), type=Stamp)
        whole = all((place / name).stat().st_size == size for name, size in stamp.sizes.items())
    except (OSError, msgspec.DecodeError):
        return False
    return whole and stamp.made_from == made_from


def _made_from(model: Path, more: str) -> str:
    whole = hashlib.sha256(f"{VERSION}\n{more}".encode())
    for path in sorted(model.rglob("*")):
        if path.is_file():
            with open(path, "rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            whole.update(f"{path.relative_to(model).as_posix()} {content}\n".encode())
    return whole.hexdigest()
