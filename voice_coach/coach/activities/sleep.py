"""Asleep: within a session, or between two of a coach that stays.

A sleep within a session keeps the place for as long as the answers to the safety questions hold;
then the session is over, and whoever wakes the coach begins a new one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from voice_coach.coach import navigation, opening, volunteered
from voice_coach.coach.activity import Activity, Cell, Duty, Row, Then
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.safety import FRESH_SECONDS
from voice_coach.coach.state import State
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Situation

ALONE_SECONDS = 30 * 60.0
"""After so long a silence a resident coach falls asleep: nobody is there any more."""

SOFTLY_DB = -6.0
"""Gain at which it says so: whoever is still there may be asleep too."""


@dataclass(frozen=True, slots=True)
class Asleep(Activity):
    """Only "wake up", "help" and what means an emergency is understood.

    Attributes:
        since: the frame at which it began.
        standby: no session is under way.
    """

    since: int
    standby: bool = False

    name: ClassVar[Situation] = Situation.SLEEPING
    own_return: ClassVar[bool] = True

    @property
    def between_sessions(self) -> bool:
        """Whether no session is under way."""
        return self.standby

    def come_back(self, t: Transition) -> None:
        """Say that the coach sleeps; if it lies over nothing, nobody had woken it after all.

        Whoever has told a warning sign meanwhile has.
        """
        if len(t.stack) == 1 and t.answers.flags:
            opening.wake(t)
            return
        if len(t.stack) == 1:
            t.only(replace(self, standby=True))
        t.say("reply.asleep", Then.NOTHING)

    def duty(self, state: State) -> Duty | None:
        """End the session once the sleep has lasted too long for it to go on."""
        if self.standby:
            return None
        fresh = round(FRESH_SECONDS * state.options.rate)
        return Duty(self.since + fresh + 1, navigation.stand_by)


def alone(state: State) -> Duty | None:
    """Return when a resident coach falls asleep if it hears nothing until then.

    It never does while a pad is on, in an emergency, or while something goes on.
    """
    if not state.options.resident or not state.session:
        return None
    if state.skin.on is not None or "emergency" in state.answers.flags:
        return None
    if state.situation in (Situation.SLEEPING, Situation.OVER):
        return None
    if state.speech.saying is not None or state.breath is not None:
        return None
    due = state.prompting.busy_at + round(ALONE_SECONDS * state.options.rate)
    return Duty(due, _leave_alone)


def _leave_alone(t: Transition) -> None:
    """Nobody has answered for long: fall asleep, with one soft sentence, and at night with none."""
    navigation.fall_asleep(t, SOFTLY_DB, aloud=not t.surroundings.quiet)


def tell_of_microphone(t: Transition) -> None:
    """Asleep, say by day that the microphone is dead, or back: nobody could wake the coach."""
    if not t.options.resident or t.surroundings.quiet or t.situation is not Situation.SLEEPING:
        return
    deaf = t.surroundings.deaf
    key = "reply.trouble_silent_microphone" if deaf else "reply.trouble_ears_back"
    t.hush()
    t.say(key, Then.NOTHING)


def wake(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Wake up."""
    opening.wake(t)


ROW: Row[Activity] = {
    "wake": Cell(wake),
    "help": Cell(wake),
    "emergency": Cell(volunteered.emergency, Situation.EMERGENCY),
    "red_flag": Cell(volunteered.red_flag),
}
