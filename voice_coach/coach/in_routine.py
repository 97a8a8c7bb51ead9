"""How far a routine has come: its place, the breath now being paced, what has been asked how often.

A routine of the book is a list of steps, and each step a list of beats. The place in it is kept
while other activities lie over it; pausing and resuming return to the same beat.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Self

from voice_coach.coach.activity import Activity
from voice_coach.coach.pace import Breath, Own, seconds_of
from voice_coach.understanding.book import (
    MOST_BREATHS,
    Book,
    Item,
    Question,
    Routine,
    Situation,
    Step,
)

if TYPE_CHECKING:
    from voice_coach.coach.state import Preferences


FEWEST_BREATHS = 2
"""That a person can ask for: a knee is held for at least two, says docs/practice.md."""


class BeatKind(StrEnum):
    """The kinds of thing a step does, each in one beat."""

    SAY = "say"
    ASK = "ask"
    BREATHS = "breaths"
    THEN = "then"
    REST = "rest"
    TIMER = "timer"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Beat:
    """The smallest piece of a routine, to which pausing and resuming return.

    That is one sentence, one question or one hold. `sentence` counts within `say` or `then`; of
    a question, 0 is the question itself, and what follows are its items.
    """

    kind: BeatKind
    sentence: int = 0


def beats(step: Step) -> tuple[Beat, ...]:
    """Return a step as beats, in the order in which they are done."""
    found = [Beat(BeatKind.SAY, i) for i in range(len(step.say))]
    if step.ask is not None:
        found += [Beat(BeatKind.ASK, i) for i in range(len(questions(step)))]
    if step.holds:
        found.append(Beat(BeatKind.BREATHS))
    found += [Beat(BeatKind.THEN, i) for i in range(len(step.then))]
    if step.rest is not None:
        found.append(Beat(BeatKind.REST))
    if step.timer is not None:
        found.append(Beat(BeatKind.TIMER))
    if step.ready is not None:
        found.append(Beat(BeatKind.READY))
    return tuple(found)


def questions(step: Step) -> tuple[Question, ...]:
    """Return the questions of a step: its own, its items, and its own again.

    It is put again where it was answered with yes and each item with no, if a yes to one of them
    is an emergency: one of the answers was misheard.
    """
    if not step.item:
        return (step,)
    if not any("emergency" in (item.yes, item.no, item.unsure) for item in step.item):
        return (step, *step.item)
    again = Item(id="", ask=step.ask, plain=step.plain, yes="emergency", unsure="emergency")
    return (step, *step.item, again)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a routine: indices of step and beat."""

    routine: str
    step: int = 0
    beat: int = 0

    def at_beat(self, beat: int) -> Position:
        """Return another beat of the same step."""
        return replace(self, beat=beat)

    def at_step(self, step: int) -> Position:
        """Return the first beat of another step."""
        return replace(self, step=step, beat=0)

    def find(self, book: Book) -> Step:
        """Return the step in the book."""
        return book.routines[self.routine].step[self.step]

    def beat_in(self, book: Book) -> Beat | None:
        """Return the beat in the book, or None at the end of the step."""
        all_beats = beats(self.find(book))
        return all_beats[self.beat] if self.beat < len(all_beats) else None


