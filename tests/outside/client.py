"""A program that is connected to the state socket."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

PATIENCE = 30.0
"""Seconds to wait for what has to come."""


class Client:
    """A program that reads lines."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(str(path))
        self._lines = self.socket.makefile("rb")

    def line(self) -> dict[str, Any]:
        """The next line; {} at the end."""
        with suppress(ConnectionResetError):
            said = self._lines.readline()
            return json.loads(said) if said else {}
        return {}

    def send(self, data: bytes) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(data)

    def close(self) -> None:
        self._lines.close()
        self.socket.close()
