"""Moves that change how the coach speaks and paces, and what it records."""

from __future__ import annotations

from tests.coach.oracle.events import Heard, Volume
from tests.coach.oracle.loudness import VOLUME_LOUDEST, VOLUME_LOWEST, VOLUME_STEP, loudness
from tests.coach.oracle.pace import PACES
from tests.coach.oracle.sound_kept import keep
from tests.coach.oracle.state import Then
from tests.coach.oracle.turn import Turn
from voice_coach.understanding.book import MOST_BREATHS


def slower(turn: Turn, heard: Heard) -> None:
    """Breathe slower, from the next word on."""
    _pace(turn, 1, "reply.slower", "reply.slowest")


def faster(turn: Turn, heard: Heard) -> None:
    """Breathe faster, from the next word on."""
    _pace(turn, -1, "reply.faster", "reply.fastest")


def _pace(turn: Turn, change: int, moved: str, limit: str) -> None:
    pace = turn.state.pace + change
    if 0 <= pace < len(PACES):
        turn.set(pace=pace)
        turn.say(moved, Then.CONTINUE)
    else:
        turn.say(limit, Then.CONTINUE)


USUAL_BREATHS = 4
"""Breaths of a stretch, where they are changed while none is held."""


def more_breaths(turn: Turn, heard: Heard) -> None:
    """Hold each stretch for one breath more."""
    _breaths(turn, 1)


def fewer_breaths(turn: Turn, heard: Heard) -> None:
    """Hold each stretch for one breath less."""
    _breaths(turn, -1)


def _breaths(turn: Turn, change: int) -> None:
    now = min(max(1, turn.state.breaths or turn.step.breaths or USUAL_BREATHS), MOST_BREATHS)
    wished = now + change
    if wished < 1:
        turn.say("reply.fewest_breaths", Then.CONTINUE)
    elif wished > MOST_BREATHS:
        turn.say("reply.most_breaths", Then.CONTINUE)
    else:
        turn.set(breaths=wished)
        if wished == 1:
            turn.say("reply.one_breath", Then.CONTINUE)
        else:
            turn.say("reply.breaths", Then.CONTINUE, slots={"breaths": str(wished)})


def louder(turn: Turn, heard: Heard) -> None:
    """Speak louder."""
    _volume(turn, VOLUME_STEP, "reply.louder", "reply.loudest")


def quieter(turn: Turn, heard: Heard) -> None:
    """Speak more quietly."""
    _volume(turn, -VOLUME_STEP, "reply.quieter", "reply.quietest")


def _volume(turn: Turn, change: float, moved: str, limit: str) -> None:
    wished = turn.state.volume_db + change
    volume = min(max(wished, VOLUME_LOWEST), VOLUME_LOUDEST)
    turn.set(volume_db=volume)
    turn.actions.append(Volume(loudness(turn.state)))
    turn.say(moved if volume == wished else limit, Then.CONTINUE)


def record_on(turn: Turn, heard: Heard) -> None:
    """Record the sound from now on, and say so."""
    keep(turn, True)
    turn.say("reply.recording_on", Then.CONTINUE)


def record_off(turn: Turn, heard: Heard) -> None:
    """Record no longer; what was recorded is kept."""
    keep(turn, False)
    turn.say("reply.recording_off", Then.CONTINUE)
