"""When something happened, and how long ago: what is certain, and what is only likely.

The sample clock restarts with each session, so two other clocks count between sessions. The seconds
since boot are certain, but only within one boot. The time of day continues across boots, but it may
be set, and a small machine without a battery clock wakes with the time at which it was switched
off.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from voice_coach.uptime import SINCE_BOOT, uptime

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
CLOCKS = Path("/sys/class/rtc")


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment, by both clocks.

    Attributes:
        utc: the time of day, in seconds since 1970.
        boot: identifies the boot; "" where it is not known.
        up: seconds since boot, including time suspended.
        steady: whether the machine has a clock that runs while it is off.
    """

    utc: float
    boot: str
    up: float
    steady: bool = False


@dataclass(frozen=True, slots=True)
class Elapsed:
    """How long ago a moment is, in seconds.

    Attributes:
        likely: the best estimate; None where the clocks contradict each other.
        certain: the same if it is certain, else None.
        at_least: a lower bound.
    """

    likely: float | None
    certain: float | None
    at_least: float


Clock = Callable[[], Moment]


def now() -> Moment:
    """Return the present moment."""
    boot = ""
    if SINCE_BOOT:
        with suppress(OSError):
            boot = BOOT_ID.read_text(encoding="ascii").strip()
    return Moment(time.time(), boot, uptime(), any(CLOCKS.glob("rtc*")))


def later(moment: Moment, seconds: float) -> Moment:
    """Return the moment so many seconds later, within the same boot."""
    return replace(moment, utc=moment.utc + seconds, up=moment.up + seconds)


def elapsed(then: Moment, present: Moment) -> Elapsed:
    """Return how long ago `then` is."""
    if then.boot and then.boot == present.boot:
        up = present.up - then.up
        # Back in time within one boot: a virtual machine that was set back.
        return Elapsed(up, up, up) if up >= 0 else Elapsed(None, None, 0.0)
    by_day = present.utc - then.utc
    # A moment of another boot was before this one.
    at_least = present.up if then.boot and present.boot else 0.0
    if by_day < 0:
        return Elapsed(None, None, at_least)
    if present.steady:
        at_least = max(at_least, by_day)
    return Elapsed(max(by_day, at_least), None, at_least)
