"""The pace of a breath: five steps inside the limits of docs/practice.md.

That page allows 3 to 6 s in and 4 to 8 s out, by default 4 and 6 (six breaths a minute),
with no holding of the breath. "slower" and "faster" move one step; the ends are the limits.
A routine may have a pace of its own, inside the same limits; the steps then count from that.
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

SECONDS_IN = (3.0, 6.0)
SECONDS_OUT = (4.0, 8.0)
"""The limits of docs/practice.md."""

Own = tuple[float, float] | None
"""(seconds in, seconds out) of a routine with a pace of its own."""

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


def seconds_of(pace: int, own: Own = None) -> tuple[float, float]:
    """Return the seconds in and out of a breath.

    Args:
        pace: index into PACES; how many steps slower or faster than usual the person wants it.
        own: the pace of a routine that has its own.
    """
    if own is None:
        return PACES[pace]
    (wished_in, wished_out), (usual_in, usual_out) = PACES[pace], PACES[DEFAULT_PACE]
    seconds_in = _within(own[0] + wished_in - usual_in, SECONDS_IN)
    return seconds_in, _within(own[1] + wished_out - usual_out, SECONDS_OUT)


def _within(seconds: float, limits: tuple[float, float]) -> float:
    return min(max(seconds, limits[0]), limits[1])


def breath_at(start: int, pace: int, rate: int, own: Own = None) -> Breath:
    """Place one breath on the sample clock.

    Args:
        start: frame at which the in-breath begins.
        pace: index into PACES.
        rate: frames per second.
        own: the pace of a routine that has its own.
    """
    seconds_in, seconds_out = seconds_of(pace, own)
    exhale = start + round(seconds_in * rate)
    end = exhale + round(seconds_out * rate)
    return Breath(start, exhale, end - round(COUNT_BEFORE_END * rate), end)
