"""Taking up again what was interrupted, or what silence has left unanswered."""

from __future__ import annotations

from tests.coach.oracle import asking, flow, rounds, safety, taking_up
from tests.coach.oracle.flags import is_flag
from tests.coach.oracle.state import BeatKind, Then
from tests.coach.oracle.turn import Turn
from voice_coach.understanding.book import Situation


def continue_(turn: Turn) -> None:
    """Return to what was interrupted: the sentence, the question, the hold, the menu."""
    match turn.state.situation:
        case Situation.PAUSED | Situation.SLEEPING | Situation.OVER:
            pass
        case Situation.MENU | Situation.EASING:
            turn.set(awaiting=True)
            asking.await_answer(turn)
        case Situation.EMERGENCY:
            asking.await_answer(turn)
        case Situation.ENDING:
            rounds.say_end_of_round(turn)
        case Situation.CONFIRMING:
            asking.ask_confirm(turn)
        case Situation.TAKING_UP:
            taking_up.ask(turn)
        case Situation.CHECKING if safety.check_is_over(turn):
            safety.finish_check(turn)
        case _ if safety.now_barred(turn):
            flow.home(turn)
        case _:
            flow.do_beat(turn)


def return_(turn: Turn) -> None:
    """Return to what was interrupted some time ago, and say first where that is."""
    beat = turn.beat
    match turn.state.situation:
        case Situation.PAUSED:
            turn.say("reply.paused", Then.NOTHING)
        case Situation.SLEEPING:
            if not turn.state.below:
                turn.set(session=False)  # nobody had woken the coach after all
            turn.say("reply.asleep", Then.NOTHING)
        case Situation.MENU:
            flow.home(turn)
        case Situation.EASING:
            asking.offer_ease(turn)
        case Situation.EMERGENCY:
            safety.say_emergency_again(turn)
        case _ if safety.now_barred(turn):
            flow.home(turn)
        case situation if situation in flow.EXERCISES and beat and beat.kind is BeatKind.BREATHS:
            turn.cue(turn.key("name"))
            turn.set(then=Then.CONTINUE)
        case _:
            continue_(turn)


def ask_again(turn: Turn) -> None:
    """Put the question again in other words, or go quiet after the third silence."""
    asked = turn.state.asked
    situation = turn.state.situation
    turn.set(asked=asked + 1, ask_again_at=None)
    if turn.state.quiet and situation is Situation.MENU:
        return  # in quiet hours nobody is asked what they would like
    if asked >= len(asking.PATIENCE) - 1:
        pending = turn.state.pending
        told = pending is not None and pending.certain and is_flag(pending)
        if situation is Situation.CONFIRMING and not told:
            turn.lift_off(Situation.CONFIRMING)
            return_(turn)
        elif turn.state.quitting:
            flow.say_bye(turn)
        else:
            turn.say("reply.quiet", Then.NOTHING)
        return
    beat = turn.beat
    if situation is Situation.MENU:
        turn.say("reply.still_menu", Then.AWAIT, variant=asked)
    elif situation is Situation.EASING:
        turn.say("reply.still_easing", Then.AWAIT, variant=asked)
    elif situation in (Situation.CONFIRMING, Situation.TAKING_UP):
        continue_(turn)
    elif beat is not None and beat.kind is BeatKind.ASK:
        if asked == 0:
            turn.say("reply.still_answer", Then.AWAIT)
        asking.ask(turn)
    elif asked == 0 and beat is not None and beat.kind is BeatKind.READY:
        asking.take_time(turn)
    else:
        turn.say("reply.still_ready", Then.AWAIT)
