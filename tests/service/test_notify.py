"""Signs of life, as a service manager receives them."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from voice_coach.log import Complained, Said, Understood, complaints
from voice_coach.service import Heartbeat, Supervisor, supervisor

RATE = 16000
BLOCK = 160


class Manager:
    """The receiving end: a UNIX datagram socket, with a name in a folder or an abstract one."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + name[1:] if name.startswith("@") else name)
        self._socket.setblocking(False)

    def received(self) -> list[str]:
        got = []
        while True:
            try:
                got.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return got

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    name = str(tmp_path / "notify") if request.param == "path" else f"@vc-test-{os.getpid()}"
    manager = Manager(name)
    yield manager
    manager.close()


def heartbeat(manager: Manager, watchdog: float = 60.0) -> Heartbeat:
    env = {"NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": str(round(watchdog * 1e6))}
    return Heartbeat(RATE, supervisor(env))


def play(heart: Heartbeat, seconds: float, start: float = 0.0) -> None:
    for now in range(round(start * RATE), round((start + seconds) * RATE), BLOCK):
        heart.beat(now + BLOCK)


def test_ready_goes_out_with_the_first_block_and_not_before(manager: Manager) -> None:
    heart = heartbeat(manager)
    assert manager.received() == []
    play(heart, 0.02)
    assert manager.received() == ["READY=1\nSTATUS=Listening."]
    heart.close()


def test_it_beats_at_half_the_watchdogs_time_on_the_sample_clock(manager: Manager) -> None:
    heart = heartbeat(manager, watchdog=4.0)
    play(heart, 9.0)
    assert manager.received()[1:] == ["WATCHDOG=1"] * 4
    heart.close()


def test_it_beats_at_most_once_a_second(manager: Manager) -> None:
    heart = heartbeat(manager, watchdog=0.1)
    play(heart, 5.0)
    assert manager.received()[1:] == ["WATCHDOG=1"] * 4
    heart.close()


def test_a_ring_that_stands_still_gives_no_sign_of_life(manager: Manager) -> None:
    heart = heartbeat(manager, watchdog=4.0)
    play(heart, 1.0)
    manager.received()
    heart.beat(RATE)  # the clock does not move
    assert manager.received() == []
    heart.close()


def test_without_a_watchdog_only_ready_is_sent(manager: Manager) -> None:
    heart = Heartbeat(RATE, supervisor({"NOTIFY_SOCKET": manager.name}))
    play(heart, 5.0)
    assert manager.received() == ["READY=1\nSTATUS=Listening."]
    heart.close()


def test_trouble_is_told_in_one_line_and_speech_is_not(manager: Manager) -> None:
    heart = heartbeat(manager)
    play(heart, 0.1)
    manager.received()
    observe = complaints(heart.status)
    observe(Understood(1, 0, 1, "it hurts", "hurts"))
    observe(Said(0, 0, 1, "Breathe in.", "reply.in"))
    assert manager.received() == []
    observe(Complained(1, "The sound device was lost,\nREADY=0"))
    assert manager.received() == ["STATUS=The sound device was lost, READY=0"]
    heart.status("The sound device was lost, READY=0")
    assert manager.received() == []
    heart.close()


def test_stopping_is_said_once(manager: Manager) -> None:
    heart = heartbeat(manager)
    heart.close()
    heart.close()
    assert manager.received() == ["STOPPING=1\nSTATUS=Stopping."]


def test_a_manager_that_has_gone_or_never_was_does_no_harm(tmp_path: Path) -> None:
    for manager in (
        None,
        Supervisor(str(tmp_path / "gone"), 4.0),
        Supervisor("/" + 200 * "x", 4.0),
    ):
        heart = Heartbeat(RATE, manager)
        play(heart, 3.0)
        heart.status("hello")
        heart.close()


def test_a_manager_that_does_not_read_is_not_waited_for(manager: Manager) -> None:
    heart = heartbeat(manager)
    for n in range(5000):  # far more than its queue takes
        heart.status(f"line {n}")
    heart.close()


@pytest.mark.parametrize("named", ["", "relative", "vsock:2:1234"])
def test_only_unix_sockets_are_spoken_to(named: str) -> None:
    assert supervisor({"NOTIFY_SOCKET": named}) is None


def test_a_watchdog_meant_for_another_process_is_not_fed() -> None:
    env = {"NOTIFY_SOCKET": "/n", "WATCHDOG_USEC": "4000000", "WATCHDOG_PID": "1"}
    assert supervisor(env) == Supervisor("/n", 0.0)
    env["WATCHDOG_PID"] = str(os.getpid())
    assert supervisor(env) == Supervisor("/n", 4.0)
    assert supervisor({**env, "WATCHDOG_USEC": "soon"}) == Supervisor("/n", 0.0)
