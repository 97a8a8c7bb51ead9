"""Terminal output that never blocks the caller and never raises.

A terminal may be stopped (Ctrl-S) or closed, and nobody may be reading a pipe: a plain `print`
would then block the loop forever, or raise.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Thread
from typing import TextIO

MOST_WAITING = 1000
"""Lines kept for a stopped terminal; later ones are dropped."""

CLOSE_SECONDS = 1.0
"""Seconds to wait for the last lines to be shown."""


class Screen:
    """Writes texts to a stream, in a thread of its own.

    It bypasses the stream's buffer: on exit Python would wait for that, or crash on it.

    Args:
        stream: returns standard output or error; called for each text, since they may be replaced.
        lost: called once, from that thread, when the stream can't be written to.
    """

    def __init__(
        self, stream: Callable[[], TextIO | None], lost: Callable[[], None] = lambda: None
    ) -> None:
        self._stream = stream
        self._lost = lost
        self._waiting: Queue[str | None] = Queue(MOST_WAITING)
        self._thread = Thread(target=self._work, name="screen", daemon=True)
        self._thread.start()

    def line(self, text: str) -> None:
        """Show a line soon; never blocks and never raises."""
        self.write(f"{text}\n")

    def write(self, text: str) -> None:
        """Show a text without adding a line break; otherwise like `line`."""
        with suppress(Full):
            self._waiting.put_nowait(text)

    def flush(self) -> None:
        """Do nothing: each text is written whole."""

    def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """Wait until everything is shown, for at most `seconds`."""
        while True:
            try:
                self._waiting.put_nowait(None)
                break
            except Full:  # the terminal is stopped
                with suppress(Empty):
                    self._waiting.get_nowait()
        self._thread.join(seconds)

    def _work(self) -> None:
        gone = False
        while (text := self._waiting.get()) is not None:
            if gone:
                continue
            try:
                _write(self._stream(), text)
            except (OSError, ValueError):  # ValueError: it has been closed
                gone = True
                self._lost()


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:  # the program was started without one
        return
    try:
        number = stream.fileno()
    except (AttributeError, OSError, ValueError):  # not a file: in a test, say
        stream.write(text)
        stream.flush()
        return
    rest = text.encode(stream.encoding or "utf-8", "replace")
    while rest:
        rest = rest[os.write(number, rest) :]


def tell(text: str) -> None:
    """Print a line, or go on without it: what comes after it matters more."""
    with suppress(OSError, ValueError):
        print(text, flush=True)


def last_line(text: str) -> None:
    """Show a last line on standard error, whatever state that is in."""
    screen = Screen(lambda: sys.stderr)
    screen.line(text)
    screen.close()


def release_streams() -> None:
    """Redirect standard output or error to the null device if it is gone, to keep our exit code.

    On exit Python flushes both, and exits with 120 if that fails.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                void = os.open(os.devnull, os.O_WRONLY)
                os.dup2(void, stream.fileno())
                os.close(void)
