"""Ctrl-C and SIGTERM that take effect between two blocks of sound, and nowhere else.

Raised wherever the program is, KeyboardInterrupt is lost now and then: Python ignores what is
raised while an object is freed, and a recogniser of vosk takes its time over that.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interrupts_kept() -> Iterator[Callable[[], None]]:
    """Give a function that raises KeyboardInterrupt once one of the signals has come.

    A second signal takes effect at once, should the program hang. Outside the main thread, where
    Python knows no signals, everything stays as it is.
    """
    came = False

    def keep(number: int, frame: object) -> None:
        nonlocal came
        if came:
            raise KeyboardInterrupt
        came = True

    def check() -> None:
        if came:
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield check
        return
    before = [(number, signal.signal(number, keep)) for number in SIGNALS]
    try:
        yield check
    finally:
        for number, handler in before:
            signal.signal(number, handler)
