"""The hard safety limits. Nothing else in the program decides how long heat or ice may last.

The figures are those of docs/practice.md: heat at most 15 minutes, ice at most 20, 10 with diabetes
or nerve damage, and a second application only after a rest. That page does not say how long the
rest is; 20 minutes are our own choice, on the careful side. Settings and routine files may ask for
less, never for more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["heat", "ice"]

MINUTE = 60

CAP_SECONDS: dict[Kind, int] = {"heat": 15 * MINUTE, "ice": 20 * MINUTE}
SHORT_SECONDS = 10 * MINUTE
REST_SECONDS = 20 * MINUTE

SLIP_SECONDS = 30
"""A round stopped this soon may have been stopped by accident, and may go on without a rest."""

BACK_SECONDS = 120
"""Seconds after which it may not, and counts as a new one. docs/practice.md gives no figure; this
one is our own choice."""


@dataclass(frozen=True, slots=True)
class Application:
    """One application of heat or ice to the skin; `started` and `ends` are frames."""

    kind: Kind
    started: int
    ends: int


def begin_application(
    kind: Kind, wished_seconds: float, *, short: bool, last_end: int | None, now: int, rate: int
) -> Application | None:
    """Return the application that may begin now, or None while the skin still has to rest.

    Args:
        kind: heat or ice.
        wished_seconds: how long the settings ask for; cut to the cap, and to at least 1 s.
        short: diabetes or nerve damage was named.
        last_end: frame at which the last one of this kind was taken off, if there was one.
        now: present frame.
        rate: frames per second.
    """
    if rest_left(last_end, now, rate) > 0:
        return None
    cap = min(CAP_SECONDS[kind], SHORT_SECONDS) if short else CAP_SECONDS[kind]
    # max before min: a wish that is not a number compares false and falls to the cap.
    seconds = min(max(wished_seconds, 1.0), cap) if wished_seconds == wished_seconds else cap
    return Application(kind, now, now + round(seconds * rate))


def shortened(on: Application, rate: int) -> Application:
    """Return an application cut to what is allowed with diabetes or nerve damage."""
    return replace(on, ends=min(on.ends, on.started + SHORT_SECONDS * rate))


def rest_left(last_end: int | None, now: int, rate: int) -> int:
    """Return how many frames the skin has still to rest before the next application."""
    if last_end is None:
        return 0
    return max(0, last_end + REST_SECONDS * rate - now)


def continued(on: Application, off: int, now: int, rate: int) -> Application | None:
    """Return an application that goes on after a stop by accident; None where it may not.

    Its length stays what it was: only the time for which it was off is not counted.

    Args:
        on: as it was.
        off: frame at which it was taken off.
        now: present frame.
        rate: frames per second.
    """
    away = now - off
    if not 0 <= away <= BACK_SECONDS * rate or off >= on.ends:
        return None
    return replace(on, started=on.started + away, ends=on.ends + away)


def application_left(
    kind: Kind, seconds: float, on: float | None, now: int, rate: int
) -> Application:
    """Return an application that goes on after an interruption; it may be over already.

    Args:
        kind: heat or ice.
        seconds: how long it was to last; cut to the cap.
        on: how long it has been on by now. Unless that is certain and makes sense, it has been
            on for all of its time.
        now: present frame.
        rate: frames per second.
    """
    # Each comparison is false for what is not a number, which then leaves no time.
    length = min(seconds, CAP_SECONDS[kind]) if seconds > 0 else 0.0
    left = length - on if on is not None and 0 <= on <= length else 0.0
    return Application(kind, now - round((length - left) * rate), now + round(left * rate))


def rest_from(seconds: float, now: int, rate: int) -> int:
    """Return the frame at which a rest began that has lasted some seconds, for `rest_left`."""
    return now - round(min(seconds, REST_SECONDS) * rate) if seconds > 0 else now
