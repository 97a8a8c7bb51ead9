"""Download one file over HTTPS, resuming an earlier try, and check that it is the right one.

A file whose sha256 nobody publishes is trusted on first use: `seen.json` in the models folder
remembers, for each such address, the sha256 of the first download. A later one that differs is
refused.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import time
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from voice_coach import __version__
from voice_coach.faults import DownloadFault, StorageFault
from voice_coach.models.disk import (
    GO_ON,
    locked,
    require_space,
    storage_fault,
    storing,
    write_whole,
)
from voice_coach.models.manifest import File, Stored
from voice_coach.toml_file import decode

if TYPE_CHECKING:
    import requests


SEEN = "seen.json"
_READ = 2**20


class Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first download from an address: sha256 in hex, size in bytes, date (ISO)."""

    sha256: str
    size: int
    day: str


def seen_files(folder: Path) -> dict[str, Seen]:
    """Return the first downloads that `seen.json` in the models folder records, by address.

    Raises:
        StorageFault: the file is there but cannot be read.
    """
    path = folder / SEEN
    try:
        return msgspec.json.decode(decode(path.read_bytes()), type=dict[str, Seen])
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise StorageFault(
            f"cannot read {path}: {error}",
            "delete it; the next copy of a file without a published sha256 is then trusted again",
        ) from error


def check(file: File, path: Path, folder: Path) -> Stored:
    """Check the fetched file at `path` against the manifest and `seen.json` in `folder`.

    Raises:
        DownloadFault: its size or a hash differs; the message says what was expected and what came.
        StorageFault: it, or seen.json, cannot be read.
    """
    sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    with storing(path), open(path, "rb") as content:
        while chunk := content.read(_READ):
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
    """Record the sha256 of a first download that has none in the manifest; report it through `say`.

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


# --- the download

PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds to wait before each further try after a dropped connection."""

_TIMEOUT = (10, 30)  # seconds to connect, and between two chunks
_CHUNK = 2**16
_LARGEST = 4 * 2**30  # bytes; ends an endless answer whose size is not known
_LOGIN = 511  # Network Authentication Required
_PASSING = {408, 425, 429, 500, 502, 503, 504}


class PartNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Stored beside a part file: its address, and the version there (ETag or Last-Modified)."""

    url: str
    validator: str | None


class _Dropped(Exception):
    """The connection ended too early, or the answer cannot be added to the part: try again."""


def note_path(part: Path) -> Path:
    """Return the path of a part file's note."""
    return part.with_name(part.name + ".json")


def forget(part: Path) -> None:
    """Remove a part file and its note.

    Raises:
        StorageFault: the folder cannot be written.
    """
    with storing(part):
        part.unlink(missing_ok=True)
        note_path(part).unlink(missing_ok=True)


def download(file: File, url: str, part: Path, *, progress: bool) -> None:
    """Download `url` into `part`, completely; the hash is not checked here.

    Raises:
        DownloadFault: the address answers with an error or with the wrong size (the part is
            removed), or the connection keeps dropping (the part is kept).
        StorageFault: the disk is full or the folder cannot be written.
    """
    import requests

    trouble = ""
    with requests.Session() as session:
        session.headers["User-Agent"] = f"voice-coach/{__version__}"
        # Sizes, ranges and hashes refer to the stored bytes.
        session.headers["Accept-Encoding"] = "identity"
        for pause in (0.0, *PAUSES):
            time.sleep(pause)
            try:
                _try_once(session, file, url, part, progress)
                return
            except _Dropped as dropped:
                trouble = str(dropped)
            except requests.exceptions.SSLError as error:
                raise DownloadFault(
                    f"no safe connection for {url}: {error}", "check the clock and the certificates"
                ) from error
            except (
                requests.ConnectionError,
                requests.Timeout,
                requests.exceptions.ChunkedEncodingError,
            ) as error:
                trouble = str(error)
            except requests.RequestException as error:
                raise DownloadFault(f"cannot fetch {url}: {error}", "check the address") from error
    raise DownloadFault(
        f"the connection for {url} dropped {len(PAUSES) + 1} times ({trouble})", GO_ON
    )


def _try_once(session: requests.Session, file: File, url: str, part: Path, progress: bool) -> None:
    note = _resumable(file, url, part)
    offset = part.stat().st_size if note else 0
    if note and offset == file.size:
        return  # complete already: the earlier try ended before the check
    headers = {}
    if note:
        headers["Range"] = f"bytes={offset}-"
        if note.validator:
            headers["If-Range"] = note.validator
    with session.get(url, headers=headers, stream=True, timeout=_TIMEOUT) as answer:
        if answer.status_code == 416:
            if note and _range(answer)[1] == offset:
                return  # nothing is left to send, so the part is complete
            forget(part)
            raise _Dropped("the server cannot send the rest")
        start = _start(answer, url, offset, note, part)
        pieces = answer.iter_content(_CHUNK)
        first = next(pieces, b"")
        _refuse_page(answer, url, b"" if start else first)
        length = _length(answer)
        total = None if length is None else start + length
        if start:
            total = _range(answer)[1] or total
        if total is not None and file.size is not None and total != file.size:
            forget(part)
            raise altered(file, "size in bytes", file.size, total)
        require_space(part.parent, (total or file.size or start) - start)
        if start == 0:
            # In this order the note never describes another version than the part's.
            forget(part)
            fresh = PartNote(url, _validator(answer))
            write_whole(note_path(part), msgspec.json.encode(fresh))
        got = _save(chain((first,), pieces), file, part, start, total, progress)
    if (whole := total or file.size) is not None and got < whole:
        raise _Dropped(f"{got} of {whole} bytes arrived")


