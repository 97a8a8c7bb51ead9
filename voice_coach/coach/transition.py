"""One transition of the machine: the state as it changes while one event is dealt with.

Whatever an intent or the clock sets going is written against this; outside a transition the state
is frozen. Its parts are assigned as wholes (`t.skin = replace(t.skin, on=None)`), so that mypy
knows their types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from voice_coach.coach.activity import Activity, AnyRow, Then, cell_for
from voice_coach.coach.events import Action, Hush, IntentHeard, Say
from voice_coach.coach.in_routine import InRoutine, Position
from voice_coach.coach.limits import Application
from voice_coach.coach.loudness import loudness, raised
from voice_coach.coach.state import Offer, Stacked, State
from voice_coach.understanding.book import Book, Situation

NO_INPUT_SECONDS = (12.0, 20.0, 30.0)
"""Seconds of silence before a question is asked a second and a third time, and before the coach
goes quiet. Nobody has to hurry."""


class _Asleep(Protocol):
    def __call__(self, since: int, *, standby: bool) -> Activity: ...


@dataclass(frozen=True, slots=True)
class Activities:
    """The activities by name: one can lead to another without importing it.

    The machine hands in the only value there is, `activities.ACTIVITIES`.

    Attributes:
        rows: what each intent does in each of them.
        menu: and so on: make one.
        awake: takes what is on, and what was to follow.
        offer_again: takes what is off, and since which frame.
        guided: makes the activity of a routine, by its situation.
        emergency: takes the question in a routine whose answer led to it.
        breathing: breathing for a time: takes the step whose words it has, and frames.
    """

    rows: Mapping[Situation, AnyRow]
    menu: Callable[[], Activity]
    pause: Callable[[], Activity]
    ease: Callable[[], Activity]
    over: Callable[[], Activity]
    take_off: Callable[[Application], Activity]
    awake: Callable[[Application, Then], Activity]
    offer: Callable[[], Activity]
    offer_again: Callable[[Application, int], Activity]
    emergency: Callable[[Position | None], Activity]
    confirm: Callable[[IntentHeard], Activity]
    calling: Callable[[], Activity]
    breathing: Callable[[Position, int], InRoutine]
    asleep: _Asleep
    recovery: Callable[[Offer], Activity]
    guided: Callable[[Situation, Position], InRoutine]


class Transition(Stacked):
    """Collects the actions and the new state of one step of the machine.

    Args:
        state: before the event.
        book: the language.
        at: frame of the event.
        activities: all there are.
    """

    def __init__(self, state: State, book: Book, at: int, activities: Activities) -> None:
        self.now = max(at, state.now)
        self.book = book
        self.activities = activities
        self.actions: list[Action] = []
        self.options = state.options
        self.answers = state.answers
        self.skin = state.skin
        self.preferences = state.preferences
        self.speech = state.speech
        self.prompting = state.prompting
        self.stack = state.stack
        self.surroundings = state.surroundings
        self.earlier = state.earlier

    @property
    def state(self) -> State:
        """The state as it is by now."""
        return State(
            self.options,
            self.answers,
            self.skin,
            self.preferences,
            self.speech,
            self.prompting,
            self.stack,
            self.surroundings,
            self.earlier,
            self.now,
        )

    def frames(self, seconds: float) -> int:
        """Return seconds as frames."""
        return round(seconds * self.options.rate)

    def tell(self, *flags: str) -> None:
        """Remember flags that the person told."""
        self.answers = replace(self.answers, flags=self.answers.flags | frozenset(flags))

    def forget(self, *flags: str | None) -> None:
        """Remember flags no longer."""
        self.answers = replace(self.answers, flags=self.answers.flags - frozenset(flags))

    # --- speech

    def hush(self) -> None:
        """Stop speech and pacing, and forget what was to follow."""
        self.actions.append(Hush())
        self.speech = replace(self.speech, saying=None, then=Then.NOTHING)
        self.prompting = replace(self.prompting, ask_again_at=None, put_at=None)
        self.replace_top(self.top.hushed())

    def say(
        self,
        key: str,
        then: Then,
        *,
        slots: Mapping[str, str] | None = None,
        gain_db: float = 0.0,
        variant: int | None = None,
    ) -> None:
        """Say a reply, all sentences of it; variants take turns.

        Args:
            key: a key of the book's texts.
            then: what follows once it has been said.
            slots: values for the reply's slots.
            gain_db: added to the volume.
            variant: a certain variant (the last one, if there are fewer), or None for turns.
        """
        variants = self.book.texts[key]
        turns = self.speech.turns
        used = turns.get(key, 0)
        chosen = used % len(variants) if variant is None else min(variant, len(variants) - 1)
        self.speech = replace(self.speech, turns={**turns, key: used + 1})
        for i in range(len(variants[chosen])):
            self.cue(key, then, variant=chosen, sentence=i, slots=slots, gain_db=gain_db)

    def cue(
        self,
        key: str,
        then: Then,
        *,
        variant: int = 0,
        sentence: int = 0,
        slots: Mapping[str, str] | None = None,
        at: int | None = None,
        gain_db: float = 0.0,
    ) -> None:
        """Say one sentence, and take its end as the end of what is being said.

        Args:
            key: a key of the book's texts, or of a step.
            then: what follows once it has been said.
            variant: which variant of the text.
            sentence: which sentence of that.
            slots: values for its slots.
            at: exact frame of its beginning, or None for "when the speech so far is over".
            gain_db: added to the volume.
        """
        number = self.speech.next_id
        gain_db += raised(self, key)
        self.actions.append(
            Say(number, key, variant, sentence, slots=slots or {}, at=at, gain_db=gain_db)
        )
        self.speech = replace(self.speech, next_id=number + 1, saying=number, then=then)

    def pace(self, key: str, at: int, variant: int = 0) -> None:
        """Say a pacing word at an exact frame; its end is not waited for."""
        number = self.speech.next_id
        gain_db = raised(self, key)
        self.actions.append(Say(number, key, variant, at=at, gain_db=gain_db, pacing=True))
        self.speech = replace(self.speech, next_id=number + 1)

    def raise_said(self) -> None:
        """Make up for the quiet hours in what this transition has said so far."""
        up = self.preferences.volume_db - loudness(self)
        self.actions = [
            replace(a, gain_db=max(a.gain_db, up)) if isinstance(a, Say) else a
            for a in self.actions
        ]

    # --- awaiting the person

    def await_person(self) -> None:
        """The person is awaited from now on, and may be asked again."""
        self.prompting = replace(self.prompting, awaiting=True)

    def expect_answer(self, seconds: float | None = None) -> None:
        """Start the time after which the question is repeated: seconds, or the usual ones."""
        seconds = seconds or nth(NO_INPUT_SECONDS, self.prompting.asked)
        due = self.now + self.frames(seconds)
        self.prompting = replace(self.prompting, ask_again_at=due)

    def _await_nobody(self) -> None:
        self.prompting = replace(self.prompting, awaiting=False, asked=0, ask_again_at=None)

    # --- the stack

    @property
    def routine(self) -> InRoutine | None:
        """The running routine, also where something lies over it."""
        bottom = self.stack[0]
        return bottom if isinstance(bottom, InRoutine) else None

    @property
    def running(self) -> InRoutine:
        """The running routine, where there must be one.

        Raises:
            LookupError: there is none.
        """
        if self.routine is None:
            raise LookupError(f"no routine lies under {self.situation}")
        return self.routine

    @property
    def applied(self) -> Application:
        """What is on the skin, where there must be something.

        Raises:
            LookupError: there is nothing.
        """
        if self.skin.on is None:
            raise LookupError(f"nothing is on the skin in {self.situation}")
        return self.skin.on

    def replace_top(self, activity: Activity) -> None:
        """Have what goes on now remember something else."""
        self.stack = (*self.stack[:-1], activity)

    def only(self, activity: Activity) -> None:
        """Leave everything, for this one activity."""
        self.stack = (activity,)

    def enter(self, position: Position) -> InRoutine:
        """Leave everything, for a place in a routine."""
        kind = self.book.routines[position.routine].situation
        here = self.activities.guided(kind, position)
        self.only(here)
        self.prompting = replace(self.prompting, awaiting=False, asked=0)
        return here

    def move(self, here: InRoutine) -> None:
        """Have the running routine go on from here; what lies over it stays."""
        self.stack = (here, *self.stack[1:])

    def go(self, here: InRoutine, position: Position, *, hurry: bool = False) -> InRoutine:
        """Move the running routine to another place; what belonged to the old one is forgotten."""
        there = here.at(position, hurry=hurry)
        self.move(there)
        self.prompting = replace(self.prompting, awaiting=False, asked=0)
        return there

    def lay(self, activity: Activity) -> None:
        """Lay an activity over the present one.

        No activity lies there twice, and nothing lies over a doubtful command or an alarm: the
        command is dropped, and the alarm comes again by itself while heat or ice is on. Only an
        alarm lies over the question about a warning sign, which is put once that is off.
        """
        stack = [a for a in self.stack if a.situation is not activity.situation]
        while stack and stack[-1].gives_way_to(activity):
            stack.pop()
        self.stack = (*stack, activity)
        self._await_nobody()

    def confirm(self, heard: IntentHeard) -> None:
        """Ask whether this was meant, before it is done."""
        self.lay(self.activities.confirm(heard))
        self.top.resume(self)

    def lift(self) -> None:
        """Return to the activity below; with none below, to the menu."""
        self.stack = self.stack[:-1] or (self.activities.menu(),)
        self._await_nobody()

    def lift_off(self, *situations: Situation) -> None:
        """Return to what lies below these situations, if any of them is the present one."""
        while self.situation in situations:
            self.lift()

    def do(self, heard: IntentHeard) -> bool:
        """Do what an intent does in what goes on now; return whether it makes sense there."""
        cell = cell_for(self.activities.rows[self.situation], heard.intent, self.book)
        if cell is None:
            return self.top.pass_on(self, heard)
        cell.do(self.top, self, heard)
        return True


def nth(times: tuple[float, ...], number: int) -> float:
    """Return one of the times, or the last one where there are fewer."""
    return times[min(number, len(times) - 1)]
