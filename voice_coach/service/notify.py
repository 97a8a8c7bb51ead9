"""Signs of life for the service manager, paced by the sample clock.

The protocol is systemd's: datagrams of NAME=VALUE lines to the UNIX socket that NOTIFY_SOCKET
names. Nothing else is sent anywhere, and no other kind of socket is opened.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

PERIOD = 1.0
"""Least seconds of the sample clock between signs of life."""

STATUS_LENGTH = 200
"""Most characters of a status line."""


@dataclass(frozen=True, slots=True)
class Supervisor:
    """The service manager that supervises us.

    Attributes:
        address: path of its socket; an abstract one starts with a zero byte.
        watchdog: seconds without a sign of life after which it kills us; 0 for never.
    """

    address: str
    watchdog: float = 0.0


def supervisor(environment: Mapping[str, str] | None = None) -> Supervisor | None:
    """Return the service manager that expects signs of life, or None if there is none.

    Args:
        environment: has NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID; None for the process's own.
    """
    env = os.environ if environment is None else environment
    named = env.get("NOTIFY_SOCKET", "")
    if not named.startswith(("/", "@")):
        return None  # none, or a virtual machine's host, which would be a network socket
    address = "\0" + named[1:] if named.startswith("@") else named
    # Child processes inherit the variables: the watchdog may be meant for another process.
    for_us = env.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    microseconds = env.get("WATCHDOG_USEC", "")
    watchdog = int(microseconds) / 1e6 if for_us and microseconds.isdecimal() else 0.0
    return Supervisor(address, watchdog)


def supervised() -> bool:
    """Return whether a service manager started us, so nobody is there to watch a rehearsal."""
    return supervisor() is not None


class Heartbeat:
    """Reports the health of the session to the service manager; without one, does nothing.

    No method blocks or raises: a service manager that does not listen ends no session.

    Args:
        rate: frames per second of the clock.
        manager: the service manager, or None.
    """

    def __init__(self, rate: int, manager: Supervisor | None) -> None:
        self._manager = manager
        # Half of what is allowed, so that one late block does not kill us.
        self._period = round(rate * max(PERIOD, manager.watchdog / 2 if manager else 0.0))
        self._due: int | None = None
        self._status = ""
        self._over = False
        self._socket: socket.socket | None = None
        if manager is not None:
            with suppress(OSError):
                self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                self._socket.setblocking(False)

    def beat(self, now: int) -> None:
        """Report that the session has reached frame `now`; to be called with each block.

        The first call reports that we are ready.
        """
        if self._due is None:
            self._status = "Listening."
            self._send("READY=1", f"STATUS={self._status}")
        elif now < self._due:
            return
        elif self._manager is not None and self._manager.watchdog:
            self._send("WATCHDOG=1")
        self._due = now + self._period

    def status(self, line: str) -> None:
        """Report in one line what we are doing, if that has changed."""
        line = " ".join(line.split())[:STATUS_LENGTH]
        if line != self._status:
            self._status = line
            self._send(f"STATUS={line}")

    def close(self) -> None:
        """Report that we are about to end; may be called again."""
        if not self._over:
            self._over = True
            self._send("STOPPING=1", "STATUS=Stopping.")
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, *lines: str) -> None:
        if self._socket is None or self._manager is None:
            return
        with suppress(OSError):
            self._socket.sendto("\n".join(lines).encode(), self._manager.address)
