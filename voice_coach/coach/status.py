"""What can be asked at any time: help, where this is, how long is left, and how it has been."""

from __future__ import annotations

from voice_coach.coach import breaths, heat_and_ice, helping, remaining
from voice_coach.coach.activity import Activity, Then
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.in_routine import BeatKind, InRoutine
from voice_coach.coach.limits import CAP_SECONDS
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Situation

MOST_MINUTES = 20
"""Of a routine, said in numbers."""

_NO_TIME_OF_ITS_OWN = heat_and_ice.APPLICATIONS | {Situation.PAIN}
"""Routines that take no time worth saying beside the minutes of a pad."""


def help_(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Say what can be said here."""
    helping.say_help(t, Then.CONTINUE)


def say_help(t: Transition, then: Then) -> None:
    """Say what can be said here, and go on with something."""
    helping.say_help(t, then)


def where(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Say where in the routine this is, and how much is left."""
    if t.routine is None:
        t.say("reply.where_menu", Then.CONTINUE)
    else:
        _where(t, t.routine)


def _where(t: Transition, here: InRoutine) -> None:
    steps = here.allowed(t.book, t.answers.flags)
    checking = here.situation is Situation.CHECKING
    if checking:  # the greeting is no question
        steps = [i for i in steps if here.routine(t.book).step[i].ask]
    number = max(1, sum(i <= here.position.step for i in steps))
    slots = {"n": str(number), "total": str(len(steps))}
    t.say("reply.where", Then.CONTINUE, slots=slots)
    if not checking:
        t.cue(here.key(t.book, "name"), Then.CONTINUE)
    if here.timed:
        say_minutes_left(t, here)
    _say_breaths_left(t, here)


def _say_breaths_left(t: Transition, here: InRoutine) -> None:
    if here.doing(t.book) is not BeatKind.BREATHS or here.timed:
        return
    left = breaths.breaths_left(t, here)
    if left == 1:
        t.say("reply.one_breath_left", Then.CONTINUE)
    elif left > 1:  # pragma: no branch  # with none left, the hold is over
        t.say("reply.breaths_left", Then.CONTINUE, slots={"breaths": str(left)})


def how_long(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Say how long heat or ice has left, and how long what goes on still takes.

    Where nothing goes on, that is how long the skin has still to rest.
    """
    on, routine = t.skin.on, t.routine
    if on is not None and heat_and_ice.waits(t):
        heat_and_ice.say_left(t, on, "reply.minutes_left", Then.NOTHING)
        return
    if on is not None:
        heat_and_ice.say_application_left(t, on, Then.CONTINUE)
        if routine is not None and routine.situation in _NO_TIME_OF_ITS_OWN:
            return
    if "emergency" in t.answers.flags and t.situation is not Situation.BREATHING:
        t.say("reply.how_long_help", Then.CONTINUE)
    elif routine is None:
        _say_rests(t)
    elif routine.situation is Situation.PAIN:
        t.say("reply.nothing_timed", Then.CONTINUE)
    elif routine.situation is Situation.CHECKING:
        _where(t, routine)
    else:
        _say_breaths_left(t, routine)
        say_minutes_left(t, routine)


def say_minutes_left(t: Transition, here: InRoutine) -> None:
    """Say about how long a routine still takes."""
    minutes = remaining.minutes_left(t, here)
    if minutes == 0:
        t.say("reply.soon_over", Then.CONTINUE)
    elif minutes > MOST_MINUTES:
        t.say("reply.long_left", Then.CONTINUE)
    else:
        t.say("reply.about_left", Then.CONTINUE, slots={"minutes": str(minutes)})


def _say_rests(t: Transition) -> None:
    """Nothing is timed but the rest of the skin, where heat or ice was on not long ago."""
    rests = [kind for kind in CAP_SECONDS if heat_and_ice.rests(t, kind) > 0]
    for kind in rests:
        heat_and_ice.say_rest(t, kind, Then.CONTINUE)
    if not rests and t.skin.on is None:
        t.say("reply.nothing_timed", Then.CONTINUE)


def history(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """How have I been: the pain before and after, in the last sessions."""
    past = t.earlier.past
    if past.sessions == 0:
        t.say("reply.history_none", Then.CONTINUE)
        return
    if past.before is None or past.after is None:
        t.say("reply.history_unscored", Then.CONTINUE)
        return
    change = past.after - past.before
    what = "same" if change == 0 else "down" if change < 0 else "up"
    slots = {"before": str(past.before), "score": str(past.after)}
    t.say(f"reply.history_{what}", Then.CONTINUE, slots=slots)
