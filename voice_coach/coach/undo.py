"""Taking back what was misheard: an answer, a warning sign, an emergency."""

from __future__ import annotations

from dataclasses import replace

from voice_coach.coach import navigation, questions, run_routine, safety
from voice_coach.coach.activity import Activity, Then
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.in_routine import InRoutine, Position
from voice_coach.coach.safety import GATED
from voice_coach.coach.transition import Transition
from voice_coach.coach.warning_signs import DOCTOR_SIGNS
from voice_coach.understanding.book import Situation

UNDO = "undo"
"""The value of a "back" that is about an answer: "I meant yes", "ask me again"."""


def back(here: InRoutine, t: Transition, heard: IntentHeard) -> None:
    """Go back one step, or to the question answered last."""
    if heard.value == UNDO or _told_last(t):
        undo(t)
    else:
        run_routine.step_back(t, here)


def reopen(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Back, where there is no step to go back to: to the question answered last."""
    last, careful = t.answers.last, t.answers.flags & frozenset(safety.CAREFUL)
    if heard.value == UNDO:
        undo(t)
    elif careful and (last is None or careful.isdisjoint(last.gained)):
        _ask_doctor_again(t)  # they told it earlier; only now was it said what that rules out
    elif last is not None and (last.last or careful):
        undo(t)
    else:
        navigation.come_back(t)


def undo_only(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Back, where only an answer can be taken back; else say again what is waited for."""
    if heard.value == UNDO or _told_last(t):
        undo(t)
    else:
        navigation.come_back(t)


def _told_last(t: Transition) -> bool:
    """Whether the last that was said was a warning sign, or the answer to its question."""
    last = t.answers.last
    return last is not None and last.last and isinstance(last.about, IntentHeard)


def undo(t: Transition) -> None:
    """Put the question that was answered last again; what followed from the answer is gone."""
    last = t.answers.last
    if "emergency" in t.answers.flags and (last is None or "emergency" not in last.gained):
        mistaken(t)
    elif last is None:
        _no_answer_known(t)
    else:
        gone = last.gained | ({"called"} if "emergency" in last.gained else set())
        t.answers = replace(t.answers, last=None)
        t.forget(*gone)
        if isinstance(last.about, IntentHeard):
            _ask_about(t, last.about, last.gained)
        else:
            _ask_in_routine(t, last.about)


def _no_answer_known(t: Transition) -> None:
    """The answer was given before the program was interrupted, or there was none."""
    top = t.top
    if isinstance(top, InRoutine) and top.situation is Situation.CHECKING:
        run_routine.step_back(t, top)
    elif t.answers.checked and t.situation is not Situation.TAKING_UP:
        t.say("reply.take_again", Then.NOTHING)
        _keep_wish(t)
        _ask_again(t, *safety.QUESTIONS)
    else:
        navigation.come_back(t)


def _ask_about(t: Transition, pending: IntentHeard, gained: frozenset[str]) -> None:
    """Ask again about what was said, over what goes on now."""
    if "emergency" in gained:
        _leave_emergency(t)
    t.say("reply.take_again", Then.NOTHING)
    t.confirm(pending)


def _ask_in_routine(t: Transition, position: Position) -> None:
    """Go back to a question of a routine."""
    t.say("reply.take_again", Then.NOTHING)
    if t.book.routines[position.routine].situation is Situation.CHECKING:
        _keep_wish(t)
        safety.forget_checked(t, position.routine)
        here = t.enter(position)
        if not here.question(t.book).id:  # it is put in its plain words
            here = replace(here, put=1)
            t.move(here)
    elif safety.barred_at(t, position):
        navigation.home(t)
        return
    else:
        here = t.enter(position)
    t.answers = replace(t.answers, quitting=False)
    questions.ask(t, here)


def _keep_wish(t: Transition) -> None:
    """What goes on now continues after the questions."""
    position = t.position
    if position is not None and position.routine not in safety.QUESTIONS:
        intent = t.book.routines[position.routine].intent
        if intent not in (None, "pain") and t.book.routines[position.routine].situation in GATED:
            t.answers = replace(t.answers, wish=intent)


def mistaken(t: Transition) -> None:
    """No emergency after all: return to where it was heard."""
    t.say("reply.not_red", Then.RETURN)
    if Situation.EMERGENCY in (activity.situation for activity in t.stack[1:]):
        _leave_emergency(t)
        return
    t.forget("emergency", "called")
    if safety.QUESTIONS[0] in t.answers.checked:
        navigation.home(t)
    else:
        _ask_again(t, safety.QUESTIONS[0])


def _leave_emergency(t: Transition) -> None:
    """Return to what the emergency lies over; a pause or a sleep there is over too."""
    t.forget("emergency", "called")
    names = [activity.situation for activity in t.stack]
    at = names.index(Situation.EMERGENCY) if Situation.EMERGENCY in names else 0
    t.stack = t.stack[: at + 1]
    if at == 0:
        t.only(t.activities.menu())
        return
    t.lift()
    t.lift_off(Situation.PAUSED, Situation.SLEEPING)


def _ask_doctor_again(t: Transition) -> None:
    """Put the questions for the doctor again: one of them was answered wrongly, or misheard."""
    t.say("reply.take_again", Then.NOTHING)
    t.forget(*safety.CAREFUL, *DOCTOR_SIGNS, "as_before", "allowed")
    _ask_again(t, safety.QUESTIONS[-1])


def _ask_again(t: Transition, *names: str) -> None:
    """Go back to questions about warning signs: all of them, in these routines."""
    t.forget("emergency", "called")
    kept = t.answers.question
    for name in names:
        safety.forget_checked(t, name)
    t.answers = replace(t.answers, last=None, question=kept)
    navigation.run_questions(t)
