"""Somebody else: how to reach one from the floor, calling out, and what a carer asks.

No phone's assistant is named: a sentence with its name would wake it.
"""

from __future__ import annotations

from voice_coach.coach.activity import Activity, Then
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.loudness import VOLUME_LOUDEST
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Situation


def advise(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Say what somebody can do who cannot reach anybody: a phone's voice, shouting, knocking."""
    t.say("reply.call_advice", Then.CONTINUE)


def somebody(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Somebody is there: say what they can ask."""
    t.say("reply.somebody_here", Then.CONTINUE)


def carer(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Somebody is there and asks what to do: what to bring, and when to call for help."""
    t.say("reply.carer", Then.CONTINUE, slots={"emergency": t.options.emergency})


def call_out(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Call out until told to stop; an exercise is held, so that it doesn't go on by itself then."""
    below = {activity.situation for activity in t.stack}
    if "emergency" in t.answers.flags and Situation.EMERGENCY not in below:
        t.only(t.activities.emergency(None))
    elif t.top.eases:
        t.lay(t.activities.pause())
    t.lay(t.activities.calling())
    t.say("reply.calling_first", Then.NOTHING)
    t.top.come_back(t)


def call(t: Transition, then: Then) -> None:
    """Say the call itself, as loud as there is."""
    louder = VOLUME_LOUDEST - t.preferences.volume_db
    if "emergency" in t.answers.flags:
        slots = {"emergency": t.options.emergency}
        t.say("reply.calling_emergency", then, slots=slots, gain_db=louder)
    else:
        t.say("reply.calling", then, gain_db=louder)
