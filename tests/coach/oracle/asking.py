"""What is asked of the person, and how long the coach is silent before it asks again."""

from __future__ import annotations

from tests.coach.oracle.events import Heard
from tests.coach.oracle.flags import confirm_key
from tests.coach.oracle.rounds import ALERT_EVERY
from tests.coach.oracle.safety import EMERGENCY_EVERY
from tests.coach.oracle.state import Then
from tests.coach.oracle.turn import Turn
from voice_coach.understanding.book import Situation

PATIENCE = (12.0, 20.0, 30.0)
"""Seconds of silence before a question is put a second and a third time, and before the coach
goes quiet. Nobody has to hurry."""


def ask(turn: Turn, at: int | None = None) -> None:
    """Put the question of the present step, and await its answer."""
    plainly = turn.step.plain is not None and turn.state.put % 2 == 1
    turn.cue(turn.key("plain" if plainly else "ask"), at=at)
    turn.set(then=Then.AWAIT, awaiting=True)


def ask_otherwise(turn: Turn) -> None:
    """Put the same question in other words, if there are any."""
    turn.set(put=turn.state.put + 1)
    ask(turn)


def ask_ready(turn: Turn, at: int | None = None) -> None:
    """Say what to say when ready, and await it."""
    turn.cue(turn.key("ready"), at=at)
    turn.set(then=Then.AWAIT, awaiting=True)


def take_time(turn: Turn) -> None:
    """Say what to say when ready, and that there is no hurry."""
    turn.say("reply.take_time", Then.NOTHING)
    turn.cue(turn.key("ready"))
    turn.set(then=Then.AWAIT)


def which_number(turn: Turn, key: str) -> None:
    """Say why a number is still needed, and await it."""
    turn.say(key, Then.AWAIT)
    turn.set(awaiting=True)


def confirm(turn: Turn, heard: Heard) -> None:
    """Ask whether this was meant, before it is done."""
    turn.lay(Situation.CONFIRMING)
    turn.set(pending=heard)
    ask_confirm(turn)


def confirm_later(turn: Turn, heard: Heard) -> None:
    """Put the question about a warning sign once the pad is off: it lies under the alarm."""
    below = (s for s in turn.state.below if s is not Situation.CONFIRMING)
    turn.set(below=(*below, Situation.CONFIRMING), pending=heard)


def ask_confirm(turn: Turn) -> None:
    """Put the question whether a command was meant, or the one about a warning sign."""
    pending = turn.state.pending
    assert pending is not None
    turn.say(confirm_key(pending), Then.AWAIT, variant=turn.state.asked)
    turn.set(awaiting=True)


def offer_ease(turn: Turn) -> None:
    """It hurt: say what can be done now, and wait for as long as it takes."""
    stretched = turn.state.below[-1:] == (Situation.STRETCHING,)
    turn.say("reply.hurts" if stretched else "reply.hurts_other", Then.AWAIT)
    turn.set(awaiting=True)


def await_answer(turn: Turn) -> None:
    """Start the patience of what has been said: the question, the alarm, the call for help."""
    state = turn.state
    match state.situation:
        case Situation.ENDING:
            turn.set(alert_at=turn.now + turn.frames(_from(ALERT_EVERY, state.alerts - 1)))
        case Situation.EMERGENCY:
            if "called" not in state.flags:
                turn.set(alert_at=turn.now + turn.frames(_from(EMERGENCY_EVERY, state.calls)))
        case _:
            turn.set(ask_again_at=turn.now + turn.frames(_from(PATIENCE, state.asked)))


def _from(times: tuple[float, ...], number: int) -> float:
    return times[min(number, len(times) - 1)]
