"""How loud the coach speaks: as was asked for, and softer in quiet hours, but for safety."""

from __future__ import annotations

from typing import Protocol

from voice_coach.coach.activity import Activity
from voice_coach.coach.state import Answers, Preferences, Skin, Surroundings

VOLUME_STEP = 3.0
VOLUME_LOWEST = -18.0
VOLUME_LOUDEST = 0.0
"""dB. Clips peak at -3 dBFS at most when the volume is 0, so that no loudspeaker is overdriven."""

QUIETER_DB = 9.0
"""How much softer the coach is in quiet hours, though never softer than VOLUME_LOWEST."""

_ALWAYS_LOUD = frozenset(
    {"reply.pad_unknown", "reply.heat_still", "reply.ice_still", "confirm.emergency"}
)


class Coach(Protocol):
    """The parts of the state, or of a transition, that decide how loud to be."""

    @property
    def answers(self) -> Answers:
        """What the person has told."""

    @property
    def skin(self) -> Skin:
        """Heat and ice."""

    @property
    def preferences(self) -> Preferences:
        """The volume that was asked for."""

    @property
    def surroundings(self) -> Surroundings:
        """Whether these are quiet hours."""

    @property
    def top(self) -> Activity:
        """What goes on now."""


def loudness(coach: Coach) -> float:
    """Return the gain in dB at which the coach speaks now."""
    wanted = coach.preferences.volume_db
    return max(VOLUME_LOWEST, wanted - QUIETER_DB) if coach.surroundings.quiet else wanted


def raised(coach: Coach, key: str) -> float:
    """Return the gain in dB that makes up for the quiet hours where a text concerns safety.

    That is heat or ice to be taken off, and all that is said in an emergency: somebody who is
    asleep must hear it.
    """
    urgent = (
        "emergency" in coach.answers.flags or coach.top.urgent(coach.skin.on) or key in _ALWAYS_LOUD
    )
    return coach.preferences.volume_db - loudness(coach) if urgent else 0.0
