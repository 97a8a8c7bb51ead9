"""The loop's end of the state socket: the state goes out, requests come in, and nothing waits."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Empty, Full, Queue
from threading import Thread

from voice_coach.coach import Request, State
from voice_coach.faults import Fault, StorageFault
from voice_coach.outside.address import Listening
from voice_coach.outside.line import StateLine, state_line, written
from voice_coach.outside.server import Server
from voice_coach.understanding import Book

LOOK_SECONDS = 1.0
"""Seconds after which the minutes left are looked at again, if nothing else has happened."""

MOST_REQUESTS = 16
"""Requests that wait for the loop; further ones are dropped."""

MOST_LINES = 64
"""Lines that wait for the thread, which takes them at once."""

CLOSE_SECONDS = 1.0
"""Seconds to wait for the thread at the end."""


class Outside:
    """Other programs, as the session sees them. No failure of them ends a session.

    Args:
        path: of the socket.
        complain: called with one line if serving it fails later; from any thread.

    Raises:
        Fault: the socket cannot be served; see `Listening`.
    """

    def __init__(self, path: Path, complain: Callable[[str], None]) -> None:
        self._lines: Queue[bytes | None] = Queue(MOST_LINES)
        self._requests: Queue[Request] = Queue(MOST_REQUESTS)
        self._shown: StateLine | None = None
        self._state: State | None = None
        self._look_at = 0
        try:
            self._awake, self._wake = os.pipe()
        except OSError as error:
            raise StorageFault(
                f"The state socket cannot be served: {error.strerror}", "start the coach again"
            ) from error
        os.set_blocking(self._awake, False)
        os.set_blocking(self._wake, False)
        try:
            server = Server(Listening(path), self._lines, self._awake, self._requests, complain)
        except Fault:
            self._close_pipe()
            raise
        self._thread: Thread | None = Thread(target=server.work, name="state socket", daemon=True)
        self._thread.start()

    @property
    def due(self) -> int | None:
        """The frame at which there is something to do: 0 for at once, None for never."""
        if not self._requests.empty():
            return 0
        timed = self._shown is not None and self._shown.minutes_left is not None
        return self._look_at if timed else None

    def requests(self) -> list[Request]:
        """Return what programs have asked for since the last call."""
        found: list[Request] = []
        with suppress(Empty):
            while len(found) < MOST_REQUESTS:
                found.append(self._requests.get_nowait())
        return found

    def show(self, state: State, now: int, book: Book) -> None:
        """Show the state at frame `now`; to be called with each block."""
        if state is self._state and now < self._look_at:
            return
        self._state = state
        self._look_at = now + round(LOOK_SECONDS * state.options.rate)
        line = state_line(state, now, book)
        if line != self._shown:
            # What could not be sent is sent at the next look.
            self._shown = line if self._put(written(line)) else None

    def close(self) -> None:
        """Hang up, and remove the socket; may be called again."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        while not self._put(None):
            with suppress(Empty):
                self._lines.get_nowait()
        thread.join(CLOSE_SECONDS)
        if not thread.is_alive():
            self._close_pipe()

    def _close_pipe(self) -> None:
        os.close(self._wake)
        os.close(self._awake)

    def _put(self, line: bytes | None) -> bool:
        try:
            self._lines.put_nowait(line)
        except Full:
            return False
        with suppress(BlockingIOError):  # it is full, so the thread wakes in any case
            os.write(self._wake, b"\0")
        return True
