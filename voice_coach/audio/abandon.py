"""Getting rid of a stream whose sound server or device has died.

PortAudio's thread was then seen to turn for ever, printing 60 MB of complaints a second, and no
call to it to return. Nothing can stop that thread; the rest of the program can go on without it.
"""

from __future__ import annotations

import atexit
import os
import sys
from threading import Thread
from typing import Any, NoReturn

CLOSE_SECONDS = 0.5
"""A healthy stream closes within some milliseconds. Nobody is heard while this lasts."""

STDERR = 2


def mute_libraries() -> None:
    """Let C libraries print into the void; Python's own stderr goes on as before."""
    ours = sys.__stderr__
    if ours is None or sys.stderr is not ours or ours.fileno() != STDERR:
        return  # done already, or somebody else has taken stderr over
    ours.flush()
    sys.stderr = os.fdopen(
        os.dup(STDERR), "w", buffering=1, encoding=ours.encoding, errors="backslashreplace"
    )
    void = os.open(os.devnull, os.O_WRONLY)
    os.dup2(void, STDERR)
    os.close(void)


_closing: list[Thread] = []
"""Threads that wait for streams which were left behind."""


def stuck() -> bool:
    """Return whether a stream is still not closed: PortAudio must not be begun anew then.

    It would wait for that stream for ever. Some streams close after all, once their device is back.
    """
    _closing[:] = [thread for thread in _closing if thread.is_alive()]
    return bool(_closing)


def close_stream(stream: Any, sounddevice: Any) -> bool:
    """Close a stream; return False if it cannot be as yet, and has been left behind."""

    def close() -> None:
        stream.abort(ignore_errors=True)
        stream.close(ignore_errors=True)

    closing = Thread(target=close, daemon=True)
    closing.start()
    closing.join(CLOSE_SECONDS)
    if closing.is_alive():
        _closing.append(closing)
        _leave_behind(sounddevice)
        return False
    return True


def _leave_behind(sounddevice: Any) -> None:
    # At the end Python would wait for the dead stream, or crash on it.
    atexit.unregister(sounddevice._exit_handler)
    if not _left_behind:
        _left_behind.append(sounddevice)
        atexit.register(_end_at_once, sounddevice)
        _remember_status()


_left_behind: list[Any] = []
"""The sounddevice module, once a stream of it was left behind."""

_status = 0


def _remember_status() -> None:
    """See with what status the program exits: functions called at the exit are not told."""
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
