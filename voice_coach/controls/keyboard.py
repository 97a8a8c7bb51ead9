"""The keys of a terminal: space is a press, Enter a hold. For laptops, and for trying it out.

A thread waits for keys and puts them into a queue. Where standard input is no terminal (a service,
a pipe) there are no keys, and nothing is read.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
import termios
import threading
import tty
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue

from voice_coach.controls.presses import Gesture

KEYS = {b" ": Gesture.PRESS, b"\n": Gesture.HOLD, b"\r": Gesture.HOLD}
"""A terminal does not tell when a key is let go; so another key stands for holding."""

POLL_SECONDS = 0.2
"""Seconds after which the thread looks whether it shall end."""


class Keyboard:
    """Reads keys of a terminal until it is closed.

    Args:
        terminal: its file descriptor.
        foreground: whether it is ours to read now; in the background, reading would stop us.

    Raises:
        OSError: it is no terminal.
    """

    def __init__(self, terminal: int, foreground: Callable[[], bool] | None = None) -> None:
        self._terminal = terminal
        self._foreground = foreground or (lambda: _in_foreground(terminal))
        self._pressed: SimpleQueue[Gesture] = SimpleQueue()
        self._over = threading.Event()
        try:
            self._modes = termios.tcgetattr(terminal)
            # Keys come one by one and are not shown; Ctrl-C still interrupts.
            tty.setcbreak(terminal, termios.TCSANOW)
        except termios.error as error:
            raise OSError(*error.args) from error
        self._thread = threading.Thread(target=self._read, name="keyboard", daemon=True)
        self._thread.start()

    def gestures(self, now: int) -> Iterator[Gesture]:
        """Yield what was pressed since it was last asked."""
        while True:
            try:
                yield self._pressed.get_nowait()
            except Empty:
                return

    def close(self) -> None:
        """Give the terminal back as it was."""
        self._over.set()
        self._thread.join(2 * POLL_SECONDS)
        if self._foreground():
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self._terminal, termios.TCSANOW, self._modes)

    def _read(self) -> None:
        while not self._over.is_set():
            try:
                ready, _, _ = select.select([self._terminal], [], [], POLL_SECONDS)
                if not ready:
                    continue
                if not self._foreground():
                    self._over.wait(POLL_SECONDS)
                    continue
                keys = os.read(self._terminal, 64)
            except (OSError, ValueError):
                return
            if not keys:
                return  # the terminal has been closed
            # Several at once are a key that repeats, or pasted text: one press is enough.
            if (gesture := KEYS.get(keys[:1])) is not None:
                self._pressed.put(gesture)


def open_keyboard() -> Keyboard | None:
    """Return the keys of the terminal at standard input, or None where there is none of ours."""
    try:
        terminal = sys.stdin.fileno()
        if not os.isatty(terminal) or not _in_foreground(terminal):
            return None
        return Keyboard(terminal)
    except (AttributeError, OSError, ValueError):
        return None


def _in_foreground(terminal: int) -> bool:
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
