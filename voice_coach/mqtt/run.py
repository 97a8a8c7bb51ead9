"""The bridge at work: one loop that waits for the coach's socket and for the broker's events."""

from __future__ import annotations

import os
import select
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue

from voice_coach.mqtt.access import Access
from voice_coach.mqtt.bridge import Bridge, CoachGone, CoachLine, Event, Order, Tell, ToCoach
from voice_coach.mqtt.broker import Broker
from voice_coach.mqtt.home_assistant import Message, Topics

RETRY_SECONDS = 2.0
"""Seconds after which a coach that isn't running is looked for again."""

LONGEST_LINE = 10_000
"""Bytes of a line; a longer one doesn't come from a coach."""

_READ = 4096


class Coach:
    """The coach's end: connects, reads lines and sends requests, and never waits.

    Args:
        path: of the state socket.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._half = b""
        self._try_at = 0.0
        self.socket: socket.socket | None = None

    def look(self) -> bool:
        """Connect if it is time to; return False if that was tried in vain."""
        if self.socket is not None or time.monotonic() < self._try_at:
            return True
        self._try_at = time.monotonic() + RETRY_SECONDS
        connecting = socket.socket(socket.AF_UNIX)
        try:
            connecting.connect(str(self._path))
        except OSError:
            connecting.close()
            return False
        connecting.setblocking(False)
        self.socket, self._half = connecting, b""
        return True

    def wait_seconds(self) -> float | None:
        """Return for how long nothing is to be done; None if it is connected."""
        return None if self.socket is not None else max(0.0, self._try_at - time.monotonic())

    def read(self) -> list[Event]:
        """Return what has come."""
        if self.socket is None:
            return []
        try:
            new = self.socket.recv(_READ)
        except BlockingIOError:
            return []
        except OSError:
            new = b""
        *lines, self._half = (self._half + new).split(b"\n")
        events: list[Event] = [CoachLine(line) for line in lines]
        if not new or len(self._half) > LONGEST_LINE:
            self.close()
            events.append(CoachGone())
        return events

    def send(self, line: bytes) -> None:
        """Send a request; where that isn't possible at once, it is dropped."""
        if self.socket is not None:
            with suppress(OSError):
                self.socket.send(line)

    def close(self) -> None:
        """Hang up."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def run_bridge(access: Access, tell: Callable[[str], None]) -> None:
    """Carry the coach's state to the broker, and requests back, until interrupted.

    Args:
        access: where both are.
        tell: prints a line.

    Raises:
        BridgeFault: paho-mqtt is missing, or the settings cannot be used.
        KeyboardInterrupt: it was ended from outside.
    """
    topics = Topics(access.name)
    bridge, coach = Bridge(topics), Coach(access.socket)
    events: SimpleQueue[Event] = SimpleQueue()
    awake, wake = os.pipe()
    os.set_blocking(awake, False)
    os.set_blocking(wake, False)

    def put(event: Event) -> None:
        events.put(event)
        with suppress(BlockingIOError):  # it is full, so the loop wakes in any case
            os.write(wake, b"\0")

    broker = Broker(access, topics, bridge.farewell(), put)
    try:
        while True:
            _do(bridge.take(CoachGone()) if not coach.look() else [], broker, coach, tell)
            ends: list[int | socket.socket] = [awake]
            if coach.socket is not None:
                ends.append(coach.socket)
            ready, _, _ = select.select(ends, [], [], coach.wait_seconds())
            if awake in ready:
                with suppress(BlockingIOError):
                    os.read(awake, _READ)
            for event in coach.read() if coach.socket in ready else []:
                _do(bridge.take(event), broker, coach, tell)
            while not events.empty():
                _do(bridge.take(events.get()), broker, coach, tell)
    finally:
        broker.close(bridge.farewell())
        coach.close()


def _do(orders: list[Order], broker: Broker, coach: Coach, tell: Callable[[str], None]) -> None:
    for order in orders:
        match order:
            case Message():
                broker.publish(order)
            case ToCoach(line):
                coach.send(line)
            case Tell(text):
                tell(text)
