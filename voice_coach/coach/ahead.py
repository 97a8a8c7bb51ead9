"""What may be said next, the nearest first: in which order to render a voice that is new.

The coach itself is walked through, without sound: every cue is over at once, and in each state
everything is said that it understands there. A state that said nothing new is not gone on from.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from math import inf

from voice_coach.coach.events import (
    Action,
    Clock,
    Event,
    Finished,
    IntentHeard,
    NoMatch,
    Say,
    Started,
)
from voice_coach.coach.machine import deadline, step, understood
from voice_coach.coach.state import Options, State, begin
from voice_coach.understanding.book import Book

Sentence = tuple[str, int, int]
"""Key, variant and number of a sentence of the book."""

ONE_MOMENT, NOT_READY = "reply.one_moment", "reply.not_ready"
"""Said while something has to wait for others to be rendered; the second if they cannot be."""

ANSWERS = {
    **{"no": 1, "yes": 2, "number": 1, "next": 1, "start": 1, "ready": 1, "done": 1},
    "emergency": 2,
}
"""How unlikely each answer is, in steps; "no" leads on from most questions. An emergency is not
likely, but may not wait."""

COMMAND, ELSE = 4, 3
"""The same for any other thing said; and for nothing understood, and for silence."""

LATER = 0.25
"""Steps for each sentence that is said first: by then there has been time to render."""

VALUE = 5
"""The number that is said where one is asked for."""

MOST_EVENTS = 3000
"""So many events are tried: a quarter of a second's work. The rest comes as the book has it."""

SETTLE_EVENTS = 60
"""Events after one thing said until the person is awaited; a long hold is not gone through."""


def opening(book: Book, options: Options) -> list[Sentence]:
    """Return what is said before anything is heard, in its order."""
    return list(dict.fromkeys(_Walk(book, options).settle()[1]))


def ahead(book: Book, options: Options) -> list[Sentence]:
    """Return sentences in the order in which they may first be said; not all of the book."""
    walk = _Walk(book, options)
    steps: dict[Sentence, float] = {}
    queue: list[tuple[int, int, State, Event | None]] = [(0, 0, walk.state, None)]
    number = 0
    while queue and walk.events < MOST_EVENTS:
        cost, _, walk.state, event = heappop(queue)
        state, said = walk.settle(event)
        if steps.keys() >= set(said):
            continue
        later = 0.0 if event is None else LATER  # nothing goes before the opening
        for i, sentence in enumerate(said):
            steps[sentence] = min(steps.get(sentence, inf), cost + i * later)
        for after, more in _chances(state, book):
            number += 1
            heappush(queue, (cost + more, number, state, after))
    return sorted(steps, key=lambda sentence: steps[sentence])


def _chances(state: State, book: Book) -> Iterator[tuple[Event, int]]:
    """Yield what may happen while the person is awaited, and how unlikely it is, in steps."""
    for intent in sorted(understood(state, book)):
        value = VALUE if intent == "number" else None
        yield IntentHeard(state.now, intent, value), ANSWERS.get(intent, COMMAND)
    yield NoMatch(state.now), ELSE
    if (due := deadline(state)) is not None:
        yield Clock(due), ELSE


class _Walk:
    """A session without sound.

    Attributes:
        state: where it is.
        events: how many have been tried.
    """

    def __init__(self, book: Book, options: Options) -> None:
        self.events = 0
        self._book = book
        self.state = begin(options)
        self._said: list[Sentence] = []
        self._tell(Started(0))

    def settle(self, event: Event | None = None) -> tuple[State, list[Sentence]]:
        """Let something happen; return the state in which the person is awaited, and what was said.

        A coach that sleeps is woken first.
        """
        if event is not None:
            self._said = []
            self._tell(event)
        elif not self.state.session:
            self._tell(IntentHeard(self.state.now, "wake"))
        for _ in range(SETTLE_EVENTS):
            state = self.state
            if state.speech.saying is not None:
                self._tell(Finished(state.now + 1, state.speech.saying))
            elif state.breath is not None and (due := deadline(state)) is not None:
                self._tell(Clock(due))
            else:
                break
        return self.state, self._said

    def _tell(self, event: Event) -> None:
        self.events += 1
        actions: tuple[Action, ...]
        self.state, actions = step(self.state, event, self._book)
        self._said += [(a.key, a.variant, a.sentence) for a in actions if isinstance(a, Say)]
