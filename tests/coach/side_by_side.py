"""Today's coach beside that of before its redesign: the same events, and what they do compared.

`python -m tests.coach.side_by_side EVENTS [SEED]` compares as many as are wished, and prints which
commands were understood where; test_same_as_before.py compares fewer.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from dataclasses import dataclass, field, fields, replace
from typing import Any

import msgspec

from tests.coach import oracle
from tests.coach.driver import PROMPTS, RATE
from tests.coach.oracle import events as old
from tests.coach.oracle import keeping as old_keeping
from tests.coach.oracle import places as old_places
from tests.coach.oracle.flags import NAMED
from tests.coach.oracle.past import Pad as OldPad
from tests.coach.oracle.past import Past as OldPast
from tests.coach.oracle.past import Unfinished as OldUnfinished
from voice_coach import coach
from voice_coach.coach import events as new
from voice_coach.coach import places as new_places
from voice_coach.coach import snapshot as new_snapshot
from voice_coach.coach.past import Pad, Past, Unfinished
from voice_coach.understanding import Book, Situation, load_book
from voice_coach.understanding.book import Step

RENAMED_EVENTS = {"Heard": "IntentHeard", "Unclear": "NoMatch"}
"""Name of an event then -> its name now."""

VALUES: dict[str, tuple[int | str | None, ...]] = {
    "number": (*range(11), None),
    "back": (None, "undo"),
    "done": (None, None, "bare"),
    "red_flag": (*sorted(NAMED), "no such flag", None),
    "unclear_number": ("two", "over", "words", None),
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
        return Step(name, f"The {name}.", say=("A.", "B."), ask="Is it?", **outcomes)

    put(
        "stretch",
        1,
        question("odd", plain="So?", yes="emergency", no="go_on", unsure="doctor", sets="own"),
        Step("mixed", "All of it.", ("A.",), "Is it?", yes="shorten", breaths=2, then=("C.", "D.")),
        Step("left_out", "Left out.", ("A.",), unless=("own",), ready="Say [next]."),
    )
    put("breathing", 0, question("sudden", yes="emergency", unsure="emergency", ready="Well?"))
    put("medicine", 1, question("seen", yes="doctor", no="shorten", sets="osteoporosis"))
    put("imagery", 0, Step("dim", "Dim.", ("A.",), unless=("osteoporosis",)))
    put("prevention", 0, *(Step(x, x, ("A.",), unless=("own", "short")) for x in ("one", "two")))
    heat = routines["heat"]
    timer = next(i for i, step in enumerate(heat.step) if step.timer is not None)
    put(
        "heat",
        timer + 1,
        question("late", yes="emergency", no="refuse", unsure="ice"),
        Step("again", "Again.", ("A.",), ready="Say [start]."),
        Step("second", "Second.", ("A.", "B."), timer="heat", then=("C.",)),
    )
    routines["ice"] = msgspec.structs.replace(routines["ice"], next="prevention")
    return book, replace(book, routines=routines)


BOOKS = books()


def options(dice: random.Random) -> oracle.Options:
    """Return settings, sensible ones or not."""
    return oracle.Options(
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


# --- the same in both


def plain(value: Any) -> Any:
    """Return an event, an action or another dataclass as its name and fields."""
    if hasattr(value, "__dataclass_fields__"):
        return type(value).__name__, {f.name: getattr(value, f.name) for f in fields(value)}
    return value


def event_now(event: old.Event) -> new.Event:
    """Return an event of then as that of today."""
    name = type(event).__name__
    made = {f.name: getattr(event, f.name) for f in fields(event)}
    if "past" in made:
        made["past"] = past_now(made["past"])
    event_type: Any = getattr(new, RENAMED_EVENTS.get(name, name))
    result: new.Event = event_type(**made)
    return result


def past_now(past: OldPast) -> Past:
    """Return what earlier sessions left behind as it is told today."""

    def as_now(kind: Any, value: Any) -> Any:
        return value and kind(**{f.name: getattr(value, f.name) for f in fields(value)})

    made: Past = as_now(Past, past)
    return replace(
        made,
        pad=as_now(Pad, past.pad),
        unfinished=as_now(Unfinished, past.unfinished),
    )


def actions_then(actions: tuple[old.Action, ...]) -> list[Any]:
    """Return what the old coach asked for, to be compared."""
    return [plain(action) for action in actions]


def actions_now(actions: tuple[new.Action, ...]) -> list[Any]:
    """Return what today's coach asked for, by the names of then."""
    return [_by_then(action) for action in actions]


