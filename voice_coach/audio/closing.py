"""Getting rid of a stream whose sound server or device has died.

PortAudio's thread was then seen to turn for ever, printing 60 MB of complaints a second, and no
call to it to return. Nothing can stop that thread; the rest of the program can go on without it.
"""

from __future__ import annotations

import atexit
import os
import sys
from threading import Thread
from typing import Any

from voice_coach.faults import AudioFault

CLOSE_SECONDS = 2.0
"""A healthy stream closes within some milliseconds."""

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


def close_stream(stream: Any, sounddevice: Any) -> bool:
    """Close a stream; return False if it cannot be, and has been left behind."""

    def close() -> None:
        stream.abort(ignore_errors=True)
        stream.close(ignore_errors=True)

    closing = Thread(target=close, daemon=True)
    closing.start()
    closing.join(CLOSE_SECONDS)
    if closing.is_alive():
        _leave_behind(sounddevice)
        return False
    return True


def _leave_behind(sounddevice: Any) -> None:
    # At the end Python would wait for the dead stream, or crash on it.
    atexit.unregister(sounddevice._exit_handler)
    atexit.unregister(_end_at_once)
    atexit.register(_end_at_once)


def _end_at_once() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(AudioFault.exit_code)
