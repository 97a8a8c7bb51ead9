"""Are you awake? Asked at 5 and 10 minutes of heat or ice, over whatever goes on.

Any clear answer will do, and so will any command that makes sense in what goes on below. Without
one the pad comes off early: nobody falls asleep on it. The question never makes a round longer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

from voice_coach.coach import everywhere, heat_and_ice, navigation
from voice_coach.coach.activity import STAYS, Activity, Cell, Duty, Row, Then
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.limits import Application
from voice_coach.coach.state import State
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Situation

ANSWER_SECONDS = 12.0
"""Seconds of silence after the question in which it may be answered."""

TIMES = 3
"""How often it is asked before the pad has to come off."""

LOUDER = 3.0
"""dB by which each repetition is louder."""

SOON_SECONDS = 30.0
"""After words that are no certain answer, but that something else is asked about, it is asked
again."""


@dataclass(frozen=True, slots=True)
class Awake(Activity):
    """It is asked whether the person is awake, with heat or ice on.

    Attributes:
        application: what is on.
        then: what was to follow below when the question came.
        asked: how often it was asked, without an answer.
        due: frame at which it is asked again, or at which the pad has to come off; None while
            speaking.
    """

    application: Application
    then: Then = Then.CONTINUE
    asked: int = 0
    due: int | None = None

    name: ClassVar[Situation] = Situation.AWAKE
    own_return: ClassVar[bool] = True
    see_through: ClassVar[bool] = True

    def resume(self, t: Transition) -> None:
        """Put the question, each time in other words and louder; after the last the pad comes off.

        Whatever has it put again counts, so that no noise keeps it open.
        """
        if self.asked >= TIMES:
            heat_and_ice.end_unanswered(t, t.applied)
            return
        t.replace_top(replace(self, asked=self.asked + 1, due=None))
        key = f"reply.{self.application.kind}_awake"
        t.say(key, Then.AWAIT, variant=self.asked, gain_db=self.asked * LOUDER)
        t.await_person()

    def hushed(self) -> Self:
        """Return it without the repetition that was to come."""
        return replace(self, due=None)

    def gives_way_to(self, over: Activity) -> bool:
        """It waits under everything but the alarm, which is what it would lead to."""
        return over.situation is Situation.ENDING

    def await_answer(self, t: Transition) -> None:
        """Start the time in which it may be answered."""
        t.replace_top(replace(self, due=t.now + t.frames(ANSWER_SECONDS)))

    def duty(self, state: State) -> Duty | None:
        """Ask again, or have the pad taken off, unless something is being said."""
        if self.due is None or state.speech.saying is not None:
            return None
        return Duty(self.due, self.resume)

    def unclear(self, t: Transition) -> bool:
        """Ask again at once after a no-match, which is no answer; at last wait until the end."""
        if self.asked < TIMES:
            self.resume(t)
        return True

    def pass_on(self, t: Transition, heard: IntentHeard) -> bool:
        """Have the activity below do what was said there: whoever says it is awake.

        What is in doubt is no answer; where it concerns safety it is done all the same.
        """
        if not heard.certain and not t.book.intents[heard.intent].safety:
            self.resume(t)
            return True
        t.lift()
        if not heard.certain:
            soon = t.now + t.frames(SOON_SECONDS)
            t.skin = replace(t.skin, remind_at=min(soon, t.applied.ends))
        return t.do(heard)

    def urgent(self, on: Application | None) -> bool:
        """Whether it speaks at full volume in quiet hours."""
        return True


def again(here: Awake, t: Transition, heard: IntentHeard) -> None:
    """Neither awake nor asleep: put the question again, which counts as without an answer."""
    here.resume(t)


def awake(here: Awake, t: Transition, heard: IntentHeard) -> None:
    """Awake, said for certain: say how long is left, and go on with what was interrupted."""
    if heard.certain:
        t.lift()
        # What was awaited below is put again, for it has been a while.
        then = Then.CONTINUE if here.then is Then.AWAIT else here.then
        heat_and_ice.say_application_left(t, t.applied, then)
    else:
        here.resume(t)


def done(here: Awake, t: Transition, heard: IntentHeard) -> None:
    """The pad is off, said in so many words; where that is in doubt, ask."""
    if heard.certain and heard.value != "bare":
        t.lift()
        navigation.application_off(t, here.application)
    else:
        t.confirm(replace(heard, value=heat_and_ice.OFF, certain=False))


def below(here: Awake, t: Transition, heard: IntentHeard) -> None:
    """Stop, or a hold of the button: it is for what goes on below."""
    here.pass_on(t, heard)


ROW: Row[Awake] = {
    "stop": Cell(below),
    "yes": Cell(awake),
    "still_on": Cell(awake, with_pad=True),
    "done": Cell(done),
    "no": Cell(everywhere.drowsy, Situation.ENDING),
    "unsure": Cell(everywhere.drowsy, Situation.ENDING),
    "drowsy": Cell(everywhere.drowsy, Situation.ENDING),
    "not_yet": Cell(again, STAYS),
    "repeat": Cell(again, STAYS),
    "good_news": Cell(again, STAYS),  # praise is said half asleep, too
    "all_well": Cell(again, STAYS),
}
