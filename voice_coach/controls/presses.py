"""From a button that goes down and up to what was done to it: one press, two, three, or a hold.

Every way to press ends here: the contact at a pin (`Contact`), the keys of a terminal, the hook key
of a speakerphone. Each gives touches, and `Counter` counts the presses that belong together. All
times are frames of the sample clock. What a gesture means is decided in coach/button.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from voice_coach.coach.events import Gesture, Pressed

HOLD_SECONDS = 1.0
"""Seconds after which a held button means stop: at once, before it is released."""

BOUNCE_SECONDS = 0.03
"""Seconds for which a contact may chatter when it opens or closes."""

TOGETHER_SECONDS = 0.8
"""Presses belong together if each begins within so long of the release of the one before. Twice
what desktops allow for a double click: two presses must not be taken for two times one. It is also
how long a press waits before it is acted on."""


class Touch(Enum):
    """One thing that happened to a button."""

    DOWN = "down"
    UP = "up"
    HELD = "held"
    UNCLEAR = "unclear"
    """A press, or the device's own doing: nothing may be answered by it."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A touch, and its frame."""

    touch: Touch
    at: int


def press(now: int) -> tuple[Touched, Touched]:
    """Return a press of which it isn't known how long it took."""
    return Touched(Touch.DOWN, now), Touched(Touch.UP, now)


class Counter:
    """Counts presses that belong together.

    Args:
        rate: frames per second of the clock.
    """

    def __init__(self, rate: int) -> None:
        self._together = round(TOGETHER_SECONDS * rate)
        self._count = 0
        self._since = 0
        self._last = 0
        self._down = False
        self._held = False

    def touch(self, touched: Touched) -> None:
        """Take a touch; they come in the order of their frames."""
        match touched.touch:
            case Touch.DOWN | Touch.UNCLEAR:
                if self._count == 0:
                    self._since = touched.at
                self._count += 1 if touched.touch is Touch.DOWN else len(_COUNTED)
                self._down = touched.touch is Touch.DOWN
            case Touch.UP:
                self._down = False
            case Touch.HELD:
                self._held, self._count = True, 0
        self._last = touched.at

    def pass_time(self, now: int) -> Pressed | None:
        """Return what was done to the button, if that is known at frame `now`."""
        if self._held:
            self._held = False
            return Pressed(now, Gesture.HOLD, now)
        if self._count == 0 or self._down or now - self._last < self._together:
            return None
        gesture = _COUNTED[min(self._count, len(_COUNTED)) - 1]
        self._count = 0
        return Pressed(now, gesture, self._since)


_COUNTED = (Gesture.ONCE, Gesture.TWICE, Gesture.THRICE)


class Contact:
    """Makes touches of a contact that chatters.

    It counts as down or up once it has not changed for BOUNCE_SECONDS. One that is down from the
    start, perhaps stuck, means nothing until it has been released.

    Args:
        rate: frames per second of the clock.
    """

    def __init__(self, rate: int) -> None:
        self._hold = round(HOLD_SECONDS * rate)
        self._bounce = round(BOUNCE_SECONDS * rate)
        self._contact, self._changed = False, 0
        self._down_at: int | None = None
        self._held = False

    def edge(self, down: bool, now: int) -> None:
        """Take a change of the contact, seen at frame `now`."""
        self._contact, self._changed = down, now

    def pass_time(self, now: int) -> Touched | None:
        """Return what has happened by frame `now`, if anything."""
        if now - self._changed >= self._bounce:
            if self._contact and self._down_at is None:
                self._down_at, self._held = self._changed, False
                return Touched(Touch.DOWN, self._changed)
            if not self._contact and self._down_at is not None:
                self._down_at = None
                return Touched(Touch.UP, self._changed)
        if self._down_at is None or self._held or now - self._down_at < self._hold:
            return None
        self._held = True
        return Touched(Touch.HELD, now)
