"""Everything the person and the coach can be in the middle of: a file for each activity.

To add one: write its file, name it here, and let a cell of another row lead to it.
"""

from __future__ import annotations

from collections.abc import Mapping

from voice_coach.coach.activities import (
    awake,
    call_out,
    choices,
    confirm,
    emergency,
    exercise,
    heat_or_ice,
    information,
    it_hurts,
    menu,
    offer,
    over,
    pain_score,
    pause,
    recovery,
    safety_questions,
    sleep,
    take_off,
    timed_breathing,
)
from voice_coach.coach.activities.step_by_step import Guided
from voice_coach.coach.activity import AnyRow
from voice_coach.coach.in_routine import Position
from voice_coach.coach.transition import Activities
from voice_coach.understanding.book import Situation

TABLE: Mapping[Situation, AnyRow] = {
    Situation.TAKING_UP: recovery.ROW,
    Situation.CHECKING: safety_questions.ROW,
    Situation.MENU: menu.ROW,
    Situation.STRETCHING: exercise.STRETCHING,
    Situation.HEAT: heat_or_ice.ROW,
    Situation.ICE: heat_or_ice.ROW,
    Situation.BREATHING: exercise.ROW,
    Situation.IMAGERY: exercise.ROW,
    Situation.MEDICINES: information.ROW,
    Situation.PREVENTION: information.ROW,
    Situation.PAIN: pain_score.ROW,
    Situation.EASING: it_hurts.ROW,
    Situation.EMERGENCY: emergency.ROW,
    Situation.ENDING: take_off.ROW,
    Situation.AWAKE: awake.ROW,
    Situation.OFFERED: offer.ROW,
    Situation.CALLING: call_out.ROW,
    Situation.CONFIRMING: confirm.ROW,
    Situation.CHOOSING: choices.ROW,
    Situation.PAUSED: pause.ROW,
    Situation.SLEEPING: sleep.ROW,
    Situation.OVER: over.ROW,
}
"""Situation x intent -> what is done. It is also the answer to "what makes sense now": what stands
in the row of a situation is in the recogniser's grammar there, and nothing else is."""

GUIDED: Mapping[Situation, type[Guided]] = {
    Situation.CHECKING: safety_questions.SafetyQuestions,
    Situation.PAIN: pain_score.PainScore,
    Situation.STRETCHING: exercise.Stretch,
    Situation.BREATHING: exercise.Exercise,
    Situation.IMAGERY: exercise.Exercise,
    Situation.HEAT: heat_or_ice.HeatOrIce,
    Situation.ICE: heat_or_ice.HeatOrIce,
    Situation.MEDICINES: information.Talk,
    Situation.PREVENTION: information.Talk,
}
"""The situations of routines."""


def _guided(situation: Situation, position: Position) -> Guided:
    return GUIDED[situation](situation, position)


ACTIVITIES = Activities(
    rows=TABLE,
    menu=menu.Menu,
    pause=pause.Pause,
    ease=it_hurts.Ease,
    over=over.Over,
    take_off=take_off.TakeOff,
    awake=awake.Awake,
    offer=offer.Offer,
    offer_again=offer.OfferAgain,
    emergency=emergency.Emergency,
    confirm=confirm.Confirm,
    calling=call_out.CallOut,
    breathing=timed_breathing.breathing,
    asleep=sleep.Asleep,
    recovery=recovery.Recovery,
    guided=_guided,
)
