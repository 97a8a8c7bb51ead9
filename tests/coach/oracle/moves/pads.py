"""Moves about a pad that is on the skin, or being put there: is it off, can it be taken off?"""

from __future__ import annotations

from tests.coach.oracle import asking, flow, resuming, rounds
from tests.coach.oracle.events import Heard
from tests.coach.oracle.state import Then
from tests.coach.oracle.turn import Turn
from voice_coach.understanding.book import Situation


def ask_off(turn: Turn, heard: Heard) -> None:
    """Nothing that says it is off: ask."""
    rounds.ask_off(turn)


def said_off(turn: Turn, heard: Heard) -> None:
    """It is off, said in so many words; where that is in doubt, ask."""
    if heard.certain and heard.value != "bare":
        flow.round_off(turn)
    else:
        rounds.ask_off(turn)


def yes_off(turn: Turn, heard: Heard) -> None:
    """Yes: it is off if that was asked; to anything else it is no answer."""
    if heard.certain and turn.state.off_asked:
        flow.round_off(turn)
    else:
        rounds.ask_off(turn)


def not_off(turn: Turn, heard: Heard) -> None:
    """It is still on, or nobody knows: say what to do."""
    rounds.say_not_off(turn)


def still_on(turn: Turn, heard: Heard) -> None:
    """It is still on, as it should be: say how long it has left."""
    rounds.say_round_left(turn, Then.NOTHING if rounds.at_timer(turn) else Then.CONTINUE)


def too_hot(turn: Turn, heard: Heard) -> None:
    """It is too hot, or too cold: it comes off at once."""
    if turn.state.round is not None:
        rounds.insist(turn)
    else:
        turn.say("reply.too_hot", Then.CONTINUE)


def drowsy(turn: Turn, heard: Heard) -> None:
    """Nobody falls asleep on a pad: it comes off, or is left out."""
    if turn.state.round is None:
        turn.say("reply.drowsy_refuse", Then.NOTHING)
        flow.home(turn)
    elif turn.state.situation is Situation.ENDING:
        rounds.say_end_of_round(turn)
    else:
        turn.say("reply.drowsy", Then.NOTHING)
        rounds.alarm(turn)


def lying_on(turn: Turn, heard: Heard) -> None:
    """A pad under the body is too hot: off it, and the pad on top."""
    if turn.state.situation is Situation.ENDING:
        turn.say("reply.roll_off", Then.CONTINUE)
    elif turn.state.round is not None:
        then = Then.NOTHING if rounds.at_timer(turn) else Then.CONTINUE
        turn.say("reply.on_top", then)
    else:
        turn.say("reply.not_under", Then.CONTINUE)


def stuck(turn: Turn, heard: Heard) -> None:
    """The person cannot reach something, or cannot get up: say what can be done."""
    state = turn.state
    if state.situation is Situation.EMERGENCY:
        turn.say("reply.stuck_emergency", Then.AWAIT)
    elif state.round is not None:
        rounds.alarm_stuck(turn)
    elif state.situation in rounds.ROUNDS:
        turn.say("reply.stuck_ready", Then.CONTINUE)
    elif state.situation is Situation.STRETCHING:
        turn.lay(Situation.EASING)
        turn.set(breaths_done=0, awaiting=True)
        turn.say("reply.stuck_stretching", Then.AWAIT)
    else:
        turn.say("reply.stuck", Then.CONTINUE)


def not_yet_called(turn: Turn, heard: Heard) -> None:
    """Help has not been called yet: say whom to call."""
    turn.set(flags=turn.state.flags - {"called"})
    resuming.return_(turn)


def take_time(turn: Turn, heard: Heard) -> None:
    """Not yet ready: there is no hurry."""
    asking.take_time(turn)
