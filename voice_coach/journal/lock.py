"""One coach per journal, by a lock that ends with its process.

A second coach would take the first one's session for an interrupted one, and its pad for one that
was forgotten.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from voice_coach.faults import AnotherFault

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


TRIES, TRY_SECONDS = 5, 0.02
"""How often the lock is tried again, and after how many seconds."""


@contextmanager
def alone(journal: Path) -> Iterator[None]:
    """Hold the lock of this journal.

    Where there are no locks (a read-only disk, Windows), this does nothing.

    Raises:
        AnotherFault: another coach has it.
    """
    file = _opened(lock_file(journal))
    try:
        if file is not None:
            _lock(file, journal)
        yield
    finally:
        if file is not None:
            os.close(file)


def running_since(journal: Path) -> float | None:
    """Return when the coach that has this journal now took it, in seconds since 1970; or None.

    None also where that can't be known.
    """
    if fcntl is None:
        return None
    try:
        file = os.open(lock_file(journal), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        # Shared, and for an instant: a coach that starts just then tries again.
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.fstat(file).st_mtime
    except OSError:
        return None
    finally:
        os.close(file)
    return None


def lock_file(journal: Path) -> Path:
    """Return the path of a journal's lock."""
    # A separate file: closing the journal itself would drop SQLite's locks on it.
    return journal.with_name(f"{journal.name}.lock")


def _opened(path: Path) -> int | None:
    if fcntl is None:
        return None
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None  # the journal will fail for the same reason, and report it


def _lock(file: int, journal: Path) -> None:
    try:
        _locked_soon(file)
    except BlockingIOError as error:
        holder = os.read(file, 20).decode("ascii", "replace").strip()
        raise AnotherFault(
            f"Another coach is running already (process {holder or 'unknown'})",
            "speak to that one, or stop it first: `systemctl --user stop voice-coach`, or Ctrl-C "
            f"where it runs; both would write to {journal}",
        ) from error
    except OSError:
        return  # a file system without locks
    with suppress(OSError):  # a full disk: the number is only for the line above
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())


def _locked_soon(file: int) -> None:
    """Lock a file, for which `running_since` may have to be waited; raises BlockingIOError."""
    for _ in range(TRIES):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            time.sleep(TRY_SECONDS)
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
