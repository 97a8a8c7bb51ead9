"""The hearing model with a person's own words: stored next to them, rebuilt when out of date.

    models folder/own-words.txt        the words
    models folder/with-own-words/      the model that knows them, with stamp.json

The stamp identifies what the model was built from: the source model's files, the words, and the
version of the graph builder. A model without the right stamp is not used. It is built in another
folder and then renamed, so a crash leaves either a stamped model or none.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from pathlib import Path

import msgspec

from voice_coach.faults import Fault
from voice_coach.models.disk import fsync_file, fsync_folder, locked, storing
from voice_coach.vocabulary.graph import VERSION
from voice_coach.vocabulary.lexicon import Lexicon
from voice_coach.vocabulary.own import read_own
from voice_coach.vocabulary.rebuild import rebuild, takes_words

DERIVED = "with-own-words"
_STAMP = "stamp.json"
_log = logging.getLogger(__name__)


class Stamp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a model was built from (SHA-256 in hex), and the size of each of its files in bytes."""

    made_from: str
    sizes: dict[str, int]


def hearing_with_own_words(model: Path, folder: Path) -> Path:
    """Return the model that knows the person's own words, building it if need be.

    Returns `model` itself if there are no own words, if it takes none, or if the build fails (which
    is logged in one line).

    Args:
        model: the folder of the chosen hearing model.
        folder: the models folder.
    """
    try:
        own = read_own(folder)
        return up_to_date(model, folder, own) if own.entries and takes_words(model) else model
    except Fault as fault:
        _log.warning("Your own words are not heard now: %s", fault)
        return model


def up_to_date(model: Path, folder: Path, own: Lexicon) -> Path:
    """Return the folder of `model` with the words `own`, rebuilt if it is out of date.

    Raises:
        ModelFault: the model takes no words, or is damaged.
        StorageFault: a file cannot be read or written.
    """
    place = folder / DERIVED
    with storing(model):
        made_from = _made_from(model, own)
    if _is_made_from(place, made_from):
        return place
    with locked(folder / f".{DERIVED}.lock"):
        if not _is_made_from(place, made_from):  # another process may just have built it
            _make(model, place, own, made_from)
    return place


def discard(folder: Path) -> None:
    """Remove the model with own words, if there is one.

    Raises:
        StorageFault: it cannot be removed.
    """
    with storing(folder / DERIVED), locked(folder / f".{DERIVED}.lock"):
        if (folder / DERIVED).exists():
            shutil.rmtree(folder / DERIVED)


def _make(model: Path, place: Path, own: Lexicon, made_from: str) -> None:
    fresh = place.with_name(f"{place.name}.new")
    with storing(fresh):
        if fresh.exists():  # left by a crash
            shutil.rmtree(fresh)
    try:
        rebuild(model, fresh, own)
        with storing(fresh):
            _seal(fresh, made_from)
            if place.exists():
                # Without its stamp it counts as absent, should this be interrupted.
                (place / _STAMP).unlink(missing_ok=True)
                shutil.rmtree(place)
            os.rename(fresh, place)
            fsync_folder(place.parent)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _seal(folder: Path, made_from: str) -> None:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}
    (folder / _STAMP).write_bytes(msgspec.json.encode(Stamp(made_from, sizes)))
    for path in (*files, folder / _STAMP):
        if path.stat().st_nlink == 1:  # a linked file belongs to another model, and is synced
            fsync_file(path)
    fsync_folder(folder)


def _is_made_from(place: Path, made_from: str) -> bool:
    try:
        stamp = msgspec.json.decode((place / _STAMP).read_bytes(), type=Stamp)
        whole = all((place / name).stat().st_size == size for name, size in stamp.sizes.items())
    except (OSError, msgspec.DecodeError):
        return False
    return whole and stamp.made_from == made_from


def _made_from(model: Path, own: Lexicon) -> str:
    whole = hashlib.sha256(f"{VERSION}\n{own.text()}".encode())
    for path in sorted(model.rglob("*")):
        if path.is_file():
            with open(path, "rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            whole.update(f"{path.relative_to(model).as_posix()} {content}\n".encode())
    return whole.hexdigest()
