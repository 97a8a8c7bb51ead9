"""What the bridge does about what happens at its two ends: pure, events in and orders out."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from voice_coach.coach import Request
from voice_coach.mqtt.home_assistant import OFFLINE, ONLINE, Message, Topics, discovery
from voice_coach.outside.line import VERSION

NOT_RUNNING = "The coach is not running; waiting for it."

# --- events


@dataclass(frozen=True, slots=True)
class BrokerUp:
    """The broker has let us in."""


@dataclass(frozen=True, slots=True)
class BrokerDown:
    """The broker is gone, cannot be reached, or refuses us: `why`, for a person to read."""

    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Something came for the coach; `kept` if the broker had kept it from earlier."""

    payload: bytes
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Born:
    """Home Assistant has started."""


@dataclass(frozen=True, slots=True)
class CoachLine:
    """The coach has sent a line."""

    line: bytes


@dataclass(frozen=True, slots=True)
class CoachGone:
    """The coach is not running, or has ended."""


Event = BrokerUp | BrokerDown | Asked | Born | CoachLine | CoachGone

# --- what to do


@dataclass(frozen=True, slots=True)
class ToCoach:
    """Send this to the coach."""

    line: bytes


@dataclass(frozen=True, slots=True)
class Tell:
    """Print this for the person who runs the bridge."""

    text: str


Order = Message | ToCoach | Tell


class _Line(msgspec.Struct, frozen=True):
    """What the bridge itself has to know of a line: `fault` comes before the coach hangs up."""

    version: int | None = None
    fault: str | None = None


class Bridge:
    """See the module's docstring.

    Args:
        topics: of the coach.
    """

    def __init__(self, topics: Topics) -> None:
        self._topics = topics
        self._up = False
        self._line: bytes | None = None
        self._refused = False
        self._said: dict[str, str] = {}

    def take(self, event: Event) -> list[Order]:
        """Return what to do about an event, in order."""
        match event:
            case BrokerUp():
                self._up = True
                return [*self._tell("broker", "The broker is connected."), *self._all()]
            case BrokerDown():
                self._up = False
                return self._tell("broker", f"The broker {event.why}; trying again.")
            case Born():
                return self._all()
            case Asked():
                return self._asked(event)
            case CoachLine():
                return self._take_line(event.line)
            case CoachGone():
                # Why it has hung up has been said already.
                return self._gone(None if self._refused else NOT_RUNNING)

    def farewell(self) -> Message:
        """Return what to publish at the end."""
        return Message(self._topics.available, OFFLINE.encode(), kept=True)

    def _take_line(self, line: bytes) -> list[Order]:
        try:
            found = msgspec.json.decode(line, type=_Line)
        except ValueError:
            found = _Line()
        if found.fault is None and found.version is None:
            return self._refuse("What answers at the state socket is no coach; waiting for one.")
        if found.fault is not None:
            return self._refuse(f"The coach hangs up: {found.fault}; trying again.")
        if found.version != VERSION:
            return self._refuse(
                f"The coach has format {found.version} and this bridge {VERSION}: both have to be "
                "of the same version of voice-coach."
            )
        was, self._line = self._line, line
        self._refused = False
        told = self._tell("coach", "The coach is running.")
        if not self._up:
            return told
        return [*told, *([self._available()] if was is None else []), self._state(line)]

    def _refuse(self, why: str) -> list[Order]:
        self._refused = True
        return self._gone(why)

    def _gone(self, why: str | None) -> list[Order]:
        was, self._line = self._line, None
        told = self._tell("coach", why) if why is not None else []
        return [*told, *([self._available()] if self._up and was is not None else [])]

    def _asked(self, asked: Asked) -> list[Order]:
        """Pass on a request; one that was kept is from another time."""
        wanted = {request.value.encode() for request in Request}
        if asked.kept or asked.payload not in wanted or self._line is None:
            return []
        return [ToCoach(msgspec.json.encode({"do": asked.payload.decode()}) + b"\n")]

    def _all(self) -> list[Order]:
        if not self._up:
            return []
        state = [self._state(self._line)] if self._line is not None else []
        return [*discovery(self._topics), self._available(), *state]

    def _available(self) -> Message:
        payload = OFFLINE if self._line is None else ONLINE
        return Message(self._topics.available, payload.encode(), kept=True)

    def _state(self, line: bytes) -> Message:
        return Message(self._topics.state, line.strip())

    def _tell(self, about: str, text: str) -> list[Order]:
        """Say something once, until it changes."""
        if self._said.get(about) == text:
            return []
        self._said[about] = text
        return [Tell(text)]
