"""Today's coach beside that of before its redesign: the same events, and what they do compared.

`python -m tests.coach.side_by_side EVENTS [SEED]` compares as many as are wished, and prints which
commands were understood where; test_same_as_before.py compares fewer.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from dataclasses import fields, replace
from typing import Any

import msgspec

from tests.coach import oracle
from tests.coach.driver import RATE
from tests.coach.oracle import events as old
from tests.coach.oracle import keeping as old_keeping
from tests.coach.oracle import places as old_places
from tests.coach.oracle.past import Pad as OldPad
from tests.coach.oracle.past import Past as OldPast
from tests.coach.oracle.past import Unfinished as OldUnfinished
from tests.coach.person import BOOKS, Person, options
from voice_coach import coach
from voice_coach.coach import Past
from voice_coach.coach import events as new
from voice_coach.coach import places as new_places
from voice_coach.coach import snapshot as new_snapshot
from voice_coach.understanding import Book

RENAMED_EVENTS = {"IntentHeard": "Heard", "NoMatch": "Unclear"}
"""Name of an event now -> its name then."""


# --- the same in both


def plain(value: Any) -> Any:
    """Return an event, an action or another dataclass as its name and fields.

    A field that the class of then has not got is left out while it has its default.
    """
    if hasattr(value, "__dataclass_fields__"):
        then = getattr(old, type(value).__name__, type(value))
        known = {f.name for f in fields(then)}
        named = {f.name: getattr(value, f.name) for f in fields(value)}
        added = {f.name: f.default for f in fields(value) if f.name not in known}
        return type(value).__name__, {
            name: field for name, field in named.items() if added.get(name, ...) != field
        }
    return value


def event_then(event: new.Event) -> old.Event:
    """Return an event as that of then."""
    name = type(event).__name__
    made = {f.name: getattr(event, f.name) for f in fields(event)}
    if "past" in made:
        made["past"] = past_then(made["past"])
    event_type: Any = getattr(old, RENAMED_EVENTS.get(name, name))
    result: old.Event = event_type(**made)
    return result


def past_then(past: Past) -> OldPast:
    """Return what earlier sessions left behind as it was told then."""

    def as_then(kind: Any, value: Any) -> Any:
        return value and kind(**{f.name: getattr(value, f.name) for f in fields(value)})

    made: OldPast = as_then(OldPast, past)
    return replace(
        made,
        pad=as_then(OldPad, past.pad),
        unfinished=as_then(OldUnfinished, past.unfinished),
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


class Walk:
    """Both coaches, and a person who talks to them.

    Args:
        book: the language.
        dice: decide what happens.
    """

    def __init__(self, book: Book, dice: random.Random) -> None:
        self.book = book
        self.dice = dice
        self.person = Person(book, dice)
        self.seen: Counter[tuple[str, str]] = Counter()
        self.restarts = 0
        self._begin(Past())

    def _begin(self, past: Past) -> None:
        chosen = options(self.dice)
        made = {f.name: getattr(chosen, f.name) for f in fields(chosen)}
        self.now = coach.begin(chosen)
        self.then = oracle.begin(oracle.Options(**made))
        self.person.change()
        self.compare([])
        if self.dice.random() < 0.2:
            self.tell(new.Quiet(0, True))
            self.tell(new.Trouble(0, "silent_microphone"))
            self.tell(new.IntentHeard(0, "next"))
        self.tell(new.Started(self.dice.randrange(3) * RATE, past))

    def tell(self, event: new.Event) -> None:
        """Tell both coaches the same, and compare."""
        state = self.now
        if isinstance(event, new.IntentHeard) and event.intent in coach.understood(
            state, self.book
        ):
            self.seen[state.situation.value, event.intent] += 1
        self.then, then = oracle.step(self.then, event_then(event), self.book)
        self.now, now = coach.step(state, event, self.book)
        self.compare([state.situation, self.now, event], actions_then(then), actions_now(now))

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
            if self.person.stops(self.now):
                self._restart()
            else:
                self.tell(self.person.next(self.now))

    def _restart(self) -> None:
        """Cut the power, or end the program; the new coach reads what the old one kept."""
        down = self.dice.choice([0.0, 1.0, 60.0, 400.0, 1300.0, 20_000.0])
        certain, known = self.dice.random() < 0.5, self.dice.random() < 0.8
        when: dict[str, Any] = {
            "ago": down if known or certain else None,
            "certain": down if certain else None,
            "rested_at_least": down if certain else 0.0,
        }
        was = old_keeping.kept(self.then, self.book)
        left = msgspec.json.decode(msgspec.json.encode(was), type=new_snapshot.Snapshot)
        past = new_snapshot.past_of(left, self.now.now, **when)
        assert past_then(past) == old_keeping.past_of(was, self.now.now, **when)
        if self.dice.random() < 0.4:
            past = self.person.any_past()
        self.restarts += 1
        self._begin(replace(past, sessions=self.dice.randrange(3), before=6, after=4))


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
