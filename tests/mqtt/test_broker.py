"""The bridge with a real broker on the loopback address: mosquitto, as Debian has it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import pytest

from tests.conftest import ROOT
from voice_coach.coach import Options, Request, State
from voice_coach.coach.places import place_state
from voice_coach.outside import Outside
from voice_coach.understanding import Book
from voice_coach.understanding.place import Place

paho = pytest.importorskip("paho.mqtt.client")

MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
PASSWD = shutil.which("mosquitto_passwd")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        MOSQUITTO is None or PASSWD is None,
        reason="mosquitto is missing (scripts/broker.sh installs it)",
    ),
]

PATIENCE = 60.0
USER, PASSWORD = "coach", "a s3cret one"


def free_port() -> int:
    with closing(socket.socket()) as probing:
        probing.bind(("127.0.0.1", 0))
        return int(probing.getsockname()[1])


class Mosquitto:
    """A broker that lets in whoever knows the password."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._passwords = folder / "passwords"
        subprocess.run(
            [str(PASSWD), "-b", "-c", str(self._passwords), USER, PASSWORD],
            check=True,
            capture_output=True,
        )
        self._settings = folder / "mosquitto.conf"
        user = "" if os.getuid() else "user root\n"
        self._settings.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous false\n{user}"
            f"password_file {self._passwords}\npersistence false\n"
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [str(MOSQUITTO), "-c", str(self._settings)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with suppress(OSError), closing(socket.create_connection(("127.0.0.1", self.port))):
                return
            assert self._process.poll() is None, "mosquitto has ended"
            time.sleep(0.05)
        raise AssertionError("mosquitto does not listen")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)
            self._process = None


class House:
    """What Home Assistant would see.

    Attributes:
        kept: topic -> what the broker had kept.
    """

    def __init__(self, port: int) -> None:
        self.kept: dict[str, bytes] = {}
        self._came: SimpleQueue[tuple[str, bytes]] = SimpleQueue()
        self._client: Any = paho.Client(paho.CallbackAPIVersion.VERSION2)
        self._client.username_pw_set(USER, PASSWORD)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = self._greet
        self._client.on_message = self._take
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def until(self, topic: str, found: Callable[[bytes], bool]) -> bytes:
        """Wait for something on a topic."""
        end = time.monotonic() + PATIENCE
        seen: list[tuple[str, bytes]] = []
        while time.monotonic() < end:
            with suppress(Empty):
                came = self._came.get(timeout=0.5)
                seen.append(came)
                if came[0] == topic and found(came[1]):
                    return came[1]
        raise AssertionError(f"{topic} did not come: {seen}")

    def situation(self, word: str) -> None:
        self.until("voice-coach/state", lambda said: json.loads(said)["situation"] == word)

    def available(self, word: str) -> None:
        self.until("voice-coach/available", lambda said: said == word.encode())

    def publish(self, topic: str, payload: str, *, keep: bool = False) -> None:
        self._client.publish(topic, payload, qos=1, retain=keep).wait_for_publish(PATIENCE)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _greet(self, client: Any, *_: object) -> None:
        """Listen, and say so as Home Assistant does whenever it has found the broker again."""
        client.subscribe("#")
        client.publish("homeassistant/status", "online")

    def _take(self, client: object, data: object, message: Any) -> None:
        if message.retain:
            self.kept[message.topic] = message.payload
        self._came.put((message.topic, message.payload))


class Running:
    """The command, in a process of its own."""

    def __init__(self, folder: Path, port: int, password: str = PASSWORD) -> None:
        file = folder / "password"
        file.write_text(f"{password}\n")
        file.chmod(0o600)
        self._printed = folder / "printed.txt"
        with self._printed.open("wb") as printed:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "voice_coach", "--set", f"state_socket={folder}/s"),
                    *("mqtt", "--host", "127.0.0.1", "--port", str(port)),
                    *("--user", USER, "--password-file", str(file)),
                ],
                stdout=printed,
                stderr=printed,
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": "/nonexistent"},
            )

    @property
    def printed(self) -> str:
        return self._printed.read_text()

    def until(self, text: str) -> None:
        end = time.monotonic() + PATIENCE
        while text not in self.printed:
            assert time.monotonic() < end and self._process.poll() is None, self.printed
            time.sleep(0.05)

    def end(self, by: signal.Signals) -> int:
        self._process.send_signal(by)
        return self._process.wait(PATIENCE)

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    mosquitto = Mosquitto(tmp_path)
    mosquitto.start()
    yield mosquitto
    mosquitto.stop()


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Outside]:
    """A coach's state socket."""
    with closing(Outside(tmp_path / "s", pytest.fail)) as served:
        yield served


