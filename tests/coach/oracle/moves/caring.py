"""Moves for when something is wrong: it hurts, an emergency, stop."""

from __future__ import annotations

from tests.coach.oracle import asking, flow, rounds, safety
from tests.coach.oracle.events import Heard
from tests.coach.oracle.moves.going import insist
from tests.coach.oracle.state import BeatKind, Position, Then
from tests.coach.oracle.turn import Turn
from voice_coach.understanding.book import Situation

EASED = frozenset(
    {
        Situation.STRETCHING,
        Situation.BREATHING,
        Situation.IMAGERY,
        Situation.MEDICINES,
        Situation.PREVENTION,
    }
)
"""What "it hurts" stops until the person says how to go on."""

_WAITING = frozenset({Situation.CHECKING, Situation.PAIN, Situation.MENU, Situation.TAKING_UP})
"""Here nothing goes on that "stop" could stop: the coach waits, quietly from then on."""


def hurts(turn: Turn, heard: Heard) -> None:
    """It hurts: the movement has stopped; offer to ease off, rest, breathe or get help.

    The questions and what gets a pad ready are gone on with: nobody skips those.
    """
    turn.lift_off(Situation.PAUSED, Situation.CONFIRMING, Situation.SLEEPING)
    if turn.state.situation in EASED:
        turn.lay(Situation.EASING)
        turn.set(breaths_done=0)
    if turn.state.round is not None:
        rounds.end_round(turn)
    elif turn.state.situation is Situation.EASING:
        asking.offer_ease(turn)
    elif turn.state.situation is Situation.EMERGENCY:
        safety.say_emergency_again(turn)
    else:
        turn.say("reply.hurts_rest", Then.CONTINUE)


def ease(turn: Turn, heard: Heard) -> None:
    """Ease off: the same step again, but less of it."""
    turn.lift_off(Situation.EASING)
    position = turn.state.position
    assert position is not None
    turn.go(Position(position.routine, position.step))
    exercise = turn.state.situation in flow.EXERCISES
    turn.say("reply.easier" if exercise else "reply.resumed", Then.CONTINUE)


def skip_eased(turn: Turn, heard: Heard) -> None:
    """Leave out the step that hurt."""
    turn.lift_off(Situation.EASING)
    beat = turn.beat
    if beat is not None and beat.kind is BeatKind.ASK:
        insist(turn)
    else:
        flow.next_step(turn)


def emergency(turn: Turn, heard: Heard) -> None:
    """Stop everything and say whom to call; then a pad that is on has to come off."""
    turn.lay(Situation.EMERGENCY)
    safety.begin_emergency(turn)


def called(turn: Turn, heard: Heard) -> None:
    """Help has been called: keep company, without repeating."""
    turn.set(flags=turn.state.flags | {"called"})
    turn.say("reply.red_called", Then.NOTHING)


def stop(turn: Turn, heard: Heard) -> None:
    """Stop what is going on."""
    turn.lift_off(Situation.PAUSED)
    situation = turn.state.situation
    over_pad = rounds.ROUNDS | {Situation.TAKING_UP}
    if turn.state.round is not None and situation in over_pad:
        rounds.end_round(turn)
    elif situation in _WAITING:
        quiet(turn, heard)
    else:
        turn.say("reply.stopped", Then.NOTHING)
        flow.home(turn)


def quiet(turn: Turn, heard: Heard) -> None:
    """Be quiet, but go on listening."""
    turn.set(awaiting=turn.state.situation is not Situation.EMERGENCY)
    turn.say("reply.quiet", Then.NOTHING)