def _by_then(action: new.Action) -> Any:
    match action:
        case new.PainScored(score):
            return plain(old.Note("pain", str(score)))
        case new.ApplicationStarted(application):
            return plain(old.Note("round begun", application.kind))
        case new.ApplicationEnded(application):
            return plain(old.Note("round ended", application.kind))
        case new.SessionResumed():
            return plain(old.Note("session", "taken up"))
    return plain(action)


def snapshot_then(state: oracle.State, book: Book) -> Any:
    """Return what the old coach keeps for the next session, as it is written."""
    return msgspec.to_builtins(old_keeping.kept(state, book), order="deterministic")


def snapshot_now(state: coach.State, book: Book) -> Any:
    """Return what today's coach keeps, as it is written."""
    return msgspec.to_builtins(new_snapshot.snapshot(state, book), order="deterministic")


# --- a person who says anything


@dataclass
class Walk:
    """Both coaches, and the dice that decide what happens.

    Attributes:
        book: the language.
        dice: decide.
        seen: (situation, intent) -> how often it was understood there.
    """

    book: Book
    dice: random.Random
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.restarts = 0
        self._begin(OldPast())

    def _begin(self, past: OldPast) -> None:
        chosen = options(self.dice)
        self.then = oracle.begin(chosen)
        made = {f.name: getattr(chosen, f.name) for f in fields(chosen)}
        self.now = coach.begin(coach.Options(**made))
        self.helpful = self.dice.choice([0.0, 0.3, 0.6, 0.9])
        self.hasty = self.dice.choice([0.1, 0.4, 0.8])
        self.compare([])
        if self.dice.random() < 0.2:
            self.tell(old.Quiet(0, True))
            self.tell(old.Trouble(0, "silent_microphone"))
            self.tell(old.Heard(0, "next"))
        self.tell(old.Started(self.dice.randrange(3) * RATE, past))

    def tell(self, event: old.Event) -> None:
        """Tell both coaches the same, and compare."""
        state = self.then
        if isinstance(event, old.Heard) and event.intent in oracle.understood(state, self.book):
            self.seen[state.situation.value, event.intent] += 1
        before = state.situation, self.now
        self.then, actions = oracle.step(state, event, self.book)
        self.now, today = coach.step(self.now, event_now(event), self.book)
        self.compare([before, event], actions_then(actions), actions_now(today))

    def compare(self, why: list[Any], then: Any = None, now: Any = None) -> None:
        """Demand that both coaches are the same to everybody who asks them something."""
        book = self.book
        assert then == now, (why, then, now)
        assert oracle.deadline(self.then) == coach.deadline(self.now), (why, self.then, self.now)
        assert oracle.understood(self.then, book) == coach.understood(self.now, book), why
        place = old_places.place(self.then, book)
        assert place is new_places.place(self.now, book), (why, place, self.now)
        assert old_places.harmless(self.then, book) == new_places.harmless(self.now, book), why
        assert snapshot_then(self.then, book) == snapshot_now(self.now, book), (why, self.now)

    def go(self, events: int) -> None:
        """Let so many things happen."""
        for _ in range(events):
            over = self.then.situation is Situation.OVER
            likely = 0.3 if over else 0.02 if self.then.round is not None else 0.003
            if self.dice.random() < likely:
                self._restart()
            else:
                self.tell(self._next())

    def _restart(self) -> None:
        """Cut the power, or end the program; each coach reads what the other would have kept."""
        down = self.dice.choice([0.0, 1.0, 60.0, 400.0, 1300.0, 20_000.0])
        certain, known = self.dice.random() < 0.5, self.dice.random() < 0.8
        when: dict[str, Any] = {
            "ago": down if known or certain else None,
            "certain": down if certain else None,
            "rested_at_least": down if certain else 0.0,
        }
        was = old_keeping.kept(self.then, self.book)
        past = old_keeping.past_of(was, self.then.now, **when)
        # Written by the old coach, read by the new one.
        left = msgspec.json.decode(msgspec.json.encode(was), type=new_snapshot.Snapshot)
        assert new_snapshot.past_of(left, self.then.now, **when) == past_now(past)
        if self.dice.random() < 0.4:
            past = self._any_past()
        self.restarts += 1
        self._begin(replace(past, sessions=self.dice.randrange(3), before=6, after=4))

    def _any_past(self) -> OldPast:
        """Return what an earlier session may have left behind, or an earlier version."""
        dice = self.dice
        name, routine = dice.choice([*self.book.routines.items()])
        questions = [None, "no such step", *(s.id for s in self.book.routines["welcome"].step)]
        told = ("emergency", "called", "doctor", "short", "osteoporosis", "own")
        left = OldUnfinished(
            seconds_ago=dice.choice([None, -1.0, 5.0, 600.0, 20_000.0]),
            routine=dice.choice([name, name, None, "no such routine"]),
            step=dice.choice([*(s.id for s in routine.step), "no such step"]),
            hurt=dice.random() < 0.3,
            flags=frozenset(flag for flag in told if dice.random() < 0.12),
            checked=dice.random() < 0.7,
            check_step=dice.choice(questions),
            wish=dice.choice([None, None, "heat", "stretch", "no such wish"]),
            pain_before=dice.choice([None, 2, 7]),
            pain_due=dice.random() < 0.5,
        )
        on = dice.choice([None, 0.0, 300.0, 590.0, 1e9])
        pad = OldPad(dice.choice(("heat", "ice")), dice.choice([600.0, 1e9, float("nan")]), on)
        return OldPast(
            unfinished=left if dice.random() < 0.8 else None,
            pad=pad if dice.random() < 0.4 else None,
            rested={"heat": dice.choice([0.0, 600.0, 5000.0])} if dice.random() < 0.3 else {},
            lost=dice.random() < 0.1,
        )

    def _next(self) -> old.Event:
        state, dice = self.then, self.dice
        due = oracle.deadline(state)
        after = state.now + dice.randrange(2 * RATE)
        if due is not None:
            after = min(after, due)
        if dice.random() < 0.03:
            return self._anything(after)
        if state.saying is not None and dice.random() > self.hasty / 2:
            return old.Finished(after, state.saying)
        if due is not None and dice.random() < 0.5:
            return old.Clock(due)
        if state.situation is Situation.MENU and dice.random() < 0.1:
            after += dice.randrange(1500 * RATE)  # long enough for the skin to rest
        return self._heard(after)

    def _heard(self, at: int) -> old.Heard:
        state, dice, book = self.then, self.dice, self.book
        can = sorted(oracle.understood(state, book))
        certain = dice.random() < 0.85
        if not can:
            return old.Heard(at, "stop")
        if dice.random() < self.helpful:
            harmless = old_places.harmless(state, book)
            if harmless is not None and harmless in can:
                return old.Heard(at, harmless)
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
        return old.Heard(at, said, dice.choice(VALUES.get(said, (None,))), certain)

    def _anything(self, at: int) -> old.Event:
        dice = self.dice
        match dice.randrange(11):
            case 0 | 1:
                return old.Unclear(at)
            case 2:
                return old.Trouble(at, dice.choice(TROUBLES))
            case 3:
                return old.Quiet(at, dice.random() < 0.5)
            case 4:
                return old.RecordingEnded(at, dice.choice(["full", "failed"]))
            case 5:
                score = dice.choice([None, 3, 5])
                return old.Recalled(at, OldPast(sessions=dice.randrange(3), before=4, after=score))
            case 6:
                return old.Leaving(at) if dice.random() < 0.3 else old.Clock(at)
            case 7:
                return old.Finished(at, dice.randrange(40))
            case 8:
                value = dice.choice([None, 0, 7, 99, "undo", "legs", "leg"])
                intent = dice.choice([*sorted(self.book.intents), "no such intent"])
                return old.Heard(at, intent, value, dice.random() < 0.8)
            case 9:
                # Late: the loop stood still, or the machine slept.
                return old.Clock(at + dice.choice([1, 60, 2000, 15_000]) * RATE)
            case _:
                return old.Started(max(0, at - RATE), OldPast())


def compare(events: int, seed: int) -> Walk:
    """Compare the coaches for so many events, with one of the books; return the walk."""
    walk = Walk(BOOKS[seed % 2], random.Random(seed))
    walk.go(events)
    return walk


def main() -> None:
    """Compare as many as the command line asks for."""
    events = int(sys.argv[1])
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    seen: Counter[tuple[str, str]] = Counter()
    restarts = 0
    for seed in range(first, first + max(1, events // 5000)):
        walk = compare(5000, seed)
        seen += walk.seen
        restarts += walk.restarts
    print(f"{events} events, {restarts} restarts, equal; {len(seen)} cells of the table")
    for (situation, intent), count in sorted(seen.items()):
        print(f"{situation:12} {intent:16} {count}")


if __name__ == "__main__":
    main()
