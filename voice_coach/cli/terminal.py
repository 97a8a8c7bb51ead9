"""A terminal that is typed into and printed to at the same time, one plain line after another.

No cursor is moved and nothing is coloured, so that it works over SSH, on a braille display and with
a screen reader. Lines are edited by readline where Python has it; what is typed is kept on no disk.
"""

from __future__ import annotations

import math
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from types import FrameType
from typing import Any

from voice_coach.cli.interrupts import SIGNALS
from voice_coach.screen import Screen

try:
    import readline
except ImportError:  # Python was built without it
    readline = None  # type: ignore[assignment]

try:
    import termios
except ImportError:  # Windows
    termios = None  # type: ignore[assignment]


AGAIN_SECONDS = 1.0
"""After so long the reading is interrupted once more."""


class Leave:
    """Typed in place of a line: the session is to end."""


class Terminal:
    """Lines go to a queue as they are typed; `read` belongs to the main thread.

    Attributes:
        typed: the lines, and `Leave` for Ctrl-D or a signal that ends a session.
        interrupted: a signal has come.

    Args:
        screen: prints.
    """

    def __init__(self, screen: Screen) -> None:
        self.typed: SimpleQueue[str | Leave] = SimpleQueue()
        self.interrupted = False
        self._screen = screen
        self._reading = False
        self._over = threading.Event()
        self._taken_at = -math.inf
        self._main = threading.main_thread().ident
        self._edits = readline is not None and sys.stdin.isatty() and sys.stdout.isatty()
        self._modes = _modes()
        if self._edits:
            readline.parse_and_bind("set enable-bracketed-paste off")
            readline.set_auto_history(True)

    def show(self, text: str) -> None:
        """Print a line; what is being typed is printed again after it."""
        half = self._half()
        self._screen.write(f"\n{text}\n{half}" if half else f"{text}\n")

    def ring(self) -> None:
        """Ring the terminal's bell."""
        self._screen.write("\a")

    def read(self) -> None:
        """Read lines until `close`; to be called in the main thread."""
        ended = False
        with self._signals():
            while not self._over.is_set():
                try:
                    line = self._line()
                except (KeyboardInterrupt, SystemError):
                    # It is in the queue, or this is over; readline reports a signal that comes
                    # while it is at work as the second.
                    continue
                if line is not None:
                    self.typed.put(line)
                    continue
                self.typed.put(Leave())
                if ended or not sys.stdin.isatty():
                    self._wait()
                ended = True

    def close(self) -> None:
        """Have `read` return; from any thread."""
        self._over.set()
        # A signal that comes just before readline waits is lost, so it is given until one is not.
        while self._reading and self._main is not None:
            signal.pthread_kill(self._main, signal.SIGINT)
            time.sleep(AGAIN_SECONDS)

    def restore(self) -> None:
        """Put the terminal back as it was, for an end without `read`'s own."""
        if self._modes is not None:
            with suppress(OSError, termios.error):
                termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, self._modes)

    def _line(self) -> str | None:
        """Return the next line; None at the end of the input."""
        self._reading = True
        try:
            return "" if self._over.is_set() else input()
        except (EOFError, OSError):
            return None
        except ValueError:  # a null byte, or bytes that are no text
            return ""
        finally:
            self._reading = False

    def _half(self) -> str:
        """Return what has been typed of the next line."""
        try:
            return readline.get_line_buffer() if self._edits and self._reading else ""
        except SystemError:  # a signal came while readline was at work
            return ""

    def _wait(self) -> None:
        while not self._over.wait(0.1):
            pass

    @contextmanager
    def _signals(self) -> Iterator[None]:
        before = [(number, signal.signal(number, self._take)) for number in SIGNALS]
        came, told = socket.socketpair()
        told.setblocking(False)
        woken = signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
        threading.Thread(target=self._remind, args=(came,), daemon=True).start()
        try:
            yield
        finally:
            signal.set_wakeup_fd(woken)
            told.close()
            for number, handler in before:
                signal.signal(number, handler)

    def _remind(self, came: socket.socket) -> None:
        """Give a signal again that came just before readline waits: that one is lost."""
        with came:
            while numbers := came.recv(1):
                at = time.monotonic()
                time.sleep(AGAIN_SECONDS)
                lost = self._taken_at < at - AGAIN_SECONDS / 2
                if lost and self._reading and self._main is not None:
                    signal.pthread_kill(self._main, numbers[0])

    def _take(self, number: int, frame: FrameType | None) -> None:
        self._taken_at = time.monotonic()
        first = not self._over.is_set()
        if first:
            self.interrupted = True
            self.typed.put(Leave())
        if self._reading:
            if first and self._half():
                self._screen.write("\n")
            raise KeyboardInterrupt


def _modes() -> list[Any] | None:
    if termios is None:
        return None
    try:
        return termios.tcgetattr(sys.stdin.fileno()) if os.isatty(sys.stdin.fileno()) else None
    except (AttributeError, OSError, ValueError, termios.error):
        return None
