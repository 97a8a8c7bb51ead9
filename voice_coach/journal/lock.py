"""One coach per journal, by a lock that ends with its process.

A second coach would take the first one's session for an interrupted one, and its pad for one that
was forgotten.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from voice_coach.faults import AnotherFault

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@contextmanager
def alone(journal: Path) -> Iterator[None]:
    """Hold the lock of this journal.

    Where there are no locks (a read-only disk, Windows), this does nothing.

    Raises:
        AnotherFault: another coach has it.
    """
    # A separate file: closing the journal itself would drop SQLite's locks on it.
    file = _opened(journal.with_name(f"{journal.name}.lock"))
    try:
        if file is not None:
            _lock(file, journal)
        yield
    finally:
        if file is not None:
            os.close(file)


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
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
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
