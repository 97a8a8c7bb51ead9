"""The thread that serves the state socket: lines out, requests in.

It owns all connections and waits for nobody. What it is sent is bounded, and so is the time it
takes from the loop: rounds are at least ROUND_SECONDS apart, and each reads little.
"""

from __future__ import annotations

import os
import selectors
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Full, Queue

import msgspec

from voice_coach.coach import Request
from voice_coach.outside.address import Listening
from voice_coach.outside.requests import LONGEST_REQUEST, request_in

MOST_CLIENTS = 8
"""Programs that may be connected at once; a further one is turned away."""

MOST_AT_ONCE = 8
"""Lines that a program may send between two rounds."""

ROUND_SECONDS = 0.02
"""Seconds between two rounds, whatever programs send: they take little of the machine."""

_READ = 1024

_NO_SIGNAL = getattr(socket, "MSG_NOSIGNAL", 0)


@dataclass
class _Client:
    """A connected program, and what it has sent of its next line."""

    socket: socket.socket
    half: bytes = b""


class Server:
    """See the module's docstring; all but `work` is private to its thread.

    Args:
        listening: the socket; closed at the end of `work`.
        lines: state lines to send; None ends the work.
        awake: a pipe that can be read once there is one.
        requests: gets what programs ask for; what does not fit is dropped.
        complain: called with one line if the work fails.
    """

    def __init__(
        self,
        listening: Listening,
        lines: Queue[bytes | None],
        awake: int,
        requests: Queue[Request],
        complain: Callable[[str], None],
    ) -> None:
        self._listening = listening
        self._lines = lines
        self._awake = awake
        self._requests = requests
        self._complain = complain
        self._clients: dict[int, _Client] = {}
        self._present: bytes | None = None
        # It needs no open file of its own, of which there may be too many.
        self._selector = selectors.PollSelector()

    def work(self) -> None:
        """Serve until a None comes."""
        try:
            self._selector.register(self._listening.socket, selectors.EVENT_READ)
            self._selector.register(self._awake, selectors.EVENT_READ)
            while self._round():
                time.sleep(ROUND_SECONDS)
        except Exception as error:  # the session goes on without it
            self._complain(
                f"The state socket failed ({type(error).__name__}); the session goes on without it."
            )
        finally:
            for client in list(self._clients.values()):
                client.socket.close()
            self._listening.close()
            self._selector.close()

    def _round(self) -> bool:
        """Do what there is to do; return whether to go on."""
        for key, _ in self._selector.select():
            if key.fileobj is self._listening.socket:
                self._accept()
            elif key.fileobj == self._awake:
                with suppress(BlockingIOError):
                    os.read(self._awake, _READ)
                if not self._publish():
                    return False
            elif (client := self._clients.get(key.fd)) is not None:
                self._read(client)
        return True

    def _accept(self) -> None:
        try:
            connection, _ = self._listening.socket.accept()
        except OSError:  # it is gone already, or there are too many open files
            return
        connection.setblocking(False)
        client = _Client(connection)
        if len(self._clients) >= MOST_CLIENTS:
            self._refuse(client, f"{MOST_CLIENTS} programs are connected already")
            return
        self._clients[connection.fileno()] = client
        self._selector.register(connection, selectors.EVENT_READ)
        if self._present is not None:
            self._send(client, self._present)

    def _publish(self) -> bool:
        """Send what has changed; return whether to go on."""
        with suppress(Empty):
            while True:
                line = self._lines.get_nowait()
                if line is None:
                    return False
                self._present = line
                for client in list(self._clients.values()):
                    self._send(client, line)
        return True

    def _read(self, client: _Client) -> None:
        try:
            new = client.socket.recv(_READ)
        except BlockingIOError:
            return
        except OSError:
            new = b""
        if not new:
            self._drop(client)
            return
        *lines, client.half = (client.half + new).split(b"\n")
        if len(lines) > MOST_AT_ONCE:
            self._refuse(client, "that was too much at once")
            return
        try:
            for line in lines:
                request = request_in(line)
                with suppress(Full):
                    self._requests.put_nowait(request)
            if len(client.half) > LONGEST_REQUEST:
                request_in(client.half)
        except ValueError as error:
            self._refuse(client, str(error))

    def _send(self, client: _Client, line: bytes) -> None:
        """Send a line; who has not read those before it is dropped."""
        try:
            sent = client.socket.send(line, _NO_SIGNAL)
        except OSError:
            sent = 0
        if sent < len(line):
            self._drop(client)

    def _refuse(self, client: _Client, why: str) -> None:
        """Say why, if that can be said at once, and drop the client."""
        with suppress(OSError):
            client.socket.send(msgspec.json.encode({"fault": why}) + b"\n", _NO_SIGNAL)
        self._drop(client)

    def _drop(self, client: _Client) -> None:
        if self._clients.pop(client.socket.fileno(), None) is not None:
            self._selector.unregister(client.socket)
        client.socket.close()
