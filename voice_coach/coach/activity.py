"""What an activity is, a row of the table, and a continuation.

An activity is a frozen dataclass in a file of `activities/`. It remembers only what it alone needs,
and says how it goes on, asks again and gives way. It imports no other activity: where one leads
to another, it names it (`Transition.activities`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, Literal, Self, TypeVar

from voice_coach.coach.events import IntentHeard
from voice_coach.coach.limits import Application
from voice_coach.understanding.book import Book, Situation
from voice_coach.understanding.place import Place

if TYPE_CHECKING:
    from voice_coach.coach.in_routine import Position
    from voice_coach.coach.state import State
    from voice_coach.coach.transition import Transition

A = TypeVar("A", bound="Activity", contravariant=True)

TOPIC: Final = "<topic>"
"""In a row, stands for every intent that begins a routine: the book says which."""

STAYS: Final = "stays"
"""In a cell: the activity on top is the same afterwards, if it remembers something else."""

BELOW: Final = "below"
"""In a cell: it is lifted, and what lies below it goes on."""

Next = Situation | Literal["stays", "below"]
"""What is on top of the stack afterwards."""


class Then(StrEnum):
    """What follows when everything that is now being said has been said: a continuation by name.

    It is part of the state, so it cannot be a function; and since the machine alone knows what the
    names stand for, no module has to import the one that goes on after it.
    """

    NOTHING = "nothing"
    CONTINUE = "continue"
    """Go on where it was interrupted: at the present beat, or the present question."""
    RETURN = "return"
    """The same after something longer, so that it is first said where this is."""
    NEXT_BEAT = "next beat"
    AWAIT = "await"
    """Await the person: an answer, or that they are ready."""
    OVER = "over"
    """The session is over."""


@dataclass(frozen=True, slots=True)
class Cell(Generic[A]):
    """What one intent does in one activity.

    Attributes:
        do: does it; the coach has been hushed before.
        to: what is on top of the stack afterwards, where that is always the same; None where it
            depends on the rest of the state. The diagram shows it, and a test proves it.
        with_pad: understood only while heat or ice is on.
    """

    do: Callable[[A, Transition, IntentHeard], None]
    to: Next | None = None
    with_pad: bool = False


Row = Mapping[str, Cell[A]]
"""Intent -> what it does. What is not in the row of an activity is not understood in it."""

AnyRow = Mapping[str, Cell[Any]]


@dataclass(frozen=True, slots=True)
class Duty:
    """What the coach does by itself at the frame `at`, if nothing happens before."""

    at: int
    do: Callable[[Transition], None]


class Activity:
    """What the person and the coach are in the middle of.

    The methods below that return nothing act on the transition, and are called with the activity
    on top of the stack.
    """

    __slots__ = ()

    name: ClassVar[Situation]
    own_return: ClassVar[bool] = False
    """It can be returned to even when a safety rule bars the routine below it (navigation.py)."""
    asks_at_night: ClassVar[bool] = True
    """Its question is repeated in quiet hours too."""
    see_through: ClassVar[bool] = False
    """What makes sense in the activity below makes sense in it, too (`pass_on`)."""
    eases: ClassVar[bool] = False
    """ "It hurts" stops it until the person says how to go on."""

    @property
    def situation(self) -> Situation:
        """The name by which prompts, places and the table know it."""
        return self.name

    @property
    def where(self) -> Position | None:
        """The place in a routine that it belongs to."""
        return None

    @property
    def asks_about(self) -> IntentHeard | None:
        """What was said and is being asked about."""
        return None

    @property
    def between_sessions(self) -> bool:
        """Whether no session is under way while it is on top."""
        return False

    # --- how it begins, goes on, and gives way

    def resume(self, t: Transition) -> None:
        """Go on where it was interrupted; nothing does that doesn't ask, say or pace something."""

    def come_back(self, t: Transition) -> None:
        """Go on after something longer: say first where this is."""
        self.resume(t)

    def next_beat(self, t: Transition) -> None:
        """Go on to what follows the sentence that has been said; only a routine has one."""

    def hushed(self) -> Self:
        """Return it as it is once the coach has been hushed."""
        return self

    def gives_way_to(self, over: Activity) -> bool:
        """Whether it is dropped when another one is laid over it."""
        return False

    def ask_about(self, t: Transition, heard: IntentHeard) -> None:
        """Ask the one question about something the person said of their health."""
        if heard.intent == "dizzy":
            t.say("reply.dizzy", Then.NOTHING)
        t.confirm(heard)

    # --- silence and time

    def await_answer(self, t: Transition) -> None:
        """What asks something has been said: start the time after which it is repeated."""
        t.expect_answer()

    def reprompt(self, t: Transition, asked: int) -> None:
        """Put the question again, in other words; only what asks one has any.

        Args:
            t: the transition.
            asked: how often it has been repeated before.
        """

    def unclear(self, t: Transition) -> bool:
        """Deal with a no-match; return False where that is done in the usual way."""
        return False

    def pass_on(self, t: Transition, heard: IntentHeard) -> bool:
        """Have what lies below do what makes no sense here; return whether it did."""
        return False

    def dropped_unanswered(self) -> bool:
        """Whether it is lifted when its question stays without an answer."""
        return False

    def duty(self, state: State) -> Duty | None:
        """Return what it has to do by itself, and when; None for nothing."""
        return None

    # --- what it tells others

    def not_now(self, book: Book) -> frozenset[str]:
        """Return the intents of its row that make no sense at this moment."""
        return frozenset()

    def place(self, book: Book) -> Place:
        """Return where somebody speaks, for the phrases that are meant for one place only."""
        return Place(self.name.value)

    def urgent(self, on: Application | None) -> bool:
        """Whether it speaks at full volume in quiet hours; `on` is what is on the skin."""
        return False

    def help_topic(self, state: State, book: Book) -> str:
        """Return the key in [help] that says what can be said here."""
        return str(self.situation)


def cell_for(row: AnyRow, intent: str, book: Book) -> Cell[Any] | None:
    """Return what an intent does by a row, or None where it makes no sense."""
    if intent in row:
        return row[intent]
    return row.get(TOPIC) if intent in book.topics() else None
