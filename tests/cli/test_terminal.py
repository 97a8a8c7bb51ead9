"""A signal that comes just before the terminal waits for a line is not lost."""

from __future__ import annotations

import io
import signal
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from voice_coach.cli import terminal
from voice_coach.cli.terminal import Terminal
from voice_coach.screen import Screen


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """The signals that reached the main thread."""
    numbers: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: numbers.append(number))
    yield numbers
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize(
    ("taken", "reading", "again"), [(False, True, True), (True, True, False), (False, False, False)]
)
def test_a_signal_is_given_again_only_if_nobody_took_it(
    heard: list[int], monkeypatch: pytest.MonkeyPatch, *, taken: bool, reading: bool, again: bool
) -> None:
    monkeypatch.setattr(terminal, "AGAIN_SECONDS", 0.2)
    one = Terminal(Screen(io.StringIO))
    one._reading = reading
    came, told = socket.socketpair()
    watcher = threading.Thread(target=one._remind, args=(came,))
    watcher.start()
    if taken:
        one._taken_at = time.monotonic()
    told.send(bytes([signal.SIGTERM]))
    told.close()
    watcher.join()
    assert heard == ([signal.SIGTERM] if again else [])


def test_while_lines_are_read_each_signal_is_watched() -> None:
    one = Terminal(Screen(io.StringIO))
    before = threading.active_count()
    with one._signals():
        assert threading.active_count() == before + 1
        signal.raise_signal(signal.SIGINT)
    assert one.interrupted and one.typed.qsize() == 1
    assert signal.set_wakeup_fd(-1) == -1
