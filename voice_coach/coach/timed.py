"""Breathing for as many minutes as the person asks for: "ten minutes of breathing"."""

from __future__ import annotations

from dataclasses import replace

from voice_coach.coach import navigation, safety
from voice_coach.coach.activity import Activity, Then
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.in_routine import Position
from voice_coach.coach.limits import MINUTE
from voice_coach.coach.transition import Transition

MOST_MINUTES = 20
"""Longer is asked for by mistake, or can be asked for again."""


def breathe_for(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Breathe for some minutes; in an emergency an ordinary round, so that it is said who to call.

    Without a number it is asked for in words: nobody has to guess what can be said.
    """
    minutes = heard.value
    if not isinstance(minutes, int) or minutes < 1:
        t.say("reply.breathe_range", Then.CONTINUE)
    elif "emergency" in t.answers.flags:
        navigation.open_topic(t, "breathe")
    else:
        _begin(t, minutes)


def _begin(t: Transition, minutes: int) -> None:
    safety.keep_question(t)
    # As for any exercise: what is asked for now replaces what was asked for earlier, but a wish
    # that waits for its questions; breathing may come in between.
    wish = t.answers.wish if safety.missing(t) is not None else None
    t.answers = replace(t.answers, quitting=False, wish=wish, pain_due=True)
    if minutes > MOST_MINUTES:
        t.say("reply.breathe_most", Then.CONTINUE)
        minutes = MOST_MINUTES
    name = t.book.topics()["breathe"]
    steps = [i for i, step in enumerate(t.book.routines[name].step) if step.holds]
    place = Position(name, steps[0] if steps else 0)
    t.only(t.activities.breathing(place, t.frames(minutes * MINUTE)))
    t.prompting = replace(t.prompting, awaiting=False, asked=0)
    if minutes == 1:
        t.say("reply.breathe_minute", Then.CONTINUE)
    else:
        t.say("reply.breathe_minutes", Then.CONTINUE, slots={"minutes": str(minutes)})
