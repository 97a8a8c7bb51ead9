"""Where the state socket is: a path that only its owner may open, served by one coach."""

from __future__ import annotations

import os
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from voice_coach import paths
from voice_coach.faults import AnotherFault, SettingsFault, StorageFault

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

AUTO = "auto"
"""The setting for the usual path."""

LONGEST_PATH = 107
"""Most bytes of a UNIX socket's path on Linux."""

WAITING = 8
"""Programs whose connection isn't yet accepted."""

ANSWER_SECONDS = 1.0
"""Seconds in which another coach has to accept a connection; the kernel does so at once."""

TRIES, TRY_SECONDS = 5, 0.02
"""How often the folder's lock is tried again, and after how many seconds."""

ELSEWHERE = "set state_socket to another path"


def socket_path(setting: str) -> Path | None:
    """Return the path that the setting `state_socket` names; None for no socket."""
    if not setting:
        return None
    return paths.runtime_folder() / "state.sock" if setting == AUTO else Path(setting)


class Listening:
    """A socket that listens, and its file, which `close` removes.

    Args:
        path: the file; one that a crashed coach left is replaced.

    Raises:
        AnotherFault: another coach serves it.
        SettingsFault: no socket can have such a path.
        StorageFault: the file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not hasattr(socket, "AF_UNIX"):
            raise SettingsFault("This system has no UNIX sockets", 'set state_socket to ""')
        if len(os.fsencode(path)) > LONGEST_PATH:
            raise SettingsFault(
                f"The path of the state socket {path} is longer than {LONGEST_PATH} bytes",
                "set state_socket to a shorter one",
            )
        try:
            _ready(path.parent)
            with _alone(path.parent):
                _clear(path)
                self.socket = _bound(path)
            self._file = _identity(path)
        except OSError as error:
            raise StorageFault(
                f"The state socket {path} cannot be made: {error.strerror}", ELSEWHERE
            ) from error

    def close(self) -> None:
        """Stop listening, and remove the file unless it is another's by now."""
        with suppress(OSError):
            if _identity(self.path) == self._file:
                self.path.unlink()
        self.socket.close()


def _ready(folder: Path) -> None:
    """Make the usual folder; one that others could write to is refused."""
    if folder != paths.runtime_folder():
        return
    folder.mkdir(exist_ok=True, mode=0o700)
    found = folder.stat()
    if found.st_uid != os.getuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise StorageFault(
            f"Others can write to {folder}",
            "set XDG_RUNTIME_DIR to a folder of your own, or state_socket to a path in one",
        )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one coach at a time look for a socket in a folder, and make its own.

    Where there are no locks, two that start at the same instant may take it from each other.
    """
    held = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        for _ in range(TRIES if fcntl is not None else 0):
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(TRY_SECONDS)
            except OSError:
                break
        yield
    finally:
        os.close(held)


def _clear(path: Path) -> None:
    """Remove the socket that a crashed coach left; nothing else is removed."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        raise StorageFault(f"{path} is there already, and no socket", ELSEWHERE)
    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(ANSWER_SECONDS)
        try:
            asking.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            path.unlink(missing_ok=True)
            return
        except (TimeoutError, BlockingIOError):  # it has more to do than to accept
            pass
    raise AnotherFault(
        f"Another coach serves the state socket {path}, so this one serves none",
        f"end that one, or {ELSEWHERE}",
    )


def _bound(path: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX)
    try:
        # The file gets the mode of the socket: it is never open to others, not even at first.
        os.fchmod(listening.fileno(), 0o600)
        listening.bind(str(path))
        os.chmod(path, 0o600)
        listening.listen(WAITING)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening


def _identity(path: Path) -> tuple[int, int]:
    found = path.lstat()
    return found.st_dev, found.st_ino
