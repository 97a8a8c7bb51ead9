"""A clock that keeps running while the machine is suspended, as heat on the skin does."""

from __future__ import annotations

import sys
import time

_CLOCK = (
    getattr(time, "CLOCK_BOOTTIME", None)  # Linux
    # On macOS, and only there, this one keeps running; time.monotonic() does not.
    or (getattr(time, "CLOCK_MONOTONIC", None) if sys.platform == "darwin" else None)
)

SINCE_BOOT = hasattr(time, "CLOCK_BOOTTIME")
"""Whether `uptime` counts from the boot of the machine."""


def uptime() -> float:
    """Return seconds since some fixed moment, suspension included, independent of the time of day.

    On systems without such a clock, suspension is not included.
    """
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)