@dataclass(frozen=True, slots=True)
class InRoutine(Activity):
    """A routine that is under way. It is always the lowest of the stack.

    Attributes:
        kind: the situation of the routine.
        position: the place in it.
        put: how often the present question was put again in other words: its plainer words are
            those of odd numbers.
        breaths_done: breaths completed in the present hold.
        hurry: "next" was said during a hold: end it properly, then go on without waiting.
        breath: the breath now being paced.
        times_done: how often a step that is done several times has been done.
        rest_ends: frame at which the present rest is over; None outside a rest.
    """

    kind: Situation
    position: Position
    put: int = 0
    breaths_done: int = 0
    hurry: bool = False
    breath: Breath | None = None
    times_done: int = 0
    rest_ends: int | None = None

    timed: ClassVar[bool] = False
    """It lasts for a time that was asked for, in place of counted breaths."""

    @property
    def situation(self) -> Situation:
        """The situation of the routine."""
        return self.kind

    @property
    def where(self) -> Position | None:
        """The place in the routine."""
        return self.position

    def hushed(self) -> Self:
        """Return it without the breath that was being paced, or the rest that went on."""
        return replace(self, breath=None, rest_ends=None)

    def at(self, position: Position, *, hurry: bool = False) -> Self:
        """Return it at another place; what belonged to the old one is forgotten."""
        same = position.step == self.position.step
        return replace(
            self,
            position=position,
            put=0,
            breaths_done=0,
            hurry=hurry,
            breath=None,
            times_done=self.times_done if same else 0,
            rest_ends=None,
        )

    def breathed(self, breath: Breath) -> Self:
        """Return it with the present breath done."""
        return replace(self, breaths_done=self.breaths_done + 1, breath=None)

    # --- what the book says of the place

    def routine(self, book: Book) -> Routine:
        """Return the running routine."""
        return book.routines[self.position.routine]

    def step(self, book: Book) -> Step:
        """Return the present step."""
        return self.position.find(book)

    def question(self, book: Book) -> Question:
        """Return the question of the present beat: that of the step, or of one of its items."""
        return questions(self.step(book))[self.asked(book)]

    def asked(self, book: Book) -> int:
        """Return which question of the step that is: 0 is the step's own."""
        beat = self.beat(book)
        return beat.sentence if beat is not None and beat.kind is BeatKind.ASK else 0

    def question_key(self, book: Book, part: str) -> str:
        """Return the text key of a part of the present question."""
        question = self.question(book)
        inner = question.id if isinstance(question, Item) else ""
        return self.key(book, f"{inner}.{part}" if inner else part)

    def own_pace(self, book: Book) -> Own:
        """Return the pace of a routine that has its own."""
        routine = self.routine(book)
        if routine.seconds_in is None or routine.seconds_out is None:
            return None
        return routine.seconds_in, routine.seconds_out

    def breath_seconds(self, book: Book, pace: int) -> float:
        """Return how long a breath takes here, at a pace that is an index into PACES."""
        return sum(seconds_of(pace, self.own_pace(book)))

    def held(self, book: Book, pace: int) -> int:
        """Return how many breaths the present step holds; 0 where it holds none.

        Seconds are as many breaths as come nearest to them at this pace.
        """
        step = self.step(book)
        if step.hold is not None:
            return max(1, round(step.hold / self.breath_seconds(book, pace)))
        return step.breaths or 0

    def still(self, book: Book, wished: Preferences, rate: int) -> int:
        """Return how many breaths of the present hold are still to come, by what is wished."""
        breaths = self.held(book, wished.pace)
        if self.kind is Situation.STRETCHING:
            least = self.step(book).least or 0
            if wished.fewer:
                least = min(least, FEWEST_BREATHS)
            breaths = max(wished.breaths or breaths, least)
        # Fewer may have been asked for than are already done.
        return max(0, min(max(1, breaths), MOST_BREATHS) - self.breaths_done)

    def beat(self, book: Book) -> Beat | None:
        """Return the present beat, or None at the end of a step."""
        all_beats = beats(self.step(book))
        return all_beats[self.position.beat] if self.position.beat < len(all_beats) else None

    def doing(self, book: Book) -> BeatKind | None:
        """Return the kind of the present beat, or None at the end of a step."""
        beat = self.beat(book)
        return None if beat is None else beat.kind

    def key(self, book: Book, part: str) -> str:
        """Return the text key of a part of the present step."""
        return f"{self.position.routine}.{self.step(book).id}.{part}"

    def asking_for(self, book: Book, answer: str) -> bool:
        """Whether the present beat asks for an answer of this kind: "yes_no" or "number"."""
        return self.doing(book) is BeatKind.ASK and self.question(book).answer == answer

    def allowed(self, book: Book, flags: frozenset[str]) -> list[int]:
        """Return the indices of the steps that the flags do not forbid."""
        steps = self.routine(book).step
        return [i for i, step in enumerate(steps) if step.open(flags)]
