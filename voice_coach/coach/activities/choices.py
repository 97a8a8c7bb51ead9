"""The choices of a situation, read one by one for somebody who has a button and no voice.

Three presses begin it, over what goes on then. After each choice there is time to press: that
takes it, as if its words had been said. After two times round it is quiet until the next
press. Words are understood as they are in what lies below, and end it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import ClassVar, Self, assert_never

from voice_coach.coach import navigation
from voice_coach.coach.activity import Activity, Duty, Row, Then
from voice_coach.coach.limits import Application
from voice_coach.coach.state import State
from voice_coach.coach.transition import Transition
from voice_coach.coach.volunteered import ALERTING
from voice_coach.understanding.book import Situation

WAIT_SECONDS = 2.0
"""Seconds after a choice in which a press takes it. The reaction to a word one has waited for takes
under a second, and twice that with pain and age; longer makes a round of twelve tedious."""

ROUNDS = 2
"""How often the choices are read; one time where an alarm or a call for help has to go on."""

USUAL = (
    *("unsure", "repeat", "why", "back", "hurts", "stop", "emergency", "stuck", "ease", "skip"),
    *("breathe", "stretch", "heat", "ice", "imagery", "too_hot", "other_side", "dizzy", "drowsy"),
    *("pause", "how_long", "slower", "faster", "more_breaths", "fewer_breaths", "louder"),
    *("speak_slower", "speak_faster", "quieter", "medicine", "prevention", "pain", "history"),
    *("somebody_here", "call_help", "call_out", "record_off", "sleep", "quit"),
)
"""The order in which what is understood is offered, unless a situation has an order of its own.
What one or two presses mean (yes, no, "next") is not among it; nor is what needs words of one's
own, such as a warning sign, for which "emergency" stands."""

_MOVING = ("hurts", "ease", "repeat", "skip", "back", "stop", "emergency", "other_side", "slower")

FIRST = {
    Situation.MENU: ("breathe", "stretch", "heat", "ice", "imagery", "hurts", "emergency"),
    Situation.STRETCHING: _MOVING,
    Situation.BREATHING: ("slower", "faster", *_MOVING),
    Situation.IMAGERY: ("slower", "faster", *_MOVING),
    Situation.EASING: ("ease", "skip", "breathe", "emergency"),
    Situation.CONFIRMING: ("repeat", "unsure", "emergency"),
}
"""What comes first in a situation; the rest follows in the usual order."""

SCORES = range(11)
"""The pain scores, one by one."""

ALONE = {
    Situation.ENDING: ("done", "stuck", "emergency"),
    Situation.EMERGENCY: ("breathe", "call_out", "done", "stuck", "back", "repeat"),
}
"""All that is offered where the reading holds up an alarm, or the call for help."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the choices.

    Attributes:
        intent: what it means, as if said.
        value: of the intent.
        key: of the text in the book.
        variant: of that text.
    """

    intent: str
    value: int | str | None
    key: str
    variant: int = 0


class Wish(Enum):
    """What a press asks for that no word does."""

    CHOICES = "the choices, from the first one"
    ANOTHER = "the next choice"
    AGAIN = "what is being asked, once more"
    ON = "on with what lies below the choices"


@dataclass(frozen=True, slots=True)
class Choices(Activity):
    """The choices are read one by one, and a press takes the one just said.

    Attributes:
        offered: the choices, never empty.
        at: the one that is being said, or was said last.
        rounds: how often all of them have been read.
        heard_at: frame at which that one had been said to its end; None until it has.
        missed: from and to which frame a press was for the one before: presses are counted for a
            while before the coach learns of them.
        quiet: all have been read often enough, and nothing more is said.
        alerting: an alarm or the call for help lies below, and goes on soon.
    """

    offered: tuple[Choice, ...]
    at: int = 0
    rounds: int = 0
    heard_at: int | None = None
    missed: tuple[int, int] | None = None
    quiet: bool = False
    alerting: bool = False

    name: ClassVar[Situation] = Situation.CHOOSING
    own_return: ClassVar[bool] = True

    def taken(self, since: int) -> Choice | None:
        """Return the choice that a press takes which began at a frame; None for none."""
        if self.missed is not None and self.missed[0] <= since < self.missed[1]:
            return self.offered[self.at - 1]
        if self.heard_at is not None and since >= self.heard_at and not self.quiet:
            return self.offered[self.at]
        return None

    def resume(self, t: Transition) -> None:
        """Say the present choice."""
        if not self.quiet:
            choice = self.offered[self.at]
            t.say(choice.key, Then.AWAIT, variant=choice.variant)

    def hushed(self) -> Self:
        """Return it as it is once the present choice is cut short: it will be said again."""
        return replace(self, heard_at=None, missed=None)

    def gives_way_to(self, over: Activity) -> bool:
        """It is dropped for anything else."""
        return True

    def await_answer(self, t: Transition) -> None:
        """The choice has been said: from now on a press takes it."""
        t.replace_top(replace(self, heard_at=t.now))

    def duty(self, state: State) -> Duty | None:
        """Go on to the next choice, unless something is being said."""
        if self.heard_at is None or self.quiet or state.speech.saying is not None:
            return None
        return Duty(self.heard_at + round(WAIT_SECONDS * state.options.rate), another)

    def urgent(self, on: Application | None) -> bool:
        """Whether it speaks at full volume in quiet hours: as what lies below."""
        return self.alerting


ROW: Row[Choices] = {}
"""What is understood while they are read is what is understood below: see `State.listening`."""


def another(t: Transition) -> None:
    """Go on to the next choice, or be done after the last one."""
    here = t.top
    assert isinstance(here, Choices)
    missed = None if here.heard_at is None else (here.heard_at, t.now)
    at, rounds = here.at + 1, here.rounds
    if at == len(here.offered):
        at, rounds = 0, rounds + 1
    here = replace(here, at=at, rounds=rounds, heard_at=None, missed=missed)
    t.replace_top(here)
    if rounds == (1 if here.alerting else ROUNDS):
        _read_all(t, here)
    else:
        here.resume(t)


def _read_all(t: Transition, here: Choices) -> None:
    """All have been read: go on with an alarm or the call for help, or else be quiet."""
    if here.alerting:
        go_on(t)
    else:
        t.replace_top(replace(here, quiet=True))
        t.say("reply.choices_over", Then.NOTHING)


def go_on(t: Transition) -> None:
    """End the reading, and go on with what lies below."""
    t.lift_off(Situation.CHOOSING)
    navigation.come_back(t)


def read(t: Transition, can: frozenset[str]) -> None:
    """Read the choices from the first one.

    Args:
        t: the transition; the coach has been hushed.
        can: what is understood now.
    """
    t.lift_off(Situation.CHOOSING)
    offered = choices_of(t, can)
    if not offered:
        navigation.come_back(t)
        return
    # Nothing of what lies below gives way: all of it goes on after this.
    t.stack = (*t.stack, Choices(offered, alerting=t.situation in ALERTING))
    t.say("reply.choices", Then.NOTHING)
    t.top.resume(t)


def do(t: Transition, wish: Wish, can: frozenset[str]) -> None:
    """Do what a press asks for that no word does; the coach has been hushed."""
    match wish:
        case Wish.CHOICES:
            read(t, can)
        case Wish.ANOTHER:
            another(t)
        case Wish.AGAIN:
            navigation.come_back(t)
        case Wish.ON:
            go_on(t)
        case _:
            assert_never(wish)


def choices_of(t: Transition, can: frozenset[str]) -> tuple[Choice, ...]:
    """Return the choices of what goes on, the most useful first.

    Args:
        t: the transition.
        can: what is understood now.
    """
    first = FIRST.get(t.situation, ())
    order = ALONE.get(t.situation, tuple(dict.fromkeys((*first, "done", *USUAL))))
    scores = [Choice("number", n, "reply.choice_number", n) for n in SCORES]
    others = [_choice(t, intent) for intent in order if intent in can]
    return (*(scores if "number" in can else ()), *(choice for choice in others if choice))


def _choice(t: Transition, intent: str) -> Choice | None:
    """Return a choice as it is said here; None where it isn't to be had by a press."""
    key = f"reply.choice_{intent}"
    if intent == "done":
        if t.situation is Situation.EMERGENCY:
            return Choice(intent, None, "reply.choice_called")
        # That it is off is asked first; without a pad on, "done" is what one press means.
        return Choice(intent, "bare", key) if t.skin.on is not None else None
    if intent in ("slower", "faster") and t.situation is Situation.MENU:
        return None  # there it is about the speech, and offered as that
    if intent == "too_hot":
        return Choice(intent, None, key, int(t.skin.on is not None and t.skin.on.kind == "ice"))
    if intent in ("skip", "drowsy") and t.situation in (Situation.HEAT, Situation.ICE):
        return None if t.skin.on is None else Choice(intent, None, key)
    return Choice(intent, None, key)
