"""Confirm: "did you say heat?", and the one question about a warning sign that was heard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from voice_coach.coach import everywhere, heat_and_ice, navigation, opening, safety, volunteered
from voice_coach.coach.activity import STAYS, TOPIC, Activity, Cell, Row, Then, cell_for
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.everywhere import EVERYWHERE
from voice_coach.coach.transition import Transition
from voice_coach.coach.warning_signs import (
    ASKED,
    AT_ONCE,
    WORSE,
    confirm_key,
    is_flag,
    means_emergency,
)
from voice_coach.understanding.book import Book, Situation
from voice_coach.understanding.place import Place


@dataclass(frozen=True, slots=True)
class Confirm(Activity):
    """A question about something that was said; it lies over what went on.

    The question about a warning sign stands until it is answered; only an alarm lies over it.

    Attributes:
        pending: what was said.
    """

    pending: IntentHeard

    name: ClassVar[Situation] = Situation.CONFIRMING

    @property
    def asks_about(self) -> IntentHeard | None:
        """What was said."""
        return self.pending

    @property
    def about_health(self) -> bool:
        """Whether it is about the person's health: a warning sign, or an emergency."""
        return is_flag(self.pending) or self.pending.intent == "emergency"

    def resume(self, t: Transition) -> None:
        """Put the question."""
        t.say(confirm_key(self.pending), Then.AWAIT, variant=t.prompting.asked)
        t.await_person()

    def reprompt(self, t: Transition, asked: int) -> None:
        """Put the question again, in other words."""
        self.resume(t)

    def dropped_unanswered(self) -> bool:
        """Whether nobody's answer means no: not where a sign was heard for certain."""
        return not (self.pending.certain and is_flag(self.pending))

    def gives_way_to(self, over: Activity) -> bool:
        """It is dropped for anything else, but waits under an alarm if it is about a sign.

        Under the question whether the person is awake it waits in any case.
        """
        if over.situation is Situation.AWAKE:
            return False
        return not (over.situation is Situation.ENDING and is_flag(self.pending))

    def ask_about(self, t: Transition, heard: IntentHeard) -> None:
        """Something else about the person's health was said instead of an answer."""
        if not is_flag(self.pending):
            Activity.ask_about(self, t, heard)
            return
        again = heard.intent == "red_flag" and heard.certain and heard.value in AT_ONCE | ASKED
        if again and (means_emergency(self.pending) or self.pending.value == WORSE):
            volunteered.confirmed(t, self.pending)  # a second sign, or the same again
        else:
            self.resume(t)

    def place(self, book: Book) -> Place:
        """Return where somebody speaks."""
        return Place.CONFIRM


def doubt(t: Transition, heard: IntentHeard) -> None:
    """Ask whether a doubtful command was meant.

    It does not replace an open question about the person's health, nor one that is put over a
    situation in which the command makes no sense: what is heard at random would otherwise begin
    heat for somebody asleep.
    """
    open_now = t.top
    if t.situation is Situation.AWAKE and heard.intent != "emergency":
        t.top.resume(t)  # what is in doubt is no answer
        return
    if isinstance(open_now, Confirm) and heard.intent != "emergency":
        below = t.stack[-2].situation
        makes_sense = cell_for(t.activities.rows[below], heard.intent, t.book) is not None
        if open_now.about_health or not makes_sense:
            open_now.resume(t)
            return
    t.confirm(heard)


# --- the answers


def yes(here: Confirm, t: Transition, heard: IntentHeard) -> None:
    """Yes, that is what was said: do it."""
    pending = here.pending
    if pending.intent == "done" and not heard.certain:
        here.resume(t)  # it says that a pad is off
    elif here.about_health:
        volunteered.confirmed(t, pending)
    elif pending.intent == "done" and t.skin.on is None:
        t.lift_off(Situation.CONFIRMING)
        volunteered.remember_answer(t, frozenset(), pending)
        navigation.come_back(t)  # it was taken off before; only the answer was in doubt
    else:
        t.lift_off(Situation.CONFIRMING)
        _do(t, replace(pending, certain=True))


def _do(t: Transition, heard: IntentHeard) -> None:
    """Do what was said in what went on before; what makes no sense there is not done."""
    if not t.do(heard):
        navigation.come_back(t)


