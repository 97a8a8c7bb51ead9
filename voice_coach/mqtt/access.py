"""Where the broker is, and who we are to it."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from pathlib import Path

from voice_coach.faults import BridgeFault
from voice_coach.outside import socket_path
from voice_coach.settings import Settings

PORT, TLS_PORT = 1883, 8883
"""The ports that IANA has for MQTT."""

LONGEST_PASSWORD = 1000
"""Bytes; a longer file is something else."""


@dataclass(frozen=True, slots=True)
class Access:
    """All that a bridge needs.

    Attributes:
        socket: path of the coach's state socket.
        host: of the broker.
        port: of the broker.
        name: of this coach: the first part of its topics, and its id in Home Assistant.
        user: "" for none.
        password: shown to nobody.
        tls: whether to speak TLS.
        ca_file: certificates that are trusted; "" for those of the system.
    """

    socket: Path
    host: str
    port: int
    name: str
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    ca_file: str = ""


def access(settings: Settings) -> Access:
    """Return what the settings say.

    Raises:
        BridgeFault: there is no state socket, no host, or no password that can be read.
    """
    socket = socket_path(settings.state_socket)
    if socket is None:
        raise BridgeFault(
            "The coach shows its state to no other program",
            'set state_socket to "auto", for the coach and for this command',
        )
    if not settings.mqtt_host:
        raise BridgeFault("There is no broker to send to", "set mqtt_host to its name or address")
    return Access(
        socket=socket,
        host=settings.mqtt_host,
        port=settings.mqtt_port or (TLS_PORT if settings.mqtt_tls else PORT),
        name=settings.mqtt_name,
        user=settings.mqtt_user,
        password=_password(settings.mqtt_password_file),
        tls=settings.mqtt_tls,
        ca_file=settings.mqtt_ca_file,
    )


def _password(file: str) -> str:
    """Return the first line of a file that nobody else can read."""
    if not file:
        return ""
    path = Path(file)
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # to read a pipe would wait for a writer
            raise BridgeFault(f"The password file {path} is not a file", "name a regular file")
        if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise BridgeFault(
                f"Others can read the password file {path}", f"type `chmod 600 {path}`"
            )
        with path.open("rb") as opened:
            content = opened.read(LONGEST_PASSWORD)
    except OSError as error:
        raise BridgeFault(
            f"The password file {path} cannot be read: {error.strerror}", "correct its name"
        ) from error
    try:
        return content.decode().partition("\n")[0].rstrip("\r")
    except UnicodeDecodeError:
        raise BridgeFault(
            f"The password file {path} is not text in UTF-8", "save it as that"
        ) from None
