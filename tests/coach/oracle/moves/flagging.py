"""Moves for what a person says of their health at any time: warning signs, and being dizzy.

What is certain and means an emergency is acted on at once. Of the rest one question is asked,
which lies over what goes on (`Situation.CONFIRMING`).
"""

from __future__ import annotations

from dataclasses import replace

from tests.coach.oracle import asking, flow, resuming, rounds, safety
from tests.coach.oracle.events import Heard
from tests.coach.oracle.flags import (
    ASKED,
    AT_ONCE,
    INFLAMED,
    NAMED,
    SETS,
    is_flag,
    means_emergency,
)
from tests.coach.oracle.moves import caring, leaving, undoing
from tests.coach.oracle.state import Then
from tests.coach.oracle.turn import Turn
from voice_coach.understanding.book import Situation

_ALERTING = (Situation.EMERGENCY, Situation.ENDING)


def red_flag(turn: Turn, heard: Heard) -> None:
    """A warning sign: an emergency, one question, or a doctor."""
    name = heard.value
    if name not in NAMED:  # a word of one's own: the careful meaning, but not unasked
        heard = replace(heard, intent="emergency", value=None, certain=False)
        ask_about(turn, heard)
    elif name in AT_ONCE or (name == "fall" and "osteoporosis" in turn.state.flags):
        if heard.certain or turn.state.situation in _ALERTING:
            caring.emergency(turn, heard)
        else:
            ask_about(turn, heard)
    elif name in ASKED or not heard.certain:
        ask_about(turn, heard)
    else:
        _told(turn, heard)


def dizzy(turn: Turn, heard: Heard) -> None:
    """Dizzy: nothing is paced any more; ask whether it is more than that."""
    ask_about(turn, heard)


def ask_about(turn: Turn, heard: Heard) -> None:
    """Put the one question, over what goes on; in an emergency there is none left to ask."""
    situation, pending = turn.state.situation, turn.state.pending
    if situation is Situation.EMERGENCY:
        if heard.intent == "dizzy":
            turn.say("reply.dizzy", Then.NOTHING)
        resuming.return_(turn)
        return
    if situation is Situation.CONFIRMING and pending is not None and is_flag(pending):
        _said_meanwhile(turn, heard, pending)
        return
    if heard.intent == "dizzy":
        turn.say("reply.dizzy", Then.NOTHING)
    if situation is Situation.ENDING:
        asking.confirm_later(turn, heard)
        rounds.say_end_of_round(turn)
    else:
        asking.confirm(turn, heard)


def _said_meanwhile(turn: Turn, heard: Heard, pending: Heard) -> None:
    """Said instead of an answer to a question of this kind."""
    again = heard.intent == "red_flag" and heard.certain and heard.value in AT_ONCE | ASKED
    if again and means_emergency(pending):
        _yes(turn, pending)  # a second sign, or the same again
    else:
        asking.ask_confirm(turn)


# --- the answers


def confirmed(turn: Turn) -> bool:
    """Act on a yes to the pending question if it is about a warning sign; return whether it is.

    In an emergency that was called out doubtfully the answer can be taken back too.
    """
    pending = turn.state.pending
    if pending is None or not (is_flag(pending) or pending.intent == "emergency"):
        return False
    _yes(turn, pending)
    return True


def _yes(turn: Turn, pending: Heard) -> None:
    before = turn.state.flags
    turn.lift_off(Situation.CONFIRMING)
    if means_emergency(pending):
        caring.emergency(turn, pending)
        undoing.answer_flag(turn, turn.state.flags - before, pending)
    else:
        _told(turn, pending)


def denied(turn: Turn, heard: Heard) -> None:
    """No: return to what went on; work that being dizzy stopped is offered, not forced."""
    pending = turn.state.pending
    assert pending is not None
    turn.lift_off(Situation.CONFIRMING)
    if is_flag(pending) or pending.intent == "emergency":
        undoing.answer_flag(turn, frozenset(), pending)
        turn.say("reply.not_that", Then.NOTHING)
    elif pending.intent == "done" and turn.state.round is None:
        undoing.answer_flag(turn, frozenset(), pending)
        turn.say("reply.pad_unknown", Then.NOTHING)
    if turn.state.situation is Situation.SLEEPING and is_flag(pending) and pending.certain:
        leaving.wake(turn, heard)
    elif pending.intent == "dizzy" and turn.state.situation in caring.EASED:
        leaving.pause(turn, heard)
    else:
        resuming.return_(turn)


def unsure(turn: Turn, heard: Heard) -> None:
    """Not sure: the careful answer; a command that is not sure to be meant is not done."""
    if not confirmed(turn):
        denied(turn, heard)


def not_yet(turn: Turn, heard: Heard) -> None:
    """Not yet: a command is not done; to a question about a warning sign it is no answer."""
    if is_flag(turn.state.pending):
        asking.ask_confirm(turn)
    else:
        denied(turn, heard)


# --- told, and no emergency


def _told(turn: Turn, heard: Heard) -> None:
    """A warning sign that is no emergency: say what follows from it, and go on with the rest."""
    before = turn.state.flags
    inflamed = heard.value == INFLAMED
    flags = frozenset() if inflamed else {"doctor", SETS.get(str(heard.value), "doctor")}
    if turn.state.situation is Situation.SLEEPING:
        turn.say("reply.ice_better" if inflamed else "reply.flag_noted", Then.NOTHING)
        leaving.wake(turn, heard)
        turn.set(flags=turn.state.flags | flags)
    elif inflamed:
        _inflamed(turn)
    else:
        _see_doctor(turn, frozenset(flags))
    undoing.answer_flag(turn, turn.state.flags - before, heard)


def _inflamed(turn: Turn) -> None:
    """A slipped disc or arthritis: ice in place of heat that was about to begin."""
    state = turn.state
    if state.situation is Situation.HEAT and state.round is None:
        flow.use_ice(turn)
    else:
        turn.say("reply.ice_better", Then.CONTINUE)


def _see_doctor(turn: Turn, flags: frozenset[str]) -> None:
    """A doctor has to be asked: leave what is ruled out, or go on with the safety questions."""
    turn.set(flags=turn.state.flags | flags)
    state = turn.state
    situation = state.situation
    if situation is Situation.EMERGENCY:
        safety.say_emergency_again(turn)
    elif situation is Situation.CHECKING and safety.check_is_over(turn):
        safety.finish_check(turn)
    elif not state.checked or situation in (Situation.CONFIRMING, Situation.ENDING):
        turn.say("reply.flag_noted", Then.CONTINUE)
    elif state.round is not None:
        turn.say("reply.amber", Then.NOTHING)
        flow.take_leave_of_pad(turn)
    elif safety.now_barred(turn):
        turn.say("reply.amber", Then.NOTHING)
        flow.home(turn)
    else:
        turn.say("reply.amber", Then.CONTINUE)
