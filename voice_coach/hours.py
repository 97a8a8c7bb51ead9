"""Quiet hours: the one place where the time of day is looked at.

The coach knows nothing of it; the ring tells it when the quiet hours begin and end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time

PATTERN = r"^(([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9])?$"
"""Of the setting: "22:00-07:00", or nothing."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From `begins` to just before `ends` by the clock on the wall, perhaps across midnight."""

    begins: time
    ends: time

    def hold(self, moment: datetime) -> bool:
        """Return whether a local moment lies inside."""
        now = moment.time()
        if self.begins <= self.ends:
            return self.begins <= now < self.ends
        return now >= self.begins or now < self.ends


def parse_hours(text: str) -> Hours | None:
    """Return the hours that a setting names, or None where it names none.

    Two equal times are no hours at all.

    Raises:
        ValueError: the text is not of the PATTERN.
    """
    if re.fullmatch(PATTERN, text) is None:
        raise ValueError(f"{text!r} is not like 22:00-07:00")
    begins, _, ends = text.partition("-")
    return Hours(time.fromisoformat(begins), time.fromisoformat(ends)) if text else None


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def quiet_now(text: str, clock: Callable[[], datetime] = utc_now) -> Callable[[], bool]:
    """Return what tells whether quiet hours hold at the moment.

    Args:
        text: the setting.
        clock: tells the moment, with its time zone.
    """
    hours = parse_hours(text)
    if hours is None:
        return lambda: False
    # astimezone() asks the machine's zone for that very moment, summer time and all.
    return lambda: hours.hold(clock().astimezone())
