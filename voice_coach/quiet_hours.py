"""Quiet hours: the only place that looks at the time of day.

The coach itself does not; the session tells it when quiet hours begin and end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time

LOOK_SECONDS = 5.0
"""Seconds between two looks at the clock on the wall."""

PATTERN = r"^(([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9])?$"
"""Pattern of the setting: "22:00-07:00", or empty."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From `begins` to just before `ends` in local time, possibly across midnight."""

    begins: time
    ends: time

    def covers(self, moment: datetime) -> bool:
        """Return whether a local time lies inside."""
        now = moment.time()
        if self.begins <= self.ends:
            return self.begins <= now < self.ends
        return now >= self.begins or now < self.ends


def parse_hours(text: str) -> Hours | None:
    """Return the hours that a setting names, or None for an empty setting.

    Two equal times make an empty period.

    Raises:
        ValueError: the text does not match PATTERN.
    """
    if re.fullmatch(PATTERN, text) is None:
        raise ValueError(f"{text!r} is not like 22:00-07:00")
    begins, _, ends = text.partition("-")
    return Hours(time.fromisoformat(begins), time.fromisoformat(ends)) if text else None


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def quiet_now(text: str, clock: Callable[[], datetime] = utc_now) -> Callable[[], bool]:
    """Return a function that says whether it is quiet hours now.

    Args:
        text: the setting.
        clock: returns the present time with its time zone.
    """
    hours = parse_hours(text)
    if hours is None:
        return lambda: False
    # astimezone() uses the machine's zone at that very time, summer time included.
    return lambda: hours.covers(clock().astimezone())


class QuietWatch:
    """Looks at the clock on the wall now and then.

    Args:
        quiet: tells whether these are quiet hours; None where there are none.
        rate: frames per second of the session.
    """

    def __init__(self, quiet: Callable[[], bool] | None, rate: int) -> None:
        self._quiet = quiet
        self._every = round(LOOK_SECONDS * rate)
        self._look_at = 0

    @property
    def due(self) -> int | None:
        """The frame of the next look; None for never."""
        return None if self._quiet is None else self._look_at

    def changed(self, now: int, was_quiet: bool) -> bool | None:
        """Return whether quiet hours have begun (True) or ended; None where nothing changed."""
        if self._quiet is None or now < self._look_at:
            return None
        self._look_at = now + self._every
        quiet = self._quiet()
        return quiet if quiet != was_quiet else None
