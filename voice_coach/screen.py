"""Lines for a person to read, written so that nobody waits for them and nothing fails with them.

A terminal may be stopped (Ctrl-S) or closed, and a pipe may have nobody who reads it: a plain
`print` would then keep the loop waiting for ever, or raise.
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
"""Lines that wait for a screen that is stopped; what comes after them isn't shown."""

CLOSE_SECONDS = 1.0
"""For so long the last lines are waited for."""


class Screen:
    """Writes texts to a stream, in a thread of its own.

    The stream's own buffer is passed by: at its end Python waits for it, or crashes on it.

    Args:
        stream: gives standard output or error, asked for each text: what they are may change.
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
        """Show a line, soon; waits for nothing and never fails."""
        self.write(f"{text}\n")

    def write(self, text: str) -> None:
        """Show a text as it is; otherwise like `line`."""
        with suppress(Full):
            self._waiting.put_nowait(text)

    def flush(self) -> None:
        """Do nothing: each text is written at once as it is."""

    def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """Wait until all is shown, though not for long."""
        while True:
            try:
                self._waiting.put_nowait(None)
                break
            except Full:  # the screen is stopped
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


def last_line(text: str) -> None:
    """Show a line on standard error at the end of the program, whatever that does."""
    screen = Screen(lambda: sys.stderr)
    screen.line(text)
    screen.close()


def let_go() -> None:
    """Part with standard output or error where it's gone, so that the exit code is ours.

    At the end Python flushes both, and exits with 120 where that fails.
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
