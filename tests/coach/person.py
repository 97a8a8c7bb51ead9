"""A person who says anything at any time: random events, with any settings and any past.

test_table.py walks with it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from tests.coach.driver import PROMPTS, RATE
from voice_coach.coach import Options, Past, State, deadline, understood
from voice_coach.coach.events import (
    Clock,
    Event,
    Finished,
    Gesture,
    IntentHeard,
    Leaving,
    NoMatch,
    Pressed,
    Quiet,
    Recalled,
    RecordingEnded,
    Started,
    Trouble,
)
from voice_coach.coach.past import Pad, Unfinished
from voice_coach.coach.places import harmless
from voice_coach.coach.safety import QUESTIONS
from voice_coach.coach.warning_signs import LASTING, NAMED
from voice_coach.understanding import Book, Situation, load_book
from voice_coach.understanding.book import Step

VALUES: dict[str, tuple[int | str | None, ...]] = {
    "number": (*range(11), None),
    "back": (None, "undo"),
    "done": (None, "off", "bare"),
    "red_flag": (*sorted(NAMED), "no such flag", None),
    "unclear_number": ("two", "over", "words", None),
    "breathe_for": (None, 1, 2, 5, 20, 60),
}
"""What comes with an intent; with all others it is nothing."""

TROUBLES = ("silent_microphone", "ears_back", "audio_lost", "hearing_failed", "no such trouble")


def books() -> tuple[Book, Book]:
    """Return the book, and one whose routines do all that a routine of one's own may do."""
    book = load_book(PROMPTS)
    routines = dict(book.routines)

    def put(name: str, number: int, *steps: Step) -> None:
        old = routines[name]
        made = (*old.step[:number], *steps, *old.step[number:])
        routines[name] = msgspec.structs.replace(old, step=made)

    def question(name: str, **outcomes: Any) -> Step:
        return Step(id=name, name=f"The {name}.", say=("A.", "B."), ask="Is it?", **outcomes)

    put(
        "stretch",
        1,
        question("odd", plain="So?", yes="emergency", no="go_on", unsure="doctor", sets="own"),
        Step(
            id="mixed",
            name="All of it.",
            say=("A.",),
            ask="Is it?",
            yes="shorten",
            breaths=2,
            then=("C.", "D."),
        ),
        Step(id="left_out", name="Left out.", say=("A.",), unless=("own",), ready="Say [next]."),
    )
    put("breathing", 0, question("sudden", yes="emergency", unsure="emergency", ready="Well?"))
    put("medicine", 1, question("seen", yes="doctor", no="shorten", sets="osteoporosis"))
    put("imagery", 0, Step(id="dim", name="Dim.", say=("A.",), unless=("osteoporosis",)))
    put(
        "prevention",
        0,
        *(Step(id=x, name=x, say=("A.",), unless=("own", "short")) for x in ("one", "two")),
    )
    heat = routines["heat"]
    timer = next(i for i, step in enumerate(heat.step) if step.timer is not None)
    put(
        "heat",
        timer + 1,
        question("late", yes="emergency", no="refuse", unsure="ice"),
        Step(id="again", name="Again.", say=("A.",), ready="Say [start]."),
        Step(id="second", name="Second.", say=("A.", "B."), timer="heat", then=("C.",)),
    )
    routines["ice"] = msgspec.structs.replace(routines["ice"], next="prevention")
    return book, replace(book, routines=routines)


BOOKS = books()


def options(dice: random.Random) -> Options:
    """Return settings, sensible ones or not."""
    return Options(
        rate=RATE,
        emergency="9 1 1",
        heat_seconds=dice.choice([900.0, 60.0, 1e9, float("nan"), -5.0]),
        ice_seconds=dice.choice([1200.0, 60.0, float("-inf"), 0.0]),
        breaths=dice.choice([None, None, 0, 1, 10, 99]),
        pace=dice.randrange(5),
        volume_db=dice.choice([-18.0, -6.0, 0.0]),
        resident=dice.random() < 0.4,
        record=dice.random() < 0.3,
    )


