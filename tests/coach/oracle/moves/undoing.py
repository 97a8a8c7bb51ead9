"""Moves that take back what was misheard: an answer, a warning sign, an emergency."""

from __future__ import annotations

from dataclasses import replace

from tests.coach.oracle import asking, flow, resuming, safety
from tests.coach.oracle.events import Heard
from tests.coach.oracle.moves import going
from tests.coach.oracle.state import Answered, Position, Then
from tests.coach.oracle.turn import Turn
from voice_coach.understanding.book import Situation

UNDO = "undo"
"""The value of a "back" that is about an answer: "I meant yes", "ask me again"."""


def back(turn: Turn, heard: Heard) -> None:
    """Go back one step, or to the question answered last."""
    if heard.value == UNDO:
        undo(turn, heard)
    elif turn.state.situation is Situation.CHECKING and safety.check_is_over(turn):
        reopen(turn, heard)
    elif _told_last(turn):
        undo(turn, heard)
    else:
        going.back(turn, heard)


def reopen(turn: Turn, heard: Heard) -> None:
    """Back, where there is no step to go back to: to the question answered last."""
    last, doctor = turn.state.answered, "doctor" in turn.state.flags
    if heard.value == UNDO:
        undo(turn, heard)
    elif doctor and (last is None or "doctor" not in last.gained):
        _check_again(turn)  # it was told earlier, and said only now what it rules out
    elif last is not None and (last.last or doctor):
        undo(turn, heard)
    else:
        resuming.return_(turn)


def undo_only(turn: Turn, heard: Heard) -> None:
    """Back, where only an answer can be taken back; else say again what is waited for."""
    if heard.value == UNDO or _told_last(turn):
        undo(turn, heard)
    else:
        resuming.return_(turn)


def back_in_emergency(turn: Turn, heard: Heard) -> None:
    """Back: no emergency; where an answer led to it, its question is put again."""
    if heard.value == UNDO:
        undo(turn, heard)
    else:
        mistaken(turn)


def _told_last(turn: Turn) -> bool:
    """Whether the last that was said was a warning sign, or the answer to its question."""
    last = turn.state.answered
    return last is not None and last.last and last.pending is not None


def undo(turn: Turn, heard: Heard) -> None:
    """Put the question that was answered last again; what followed from the answer is gone."""
    state = turn.state
    last = state.answered
    if "emergency" in state.flags and (last is None or "emergency" not in last.gained):
        mistaken(turn)
    elif last is None:
        _no_answer_known(turn, heard)
    else:
        gone = last.gained | ({"called"} if "emergency" in last.gained else set())
        turn.set(answered=None, flags=state.flags - gone)
        if last.position is None:
            _ask_about(turn, last)
        else:
            _ask_in_routine(turn, last.position)


def _no_answer_known(turn: Turn, heard: Heard) -> None:
    """The answer was given before the program was interrupted, or there was none."""
    state = turn.state
    if state.situation is Situation.CHECKING:
        going.back(turn, heard)
    elif state.check_step > 0 and state.situation is not Situation.TAKING_UP:
        turn.say("reply.take_again", Then.NOTHING)
        _keep_wish(turn)
        _check_again(turn)
    else:
        resuming.return_(turn)


def _ask_about(turn: Turn, last: Answered) -> None:
    """Ask again about what was said, over what goes on now."""
    assert last.pending is not None
    if "emergency" in last.gained:
        _leave_emergency(turn)
    turn.say("reply.take_again", Then.NOTHING)
    asking.confirm(turn, last.pending)


def _ask_in_routine(turn: Turn, position: Position) -> None:
    """Go back to a question of a routine."""
    turn.say("reply.take_again", Then.NOTHING)
    routine = turn.book.routines[position.routine]
    if routine.situation is Situation.CHECKING:
        _keep_wish(turn)
        turn.set(checked=False, check_step=position.step)
        safety.open_question(turn)
    elif safety.barred(turn, position.routine) is not None:
        flow.home(turn)
        return
    else:
        turn.set(situation=routine.situation, below=())
        turn.go(position)
    turn.set(pending=None, quitting=False)
    flow.do_beat(turn)


def _keep_wish(turn: Turn) -> None:
    """What goes on now is gone on with after the questions."""
    position = turn.state.position
    if position is not None and position.routine != "welcome":
        intent = turn.book.routines[position.routine].intent
        if intent is not None and intent != "pain":
            turn.set(wish=intent)


def mistaken(turn: Turn) -> None:
    """No emergency after all: return to where it was heard."""
    turn.say("reply.not_red", Then.RETURN)
    if Situation.EMERGENCY in (*turn.state.below, turn.state.situation)[1:]:
        _leave_emergency(turn)
        return
    turn.set(flags=turn.state.flags - {"emergency", "called"})
    if turn.state.checked:
        flow.home(turn)
    else:
        _check_again(turn)


def _leave_emergency(turn: Turn) -> None:
    """Return to what the emergency lies over; a pause or a sleep there is over too."""
    state = turn.state
    stack = (*state.below, state.situation)
    at = stack.index(Situation.EMERGENCY) if Situation.EMERGENCY in stack else 0
    turn.set(flags=state.flags - {"emergency", "called"}, alert_at=None)
    if at == 0:
        turn.set(situation=Situation.MENU, below=(), position=None, pending=None)
        return
    turn.set(situation=stack[at], below=stack[:at])
    turn.lift()
    turn.lift_off(Situation.PAUSED, Situation.SLEEPING)


def _check_again(turn: Turn) -> None:
    """Go back to the safety question now open or answered last."""
    safety.keep_question(turn)
    number = turn.state.check_step
    step = turn.book.routines["welcome"].step[number]
    told = {"emergency", "called"}
    if "doctor" in (step.yes, step.no, step.unsure):
        told.add("doctor")
    turn.set(flags=turn.state.flags - told, checked=False, answered=None)
    safety.open_question(turn)
    flow.do_beat(turn)


def answer_flag(turn: Turn, gained: frozenset[str], pending: Heard) -> None:
    """Remember that the answer to the question about a warning sign can be taken back."""
    turn.set(answered=Answered(None, replace(pending, certain=True), gained))
