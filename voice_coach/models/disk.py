"""Disk helpers: free space, fsync, atomic writes, a lock."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voice_coach.faults import Fault, StorageFault

GO_ON = "run the same command again: it goes on where it stopped"
_SPARE = 16 * 2**20  # bytes left free for other programs


def storage_fault(path: Path, error: OSError) -> StorageFault:
    """Return the fault for a failed read or write of `path`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return StorageFault(
            f"the disk is full: cannot write {path}", f"free some space, then {GO_ON}"
        )
    return StorageFault(
        f"cannot use {path}: {error.strerror or error}", "check the folder and its permissions"
    )


@contextmanager
def storing(path: Path) -> Iterator[None]:
    """Turn any OSError inside into a StorageFault about `path`."""
    try:
        yield
    except OSError as error:
        raise storage_fault(path, error) from error


def require_space(folder: Path, needed: int) -> None:
    """Check that `needed` bytes and a reserve are free in `folder`.

    Raises:
        StorageFault: they are not.
    """
    with storing(folder):
        free = shutil.disk_usage(folder).free
    if free < needed + _SPARE:
        raise StorageFault(
            f"not enough space in {folder}: {megabytes(needed + _SPARE)} needed, "
            f"{megabytes(free)} free",
            f"free some space, then {GO_ON}",
        )


def megabytes(size: int) -> str:
    """Return a size in bytes as decimal megabytes, for a message."""
    return f"{size / 1e6:.1f} MB"


def fsync_file(path: Path) -> None:
    """Force the content of a file to the disk; raises OSError."""
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def fsync_folder(path: Path) -> None:
    """Force the entries of a folder to the disk, where the system can; raises OSError."""
    if sys.platform == "win32":  # a folder cannot be opened there
        return
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def write_whole(path: Path, content: bytes) -> None:
    """Write `path` so that a crash leaves either the old content or the new.

    Raises:
        StorageFault: the disk is full or the folder cannot be written.
    """
    fresh = path.with_name(path.name + ".new")
    with storing(path):
        with open(fresh, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
        fsync_folder(path.parent)


@contextmanager
def locked(path: Path, busy: Fault | None = None) -> Iterator[None]:
    """Hold the lock file `path`; if another process holds it, raise `busy`, or wait if None.

    The kernel drops the lock when its process ends, so a crash leaves nothing to clear up. The
    empty file stays: if it were removed, two processes could lock two files of the same name.
    """
    with storing(path):
        file = open(path, "ab")  # noqa: SIM115 - closed below, after the lock
    with file:
        if sys.platform != "win32":  # Windows has no fcntl, so there is no lock
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | (fcntl.LOCK_NB if busy else 0))
            except BlockingIOError as error:
                raise busy or storage_fault(path, error) from error
        yield
