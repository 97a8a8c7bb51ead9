"""Take it off: the alarm at the end of heat or ice, which only "it is off" ends.

That has to be heard for certain, or to be a yes to "Is it off your skin?" before the alarm has
sounded again. Everything else gets that question, or what to do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

from voice_coach.coach import calling, concerns, everywhere, navigation, status, volunteered
from voice_coach.coach.activity import STAYS, Activity, Cell, Duty, Row, Then
from voice_coach.coach.events import Earcon, IntentHeard
from voice_coach.coach.everywhere import EVERYWHERE
from voice_coach.coach.limits import Application
from voice_coach.coach.loudness import loudness
from voice_coach.coach.state import State
from voice_coach.coach.transition import Transition, nth
from voice_coach.understanding.book import Book, Situation
from voice_coach.understanding.place import Place

ALERT_EVERY = (10.0, 7.0, 5.0)
"""Seconds of silence, in which the answer is heard, between the repeats of "take it off": fewer
each time, and each repeat louder by ALERT_LOUDER."""

ALERT_LOUDER = 2.0
"""dB."""

SOUND_DB, SOUND_LOUDER = -9.0, 3.0
"""Gain of the first sound that wakes, above the coach's voice, and by how much each is louder, in
dB. It rises to full scale, also where a softer voice was asked for."""


@dataclass(frozen=True, slots=True)
class TakeOff(Activity):
    """Heat or ice has to come off.

    Attributes:
        application: what has to come off.
        alerts: how often that has been said.
        alert_at: frame at which it is said again; None while speaking.
        off_asked: it was asked whether it is off, and the alarm has not been given since.
    """

    application: Application
    alerts: int = 0
    alert_at: int | None = None
    off_asked: bool = False

    name: ClassVar[Situation] = Situation.ENDING

    def resume(self, t: Transition) -> None:
        """Say to take it off: louder and more often each time, until answered."""
        said = self.alerts
        t.replace_top(replace(self, alerts=said + 1, alert_at=None, off_asked=False))
        # Quiet hours don't soften it.
        awake_db = SOUND_DB + said * SOUND_LOUDER + t.preferences.volume_db - loudness(t)
        t.actions.append(Earcon("alarm", awake_db))
        # The first variant says that time is up.
        variant = said if t.now >= self.application.ends else said + 1
        key = f"reply.{self.application.kind}_end"
        t.say(key, Then.AWAIT, gain_db=said * ALERT_LOUDER, variant=variant)

    def hushed(self) -> Self:
        """Return it without the alarm that was to come."""
        return replace(self, alert_at=None)

    def gives_way_to(self, over: Activity) -> bool:
        """Nothing lies over an alarm: it comes again by itself."""
        return True

    def ask_about(self, t: Transition, heard: IntentHeard) -> None:
        """Put the question about a warning sign once the pad is off: it lies under the alarm."""
        if heard.intent == "dizzy":
            t.say("reply.dizzy", Then.NOTHING)
        below = (a for a in t.stack[:-1] if a.situation is not Situation.CONFIRMING)
        t.stack = (*below, t.activities.confirm(heard), self)
        self.resume(t)

    def await_answer(self, t: Transition) -> None:
        """Start the time after which the alarm is given again."""
        seconds = nth(ALERT_EVERY, self.alerts - 1)
        t.replace_top(replace(self, alert_at=t.now + t.frames(seconds)))

    def duty(self, state: State) -> Duty | None:
        """Give the alarm again, unless something is being said."""
        if self.alert_at is None or state.speech.saying is not None:
            return None
        return Duty(self.alert_at, self.resume)

    def place(self, book: Book) -> Place:
        """Return where somebody speaks."""
        return Place.ENDING

    def urgent(self, on: Application | None) -> bool:
        """Whether it speaks at full volume in quiet hours."""
        return True

    def say(self, t: Transition, key: str, *, off_asked: bool = False) -> None:
        """Say something as loud as the alarm, which comes again by itself."""
        t.replace_top(replace(self, off_asked=off_asked))
        louder = max(0, self.alerts - 1) * ALERT_LOUDER
        t.say(key, Then.AWAIT, gain_db=louder)


def ask_off(here: TakeOff, t: Transition, heard: IntentHeard) -> None:
    """Nothing that says it is off: ask."""
    here.say(t, "reply.off_ask", off_asked=True)


def said_off(here: TakeOff, t: Transition, heard: IntentHeard) -> None:
    """It is off, said in so many words; where that is in doubt, ask."""
    if heard.certain and heard.value != "bare":
        navigation.application_off(t, here.application)
    else:
        ask_off(here, t, heard)


def yes_off(here: TakeOff, t: Transition, heard: IntentHeard) -> None:
    """Yes: it is off if that was asked; to anything else it is no answer."""
    if heard.certain and here.off_asked:
        navigation.application_off(t, here.application)
    else:
        ask_off(here, t, heard)


def not_off(here: TakeOff, t: Transition, heard: IntentHeard) -> None:
    """It is still on, or nobody knows: say what to do."""
    here.say(t, f"reply.{here.application.kind}_not_off")


def stuck(here: TakeOff, t: Transition, heard: IntentHeard) -> None:
    """The person cannot get it off alone: say what helps."""
    here.say(t, f"reply.{here.application.kind}_stuck")


def alarm_again(here: TakeOff, t: Transition, heard: IntentHeard) -> None:
    """It has to come off, and that is being said already: say it at once."""
    _no_slip(t)
    here.resume(t)


def hurts(here: TakeOff, t: Transition, heard: IntentHeard) -> None:
    """It hurts: ask whether it is off."""
    _no_slip(t)
    ask_off(here, t, heard)


def _no_slip(t: Transition) -> None:
    """It comes off for a reason: nobody stopped it by accident."""
    t.skin = replace(t.skin, slip=False)


def lying_on(here: TakeOff, t: Transition, heard: IntentHeard) -> None:
    """A pad under the body cannot be taken off: off it first."""
    t.say("reply.roll_off", Then.CONTINUE)


def call_out(here: TakeOff, t: Transition, heard: IntentHeard) -> None:
    """Call out once, and then give the alarm; the calling goes on once the pad is off."""
    below = (a for a in t.stack[:-1] if a.situation is not Situation.CALLING)
    t.stack = (*below, t.activities.calling(), here)
    calling.call(t, Then.NOTHING)
    here.resume(t)


def carer(here: TakeOff, t: Transition, heard: IntentHeard) -> None:
    """Somebody is there: they can take it off."""
    here.say(t, "reply.carer_off")


def help_(here: TakeOff, t: Transition, heard: IntentHeard) -> None:
    """Say what can be said here; the alarm comes again by itself."""
    t.replace_top(replace(here, off_asked=False))
    status.say_help(t, Then.AWAIT)


ROW: Row[TakeOff] = {
    **EVERYWHERE,
    "done": Cell(said_off),
    "yes": Cell(yes_off),
    "stop": Cell(ask_off, STAYS),
    "next": Cell(ask_off, STAYS),
    "resume": Cell(ask_off, STAYS),
    "pause": Cell(ask_off, STAYS),
    "hurts": Cell(hurts, STAYS),
    "no": Cell(not_off, STAYS),
    "not_yet": Cell(not_off, STAYS),
    "still_on": Cell(not_off, STAYS, with_pad=True),
    "unsure": Cell(not_off, STAYS),
    "lying_on": Cell(lying_on, STAYS),
    "stuck": Cell(stuck, STAYS),
    "too_hot": Cell(alarm_again, STAYS),
    "drowsy": Cell(alarm_again, STAYS),
    "help": Cell(help_, STAYS),
    "more": Cell(alarm_again, STAYS),
    **dict.fromkeys(concerns.CONCERNS, Cell(alarm_again, STAYS)),
    "how_long": Cell(alarm_again, STAYS),
    "call_help": Cell(stuck, STAYS),
    "call_out": Cell(call_out, STAYS),
    "somebody_here": Cell(carer, STAYS),
    "carer": Cell(carer, STAYS),
    "dizzy": Cell(volunteered.dizzy, STAYS),
    "repeat": Cell(everywhere.again),
    "back": Cell(everywhere.again),
}
