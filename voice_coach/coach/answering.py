"""What the answer to a question of a routine leads to."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from voice_coach.coach import heat_and_ice, navigation, questions, run_routine, safety
from voice_coach.coach.activity import Then
from voice_coach.coach.in_routine import InRoutine
from voice_coach.coach.transition import Transition
from voice_coach.coach.warning_signs import IMPLIES
from voice_coach.understanding.book import Item, Outcome, Situation


def answer(t: Transition, here: InRoutine, outcome: Outcome, sets: str | None) -> None:
    """Act on the answer to the present question.

    Args:
        t: the transition.
        here: the running routine, at the question.
        outcome: what the answer leads to.
        sets: a flag that it sets, or None.
    """
    if sets is not None:
        t.tell(sets, *IMPLIES.get(sets, ()))
    match outcome:
        case "go_on":
            _go_on(t, here)
        case "items":
            _put_items(t, here)
        case "emergency":
            safety.emergency_answered(t, here.position)
        case "doctor":
            _see_doctor(t, here)
        case "refuse":
            _refuse(t, here)
        case "shorten":
            t.tell("short")
            t.say("reply.shorter", Then.NOTHING)
            heat_and_ice.shorten(t)
            _go_on(t, here)
        case "ice":
            navigation.use_ice(t)
        case "as_before":
            t.tell("as_before", *safety.told_before(t))
            _go_on(t, here)
        case _:
            assert_never(outcome)


def _see_doctor(t: Transition, here: InRoutine) -> None:
    """A doctor has to be asked; what that rules out is said once all has been asked."""
    t.tell("doctor")
    t.forget("allowed")  # whatever a doctor has allowed was before this
    if here.situation is Situation.CHECKING:
        _go_on(t, here)
    else:
        t.say("reply.amber", Then.NOTHING)
        navigation.home(t)


def _put_items(t: Transition, here: InRoutine) -> None:
    """Put the items of the group one at a time."""
    item = questions.next_item(t, here)
    if item is None:  # all that the items could tell is known
        run_routine.do_beat_at(t, here, here.position.at_beat(questions.group_over(t, here)))
    else:
        run_routine.do_beat_at(t, here, here.position.at_beat(item))


def _go_on(t: Transition, here: InRoutine) -> None:
    """Go on: to the next item, or to what follows the question.

    With heat or ice on, an answer was only corrected, and its time goes on.
    """
    question = here.question(t.book)
    item = questions.next_item(t, here) if isinstance(question, Item) and question.id else None
    if item is not None:
        there = t.go(here, here.position.at_beat(item))
        if not there.question(t.book).id:
            t.say("reply.make_sure", Then.NOTHING)
            there = replace(there, put=1)  # in its plain words
            t.move(there)
        run_routine.do_beat(t, there)
    elif t.skin.on is not None and here.situation in heat_and_ice.APPLICATIONS:
        heat_and_ice.return_to_application(t, t.skin.on)
    else:
        run_routine.do_beat_at(t, here, here.position.at_beat(questions.group_over(t, here)))


def _refuse(t: Transition, here: InRoutine) -> None:
    """Leave heat or ice out, and say why; if it is on after all, it comes off."""
    if here.question(t.book).refused is not None:
        t.cue(here.question_key(t.book, "refused"), Then.NOTHING)
    else:
        t.say("reply.refused", Then.NOTHING)
    navigation.leave_application(t)
