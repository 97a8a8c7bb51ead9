"""Sound is kept only while somebody asked for it, and whoever is recorded is told so."""

from __future__ import annotations

from tests.coach.oracle.events import Record
from tests.coach.oracle.state import Then
from tests.coach.oracle.turn import Turn


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
