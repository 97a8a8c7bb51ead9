"""Is a fetched file the right one? Size and hashes, and trust on first use without a sha256.

`seen.json` in the models folder remembers, for each address without a published sha256, the
sha256 of the first fetch. A later fetch that differs is refused.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from voice_coach.faults import DownloadFault, StorageFault
from voice_coach.models.disk import locked, storing, write_whole
from voice_coach.models.manifest import File
from voice_coach.models.record import Stored

SEEN = "seen.json"
_CHUNK = 2**20


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first fetch of one address: sha256 in hex, size in bytes, the day (ISO)."""

    sha256: str
    size: int
    day: str


def seen_files(folder: Path) -> dict[str, Seen]:
    """Return what `seen.json` in the models folder remembers, by address.

    Raises:
        StorageFault: the file is there but cannot be read.
    """
    path = folder / SEEN
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Seen])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        raise StorageFault(
            f"cannot read {path}: {error}",
            "delete it; the next copy of each file without a published sha256 is then trusted anew",
        ) from error


def check(file: File, path: Path, folder: Path) -> Stored:
    """Check the fetched file at `path` against the manifest and `seen.json` in `folder`.

    Raises:
        DownloadFault: its size or a hash differs; the line says what was expected and got.
        StorageFault: it, or seen.json, cannot be read.
    """
    sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    with storing(path), open(path, "rb") as content:
        while chunk := content.read(_CHUNK):
            sha256.update(chunk)
            md5.update(chunk)
            size += len(chunk)
    for what, expected, got in (
        ("size in bytes", file.size, size),
        ("sha256", file.sha256, sha256.hexdigest()),
        ("md5", file.md5, md5.hexdigest()),
    ):
        if expected is not None and expected != got:
            raise altered(file, what, expected, got)
    if file.sha256 is None and file.url is not None:
        before = seen_files(folder).get(file.url)
        if before is not None and before.sha256 != sha256.hexdigest():
            raise DownloadFault(
                f"{file.name} has changed since {before.day}: sha256 expected {before.sha256}, "
                f"got {sha256.hexdigest()}",
                "keep what you have; if its makers have announced a new version, remove the lines "
                f"of {file.url} from {folder / SEEN} and run the same command again",
            )
    return Stored(file.name, size, sha256.hexdigest())


def altered(file: File, what: str, expected: object, got: object) -> DownloadFault:
    """Return the fault for a file that is not what the manifest says."""
    return DownloadFault(
        f"{file.name} is truncated or altered: {what} expected {expected}, got {got}",
        f"run the same command again; if it happens twice, what {file.url} holds has changed, "
        "so look for a newer voice-coach",
    )


def remember(file: File, got: Stored, folder: Path, say: Callable[[str], None]) -> None:
    """Record the first sha256 of a file that has none in the manifest, and `say` so.

    Raises:
        StorageFault: seen.json cannot be read or written.
    """
    if file.sha256 is not None or file.url is None:
        return
    with locked(folder / f".{SEEN}.lock"):  # two models may be fetched at once
        seen = seen_files(folder)
        if file.url in seen:
            say(f"{file.name}: sha256 is the one seen on {seen[file.url].day}")
            return
        day = datetime.date.today().isoformat()
        seen[file.url] = Seen(got.sha256, got.size, day)
        content = msgspec.json.format(msgspec.json.encode(seen, order="sorted"), indent=1)
        write_whole(folder / SEEN, content)
    known = " and ".join(
        name for name, value in (("size", file.size), ("md5", file.md5)) if value is not None
    )
    say(
        f"{file.name}: no sha256 is published, so this first copy is trusted"
        f"{f' ({known} agree with the official list)' if known else ''}; its sha256 {got.sha256} "
        f"is kept in {folder / SEEN} and a later copy must match it"
    )
