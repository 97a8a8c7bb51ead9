"""The breath on a terminal, for somebody who hears little: a bar that grows and shrinks with it."""

from __future__ import annotations

from collections.abc import Callable

from voice_coach.controls.light import Light, Shown, fullness

WIDTH = 24
"""Characters of a full bar."""

FAINT, PLAIN = "\x1b[2m", "\x1b[0m"
"""What makes a terminal show text dimly, and as usual again."""


class Bar:
    """Shows the breath while one is paced, and nothing else.

    Args:
        show: shows a text in place of the one before it, on a line of its own.
    """

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._shown = ""

    def show(self, what: Shown, now: int) -> None:
        """Show what there is at frame `now`; to be called often."""
        text = bar(what, now)
        if text != self._shown:
            self._shown = text
            self._show(text)

    def close(self) -> None:
        """Show nothing more."""
        self.show(Shown(Light.OFF), 0)


def bar(what: Shown, now: int) -> str:
    """Return the breath as a line of text; empty where none is paced."""
    breath = what.breath
    if breath is None or not breath.inhale <= now < breath.end:
        return ""
    full = round(WIDTH * fullness(breath, now))
    text = f"{'in ' if now < breath.exhale else 'out'} {'#' * full}{'.' * (WIDTH - full)}"
    return f"{FAINT}{text}{PLAIN}" if what.dim else text
