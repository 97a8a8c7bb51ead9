"""The menu: nothing goes on, and the person says what they would like."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from voice_coach.coach import adjustments, everywhere, navigation, safety, status, undo
from voice_coach.coach.activity import STAYS, Activity, Cell, Row, Then
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.everywhere import EVERYWHERE, LEAVING
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Situation

MORE_SECONDS = 6.0
"""Seconds of silence after the first choices before the rest of them is said: whoever knows by
then what to ask for need not hear it."""


@dataclass(frozen=True, slots=True)
class Menu(Activity):
    """The person is asked what they would like, though in quiet hours only once.

    Whoever doesn't answer at once hears more; only after that the pain is asked, which delays
    nothing then.
    """

    name: ClassVar[Situation] = Situation.MENU
    own_return: ClassVar[bool] = True
    asks_at_night: ClassVar[bool] = False

    def resume(self, t: Transition) -> None:
        """Wait for the answer."""
        t.await_person()
        t.expect_answer(MORE_SECONDS if _more_is_due(t) else None)

    def come_back(self, t: Transition) -> None:
        """Say what there is."""
        navigation.home(t)

    def reprompt(self, t: Transition, asked: int) -> None:
        """Say the rest of what there is, then ask the pain, then say what there is in short."""
        if _more_is_due(t):
            t.say("reply.menu_more", Then.AWAIT)
            navigation.gather(t, Then.AWAIT)
        elif _is_first(t) and t.answers.pain is None:
            navigation.open_routine(t, "pain")
        else:
            t.say("reply.still_menu", Then.AWAIT, variant=asked)


def _is_first(t: Transition) -> bool:
    """Whether the choices were said once."""
    return t.speech.turns.get("reply.menu") == 1


def _more_is_due(t: Transition) -> bool:
    """Whether only the first choices were said."""
    return _is_first(t) and "reply.menu_more" not in t.speech.turns


def start(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Start with the first exercise."""
    navigation.open_topic(t, "stretch" if t.answers.flags.isdisjoint(safety.CAREFUL) else "breathe")


def finish(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Done, where nothing is going on: ask whether the whole session is meant."""
    t.confirm(replace(heard, intent="quit"))


def help_(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Say what can be said here; after a warning sign that is not much."""
    if not t.answers.flags.isdisjoint(safety.CAREFUL):
        navigation.home(t)
    else:
        status.say_help(t, Then.CONTINUE)


ROW: Row[Activity] = {
    **EVERYWHERE,
    **LEAVING,
    "stop": Cell(everywhere.quiet, STAYS),
    "help": Cell(help_),
    "start": Cell(start),
    "next": Cell(everywhere.again),
    "resume": Cell(everywhere.again),
    "repeat": Cell(everywhere.again),
    "back": Cell(undo.reopen),
    "no": Cell(everywhere.quiet, STAYS),
    "not_yet": Cell(everywhere.quiet, STAYS),
    "done": Cell(finish, Situation.CONFIRMING),
    "slower": Cell(adjustments.speak_slower, STAYS),
    "faster": Cell(adjustments.speak_faster, STAYS),
    "history": Cell(status.history, STAYS),
    "where": Cell(status.where, STAYS),
    "learn_voice": Cell(adjustments.learn_voice, STAYS),
    "record_on": Cell(adjustments.record_on, STAYS),
}
