"""The pause: everything is held until the person says to go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from voice_coach.coach import adjustments, everywhere
from voice_coach.coach.activity import BELOW, STAYS, Activity, Cell, Row, Then
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.everywhere import EVERYWHERE, LEAVING
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Situation


@dataclass(frozen=True, slots=True)
class Pause(Activity):
    """Nothing goes on but the time of a pad."""

    name: ClassVar[Situation] = Situation.PAUSED
    own_return: ClassVar[bool] = True

    def come_back(self, t: Transition) -> None:
        """Say that this is a pause."""
        t.say("reply.paused", Then.NOTHING)


def resume(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Return to the sentence at which the pause began."""
    t.lift_off(Situation.PAUSED)
    t.say("reply.resumed", Then.RETURN)


def stop(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Stop what lies below."""
    t.lift_off(Situation.PAUSED)
    t.do(heard)


ROW: Row[Activity] = {
    **EVERYWHERE,
    "stop": Cell(stop),
    "pause": Cell(everywhere.again, STAYS),
    "resume": Cell(resume, BELOW),
    "next": Cell(resume, BELOW),
    "start": Cell(resume, BELOW),
    "not_yet": Cell(everywhere.again, STAYS),
    "repeat": Cell(everywhere.again, STAYS),
    "sleep": LEAVING["sleep"],
    "quit": LEAVING["quit"],
    "learn_voice": Cell(adjustments.learn_voice, STAYS),
    "record_on": Cell(adjustments.record_on, STAYS),
}
