"""Seconds that go on while the machine is suspended, as heat on a skin does."""

from __future__ import annotations

import sys
import time

_CLOCK = (
    getattr(time, "CLOCK_BOOTTIME", None)  # Linux
    # On macOS, and only there, this one goes on; time.monotonic() does not.
    or (getattr(time, "CLOCK_MONOTONIC", None) if sys.platform == "darwin" else None)
)

SINCE_BOOT = hasattr(time, "CLOCK_BOOTTIME")
"""Whether they count from the boot of the machine."""


def uptime() -> float:
    """Return seconds since some moment, those of suspension among them, whatever the time of day.

    On systems without such a clock, those in which the machine ran.
    """
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)
