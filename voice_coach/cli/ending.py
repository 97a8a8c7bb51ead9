"""Ctrl-C and SIGTERM in the first second, while the program is still being imported.

It imports next to nothing itself: each import is time in which Python would show a traceback.
"""

from __future__ import annotations

import os
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""

STOPPED = "Stopped."

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM") if hasattr(signal, name))
"""These end the program before and after a session."""


def end(number: int, frame: FrameType | None) -> NoReturn:
    """Take a signal: end the process at once."""
    try:
        os.write(2, f"{STOPPED}\n".encode())
    finally:
        os._exit(INTERRUPTED)


def end_at_once() -> None:
    """Let these signals end the program, as long as there is nothing to tidy up.

    A KeyboardInterrupt in the middle of an import would be shown with all that imports it, and
    some libraries turn it into an error of their own.
    """
    for number in ENDING:
        # Whoever starts a program in the background may have it ignore Ctrl-C.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)