@dataclass
class Person:
    """Decides what happens next.

    Attributes:
        book: the language.
        dice: decide.
        helpful: how often they say what leads on.
        hasty: how often they speak before the coach has ended its sentence.
        presses: how often they press the button.
    """

    book: Book
    dice: random.Random
    helpful: float = field(init=False)
    hasty: float = field(init=False)
    presses: float = field(init=False)

    def __post_init__(self) -> None:
        self.change()

    def change(self) -> None:
        """Be another person."""
        self.helpful = self.dice.choice([0.0, 0.3, 0.6, 0.9])
        self.hasty = self.dice.choice([0.1, 0.4, 0.8])
        self.presses = self.dice.choice([0.0, 0.05, 0.5])

    def stops(self, state: State) -> bool:
        """Whether the program now ends, or loses its power."""
        over = state.situation is Situation.OVER
        return self.dice.random() < (0.3 if over else 0.02 if state.skin.on else 0.003)

    def any_past(self) -> Past:
        """Return what an earlier session may have left behind, or an earlier version."""
        dice = self.dice
        name, routine = dice.choice([*self.book.routines.items()])
        checks = self.book.routines[dice.choice(QUESTIONS)].step
        questions = [None, "no such step", *(s.id for s in checks)]
        told = ("emergency", "called", "doctor", "short", "osteoporosis", "own", "pregnant")
        left = Unfinished(
            seconds_ago=dice.choice([None, -1.0, 5.0, 600.0, 20_000.0]),
            routine=dice.choice([name, name, None, "no such routine"]),
            step=dice.choice([*(s.id for s in routine.step), "no such step"]),
            hurt=dice.random() < 0.3,
            flags=frozenset(flag for flag in told if dice.random() < 0.12),
            checked=frozenset(name for name in QUESTIONS if dice.random() < 0.8),
            check_routine=dice.choice([*QUESTIONS, None, "welcome", "no such routine"]),
            check_step=dice.choice(questions),
            wish=dice.choice([None, None, "heat", "stretch", "no such wish"]),
            pain_before=dice.choice([None, 2, 7]),
            pain_due=dice.random() < 0.5,
        )
        on = dice.choice([None, 0.0, 300.0, 590.0, 1e9])
        pad = Pad(dice.choice(("heat", "ice")), dice.choice([600.0, 1e9, float("nan")]), on)
        return Past(
            unfinished=left if dice.random() < 0.8 else None,
            pad=pad if dice.random() < 0.4 else None,
            rested={"heat": dice.choice([0.0, 600.0, 5000.0])} if dice.random() < 0.3 else {},
            lost=dice.random() < 0.1,
            kept=frozenset(x for x in sorted(LASTING) if dice.random() < 0.1)
            if dice.random() < 0.5
            else None,
        )

    def next(self, state: State) -> Event:
        dice = self.dice
        due = deadline(state)
        after = state.now + dice.randrange(2 * RATE)
        if due is not None:
            after = min(after, due)
        if dice.random() < 0.03:
            return self._anything(after)
        if dice.random() < self.presses:
            since = after - dice.choice([0, RATE // 2, RATE, 3 * RATE])
            return Pressed(after, dice.choice([*Gesture, Gesture.ONCE]), since)
        if state.speech.saying is not None and dice.random() > self.hasty / 2:
            return Finished(after, state.speech.saying)
        if due is not None and dice.random() < 0.5:
            return Clock(due)
        if state.situation is Situation.MENU and dice.random() < 0.1:
            after += dice.randrange(1500 * RATE)  # long enough for the skin to rest
        return self._heard(state, after)

    def _heard(self, state: State, at: int) -> IntentHeard:
        dice, book = self.dice, self.book
        can = sorted(understood(state, book))
        certain = dice.random() < 0.85
        if not can:
            return IntentHeard(at, "stop")
        if dice.random() < self.helpful:
            answer = harmless(state, book)
            if answer is not None and answer in can:
                return IntentHeard(at, answer)
            if state.situation is Situation.EMERGENCY:
                wished: tuple[str, ...] = ("back", "breathe", "hurts", "done")
            elif state.situation is Situation.MENU:
                wished = ("heat", "ice", "stretch", "breathe", "imagery", "medicine", "prevention")
            else:
                wished = ("done", "number", "start", "next", "wake", "resume", "no", "yes")
            found = [intent for intent in wished if intent in can]
            said = dice.choice(found or can)
        else:
            said = dice.choice(can)
        return IntentHeard(at, said, dice.choice(VALUES.get(said, (None,))), certain)

    def _anything(self, at: int) -> Event:
        dice = self.dice
        match dice.randrange(11):
            case 0 | 1:
                return NoMatch(at)
            case 2:
                return Trouble(at, dice.choice(TROUBLES))
            case 3:
                return Quiet(at, dice.random() < 0.5)
            case 4:
                return RecordingEnded(at, dice.choice(["full", "failed"]))
            case 5:
                score = dice.choice([None, 3, 5])
                return Recalled(at, Past(sessions=dice.randrange(3), before=4, after=score))
            case 6:
                return Leaving(at) if dice.random() < 0.3 else Clock(at)
            case 7:
                return Finished(at, dice.randrange(40))
            case 8:
                value = dice.choice([None, 0, 7, 99, "undo", "legs", "leg"])
                intent = dice.choice([*sorted(self.book.intents), "no such intent"])
                return IntentHeard(at, intent, value, dice.random() < 0.8)
            case 9:
                # Late: the loop stood still, or the machine slept.
                return Clock(at + dice.choice([1, 60, 2000, 15_000]) * RATE)
            case _:
                return Started(max(0, at - RATE), Past())
