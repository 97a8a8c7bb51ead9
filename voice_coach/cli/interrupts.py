"""Signals from outside, taken between two blocks of sound and nowhere else.

Raised wherever the program is, KeyboardInterrupt is lost now and then: Python ignores what is
raised while an object is freed, and a recogniser of vosk takes its time over that.

docs/use/faults.md says what each signal does.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from voice_coach.cli.ending import ENDING, end


def _there(*names: str) -> tuple[signal.Signals, ...]:
    return tuple(getattr(signal, name) for name in names if hasattr(signal, name))


SIGNALS = _there("SIGINT", "SIGTERM", "SIGQUIT")
"""These end a session."""

UNHEEDED = _there("SIGHUP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGUSR1", "SIGUSR2")
"""These would end or stop the program, and none of them says that a pad is off: a terminal that
was closed, Ctrl-Z, a key pressed in the wrong window."""


class Ended(Exception):
    """The program was ended from outside.

    Click writes to standard error when it meets a KeyboardInterrupt, and fails where that is gone.
    """


def raise_at_once() -> Interrupt:
    """Let them raise KeyboardInterrupt wherever the program is; return whether one has come.

    One that Python would only report, since it comes while an object is freed, ends the program.
    """
    interrupt = Interrupt()

    def take(number: int, frame: FrameType | None) -> NoReturn:
        interrupt.came = True
        raise KeyboardInterrupt

    for number in ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, take)

    def report(lost: sys.UnraisableHookArgs) -> None:
        if issubclass(lost.exc_type, KeyboardInterrupt):
            end(signal.SIGINT, None)
        sys.__unraisablehook__(lost)

    sys.unraisablehook = report
    return interrupt


class Interrupt:
    """Whether one of the signals has come; calling it raises KeyboardInterrupt then."""

    def __init__(self) -> None:
        self.came = False

    def __call__(self) -> None:
        """Raise KeyboardInterrupt if a signal has come."""
        if self.came:
            raise KeyboardInterrupt

    def keep(self, number: int, frame: FrameType | None) -> None:
        """Take a signal; the second takes effect at once, should the program hang."""
        self()
        self.came = True


@contextmanager
def interrupts_kept() -> Iterator[Interrupt]:
    """Give what tells whether one of the signals that end a session has come.

    Outside the main thread, where Python knows no signals, everything stays as it is.
    """
    interrupt = Interrupt()
    if threading.current_thread() is not threading.main_thread():
        yield interrupt
        return
    before = [(number, signal.signal(number, interrupt.keep)) for number in SIGNALS]
    try:
        yield interrupt
    finally:
        for number, handler in before:
            signal.signal(number, handler)


@contextmanager
def others_unheeded() -> Iterator[None]:
    """Go on whatever signal comes that isn't meant to end a session.

    Processes that are started meanwhile don't heed them either.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = [(number, signal.signal(number, signal.SIG_IGN)) for number in UNHEEDED]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)
