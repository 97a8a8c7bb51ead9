"""Moves that only inform: what can be said, where we are, how long it takes, how it has been."""

from __future__ import annotations

from tests.coach.oracle import flow, holds, rounds
from tests.coach.oracle.events import Heard
from tests.coach.oracle.moves.going import asking_for
from tests.coach.oracle.state import BeatKind, Then
from tests.coach.oracle.turn import Turn
from voice_coach.understanding.book import Situation


def help_(turn: Turn, heard: Heard) -> None:
    """Say what can be said here."""
    situation, state = turn.state.situation, turn.state
    if situation is Situation.MENU and "doctor" in state.flags:
        flow.home(turn)
        return
    topic = str(situation)
    if asking_for(turn, "yes_no") and situation is turn.routine.situation:
        topic = "checking"
    elif situation in rounds.ROUNDS and state.round is None:
        topic = "getting_ready"
    # The alarm and the call for help are said again after a while; the question at once.
    alarm = situation in (Situation.ENDING, Situation.EMERGENCY)
    then = Then.AWAIT if alarm else Then.CONTINUE
    turn.set(off_asked=False)
    turn.say(f"help.{topic}", then, slots={"emergency": state.options.emergency})


def where(turn: Turn, heard: Heard) -> None:
    """Say where in the routine this is, and how much is left."""
    position = turn.state.position
    if position is None:
        turn.say("reply.where_menu", Then.CONTINUE)
        return
    steps = turn.allowed_steps()
    if turn.routine.situation is Situation.CHECKING:  # the greeting is no question
        steps = [i for i in steps if turn.routine.step[i].ask]
    place = max(1, sum(i <= position.step for i in steps))
    turn.say("reply.where", Then.CONTINUE, slots={"n": str(place), "total": str(len(steps))})
    if turn.routine.situation is not Situation.CHECKING:
        turn.cue(turn.key("name"))
    _say_breaths_left(turn)
    turn.set(then=Then.CONTINUE)


def how_long(turn: Turn, heard: Heard) -> None:
    """Say how long heat or ice has left; without them, where this is."""
    if turn.state.round is None:
        where(turn, heard)
    else:
        # At the timer there is nothing to return to: continuing would say the minutes twice.
        then = Then.NOTHING if rounds.at_timer(turn) else Then.CONTINUE
        rounds.say_left(turn, "reply.minutes_left", then)


def _say_breaths_left(turn: Turn) -> None:
    beat = turn.beat
    if beat is None or beat.kind is not BeatKind.BREATHS:
        return
    breaths = holds.breaths_left(turn)
    if breaths == 0:
        return
    if breaths == 1:
        turn.say("reply.one_breath_left", Then.CONTINUE)
    else:
        turn.say("reply.breaths_left", Then.CONTINUE, slots={"breaths": str(breaths)})


def history(turn: Turn, heard: Heard) -> None:
    """How have I been: the pain before and after, in the last sessions."""
    past = turn.state.past
    if past.sessions == 0:
        turn.say("reply.history_none", Then.CONTINUE)
        return
    if past.before is None or past.after is None:
        turn.say("reply.history_unscored", Then.CONTINUE)
        return
    change = past.after - past.before
    what = "same" if change == 0 else "down" if change < 0 else "up"
    slots = {"before": str(past.before), "score": str(past.after)}
    turn.say(f"reply.history_{what}", Then.CONTINUE, slots=slots)


def no_slower(turn: Turn, heard: Heard) -> None:
    """Slower, where nothing is paced: it speaks as it speaks, but says things again."""
    turn.say("reply.no_slower", Then.CONTINUE)
