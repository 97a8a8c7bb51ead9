"""Moves to pause, to sleep, to wake and to leave."""

from __future__ import annotations

from tests.coach.oracle import flow, resting, resuming, taking_up
from tests.coach.oracle.events import Heard
from tests.coach.oracle.sound_kept import announce
from tests.coach.oracle.state import Position, Then
from tests.coach.oracle.turn import Turn
from voice_coach.understanding.book import Situation


def pause(turn: Turn, heard: Heard) -> None:
    """Hold everything; heat and ice go on, and that is said."""
    turn.lay(Situation.PAUSED)
    turn.say("reply.paused", Then.NOTHING)
    if turn.state.round is not None:
        turn.say("reply.timer_runs", Then.NOTHING)


def resume(turn: Turn, heard: Heard) -> None:
    """Return to the sentence at which the pause began."""
    turn.lift_off(Situation.PAUSED)
    turn.say("reply.resumed", Then.RETURN)


def sleep(turn: Turn, heard: Heard) -> None:
    """Sleep until woken; never while heat or ice is on."""
    if turn.state.round is not None:
        turn.say("reply.not_asleep", Then.CONTINUE)
    else:
        resting.fall_asleep(turn)


def wake(turn: Turn, heard: Heard) -> None:
    """Wake up, and begin the step again in which the sleep began; a pause below is over too.

    Where the sleep lies over nothing, a session begins.
    """
    if not turn.state.below:
        taking_up.begin_session(turn)
        return
    turn.lift_off(Situation.SLEEPING, Situation.PAUSED)
    position = turn.state.position
    if position is not None and turn.state.situation is not Situation.EASING:
        turn.go(Position(position.routine, position.step))
    announce(turn)
    turn.say("reply.awake", Then.RETURN)


def again(turn: Turn, heard: Heard) -> None:
    """Say the choices, the alarm, the call for help or the question again."""
    resuming.return_(turn)


def quit_(turn: Turn, heard: Heard) -> None:
    """End the session."""
    flow.quit_now(turn)
