"""The socket at work: lines out, requests in, and what clients cannot do to the loop."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.outside.client import PATIENCE, Client
from voice_coach.coach import Options, Request, State
from voice_coach.coach.places import place_state
from voice_coach.outside import Outside
from voice_coach.outside.outside import MOST_LINES, MOST_REQUESTS
from voice_coach.outside.server import MOST_AT_ONCE, MOST_CLIENTS
from voice_coach.understanding import Book
from voice_coach.understanding.place import Place

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no UNIX sockets here")

RATE = 1000
STOP = b'{"do":"stop"}\n'
PAUSE = b'{"do":"pause"}\n'


@pytest.fixture
def state(book: Book) -> State:
    return place_state(Place.HEAT, book, Options(RATE, "9 1 1"))


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    with closing(Outside(tmp_path / "s", pytest.fail)) as serving:
        yield serving


@pytest.fixture
def client(outside: Outside, tmp_path: Path) -> Iterator[Callable[[], Client]]:
    begun: list[Client] = []

    def connect() -> Client:
        begun.append(Client(tmp_path / "s"))
        return begun[-1]

    yield connect
    for one in begun:
        one.close()


def await_requests(outside: Outside, count: int) -> list[Request]:
    """Wait until so many requests have come."""
    found: list[Request] = []
    waited = threading.Event()
    for _ in range(round(PATIENCE / 0.01)):
        found += outside.requests()
        if len(found) >= count:
            return found
        waited.wait(0.01)
    raise AssertionError(f"{found} of {count} requests came")


# --- lines out


def test_the_state_comes_on_connecting_and_whenever_it_changes(
    outside: Outside, client: Callable[[], Client], state: State, book: Book
) -> None:
    outside.show(state, state.now, book)
    first = client()
    assert first.line()["situation"] == "heat"
    later = replace(state, now=state.now + 100 * RATE)
    outside.show(later, later.now, book)
    assert first.line()["minutes_left"] == 14
    second = client()
    assert second.line()["minutes_left"] == 14
    other = place_state(Place.MENU, book, state.options)
    outside.show(other, other.now, book)
    assert first.line()["situation"] == second.line()["situation"] == "menu"


def test_who_connects_first_gets_the_first_line(
    outside: Outside, client: Callable[[], Client], state: State, book: Book
) -> None:
    early = client()
    outside.show(state, state.now, book)
    assert early.line()["pad"] == "heat"


def test_time_alone_changes_the_minutes(
    outside: Outside, client: Callable[[], Client], state: State, book: Book
) -> None:
    seen = [state.now]
    outside.show(state, state.now, book)
    one = client()
    assert one.line()["minutes_left"] == 15
    assert outside.due is not None
    while seen[-1] < state.now + 61 * RATE:
        assert outside.due - seen[-1] <= RATE
        seen.append(outside.due)
        outside.show(state, seen[-1], book)
    assert one.line()["minutes_left"] == 14


def test_nothing_is_due_where_nothing_is_timed(outside: Outside, state: State, book: Book) -> None:
    assert outside.due is None
    other = place_state(Place.MENU, book, state.options)
    outside.show(other, other.now, book)
    assert outside.due is None


def test_at_the_end_it_hangs_up_and_removes_the_file(
    outside: Outside, client: Callable[[], Client], state: State, book: Book, tmp_path: Path
) -> None:
    outside.show(state, state.now, book)
    one = client()
    assert one.line()
    outside.close()
    assert one.line() == {}
    assert list(tmp_path.iterdir()) == []
    outside.close()


# --- requests in


def test_requests_come_in_whole_lines_in_whatever_pieces(
    outside: Outside, client: Callable[[], Client]
) -> None:
    one = client()
    for piece in (b'{"do"', b':"stop"}', b'\n{"do":"pa', b'use"}\n'):
        one.send(piece)
    assert await_requests(outside, 2) == [Request.STOP, Request.PAUSE]
    assert outside.due is None


def test_what_is_asked_for_is_due_at_once(outside: Outside, client: Callable[[], Client]) -> None:
    client().send(STOP)
    for _ in range(3000):
        if outside.due == 0:
            break
        threading.Event().wait(0.01)
    assert outside.due == 0
    assert outside.requests() == [Request.STOP]


@pytest.mark.parametrize(
    "sent", [b"hello\n", b'{"do":"yes"}\n', b"x" * 5000, b"\0" * 201, STOP * (MOST_AT_ONCE + 1)]
)
def test_who_sends_anything_else_is_answered_and_dropped(
    outside: Outside, client: Callable[[], Client], state: State, book: Book, sent: bytes
) -> None:
    outside.show(state, state.now, book)
    bad, good = client(), client()
    assert bad.line() and good.line()
    bad.send(sent)
    assert "fault" in bad.line()
    assert bad.line() == {}
    good.send(PAUSE)
    assert Request.PAUSE in await_requests(outside, 1)


def test_who_hangs_up_in_the_middle_of_a_line_asks_for_nothing(
    outside: Outside, client: Callable[[], Client]
) -> None:
    one, other = client(), client()
    one.send(STOP[:-1])
    one.close()
    other.send(PAUSE)
    assert await_requests(outside, 1) == [Request.PAUSE]


def test_more_requests_than_fit_are_dropped(outside: Outside, client: Callable[[], Client]) -> None:
    """The loop may take them late; the thread does not wait for that."""
    for _ in range(MOST_REQUESTS // (MOST_AT_ONCE - 1) + 1):
        one = client()
        one.send(STOP * (MOST_AT_ONCE - 1) + b"done\n")
        assert "fault" in one.line(), "all before it has been read"
    assert outside.requests() == [Request.STOP] * MOST_REQUESTS
    assert outside.requests() == []
    client().send(PAUSE)
    assert await_requests(outside, 1) == [Request.PAUSE]


# --- clients that do harm


def test_one_client_too_many_is_turned_away(
    outside: Outside, client: Callable[[], Client], state: State, book: Book
) -> None:
    outside.show(state, state.now, book)
    inside = [client() for _ in range(MOST_CLIENTS)]
    assert all(one.line() for one in inside)
    late = client()
    assert "already" in late.line()["fault"] and late.line() == {}
    inside[0].close()
    for _ in range(100):
        again = client()
        if "situation" in again.line():
            return
        again.close()
    raise AssertionError("there is room again, and nobody is let in")


def test_who_never_reads_is_dropped_and_holds_nobody_up(
    outside: Outside, client: Callable[[], Client], state: State, book: Book
) -> None:
    states = [state, place_state(Place.MENU, book, state.options)]
    deaf, reader = client(), client()
    deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    outside.show(states[1], states[1].now, book)
    assert reader.line()["situation"] == "menu"  # the reader is served from here on
    for _ in range(50):  # far more than a socket holds
        for i in range(MOST_LINES // 2):
            outside.show(states[i % 2], states[i % 2].now, book)
        for i in range(MOST_LINES // 2):
            assert reader.line()["situation"] == ("heat", "menu")[i % 2]
    read = 0
    with suppress(ConnectionResetError):
        while deaf.socket.recv(65536):
            read += 1
    assert read, "it got what was in its buffer, and was dropped then"


def test_without_the_thread_the_loop_does_not_wait(
    outside: Outside, state: State, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines that find no place are made up for at the next look."""
    states = [state, place_state(Place.MENU, book, state.options)]
    held = threading.Event()
    asleep = SimpleNamespace(sleep=lambda seconds: held.wait(PATIENCE))
    monkeypatch.setattr("voice_coach.outside.server.time", asleep)
    outside.show(state, state.now, book)
    for i in range(3 * MOST_LINES):
        outside.show(states[i % 2], states[i % 2].now, book)
    held.set()


def test_a_thread_that_fails_says_so_and_the_loop_goes_on(
    tmp_path: Path, state: State, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    failed = threading.Event()

    def complain(line: str) -> None:
        said.append(line)
        failed.set()

    def fail(self: object) -> bool:
        raise RuntimeError

    monkeypatch.setattr("voice_coach.outside.server.Server._round", fail)
    broken = Outside(tmp_path / "s", complain)
    assert failed.wait(PATIENCE)
    for i in range(3 * MOST_LINES):
        broken.show(replace(state, now=i), i * 60 * RATE, book)
    assert broken.requests() == []
    broken.close()
    assert said == ["The state socket failed (RuntimeError); the session goes on without it."]
    assert list(tmp_path.iterdir()) == []
