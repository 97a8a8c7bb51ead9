"""Fetch one file over HTTPS into a `.part` file, going on where an earlier try stopped."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from voice_coach import __version__
from voice_coach.faults import DownloadFault
from voice_coach.models.disk import GO_ON, require_space, storage_fault, storing, write_whole
from voice_coach.models.manifest import File
from voice_coach.models.trust import altered

if TYPE_CHECKING:
    import requests

PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds to wait before each further try after a dropped connection."""

_TIMEOUT = (10, 30)  # seconds to connect, seconds between two pieces
_CHUNK = 2**16
_LARGEST = 4 * 2**30  # bytes; stops an endless answer where no size is known
_PASSING = {408, 425, 429, 500, 502, 503, 504}


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Beside a part file: which version (ETag or Last-Modified) of which address it holds."""

    url: str
    validator: str | None


class _Dropped(Exception):
    """The connection ended too early, or the answer cannot be added to the part: try again."""


def note_path(part: Path) -> Path:
    """Return where the note of a part file lies."""
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
    """Bring `part` to the whole length of what `url` holds; its hash is not checked here.

    Raises:
        DownloadFault: the address answers with an error or with the wrong size (the part is
            removed), or the connection keeps dropping (the part is kept).
        StorageFault: the disk is full or the folder cannot be written.
    """
    import requests

    trouble = ""
    with requests.Session() as session:
        session.headers["User-Agent"] = f"voice-coach/{__version__}"
        # Sizes, ranges and hashes are those of the bytes as stored.
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
        return  # whole already: stopped between the last byte and the check
    headers = {}
    if note:
        headers["Range"] = f"bytes={offset}-"
        if note.validator:
            headers["If-Range"] = note.validator
    with session.get(url, headers=headers, stream=True, timeout=_TIMEOUT) as answer:
        if answer.status_code == 416:
            if note and _range(answer)[1] == offset:
                return  # nothing is left to send, so the part is whole
            forget(part)
            raise _Dropped("the server cannot send the rest")
        start = _start(answer, url, offset, note, part)
        length = _length(answer)
        total = None if length is None else start + length
        if start:
            total = _range(answer)[1] or total
        if total is not None and file.size is not None and total != file.size:
            forget(part)
            raise altered(file, "size in bytes", file.size, total)
        require_space(part.parent, (total or file.size or start) - start)
        if start == 0:
            # In this order a part can never be of another version than its note.
            forget(part)
            fresh = Note(url, _validator(answer))
            write_whole(note_path(part), msgspec.json.encode(fresh))
        got = _save(answer, file, part, start, total, progress)
    if (whole := total or file.size) is not None and got < whole:
        raise _Dropped(f"{got} of {whole} bytes arrived")


def _resumable(file: File, url: str, part: Path) -> Note | None:
    """Return the note of a part that can be gone on with, or None after removing it."""
    try:
        note = msgspec.json.decode(note_path(part).read_bytes(), type=Note)
        size = part.stat().st_size
    except (OSError, msgspec.DecodeError):
        note, size = None, 0
    # Without a validator only a published hash can tell that two halves belong together.
    sure = note is not None and (note.validator or file.sha256 or file.md5)
    longest = file.size if file.size is not None else _LARGEST
    if note is None or note.url != url or not sure or not 0 < size <= longest:
        forget(part)
        return None
    return note


def _start(answer: requests.Response, url: str, offset: int, note: Note | None, part: Path) -> int:
    """Return the place in the file of the first byte of this answer."""
    status = answer.status_code
    if status == 200:  # no range was asked for, the server knows none, or the file has changed
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
    raise DownloadFault(
        f"{url} answered {status} {answer.reason}",
        "look for a newer voice-coach, in which the address may have been brought up to date",
    )


def _save(
    answer: requests.Response,
    file: File,
    part: Path,
    start: int,
    total: int | None,
    progress: bool,
) -> int:
    """Add the body to the part from `start` on; return the length of the part in bytes."""
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
            for chunk in answer.iter_content(_CHUNK):
                got += len(chunk)
                if got > limit:
                    break
                out.write(chunk)
                bar.update(len(chunk))
    except requests.RequestException:  # an OSError too, but not the disk's
        raise
    except OSError as error:
        raise storage_fault(part, error) from error
    if got > limit:
        forget(part)
        raise altered(file, "size in bytes", limit, f"at least {got}")
    return got


def _validator(answer: requests.Response) -> str | None:
    etag: str = answer.headers.get("ETag", "")
    if etag and not etag.startswith("W/"):  # a weak one may not be used with If-Range
        return etag
    modified: str | None = answer.headers.get("Last-Modified")
    return modified


def _length(answer: requests.Response) -> int | None:
    """Return the length of the body in bytes, if the answer tells it."""
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
