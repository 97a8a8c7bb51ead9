"""The pace of a breath: five steps inside the limits of the practice page.

The practice page allows 3 to 6 s in and 4 to 8 s out, by default 4 and 6 (six breaths a minute),
with no holding of the breath. "slower" and "faster" move one step; the ends are the limits.
"""

from __future__ import annotations

from dataclasses import dataclass

PACES: tuple[tuple[float, float], ...] = (
    (3.0, 4.0),
    (3.5, 5.0),
    (4.0, 6.0),
    (5.0, 7.0),
    (6.0, 8.0),
)
"""(seconds in, seconds out), fastest first."""

DEFAULT_PACE = 2

COUNT_BEFORE_END = 1.4
"""Seconds before the end of the out-breath at which its number is spoken: late enough to close
the breath, early enough to be over before the next "in"."""


@dataclass(frozen=True, slots=True)
class Breath:
    """Frames of one breath: the starts of in, out and the count, and the end of it all."""

    inhale: int
    exhale: int
    count: int
    end: int


def breath_at(start: int, pace: int, rate: int) -> Breath:
    """Place one breath on the sample clock.

    Args:
        start: frame at which the in-breath begins.
        pace: index into PACES.
        rate: frames per second.
    """
    seconds_in, seconds_out = PACES[pace]
    exhale = start + round(seconds_in * rate)
    end = exhale + round(seconds_out * rate)
    return Breath(start, exhale, end - round(COUNT_BEFORE_END * rate), end)
