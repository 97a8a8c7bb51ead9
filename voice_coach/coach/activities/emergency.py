"""The emergency: it was said whom to call, and the coach stays, and coaches breathing at most."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

from voice_coach.coach import (
    concerns,
    everywhere,
    heat_and_ice,
    navigation,
    status,
    undo,
    volunteered,
)
from voice_coach.coach.activity import STAYS, TOPIC, Activity, Cell, Duty, Row, Then
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.everywhere import EVERYWHERE, LEAVING
from voice_coach.coach.in_routine import Position
from voice_coach.coach.limits import Application
from voice_coach.coach.state import State
from voice_coach.coach.transition import Transition, nth
from voice_coach.understanding.book import Situation

EMERGENCY_EVERY = (30.0, 60.0, 120.0)
"""Seconds of silence between the repeats of "call the emergency number"."""


@dataclass(frozen=True, slots=True)
class Emergency(Activity):
    """Help has to be called, or is on its way.

    Attributes:
        answered_at: the question of a routine whose answer led here; None where it was called
            out, which lies over what went on.
        alert_at: frame at which it is said again whom to call; None while speaking, or when it
            is not to be.
    """

    answered_at: Position | None = None
    alert_at: int | None = None

    name: ClassVar[Situation] = Situation.EMERGENCY
    own_return: ClassVar[bool] = True

    @property
    def where(self) -> Position | None:
        """The question to which it can be gone back."""
        return self.answered_at

    def resume(self, t: Transition) -> None:
        """Go on waiting."""
        self.await_answer(t)

    def come_back(self, t: Transition) -> None:
        """Say once more whom to call; less often as time goes by."""
        t.replace_top(replace(self, alert_at=None))
        t.answers = replace(t.answers, calls=t.answers.calls + 1)
        number = {"emergency": t.options.emergency}
        t.say("reply.red_again", Then.AWAIT, slots=number, variant=t.answers.calls - 1)

    def hushed(self) -> Self:
        """Return it without the repetition that was to come."""
        return replace(self, alert_at=None)

    def ask_about(self, t: Transition, heard: IntentHeard) -> None:
        """There is nothing left to ask."""
        if heard.intent == "dizzy":
            t.say("reply.dizzy", Then.NOTHING)
        self.come_back(t)

    def await_answer(self, t: Transition) -> None:
        """Start the time after which it is said again, unless help has been called."""
        if "called" not in t.answers.flags:
            seconds = nth(EMERGENCY_EVERY, t.answers.calls)
            t.replace_top(replace(self, alert_at=t.now + t.frames(seconds)))

    def duty(self, state: State) -> Duty | None:
        """Say again whom to call, unless something is being said."""
        if self.alert_at is None or state.speech.saying is not None:
            return None
        return Duty(self.alert_at, self.come_back)

    def urgent(self, on: Application | None) -> bool:
        """Whether it speaks at full volume in quiet hours."""
        return True


def topic(here: Emergency, t: Transition, heard: IntentHeard) -> None:
    """Breathe; pictures are breathing too, and everything else has to wait."""
    navigation.open_topic(t, "breathe" if heard.intent == "imagery" else heard.intent)


def quiet(here: Emergency, t: Transition, heard: IntentHeard) -> None:
    """Be quiet, but go on listening."""
    t.prompting = replace(t.prompting, awaiting=False)
    t.say("reply.quiet", Then.NOTHING)


def called(here: Emergency, t: Transition, heard: IntentHeard) -> None:
    """Help has been called: keep company, without repeating. "It is off" is about a pad."""
    if heard.value is not None:
        _off(here, t, heard)
        return
    t.tell("called")
    t.say("reply.red_called", Then.NOTHING)


def _off(here: Emergency, t: Transition, heard: IntentHeard) -> None:
    if t.skin.on is not None:
        everywhere.done(here, t, heard)
    else:
        here.come_back(t)


def still_on(here: Emergency, t: Transition, heard: IntentHeard) -> None:
    """A pad has to come off before help comes."""
    heat_and_ice.end_application(t, t.applied)


def lying_on(here: Emergency, t: Transition, heard: IntentHeard) -> None:
    """A pad has to come off, and first the person off it."""
    t.say("reply.roll_off", Then.NOTHING)
    heat_and_ice.alarm(t, t.applied)


def not_yet_called(here: Emergency, t: Transition, heard: IntentHeard) -> None:
    """Help has not been called yet: say whom to call."""
    t.forget("called")
    here.come_back(t)


def stuck(here: Emergency, t: Transition, heard: IntentHeard) -> None:
    """The person cannot get to the phone, or to the door: say what can be done."""
    t.say("reply.stuck_emergency", Then.AWAIT)


def how_long(here: Emergency, t: Transition, heard: IntentHeard) -> None:
    """How long: nobody knows when help comes; a pad that is on has its time."""
    if t.skin.on is not None:
        status.how_long(here, t, heard)
    else:
        t.say("reply.how_long_help", Then.AWAIT)


def back(here: Emergency, t: Transition, heard: IntentHeard) -> None:
    """Back: no emergency; where an answer led to it, its question is put again."""
    if heard.value == undo.UNDO:
        undo.undo(t)
    else:
        undo.mistaken(t)


def help_(here: Emergency, t: Transition, heard: IntentHeard) -> None:
    """Say what can be said here; the call for help is said again after a while."""
    status.say_help(t, Then.AWAIT)


ROW: Row[Emergency] = {
    **EVERYWHERE,
    TOPIC: Cell(topic),
    "stop": Cell(quiet, STAYS),
    "pause": Cell(quiet, STAYS),
    "hurts": Cell(everywhere.again, STAYS),
    "repeat": Cell(everywhere.again, STAYS),
    "done": Cell(called),
    "still_on": Cell(still_on, Situation.ENDING, with_pad=True),
    "lying_on": Cell(lying_on, Situation.ENDING, with_pad=True),
    "yes": Cell(called, STAYS),
    "not_yet": Cell(not_yet_called, STAYS),
    "stuck": Cell(stuck, STAYS),
    "call_help": Cell(stuck, STAYS),
    **dict.fromkeys(concerns.CONCERNS, Cell(everywhere.again, STAYS)),
    "help": Cell(help_, STAYS),
    "how_long": Cell(how_long, STAYS),
    "breathe_for": LEAVING["breathe_for"],
    "dizzy": Cell(volunteered.dizzy, STAYS),
    "red_flag": Cell(volunteered.red_flag, STAYS),
    "emergency": Cell(volunteered.emergency, STAYS),
    "back": Cell(back),
    "quit": LEAVING["quit"],
}