def _resumable(file: File, url: str, part: Path) -> PartNote | None:
    """Return the note of a part that can be resumed; else remove the part and return None."""
    try:
        note = msgspec.json.decode(note_path(part).read_bytes(), type=PartNote)
        size = part.stat().st_size
    except (OSError, msgspec.DecodeError):
        note, size = None, 0
    # Without a validator only a published hash can show that two halves belong together.
    sure = note is not None and (note.validator or file.sha256 or file.md5)
    longest = file.size if file.size is not None else _LARGEST
    if note is None or note.url != url or not sure or not 0 < size <= longest or _has_page(part):
        forget(part)
        return None
    return note


def _has_page(part: Path) -> bool:
    """Return whether a part begins with a page, which an earlier version took for a file."""
    with storing(part), open(part, "rb") as file:
        return _is_page(file.read(100))


def _start(
    answer: requests.Response, url: str, offset: int, note: PartNote | None, part: Path
) -> int:
    """Return the offset in the file of the first byte of this answer."""
    status = answer.status_code
    if status == 200:  # no range was requested or supported, or the file has changed
        return 0
    if status == 206 and note:
        now = _validator(answer)
        same = now is None or note.validator is None or now == note.validator
        if _range(answer)[0] == offset and same:
            return offset
        forget(part)
        raise _Dropped("the server sent another part than asked for")
    if status in _PASSING:
        raise _Dropped(f"the server answered {status} {answer.reason}")
    if status == _LOGIN:
        raise _page_instead(url)
    raise DownloadFault(
        f"{url} answered {status} {answer.reason}",
        "look for a newer voice-coach, in which the address may have been brought up to date",
    )


_PAGES = (b"<!doctype", b"<html", b"<head", b"<?xml")
"""How a web page begins; no file of a model does."""


def _is_page(beginning: bytes) -> bool:
    return beginning.lstrip(b"\xef\xbb\xbf\t\r\n ").lower().startswith(_PAGES)


def _page_instead(url: str) -> DownloadFault:
    return DownloadFault(
        f"a web page came instead of {url}: perhaps this network wants you to log in first",
        f"open any page in a browser, and log in if it asks; then {GO_ON}",
    )


def _refuse_page(answer: requests.Response, url: str, beginning: bytes) -> None:
    """Refuse what a hotel's network sends in place of a file; what has arrived before is kept."""
    kind: str = answer.headers.get("Content-Type", "")
    unsafe = url.startswith("https://") and not str(answer.url).startswith("https://")
    is_page = kind.partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml")
    if unsafe or is_page or _is_page(beginning):
        raise _page_instead(url)


def _save(
    pieces: Iterable[bytes],
    file: File,
    part: Path,
    start: int,
    total: int | None,
    progress: bool,
) -> int:
    """Append the body to the part from `start` on; return the part's length in bytes."""
    import requests
    from tqdm import tqdm

    limit = total or file.size or _LARGEST
    got = start
    try:
        with (
            open(part, "ab" if start else "wb") as out,
            tqdm(
                total=total or file.size,
                initial=start,
                desc=file.name,
                unit="B",
                unit_scale=True,
                disable=not progress,
            ) as bar,
        ):
            for chunk in pieces:
                got += len(chunk)
                if got > limit:
                    break
                out.write(chunk)
                bar.update(len(chunk))
    except requests.RequestException:  # also an OSError, but not from the disk
        raise
    except OSError as error:
        raise storage_fault(part, error) from error
    if got > limit:
        forget(part)
        raise altered(file, "size in bytes", limit, f"at least {got}")
    return got


def _validator(answer: requests.Response) -> str | None:
    etag: str = answer.headers.get("ETag", "")
    if etag and not etag.startswith("W/"):  # If-Range must not use a weak one
        return etag
    modified: str | None = answer.headers.get("Last-Modified")
    return modified


def _length(answer: requests.Response) -> int | None:
    """Return the length of the body in bytes, if the answer states it."""
    text: str = answer.headers.get("Content-Length", "")
    return int(text) if text.isdecimal() and "Content-Encoding" not in answer.headers else None


def _range(answer: requests.Response) -> tuple[int | None, int | None]:
    """Return the first byte and the whole length that Content-Range names."""
    found = re.fullmatch(
        r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)", answer.headers.get("Content-Range", "")
    )
    if found is None:
        return None, None
    first, whole = found[1], found[2]
    return int(first) if first else None, int(whole) if whole != "*" else None