def no(here: Confirm, t: Transition, heard: IntentHeard) -> None:
    """No: return to what went on; work that being dizzy stopped is offered, not forced."""
    pending = here.pending
    t.lift_off(Situation.CONFIRMING)
    if here.about_health:
        volunteered.remember_answer(t, frozenset(), pending)
        t.say("reply.not_that", Then.NOTHING)
        if pending.value == WORSE and t.answers.quitting:
            navigation.say_bye(t)
            return
    elif pending.intent == "done" and t.skin.on is None:
        volunteered.remember_answer(t, frozenset(), pending)
        t.lift_off(Situation.OFFERED)  # nothing is put back that is on
        t.say("reply.pad_unknown", Then.NOTHING)
    if t.situation is Situation.SLEEPING and is_flag(pending) and pending.certain:
        opening.wake(t)
    elif pending.intent == "dizzy" and t.top.eases:
        everywhere.pause(t.top, t, heard)
    else:
        navigation.come_back(t)


def unsure(here: Confirm, t: Transition, heard: IntentHeard) -> None:
    """Not sure: the careful answer; a command that is not sure to be meant is not done."""
    if here.about_health:
        volunteered.confirmed(t, here.pending)
    else:
        no(here, t, heard)


def no_answer(here: Confirm, t: Transition, heard: IntentHeard) -> None:
    """Not yet, or back: a command is not done; to a question about a sign it is no answer."""
    if is_flag(here.pending):
        here.resume(t)
    else:
        no(here, t, heard)


def instead(here: Confirm, t: Transition, heard: IntentHeard) -> None:
    """Neither yes nor no: it goes for what the question had interrupted.

    The question about a warning sign stands: to stop is to be quiet, and the rest is no answer.
    """
    if not is_flag(here.pending):
        t.lift_off(Situation.CONFIRMING)
        _do(t, heard)
    elif heard.intent in ("stop", "pause"):
        everywhere.quiet(here, t, heard)
    else:
        here.resume(t)


def _breathes(t: Transition, heard: IntentHeard) -> bool:
    """Whether what is asked for is nothing but breathing."""
    name = t.book.topics().get(heard.intent)
    return name is not None and t.book.routines[name].situation in (
        Situation.BREATHING,
        Situation.IMAGERY,
    )


def said_again(here: Confirm, t: Transition, heard: IntentHeard) -> None:
    """The command itself, said again, is a yes; another one goes in its place."""
    if here.pending.intent == heard.intent and heard.certain:
        yes(here, t, heard)
    elif here.pending.value == WORSE and _breathes(t, heard):
        # Breathing is safe for everybody; the questions come before anything else.
        safety.forget_checked(t, safety.QUESTIONS[0])
        navigation.open_topic(t, heard.intent)
    else:
        instead(here, t, heard)


def done(here: Confirm, t: Transition, heard: IntentHeard) -> None:
    """The pad is off: what was asked, or something else, and the question stands.

    Over a doubtful command it goes for what the question had interrupted.
    """
    if here.pending.intent == "done":
        yes(here, t, heard)
    elif not here.about_health:
        # Below, a plain "done" may say that it is off; here it says nothing of the pad.
        instead(here, t, replace(heard, value=heard.value or "bare"))
    elif heard.certain and heard.value == heat_and_ice.OFF:
        navigation.application_off(t, t.applied)
    else:
        here.resume(t)


def still_on(here: Confirm, t: Transition, heard: IntentHeard) -> None:
    """It is not off: no, if that was asked."""
    if here.pending.intent == "done":
        no(here, t, heard)
    else:
        everywhere.still_on(here, t, heard)


ROW: Row[Confirm] = {
    **EVERYWHERE,
    TOPIC: Cell(said_again),
    "yes": Cell(yes),
    "no": Cell(no),
    "not_yet": Cell(no_answer),
    "unsure": Cell(unsure),
    "stop": Cell(instead),
    "pause": Cell(instead),
    "hurts": Cell(instead),
    "back": Cell(no_answer),
    "call_out": Cell(said_again),
    "breathe_for": Cell(said_again),
    "dizzy": Cell(volunteered.dizzy, STAYS),
    "done": Cell(done, with_pad=True),
    "still_on": Cell(still_on, with_pad=True),
    "repeat": Cell(everywhere.again),
}
