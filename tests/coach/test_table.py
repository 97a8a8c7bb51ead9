"""What the cells of the table say of the next activity is true, whatever happened before."""

from __future__ import annotations

import importlib.util
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.coach.driver import RATE
from tests.coach.person import BOOKS, Person, options
from voice_coach.coach import State, begin, step, understood
from voice_coach.coach.activities import TABLE
from voice_coach.coach.activity import BELOW, STAYS, TOPIC, Cell, cell_for
from voice_coach.coach.events import Event, IntentHeard, Started
from voice_coach.understanding import Book, Situation

ROOT = Path(__file__).resolve().parents[2]


def named(state: State, event: Event, book: Book) -> Cell[Any] | None:
    """The cell that an event goes through, where it names the next activity."""
    if not isinstance(event, IntentHeard) or not event.certain:
        return None  # a doubtful one may be asked about
    if not state.started or event.intent not in understood(state, book):
        return None
    cell = cell_for(TABLE[state.situation], event.intent, book)
    return cell if cell is not None and cell.to is not None else None


def is_true(cell: Cell[Any], before: State, after: State) -> bool:
    if cell.to == STAYS:
        return after.situation is before.situation
    if cell.to == BELOW:
        return after.situation is before.stack[-2].situation
    return after.situation is cell.to


@pytest.mark.parametrize("seed", range(12))
def test_the_next_activity_is_the_one_that_is_named(seed: int) -> None:
    book, dice = BOOKS[seed % 2], random.Random(seed)
    person = Person(book, dice)
    state, event = begin(options(dice)), Started(0)  # type: tuple[State, Event]
    seen: Counter[str] = Counter()
    for _ in range(3000):
        after, _ = step(state, event, book)
        cell = named(state, event, book)
        if cell is not None:
            assert isinstance(event, IntentHeard)
            assert is_true(cell, state, after), (state.situation, event, after.situation)
            seen[str(cell.to)] += 1
        state = after
        if person.stops(state):
            person.change()
            state, event = begin(options(dice)), Started(RATE, person.any_past())
        else:
            event = person.next(state)
    assert seen[STAYS] > 20 and seen["paused"] + seen["emergency"] > 2, seen


def test_a_cell_names_an_activity_that_is_there() -> None:
    for situation, row in TABLE.items():
        for intent, cell in row.items():
            assert intent != TOPIC or cell.to is None, situation
            assert cell.to in (None, STAYS, BELOW) or isinstance(cell.to, Situation), intent


def test_the_diagram_in_the_docs_is_that_of_the_table(book: Book) -> None:
    spec = importlib.util.spec_from_file_location("diagram", ROOT / "scripts/coach_diagram.py")
    assert spec is not None and spec.loader is not None
    diagram = importlib.util.module_from_spec(spec)
    sys.modules["diagram"] = diagram  # where dataclasses look for it
    spec.loader.exec_module(diagram)
    drawn = (ROOT / "docs/design/coach.svg").read_text(encoding="utf-8")
    assert diagram.draw(book) == drawn, "make diagram"
