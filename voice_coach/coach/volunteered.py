"""What a person says of their health at any time: warning signs, being dizzy, an emergency.

What is certain and means an emergency is acted on at once. Of the rest one question is asked,
which lies over what goes on (`Activity.ask_about`).
"""

from __future__ import annotations

from dataclasses import replace

from voice_coach.coach import navigation, safety
from voice_coach.coach.activity import Activity, Then
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.opening import wake
from voice_coach.coach.state import Answered
from voice_coach.coach.transition import Transition
from voice_coach.coach.warning_signs import (
    ASKED,
    AT_ONCE,
    FLAG,
    IMPLIES,
    INFLAMED,
    NAMED,
    WORSE,
    means_emergency,
)
from voice_coach.understanding.book import Situation

ALERTING = (Situation.EMERGENCY, Situation.ENDING)
"""Here a call for help, or a sign of an emergency, is not doubted."""


def emergency(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Stop everything and say whom to call."""
    safety.emergency(t)


def red_flag(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """A warning sign: an emergency, one question, or a doctor."""
    name = heard.value
    if name not in NAMED:  # a word of one's own: the careful meaning, but not unasked
        here.ask_about(t, replace(heard, intent="emergency", value=None, certain=False))
    elif name in AT_ONCE or (name == "fall" and "osteoporosis" in t.answers.flags):
        if heard.certain or here.situation in ALERTING:
            safety.emergency(t)
        else:
            here.ask_about(t, heard)
    elif name in ASKED or not heard.certain:
        here.ask_about(t, heard)
    else:
        told(t, heard)


def dizzy(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Dizzy: nothing is paced any more; ask whether it is more than that."""
    here.ask_about(t, heard)


def confirmed(t: Transition, pending: IntentHeard) -> None:
    """Act on a yes to the question about something the person said of their health."""
    before = t.answers.flags
    t.lift_off(Situation.CONFIRMING)
    if pending.value == WORSE and pending.intent == "red_flag":
        remember_answer(t, frozenset(), pending)
        ask_questions_again(t)
    elif means_emergency(pending):
        safety.emergency(t)
        remember_answer(t, t.answers.flags - before, pending)
    else:
        told(t, pending)


def remember_answer(t: Transition, gained: frozenset[str], pending: IntentHeard) -> None:
    """Remember that the answer to the question about what was said can be taken back."""
    last = Answered(replace(pending, certain=True), gained)
    t.answers = replace(t.answers, last=last)


# --- told, and no emergency


def told(t: Transition, heard: IntentHeard) -> None:
    """A warning sign that is no emergency: say what follows from it, and go on with the rest."""
    before = t.answers.flags
    inflamed = heard.value == INFLAMED
    name = FLAG.get(str(heard.value), str(heard.value))
    flags = (name, *IMPLIES.get(name, ()))
    if t.situation is Situation.SLEEPING:
        t.say("reply.ice_better" if inflamed else "reply.flag_noted", Then.NOTHING)
        t.tell(*flags)
        wake(t)
    elif inflamed:
        t.tell(*flags)
        _inflamed(t)
    else:
        t.tell(*flags)
        t.forget("allowed")  # whatever a doctor has allowed was before this
        _ask_somebody(t, name)
    remember_answer(t, frozenset(flags) - before, heard)
    safety.keep_lasting(t)


def _inflamed(t: Transition) -> None:
    """A slipped disc or arthritis: ice in place of heat that was about to begin."""
    if t.situation is Situation.HEAT and t.skin.on is None:
        navigation.use_ice(t)
    else:
        t.say("reply.ice_better", Then.CONTINUE)


def _ask_somebody(t: Transition, flag: str) -> None:
    """A doctor or midwife has to be asked: leave what is ruled out, or go on."""
    situation = t.situation
    key = {"pregnant": "reply.pregnant", "osteoporosis": "reply.bones"}.get(flag, "reply.amber")
    if situation is Situation.EMERGENCY:
        t.top.come_back(t)
    elif situation in (Situation.CHECKING, Situation.CONFIRMING, Situation.ENDING):
        t.say("reply.flag_noted", Then.CONTINUE)
    elif t.skin.on is not None and not safety.may_apply(t):
        t.say(key, Then.NOTHING)
        navigation.leave_application(t)
    elif _ruled_out(t, flag):
        t.say(key, Then.NOTHING)
        navigation.home(t)
    else:
        t.say(key, Then.CONTINUE)


def _ruled_out(t: Transition, flag: str) -> bool:
    """Whether the present step is left out, now that this is known."""
    here = t.routine
    if here is None:
        return False
    return safety.now_barred(t) or not here.step(t.book).open(t.answers.flags)


# --- "it hurts", or the pain has risen


def ask_worse(t: Transition) -> None:
    """The pain has risen: ask whether anything has come with it, before anything else."""
    t.answers = replace(t.answers, pain_due=False)
    t.only(t.activities.menu())
    t.confirm(IntentHeard(t.now, "red_flag", WORSE))


def ask_questions_again(t: Transition) -> None:
    """Put the questions about an emergency again: something has come with the pain."""
    t.answers = replace(t.answers, wish=None, quitting=False)
    safety.forget_checked(t, safety.QUESTIONS[0])
    navigation.run_questions(t)