@pytest.fixture
def bridge(tmp_path: Path, shown: Outside, broker: Mosquitto) -> Iterator[Running]:
    """A bridge from that socket to the broker."""
    with closing(Running(tmp_path, broker.port)) as running:
        yield running


@pytest.fixture
def house(broker: Mosquitto) -> Iterator[House]:
    with closing(House(broker.port)) as watching:
        yield watching


@pytest.fixture
def states(book: Book) -> dict[str, State]:
    options = Options(1000, "9 1 1")
    return {name: place_state(Place(name), book, options) for name in ("heat", "menu", "ending")}


def asked(outside: Outside) -> list[Request]:
    end = time.monotonic() + PATIENCE
    while not (found := outside.requests()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def test_a_coach_comes_is_watched_and_stopped_and_goes(
    tmp_path: Path, broker: Mosquitto, house: House, states: dict[str, State], book: Book
) -> None:
    with closing(Running(tmp_path, broker.port)) as bridge:
        bridge.until("The broker is connected.")
        bridge.until("The coach is not running")
        house.available("offline")
        with closing(Outside(tmp_path / "s", pytest.fail)) as outside:
            outside.show(states["heat"], states["heat"].now, book)
            house.available("online")
            house.situation("heat")
            outside.show(states["ending"], states["ending"].now, book)
            said = house.until("voice-coach/state", lambda said: json.loads(said)["alarm"])
            assert json.loads(said)["accepts"] == []
            house.publish("voice-coach/do", "yes")
            house.publish("voice-coach/do", "pause")
            house.publish("voice-coach/do", "stop")
            found = asked(outside)
            while len(found) < 2:
                found += asked(outside)
            assert found == [Request.PAUSE, Request.STOP]
        house.available("offline")
        assert bridge.end(signal.SIGTERM) == 130
        assert PASSWORD not in bridge.printed
        lines = [line for line in bridge.printed.splitlines() if line]
        assert lines[-1] == "Stopped." and len(lines) == 5, lines


def test_the_broker_keeps_what_announces_it_and_nothing_of_ones_health(
    shown: Outside,
    bridge: Running,
    broker: Mosquitto,
    house: House,
    states: dict[str, State],
    book: Book,
) -> None:
    shown.show(states["heat"], states["heat"].now, book)
    house.situation("heat")
    with closing(House(broker.port)) as late:
        late.until("homeassistant/button/voice-coach/stop/config", bool)
        late.publish("homeassistant/status", "online")
        late.situation("heat")
        assert late.kept["voice-coach/available"] == b"online"
        assert "voice-coach/state" not in late.kept


def test_a_bridge_that_is_killed_is_offline(
    shown: Outside, bridge: Running, house: House, states: dict[str, State], book: Book
) -> None:
    shown.show(states["menu"], states["menu"].now, book)
    house.available("online")
    bridge.end(signal.SIGKILL)
    house.available("offline")


def test_a_broker_that_restarts_is_found_again(
    shown: Outside,
    bridge: Running,
    broker: Mosquitto,
    house: House,
    states: dict[str, State],
    book: Book,
) -> None:
    shown.show(states["menu"], states["menu"].now, book)
    house.situation("menu")
    broker.stop()
    bridge.until("trying again")
    shown.show(states["heat"], states["heat"].now, book)
    broker.start()
    house.situation("heat")


def test_a_request_that_the_broker_kept_stops_nothing(
    tmp_path: Path, broker: Mosquitto, house: House, states: dict[str, State], book: Book
) -> None:
    house.publish("voice-coach/do", "stop", keep=True)
    with (
        closing(Outside(tmp_path / "s", pytest.fail)) as outside,
        closing(Running(tmp_path, broker.port)),
    ):
        outside.show(states["heat"], states["heat"].now, book)
        house.situation("heat")
        house.publish("voice-coach/do", "pause")
        assert asked(outside) == [Request.PAUSE]


def test_a_wrong_password_is_said_and_not_shown(tmp_path: Path, broker: Mosquitto) -> None:
    with closing(Running(tmp_path, broker.port, "wr0ng")) as bridge:
        bridge.until("refuses the connection")
        assert "wr0ng" not in bridge.printed


def test_without_a_broker_it_says_so_and_goes_on(tmp_path: Path) -> None:
    with closing(Running(tmp_path, free_port())) as bridge:
        bridge.until("cannot be reached; trying again.")
        assert bridge.end(signal.SIGINT) == 130
