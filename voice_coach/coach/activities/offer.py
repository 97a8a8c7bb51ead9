"""Two offers after heat or ice: ice, once the pain has fallen; and a round stopped by accident.

Nothing begins by itself: ice begins with its own questions, and the round only with a clear word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from voice_coach.coach import everywhere, heat_and_ice, navigation, safety, undo
from voice_coach.coach.activity import STAYS, TOPIC, Activity, Cell, Row, Then
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.everywhere import EVERYWHERE, LEAVING
from voice_coach.coach.limits import Application
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Situation


@dataclass(frozen=True, slots=True)
class Offer(Activity):
    """Something is offered after heat or ice; without an answer the session goes on."""

    name: ClassVar[Situation] = Situation.OFFERED

    @property
    def key(self) -> str:
        """The text that offers it."""
        return "reply.ice_offer"

    def resume(self, t: Transition) -> None:
        """Offer it."""
        t.say(self.key, Then.AWAIT, variant=t.prompting.asked)
        t.await_person()

    def reprompt(self, t: Transition, asked: int) -> None:
        """Offer it again, in other words."""
        self.resume(t)

    def dropped_unanswered(self) -> bool:
        """Whether nobody's answer means no."""
        return True

    def accept(self, t: Transition) -> None:
        """Begin ice with its questions."""
        t.lift()
        navigation.open_topic(t, "ice")

    def begin(self, t: Transition) -> None:
        """Begin what is offered, for somebody says that they are ready."""
        self.accept(t)

    def decline(self, t: Transition) -> None:
        """Leave it out."""
        t.lift()
        navigation.come_back(t)


@dataclass(frozen=True, slots=True)
class OfferAgain(Offer):
    """A round that was stopped in its first half minute may go on, for a little while.

    Attributes:
        application: what has been taken off.
        off: the frame at which that was.
    """

    application: Application
    off: int

    @property
    def key(self) -> str:
        """The text that offers it."""
        return "reply.put_back"

    def accept(self, t: Transition) -> None:
        """It has to be back in place first."""
        t.say(self.key, Then.AWAIT, variant=1)
        t.await_person()

    def begin(self, t: Transition) -> None:
        """Go on with the round, unless it is too late for that, or barred by now."""
        if safety.now_barred(t) or not heat_and_ice.put_back(t, self.application, self.off):
            self.decline(t)


def yes(here: Offer, t: Transition, heard: IntentHeard) -> None:
    """Yes, if that was heard for certain."""
    if heard.certain:
        here.accept(t)
    else:
        here.resume(t)


def begin(here: Offer, t: Transition, heard: IntentHeard) -> None:
    """Start, or go on, if that was heard for certain."""
    if heard.certain:
        here.begin(t)
    else:
        here.resume(t)


def back(here: Offer, t: Transition, heard: IntentHeard) -> None:
    """Go back to what was stopped; "I meant no" is about whether the pad is off."""
    if heard.value == undo.UNDO or not isinstance(here, OfferAgain):
        undo.reopen(here, t, heard)
    else:
        begin(here, t, heard)


def no(here: Offer, t: Transition, heard: IntentHeard) -> None:
    """No, or something else than what is offered."""
    here.decline(t)


def take_time(here: Offer, t: Transition, heard: IntentHeard) -> None:
    """Not yet: there is no hurry."""
    t.say("reply.take_time", Then.AWAIT)
    t.await_person()


def topic(here: Offer, t: Transition, heard: IntentHeard) -> None:
    """What was stopped, asked for by its name, has to be back in place; all else begins."""
    kind = t.book.routines[t.book.topics()[heard.intent]].situation
    if isinstance(here, OfferAgain) and kind == here.application.kind:
        here.accept(t)
    else:
        navigation.open_topic(t, heard.intent)


ROW: Row[Offer] = {
    **EVERYWHERE,
    **LEAVING,
    TOPIC: Cell(topic),
    "yes": Cell(yes),
    "start": Cell(begin),
    "resume": Cell(begin),
    "back": Cell(back),
    "no": Cell(no),
    "unsure": Cell(no),
    "stop": Cell(no),
    "next": Cell(no),
    "skip": Cell(no),
    "done": Cell(no),
    "not_yet": Cell(take_time, STAYS),
    "repeat": Cell(everywhere.again, STAYS),
}
