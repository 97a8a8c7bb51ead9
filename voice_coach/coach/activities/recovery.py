"""Recovery: after an interruption of the program, the pad is asked about, and where to go on.

How a session comes to that is in opening.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from voice_coach.coach import everywhere, heat_and_ice, navigation, run_routine, safety
from voice_coach.coach.activity import Activity, Cell, Row, Then
from voice_coach.coach.events import IntentHeard, SessionResumed
from voice_coach.coach.everywhere import EVERYWHERE, LEAVING
from voice_coach.coach.in_routine import Beat, BeatKind, Position, beats
from voice_coach.coach.limits import Application
from voice_coach.coach.state import Answers, Offer
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Book, Situation


@dataclass(frozen=True, slots=True)
class Recovery(Activity):
    """It is asked whether the pad is off, and then whether to go on.

    Attributes:
        offer: what is offered.
        still_on: the person said that the pad is still on.
    """

    offer: Offer
    still_on: bool = False

    name: ClassVar[Situation] = Situation.TAKING_UP

    def pad(self, on: Application | None) -> Application | None:
        """Return the pad about which it is now asked whether it is off."""
        return None if self.still_on else on

    def resume(self, t: Transition) -> None:
        """Ask what is still to be asked: whether the pad is off, then whether to go on."""
        on, place = self.pad(t.skin.on), self.offer.place
        if on is not None:
            if on.ends <= t.now:
                heat_and_ice.alarm(t, on)
            else:
                t.say(f"reply.{on.kind}_still", Then.AWAIT, variant=t.prompting.asked)
                t.await_person()
        elif place is not None and _timed(t.book, place):
            _go_past_timer(t, place)
        elif not self.offer.asked:
            _start_over(t)
        elif place is not None and safety.barred_at(t, place):
            _go_on(t, self.offer)  # it would be offered in vain
        else:
            self._ask_place(t)

    def _ask_place(self, t: Transition) -> None:
        place, asked = self.offer.place, t.prompting.asked
        if asked == 0:
            situation = t.book.routines[place.routine].situation if place else Situation.MENU
            t.say(f"reply.was_{situation}", Then.NOTHING)
            if place is not None and situation is not Situation.CHECKING:
                t.cue(f"{place.routine}.{place.find(t.book).id}.name", Then.NOTHING)
        t.say("reply.go_on_there", Then.AWAIT, variant=asked)
        t.await_person()

    def reprompt(self, t: Transition, asked: int) -> None:
        """Ask again, more briefly."""
        self.resume(t)

    def urgent(self, on: Application | None) -> bool:
        """Whether it speaks at full volume in quiet hours: while something is on the skin."""
        return on is not None


def _timed(book: Book, place: Position) -> bool:
    return place.find(book).timer is not None


def _go_past_timer(t: Transition, place: Position) -> None:
    """The place is the timer itself: return to it, or go on to what follows it."""
    _note(t)
    if t.skin.on is not None:
        heat_and_ice.return_to_application(t, t.skin.on)
        return
    after = beats(place.find(t.book)).index(Beat(BeatKind.TIMER)) + 1
    run_routine.do_beat(t, t.enter(place.at_beat(after)))


def _note(t: Transition) -> None:
    t.actions.append(SessionResumed())


def _say_still_on(t: Transition, here: Recovery, on: Application) -> None:
    """The pad is not off: its time goes on for what is left of it."""
    t.replace_top(replace(here, still_on=True))
    place = here.offer.place
    if place is not None and _timed(t.book, place):
        _go_past_timer(t, place)
    else:
        heat_and_ice.say_application_left(t, on, Then.CONTINUE)


def _go_on(t: Transition, offer: Offer) -> None:
    """Go on at the step at which the session was interrupted."""
    place = offer.place
    _note(t)
    if place is None:
        navigation.home(t)
    elif place.routine in safety.QUESTIONS:
        t.answers = replace(t.answers, question=place)
        safety.open_question(t)
        t.say("reply.resumed", Then.CONTINUE)
    elif safety.barred_at(t, place):
        navigation.home(t)
    else:
        here = t.enter(place)
        if place.step not in here.allowed(t.book, t.answers.flags):
            run_routine.next_step(t, here)
        elif offer.hurt:
            t.lay(t.activities.ease())
            t.top.come_back(t)
        else:
            t.say("reply.resumed", Then.CONTINUE)


def _start_over(t: Transition) -> None:
    """Begin with the welcome and all its questions; only what the skin has had still counts.

    No earlier answer holds any longer, so a pad comes off first.
    """
    t.answers = Answers(quitting=t.answers.quitting)
    t.replace_top(Recovery(Offer()))
    if t.skin.on is None:
        navigation.open_routine(t, safety.WELCOME)
    else:
        heat_and_ice.alarm(t, t.skin.on)


# --- what is answered


def yes(here: Recovery, t: Transition, heard: IntentHeard) -> None:
    """Yes: the pad is off, if that was heard for certain; or go on there."""
    on = here.pad(t.skin.on)
    if on is not None:
        _off(t, here, heard, on)
    else:
        _go_on(t, here.offer)


def no(here: Recovery, t: Transition, heard: IntentHeard) -> None:
    """No: the pad is still on; or begin again."""
    on = here.pad(t.skin.on)
    if on is not None:
        _say_still_on(t, here, on)
    else:
        _start_over(t)


def unsure(here: Recovery, t: Transition, heard: IntentHeard) -> None:
    """Not sure: the careful answer to each."""
    on = here.pad(t.skin.on)
    if on is not None:
        heat_and_ice.end_application(t, on)
    else:
        _start_over(t)


def go_on(here: Recovery, t: Transition, heard: IntentHeard) -> None:
    """Go on; that says nothing of the pad."""
    if here.pad(t.skin.on) is not None:
        here.resume(t)
    else:
        _go_on(t, here.offer)


def done(here: Recovery, t: Transition, heard: IntentHeard) -> None:
    """Done: the pad is off; it says nothing of where to go on."""
    on = here.pad(t.skin.on)
    if on is not None and heard.value != "bare":  # put aside is not off
        _off(t, here, heard, on)
    else:
        here.resume(t)


def _off(t: Transition, here: Recovery, heard: IntentHeard, on: Application) -> None:
    if heard.certain:
        navigation.application_off(t, on)
    else:
        here.resume(t)


def still_on(here: Recovery, t: Transition, heard: IntentHeard) -> None:
    """The pad is still on: its time goes on, and that is said."""
    if here.still_on:
        heat_and_ice.say_application_left(t, t.applied, Then.CONTINUE)
    else:
        _say_still_on(t, here, t.applied)


def lying_on(here: Recovery, t: Transition, heard: IntentHeard) -> None:
    """A pad under the body is still on: off it, and the pad on top."""
    t.say("reply.on_top", Then.NOTHING)
    still_on(here, t, heard)


def stop(here: Recovery, t: Transition, heard: IntentHeard) -> None:
    """Stop: what is on comes off; else there is nothing to stop but the asking."""
    if t.skin.on is not None:
        heat_and_ice.end_application(t, t.skin.on)
    else:
        everywhere.quiet(here, t, heard)


ROW: Row[Recovery] = {
    **EVERYWHERE,
    **LEAVING,
    "stop": Cell(stop),
    "yes": Cell(yes),
    "no": Cell(no),
    "not_yet": Cell(no),
    "still_on": Cell(still_on, with_pad=True),
    "unsure": Cell(unsure),
    "lying_on": Cell(lying_on, with_pad=True),
    "done": Cell(done),
    "resume": Cell(go_on),
    "next": Cell(go_on),
    "repeat": Cell(everywhere.again),
}
