"""What the light shows, and its brightness over time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from voice_coach.coach.pace import Breath
from voice_coach.coach.state import State
from voice_coach.understanding.book import Situation


class Light(Enum):
    """What the light says; the patterns differ without colour."""

    LISTENING = "listening"
    """Steady."""

    SPEAKING = "speaking"
    """A slow pulse that never goes fully dark."""

    BREATHING = "breathing"
    """It grows with the in-breath, and fades with the out-breath."""

    NOT_HEARING = "not hearing"
    """Blinking: on and off for half a second each."""

    OFF = "off"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the panel shows of the coach.

    Attributes:
        light: what the light shows.
        breath: the breath that is being paced.
        dim: these are quiet hours.
    """

    light: Light = Light.OFF
    breath: Breath | None = None
    dim: bool = False


PULSE_SECONDS = 2.0
BLINK_SECONDS = 1.0
"""Seconds per blink: well below three flashes a second, which can cause seizures."""

DIMMEST = 0.15

QUIET_SHARE = 0.2
"""Of its brightness in quiet hours: to be seen in a dark room, and not to wake anybody."""


def shown(state: State, *, speaking: bool, hearing: bool) -> Shown:
    """Return what to show.

    Args:
        state: of the coach.
        speaking: whether it is speaking.
        hearing: False while the microphone is lost or gives only zeros. It takes precedence: a
            blinking light tells the user not to keep talking.
    """
    dim = state.surroundings.quiet
    if state.situation is Situation.OVER:
        return Shown(Light.OFF)
    if not hearing:
        return Shown(Light.NOT_HEARING, dim=dim)
    if state.breath is not None:
        return Shown(Light.BREATHING, state.breath, dim)
    return Shown(Light.SPEAKING if speaking else Light.LISTENING, dim=dim)


def brightness(what: Shown, now: int, rate: int) -> float:
    """Return the brightness of the light, 0 to 1, at a frame of the sample clock."""
    return _brightness(what, now, rate) * (QUIET_SHARE if what.dim else 1.0)


def _brightness(what: Shown, now: int, rate: int) -> float:
    seconds = now / rate
    match what.light:
        case Light.LISTENING:
            return 1.0
        case Light.SPEAKING:
            return _between((1 + math.cos(2 * math.pi * seconds / PULSE_SECONDS)) / 2)
        case Light.BREATHING:
            return _between(fullness(what.breath, now))
        case Light.NOT_HEARING:
            return 1.0 if seconds % BLINK_SECONDS < BLINK_SECONDS / 2 else 0.0
        case Light.OFF:
            return 0.0


def _between(share: float) -> float:
    return DIMMEST + (1 - DIMMEST) * share


def fullness(breath: Breath | None, now: int) -> float:
    """Return how full the lungs are meant to be at a frame, 0 to 1.

    The next breath is known half a second before it begins: until then they are empty.
    """
    if breath is None or not breath.inhale <= now < breath.end:
        return 0.0
    if now < breath.exhale:
        return (now - breath.inhale) / (breath.exhale - breath.inhale)
    return (breath.end - now) / (breath.end - breath.exhale)
