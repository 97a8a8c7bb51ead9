"""Abandoning a stream whose sound server or device has died.

In that state PortAudio's thread has been seen to spin forever, printing 60 MB of complaints a
second, and no call to it returned. Nothing can stop that thread; the rest of the program can carry
on without it.
"""

from __future__ import annotations

import atexit
import os
import sys
from threading import Thread
from typing import Any, NoReturn

CLOSE_SECONDS = 0.5
"""Seconds to wait for a stream to close. A healthy one takes milliseconds. Nobody is heard while
this lasts."""

STDERR = 2


def mute_libraries() -> None:
    """Discard what C libraries write to stderr; Python's own stderr keeps working."""
    ours = sys.__stderr__
    if ours is None or sys.stderr is not ours or ours.fileno() != STDERR:
        return  # done already, or other code has replaced stderr
    ours.flush()
    sys.stderr = os.fdopen(
        os.dup(STDERR), "w", buffering=1, encoding=ours.encoding, errors="backslashreplace"
    )
    void = os.open(os.devnull, os.O_WRONLY)
    os.dup2(void, STDERR)
    os.close(void)


_closing: list[Thread] = []
"""Threads that are still closing an abandoned stream."""


def stuck() -> bool:
    """Return whether an abandoned stream is still open, so PortAudio must not be restarted.

    PortAudio would wait for that stream forever. Some do close in the end, once their device is
    back.
    """
    _closing[:] = [thread for thread in _closing if thread.is_alive()]
    return bool(_closing)


def close_stream(stream: Any, sounddevice: Any) -> bool:
    """Close a stream; return False if it didn't close in time and has been abandoned."""

    def close() -> None:
        stream.abort(ignore_errors=True)
        stream.close(ignore_errors=True)

    closing = Thread(target=close, daemon=True)
    closing.start()
    closing.join(CLOSE_SECONDS)
    if closing.is_alive():
        _closing.append(closing)
        _abandon(sounddevice)
        return False
    return True


def _abandon(sounddevice: Any) -> None:
    # On exit, Python would wait for the dead stream, or crash on it.
    atexit.unregister(sounddevice._exit_handler)
    if not _abandoned:
        _abandoned.append(sounddevice)
        atexit.register(_end_at_once, sounddevice)
        _remember_status()


_abandoned: list[Any] = []
"""The sounddevice module, once one of its streams has been abandoned."""

_status = 0


def _remember_status() -> None:
    """Remember the exit status; atexit handlers do not receive it."""
    plain = sys.exit

    def exit_with(status: Any = None) -> NoReturn:
        global _status
        _status = status if isinstance(status, int) else int(status is not None)
        plain(status)

    sys.exit = exit_with


def _end_at_once(sounddevice: Any) -> None:
    if not stuck():
        sounddevice._exit_handler()
        return
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    crashed = hasattr(sys, "last_value")
    os._exit(1 if crashed else _status)
