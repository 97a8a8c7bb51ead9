"""What makes sense to say now: the row of what listens, less what its moment rules out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from voice_coach.coach.activity import TOPIC, AnyRow
from voice_coach.coach.state import State
from voice_coach.understanding.book import Book, Situation

Rows = Mapping[Situation, AnyRow]


def ever(rows: Rows, situation: Situation, book: Book) -> frozenset[str]:
    """Return every intent that ever makes sense in a situation."""
    row = rows[situation]
    named = {intent for intent in row if intent != TOPIC and intent in book.intents}
    return frozenset(named | (book.topics().keys() if TOPIC in row else set()))


def now(rows: Rows, state: State, book: Book) -> frozenset[str]:
    """Return the intents that make sense now."""
    here = state.listening
    intents = ever(rows, here.situation, book)
    intents -= {"record_on"} if state.surroundings.recording else {"record_off"}
    if state.skin.on is None:
        row = rows[here.situation]
        intents -= {intent for intent, cell in row.items() if cell.with_pad}
    intents -= here.not_now(book)
    if here.see_through:
        below = state.stack[: state.stack.index(here)]
        intents |= now(rows, replace(state, stack=below), book)
    return intents
