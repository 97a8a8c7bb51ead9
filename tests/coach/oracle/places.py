"""In which place of a session a state is, and a state for each place.

Places are finer than situations: what the same words mean may differ between the questions of
heat and the round itself (`understanding/place.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.coach.oracle.events import Clock, Event, Finished, Heard, Started
from tests.coach.oracle.keeping import kept, past_of
from tests.coach.oracle.machine import deadline, step
from tests.coach.oracle.past import Past
from tests.coach.oracle.state import BeatKind, Options, State, beats, begin
from voice_coach.understanding.book import Book, Situation, Step
from voice_coach.understanding.place import Place

_PLACES = {
    Situation.TAKING_UP: Place.TAKING_UP,
    Situation.CHECKING: Place.CHECKING,
    Situation.MENU: Place.MENU,
    Situation.BREATHING: Place.BREATHING,
    Situation.IMAGERY: Place.IMAGERY,
    Situation.MEDICINES: Place.TALK,
    Situation.PREVENTION: Place.TALK,
    Situation.PAIN: Place.PAIN,
    Situation.EASING: Place.EASE,
    Situation.EMERGENCY: Place.EMERGENCY,
    Situation.ENDING: Place.ENDING,
    Situation.CONFIRMING: Place.CONFIRM,
    Situation.PAUSED: Place.PAUSED,
    Situation.SLEEPING: Place.SLEEPING,
    Situation.OVER: Place.OVER,
}
"""All but those in which the step decides."""

_BY_STEP = frozenset(
    {
        *(Situation.STRETCHING, Situation.HEAT, Situation.ICE, Situation.BREATHING),
        *(Situation.IMAGERY, Situation.MEDICINES, Situation.PREVENTION),
    }
)
"""Situations in which a step may ask something, or wait."""


def place(state: State, book: Book) -> Place:
    """Return the place of a state."""
    situation, position = state.situation, state.position
    if situation not in _BY_STEP or position is None:
        return _PLACES.get(situation, Place.HOLD)
    now = book.routines[position.routine].step[position.step]
    made = beats(now)
    kind = made[position.beat].kind if position.beat < len(made) else None
    if situation in (Situation.HEAT, Situation.ICE):
        return _place_of_pad(now, kind)
    if kind is BeatKind.ASK:
        return Place.HEATASK
    if situation is Situation.STRETCHING:
        return Place.READY if kind is BeatKind.READY else Place.HOLD
    if kind is BeatKind.READY and situation in (Situation.MEDICINES, Situation.PREVENTION):
        return Place.READY
    return _PLACES[situation]


def _place_of_pad(now: Step, kind: BeatKind | None) -> Place:
    if now.timer is not None and kind is not BeatKind.ASK:
        return Place.HEAT
    if now.ask is not None and kind in (BeatKind.ASK, BeatKind.SAY):
        return Place.HEATASK
    return Place.HEATREADY if now.ready is not None else Place.HEATASK


def harmless(state: State, book: Book) -> str | None:
    """Return the answer with which the present question leads on, or None where none is put."""
    position = state.position
    if position is None or state.situation not in (*_BY_STEP, Situation.CHECKING):
        return None
    now = book.routines[position.routine].step[position.step]
    made = beats(now)
    if position.beat >= len(made) or made[position.beat].kind is not BeatKind.ASK:
        return None
    return "yes" if now.yes == "go_on" != now.no else "no"


# --- a state for each place


class _Walk:
    """A session walked through without sound: every cue is over at once."""

    def __init__(self, book: Book, options: Options, past: Past | None = None) -> None:
        self.book = book
        self.state = begin(options)
        self._tell(Started(0, past or Past()))
        if self.state.situation is Situation.SLEEPING:
            self.means("wake")

    def _tell(self, event: Event) -> None:
        self.state, _ = step(self.state, event, self.book)

    def means(self, intent: str, value: int | str | None = None, *, certain: bool = True) -> None:
        """The person means something."""
        self._tell(Heard(self.state.now, intent, value, certain))

    def settle(self, until: Callable[[State], bool] = lambda state: False) -> None:
        """Let the coach go on until it awaits the person, or something holds.

        Raises:
            RuntimeError: it never comes to rest: the book has a routine without an end.
        """
        for _ in range(2000):
            state = self.state
            if until(state) or (state.saying is None and state.breath is None):
                return
            if state.saying is not None:
                self._tell(Finished(state.now + 1, state.saying))
            else:
                due = deadline(state)
                assert due is not None
                self._tell(Clock(due))
        raise RuntimeError("the coach does not come to rest")

    def to_menu(self) -> None:
        """Answer the safety questions and the one about pain."""
        self.settle()
        while not self.state.checked:
            self.means("no")
            self.settle()
        while self.state.situation is Situation.PAIN:
            self.means("number", 5)
            self.settle()

    def to_ready(self, intent: str) -> None:
        """Ask for an exercise, and answer its questions so that it goes on."""
        self.to_menu()
        self.means(intent)
        self.settle()
        while (answer := harmless(self.state, self.book)) is not None:
            self.means(answer)
            self.settle()


def place_state(name: str, book: Book, options: Options) -> State:
    """Return a state in a place, reached through the coach itself.

    Args:
        name: a value of Place.
        book: the book; one that `check_book` accepts.
        options: what the settings give.

    Raises:
        ValueError: there is no such place.
        RuntimeError: the book's routines do not lead there.
    """
    wanted = Place(name)
    walk = _Walk(book, options)
    _WAYS[wanted](walk)
    state = walk.state
    if place(state, book) is not wanted:
        raise RuntimeError(f"the routines do not lead to {wanted}, but to {place(state, book)}")
    return state


def _breathing(state: State) -> bool:
    return state.breath is not None


def _then(intent: str, until: Callable[[State], bool] | None = None) -> Callable[[_Walk], None]:
    """From the menu, by one thing said, until the coach awaits something or `until` holds."""

    def way(walk: _Walk) -> None:
        walk.to_menu()
        walk.means(intent)
        walk.settle(until or (lambda state: False))

    return way


def _checked(walk: _Walk) -> None:
    walk.settle()
    while not walk.state.checked:
        walk.means("no")
        walk.settle()


def _talking(walk: _Walk) -> None:
    walk.to_menu()
    walk.means("medicine")


def _ready(walk: _Walk) -> None:
    walk.to_ready("stretch")


def _hold(walk: _Walk) -> None:
    walk.to_ready("stretch")
    walk.means("next")
    walk.settle(_breathing)


def _after(before: Callable[[_Walk], None], intent: str) -> Callable[[_Walk], None]:
    def way(walk: _Walk) -> None:
        before(walk)
        walk.means(intent)
        walk.settle()

    return way


def _heat_ready(walk: _Walk) -> None:
    walk.to_ready("heat")


_heat = _after(_heat_ready, "start")


def _doubtful(walk: _Walk) -> None:
    walk.to_menu()
    walk.means("heat", certain=False)
    walk.settle()


def _power_cut(walk: _Walk) -> None:
    """A pad was on when the power went, a minute ago."""
    _heat(walk)
    left = kept(walk.state, walk.book)
    past = past_of(left, walk.state.now, ago=60.0, certain=60.0, rested_at_least=60.0)
    after = _Walk(walk.book, replace(walk.state.options, resident=False), past)
    after.settle()
    walk.state = after.state


_WAYS: dict[Place, Callable[[_Walk], None]] = {
    Place.SLEEPING: _then("sleep"),
    Place.CHECKING: _Walk.settle,
    Place.PAIN: _checked,
    Place.MENU: _Walk.to_menu,
    Place.READY: _ready,
    Place.HOLD: _hold,
    Place.EASE: _after(_hold, "hurts"),
    Place.HEATASK: _then("heat"),
    Place.HEATREADY: _heat_ready,
    Place.HEAT: _heat,
    Place.ENDING: _after(_heat, "stop"),
    Place.EMERGENCY: _then("emergency"),
    Place.PAUSED: _after(_hold, "pause"),
    Place.BREATHING: _then("breathe", _breathing),
    Place.IMAGERY: _then("imagery", _breathing),
    Place.TALK: _talking,
    Place.CONFIRM: _doubtful,
    Place.TAKING_UP: _power_cut,
    Place.OVER: _then("quit", lambda state: state.situation is Situation.OVER),
}
