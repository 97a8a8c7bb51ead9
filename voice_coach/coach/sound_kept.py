"""Sound is kept only while somebody asked for it, and whoever is recorded is told so."""

from __future__ import annotations

from voice_coach.coach.events import Record
from voice_coach.coach.state import Then
from voice_coach.coach.turn import Turn


def keep(turn: Turn, on: bool) -> None:
    """Begin or end the recording, where that changes anything."""
    if on != turn.state.recording:
        turn.set(recording=on)
        turn.actions.append(Record(on))


def announce(turn: Turn) -> None:
    """Where the settings want sessions to be recorded: begin, and say so before all else."""
    if turn.state.options.record:
        keep(turn, True)
        turn.say("reply.recording", Then.NOTHING)
