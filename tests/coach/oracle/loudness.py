"""How loud the coach speaks: as was asked for, and softer in quiet hours, but for safety."""

from __future__ import annotations

from tests.coach.oracle.state import State
from voice_coach.understanding.book import Situation

VOLUME_STEP = 3.0
VOLUME_LOWEST = -18.0
VOLUME_LOUDEST = 0.0
"""dB. Cues peak at -3 dBFS at most when the volume is 0, so that no loudspeaker is overdriven."""

QUIETER_DB = 9.0
"""By so much the coach is softer in quiet hours, but never softer than VOLUME_LOWEST."""

_ALWAYS_LOUD = frozenset(
    {"reply.pad_unknown", "reply.heat_still", "reply.ice_still", "confirm.emergency"}
)


def loudness(state: State) -> float:
    """Return the gain in dB at which the coach speaks now."""
    if not state.quiet:
        return state.volume_db
    return max(VOLUME_LOWEST, state.volume_db - QUIETER_DB)


def raised(state: State, key: str) -> float:
    """Return the gain in dB that makes up for the quiet hours where a text concerns safety.

    That is a pad to be taken off and all that is said in an emergency: who sleeps must hear it.
    """
    urgent = (
        "emergency" in state.flags
        or state.situation in (Situation.EMERGENCY, Situation.ENDING)
        or (state.situation is Situation.TAKING_UP and state.round is not None)
        or key in _ALWAYS_LOUD
    )
    return state.volume_db - loudness(state) if urgent else 0.0
