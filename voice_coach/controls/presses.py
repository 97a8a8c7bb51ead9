"""From a button that goes down and up to the intent of that gesture."""

from __future__ import annotations

from enum import Enum

from voice_coach.understanding.book import Situation

HOLD_SECONDS = 1.0
"""Seconds after which a held button means stop: at once, before it is released."""

BOUNCE_SECONDS = 0.03
"""Seconds for which a contact may chatter when it opens or closes."""


class Gesture(Enum):
    """What was done to the button."""

    PRESS = "press"
    HOLD = "hold"


_PRESSED_MEANS = {
    Situation.PAUSED: "resume",
    Situation.SLEEPING: "wake",
    Situation.AWAKE: "yes",
}


def intent_of(gesture: Gesture, situation: Situation) -> str:
    """Return the intent of a gesture, as if its word had been said.

    A press pauses, resumes after a pause, wakes the coach when it sleeps, and answers "are you
    awake?". A hold always means stop.
    """
    if gesture is Gesture.HOLD:
        return "stop"
    return _PRESSED_MEANS.get(situation, "pause")


class Presses:
    """Distinguishes a press from a hold.

    The button counts as down or up once its contact has not changed for BOUNCE_SECONDS. A button
    that is down from the start, perhaps stuck, means nothing until it has been released.

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

    def pass_time(self, now: int) -> Gesture | None:
        """Return the gesture that is complete at frame `now`, if any."""
        if now - self._changed >= self._bounce:
            if self._contact and self._down_at is None:
                self._down_at, self._held = self._changed, False
            elif not self._contact and self._down_at is not None:
                self._down_at = None
                return None if self._held else Gesture.PRESS
        if self._down_at is None or self._held or now - self._down_at < self._hold:
            return None
        self._held = True
        return Gesture.HOLD
