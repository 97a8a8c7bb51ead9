"""What the light shows, and its brightness over time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from voice_coach.understanding.book import Situation


class Light(Enum):
    """What the light says; the patterns differ without colour."""

    LISTENING = "listening"
    """Steady."""

    SPEAKING = "speaking"
    """A slow pulse that never goes fully dark."""

    NOT_HEARING = "not hearing"
    """Blinking: on and off for half a second each."""

    OFF = "off"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the panel needs to know about the coach.

    Attributes:
        light: what the light shows.
        situation: the coach's situation, on which the meaning of a press depends.
    """

    light: Light = Light.OFF
    situation: Situation = Situation.MENU


PULSE_SECONDS = 2.0
BLINK_SECONDS = 1.0
"""Seconds per blink: well below three flashes a second, which can cause seizures."""

DIMMEST = 0.15


def shown(situation: Situation, *, speaking: bool, hearing: bool) -> Shown:
    """Return what to show.

    Args:
        situation: of the coach.
        speaking: whether it is speaking.
        hearing: False while the microphone is lost or gives only zeros. It takes precedence: a
            blinking light tells the user not to keep talking.
    """
    if situation is Situation.OVER:
        return Shown(Light.OFF, situation)
    if not hearing:
        return Shown(Light.NOT_HEARING, situation)
    return Shown(Light.SPEAKING if speaking else Light.LISTENING, situation)


def brightness(light: Light, seconds: float) -> float:
    """Return the brightness of the light, 0 to 1, at a time of the sample clock in seconds."""
    match light:
        case Light.LISTENING:
            return 1.0
        case Light.SPEAKING:
            wave = (1 + math.cos(2 * math.pi * seconds / PULSE_SECONDS)) / 2
            return DIMMEST + (1 - DIMMEST) * wave
        case Light.NOT_HEARING:
            return 1.0 if seconds % BLINK_SECONDS < BLINK_SECONDS / 2 else 0.0
        case Light.OFF:
            return 0.0
