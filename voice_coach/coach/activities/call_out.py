"""Calling out for somebody, loudly, again and again, with pauses in which the person is heard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

from voice_coach.coach import calling, everywhere
from voice_coach.coach.activity import STAYS, Activity, Cell, Duty, Row, Then
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.everywhere import EVERYWHERE, LEAVING
from voice_coach.coach.limits import Application
from voice_coach.coach.state import State
from voice_coach.coach.transition import Transition, nth
from voice_coach.understanding.book import Situation

CALL_EVERY = (8.0, 8.0, 8.0, 12.0, 20.0)
"""Seconds of silence between two calls: somebody may answer, and the person has to get a word in.
It goes on until the person ends it."""

HOW_TO_STOP_EVERY = 4
"""So many calls from one "say stop" to the next."""


@dataclass(frozen=True, slots=True)
class CallOut(Activity):
    """The coach calls out until the person says to stop; an alarm about a pad goes before it.

    Attributes:
        calls: how often it has called.
        call_at: frame of the next call; None while speaking.
    """

    calls: int = 0
    call_at: int | None = None

    name: ClassVar[Situation] = Situation.CALLING
    own_return: ClassVar[bool] = True

    def resume(self, t: Transition) -> None:
        """Go on: the next call comes after a pause."""
        self.await_answer(t)

    def come_back(self, t: Transition) -> None:
        """Call out at full volume; in an emergency, whom to call too."""
        t.replace_top(replace(self, calls=self.calls + 1, call_at=None))
        if self.calls % HOW_TO_STOP_EVERY == HOW_TO_STOP_EVERY - 1:
            t.say("reply.calling_stop", Then.AWAIT)
        calling.call(t, Then.AWAIT)

    def hushed(self) -> Self:
        """Return it without the call that was to come."""
        return replace(self, call_at=None)

    def await_answer(self, t: Transition) -> None:
        """Start the pause before the next call."""
        pause = nth(CALL_EVERY, max(0, self.calls - 1))
        t.replace_top(replace(self, call_at=t.now + t.frames(pause)))

    def duty(self, state: State) -> Duty | None:
        """Call again, unless something is being said."""
        if self.call_at is None or state.speech.saying is not None:
            return None
        return Duty(self.call_at, self.come_back)

    def urgent(self, on: Application | None) -> bool:
        """Whether it speaks at full volume in quiet hours."""
        return True


def stop(here: CallOut, t: Transition, heard: IntentHeard) -> None:
    """Stop calling, and return to what went on before."""
    t.lift()
    t.say("reply.calling_over", Then.RETURN)


def done(here: CallOut, t: Transition, heard: IntentHeard) -> None:
    """Done: stop calling; "it is off" is about a pad, and the calling goes on."""
    if t.skin.on is not None and heard.value is not None:
        everywhere.done(here, t, heard)
    else:
        stop(here, t, heard)


def hurts(here: CallOut, t: Transition, heard: IntentHeard) -> None:
    """It hurts: nothing moves now; a pad comes off, and the calling goes on."""
    if t.skin.on is not None:
        everywhere.hurts(here, t, heard)
    else:
        t.say("reply.calling_hurts", Then.CONTINUE)


def somebody_here(here: CallOut, t: Transition, heard: IntentHeard) -> None:
    """Somebody has come: stop, and say what they can ask."""
    t.lift()
    t.say("reply.somebody_here", Then.RETURN)


ROW: Row[CallOut] = {
    **EVERYWHERE,
    "stop": Cell(stop),
    "pause": Cell(stop),
    "done": Cell(done),
    "hurts": Cell(hurts),
    "somebody_here": Cell(somebody_here),
    "call_out": Cell(everywhere.again, STAYS),
    "repeat": Cell(everywhere.again, STAYS),
    "quit": LEAVING["quit"],
}
