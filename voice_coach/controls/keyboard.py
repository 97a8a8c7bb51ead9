"""The keys of a terminal: space is the button, Enter a hold. For laptops, and for trying it out.

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

from voice_coach.controls.presses import Touch, Touched, press

KEYS = {b" ": Touch.DOWN, b"\n": Touch.HELD, b"\r": Touch.HELD}
"""What each key does. A terminal does not report a key's release, so another key means a hold."""

REPEAT_SECONDS = 0.1
"""A key that comes again so soon repeats by itself, because it is held; nobody presses so fast."""

REPEATS = 2
"""After so many it is a hold."""

POLL_SECONDS = 0.2
"""Seconds after which the thread checks whether it should end."""


class Keyboard:
    """Reads keys of a terminal until it is closed.

    Args:
        terminal: its file descriptor.
        rate: frames per second of the clock.
        foreground: returns whether we are in the foreground; reading in the background would stop
            the process.

    Raises:
        OSError: it is not a terminal.
    """

    def __init__(
        self, terminal: int, rate: int, foreground: Callable[[], bool] | None = None
    ) -> None:
        self._terminal = terminal
        self._foreground = foreground or (lambda: _in_foreground(terminal))
        self._pressed: SimpleQueue[Touch] = SimpleQueue()
        self._repeat = round(REPEAT_SECONDS * rate)
        self._last: int | None = None
        self._repeats = 0
        self._over = threading.Event()
        try:
            self._modes = termios.tcgetattr(terminal)
            # Keys arrive one by one and are not echoed; Ctrl-C still interrupts.
            tty.setcbreak(terminal, termios.TCSANOW)
        except termios.error as error:
            raise OSError(*error.args) from error
        self._thread = threading.Thread(target=self._read, name="keyboard", daemon=True)
        self._thread.start()

    def touches(self, now: int) -> Iterator[Touched]:
        """Yield what was done since the last call."""
        while True:
            try:
                touch = self._pressed.get_nowait()
            except Empty:
                return
            if touch is Touch.HELD:
                yield Touched(touch, now)
            else:
                yield from self._space(now)

    def _space(self, now: int) -> Iterator[Touched]:
        """Yield a press; or a hold, once the key has repeated by itself for a moment."""
        last, self._last = self._last, now
        if last is None or now - last >= self._repeat:
            self._repeats = 0
            yield from press(now)
            return
        self._repeats += 1
        if self._repeats == REPEATS:
            yield Touched(Touch.HELD, now)

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
            if (touch := KEYS.get(keys[:1])) is not None:
                self._pressed.put(touch)


def open_keyboard(rate: int) -> Keyboard | None:
    """Return the keys of the terminal at standard input, or None if we have none.

    Args:
        rate: frames per second of the clock.
    """
    try:
        terminal = sys.stdin.fileno()
        if not os.isatty(terminal) or not _in_foreground(terminal):
            return None
        return Keyboard(terminal, rate)
    except (AttributeError, OSError, ValueError):
        return None


def _in_foreground(terminal: int) -> bool:
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
