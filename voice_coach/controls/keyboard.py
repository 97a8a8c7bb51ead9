"""The keys of a terminal: space is a press, Enter a hold. For laptops, and for trying things out.

A thread waits for keys and puts them into a queue. If standard input is not a terminal (a service,
a pipe), nothing is read.
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
"""Gesture of each key. A terminal does not report a key's release, so another key means a hold."""

POLL_SECONDS = 0.2
"""Seconds after which the thread checks whether it should end."""


class Keyboard:
    """Reads keys of a terminal until it is closed.

    Args:
        terminal: its file descriptor.
        foreground: returns whether we are in the foreground; reading in the background would stop
            the process.

    Raises:
        OSError: it is not a terminal.
    """

    def __init__(self, terminal: int, foreground: Callable[[], bool] | None = None) -> None:
        self._terminal = terminal
        self._foreground = foreground or (lambda: _in_foreground(terminal))
        self._pressed: SimpleQueue[Gesture] = SimpleQueue()
        self._over = threading.Event()
        try:
            self._modes = termios.tcgetattr(terminal)
            # Keys arrive one by one and are not echoed; Ctrl-C still interrupts.
            tty.setcbreak(terminal, termios.TCSANOW)
        except termios.error as error:
            raise OSError(*error.args) from error
        self._thread = threading.Thread(target=self._read, name="keyboard", daemon=True)
        self._thread.start()

    def gestures(self, now: int) -> Iterator[Gesture]:
        """Yield the gestures since the last call."""
        while True:
            try:
                yield self._pressed.get_nowait()
            except Empty:
                return

    def close(self) -> None:
        """Restore the terminal."""
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
            # Several at once are a repeating key, or pasted text: count one press.
            if (gesture := KEYS.get(keys[:1])) is not None:
                self._pressed.put(gesture)


def open_keyboard() -> Keyboard | None:
    """Return the keys of the terminal at standard input, or None if we have none."""
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
