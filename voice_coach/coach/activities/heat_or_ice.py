"""Heat or ice: the questions about who may have it, and how it is put on.

Its time goes on beside every other activity: see heat_and_ice.py and limits.py. take_off.py is the
alarm at its end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from voice_coach.coach import everywhere, heat_and_ice, navigation
from voice_coach.coach.activities import step_by_step
from voice_coach.coach.activities.step_by_step import ALL, Guided, go_on
from voice_coach.coach.activity import STAYS, Cell, Row, Then
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.in_routine import BeatKind
from voice_coach.coach.state import State
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Book
from voice_coach.understanding.place import Place


@dataclass(frozen=True, slots=True)
class HeatOrIce(Guided):
    """Heat or ice is asked about, put on, or timed."""

    def place(self, book: Book) -> Place:
        """Return where somebody speaks: at its questions, putting it on, or with it on."""
        step, doing = self.step(book), self.doing(book)
        if step.timer is not None and doing is not BeatKind.ASK:
            return Place.HEAT
        if step.ask is not None and doing in (BeatKind.ASK, BeatKind.SAY):
            return Place.HEATASK
        return Place.HEATREADY if step.ready is not None else Place.HEATASK

    def help_topic(self, state: State, book: Book) -> str:
        """Return the key of what can be said here."""
        topic = Guided.help_topic(self, state, book)
        before = topic == str(self.kind) and state.skin.on is None
        return "getting_ready" if before else topic


def stop(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """Stop: what is on comes off."""
    if t.skin.on is not None:
        heat_and_ice.stop_application(t, t.skin.on)
    else:
        everywhere.stop(here, t, heard)


def done(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """Done: the pad is in place, or off."""
    if t.skin.on is None:
        step_by_step.done(here, t, heard)
    elif heard.value is None and here.place(t.book) is Place.HEAT:
        everywhere.done(here, t, replace(heard, value=heat_and_ice.OFF))
    else:
        everywhere.done(here, t, heard)


def still_on(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """It is still on, as it should be: say how long it has left."""
    heat_and_ice.say_application_left(t, t.applied, heat_and_ice.after_timer(t))


def lying_on(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """A pad under the body is too hot: off it, and the pad on top."""
    if t.skin.on is not None:
        t.say("reply.on_top", heat_and_ice.after_timer(t))
    else:
        t.say("reply.not_under", Then.CONTINUE)


def stuck(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """The person cannot reach the pad, or cannot put it on."""
    if t.skin.on is not None:
        everywhere.stuck(here, t, heard)
    else:
        t.say("reply.stuck_ready", Then.CONTINUE)


def too_hot(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """It is too hot, or too cold: it comes off, or is changed before it is put on."""
    if t.skin.on is not None:
        everywhere.too_hot(here, t, heard)
    else:
        t.say("reply.too_hot", Then.CONTINUE)


def drowsy(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """Nobody falls asleep on a pad: it comes off, or is left out."""
    if t.skin.on is not None:
        everywhere.drowsy(here, t, heard)
    else:
        t.say("reply.drowsy_refuse", Then.NOTHING)
        navigation.home(t)


ROW: Row[Guided] = {
    **ALL,
    "stop": Cell(stop),
    "start": Cell(go_on),
    "done": Cell(done),
    "still_on": Cell(still_on, STAYS, with_pad=True),
    "lying_on": Cell(lying_on, STAYS),
    "stuck": Cell(stuck),
    "too_hot": Cell(too_hot),
    "drowsy": Cell(drowsy),
}
