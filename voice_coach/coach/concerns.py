"""What a person says of how they are that is no warning sign, and whether they need a doctor.

None of it answers a question, or ends anything: it gets a sentence, and what went on goes on.
"""

from __future__ import annotations

from voice_coach.coach import calling, heat_and_ice
from voice_coach.coach.activity import Activity, Then
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.transition import Transition

CONCERNS = ("all_well", "good_news", "need", "see_doctor")
"""The intents of it."""

NEEDS = ("cold", "thirsty")
"""What "need" carries: what somebody on the floor may be in need of."""


def good_news(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """It eases: be glad, and go on."""
    t.say("reply.good_news", heat_and_ice.after_timer(t))


def all_well(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Something is well; said so that it can be set right, for "are" and "aren't" sound alike."""
    t.say("reply.all_well", heat_and_ice.after_timer(t))


def need(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """The person is cold or thirsty: say what can be done, and go on.

    Of a need of one's own (`prompts/`) it is only known that somebody else can help.
    """
    if heard.value not in NEEDS:
        calling.advise(here, t, heard)
        return
    on = t.skin.on
    if heard.value == "cold" and on is not None and on.kind == "ice":
        t.say("reply.too_cold", Then.NOTHING)
    t.say(f"reply.need_{heard.value}", heat_and_ice.after_timer(t))


def see_doctor(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Say when to call for help and when to see a doctor, and go on."""
    slots = {"emergency": t.options.emergency}
    t.say("reply.see_doctor", heat_and_ice.after_timer(t), slots=slots)
