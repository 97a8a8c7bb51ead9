"""In which place of a session a state is; and states to begin from, for tests and tools.

Places are finer than situations: what the same words mean may differ between the questions of
heat and the round itself (`understanding/place.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from voice_coach.coach.activities import ACTIVITIES
from voice_coach.coach.activities.choices import Choice, Choices
from voice_coach.coach.activity import Activity, Then
from voice_coach.coach.events import Clock, Event, Finished, IntentHeard, Started
from voice_coach.coach.in_routine import BeatKind, InRoutine, Position, beats
from voice_coach.coach.limits import Application
from voice_coach.coach.machine import deadline, step
from voice_coach.coach.past import Past
from voice_coach.coach.safety import QUESTIONS
from voice_coach.coach.snapshot import past_of, snapshot
from voice_coach.coach.state import Answers, Offer, Options, Prompting, Skin, Speech, State, begin
from voice_coach.understanding.book import Book, Situation
from voice_coach.understanding.place import Place


def place(state: State, book: Book) -> Place:
    """Return the place of a state."""
    return state.listening.place(book)


def harmless(state: State, book: Book) -> str | None:
    """Return the answer with which the present question leads on, or None where none is put."""
    here = state.top
    if not isinstance(here, InRoutine) or here.situation is Situation.PAIN:
        return None
    if here.doing(book) is not BeatKind.ASK:
        return None
    question = here.question(book)
    return "yes" if question.yes == "go_on" != question.no else "no"


# --- a state for each place

PAIN, LESS = 5, 4
"""Pain scores, before and after."""


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
        self._tell(IntentHeard(self.state.now, intent, value, certain))

    def wait(self, until: int) -> None:
        """Let time pass, to a deadline."""
        self._tell(Clock(until))

    def settle(self, until: Callable[[State], bool] = lambda state: False) -> None:
        """Let the coach say what it has to say, unless something holds before."""
        while self.state.speech.saying is not None and not until(self.state):
            self._tell(Finished(self.state.now + 1, self.state.speech.saying))

    def to_menu(self) -> None:
        """Tell how bad the pain is."""
        self.settle()
        self.breathe()
        self.means("pain")
        self.settle()
        self.means("number", PAIN)
        self.settle()

    def breathe(self) -> None:
        """Let the welcome's breaths pass."""
        while self.state.breath is not None and (due := deadline(self.state)) is not None:
            self._tell(Clock(due))
            self.settle()

    def answer_questions(self) -> None:
        """Answer the questions about warning signs so that they lead on."""
        while self.state.situation is Situation.CHECKING:
            self.means(harmless(self.state, self.book) or "no")
            self.settle()

    def to_ready(self, intent: str) -> None:
        """Ask for an exercise, and answer its questions so that it goes on."""
        self.to_menu()
        self.means(intent)
        self.settle()
        self.answer_questions()
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
        if walk.state.situation is Situation.CHECKING and until is None:
            walk.answer_questions()

    return way


def _scored(walk: _Walk) -> None:
    walk.settle()
    walk.breathe()
    walk.means("pain")
    walk.settle()


def _asked(walk: _Walk) -> None:
    walk.to_menu()
    walk.means("stretch")
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


def _asked_awake(walk: _Walk) -> None:
    """Heat has been on for five minutes."""
    _heat(walk)
    due = deadline(walk.state)
    assert due is not None
    walk.wait(due)
    walk.settle()


def _offered(walk: _Walk) -> None:
    """Heat was on, and the pain has fallen."""
    _heat(walk)
    walk.means("done")
    walk.settle()
    walk.means("number", LESS)
    walk.settle()


def _doubtful(walk: _Walk) -> None:
    walk.to_menu()
    walk.means("heat", certain=False)
    walk.settle()


def _power_cut(walk: _Walk) -> None:
    """A pad was on when the power went, a minute ago."""
    _heat(walk)
    left = snapshot(walk.state, walk.book)
    past = past_of(left, walk.state.now, ago=60.0, certain=60.0, rested_at_least=60.0)
    after = _Walk(walk.book, replace(walk.state.options, resident=False), past)
    after.settle()
    walk.state = after.state


_WAYS: dict[Place, Callable[[_Walk], None]] = {
    Place.SLEEPING: _then("sleep"),
    Place.CHECKING: _asked,
    Place.PAIN: _scored,
    Place.MENU: _Walk.to_menu,
    Place.READY: _ready,
    Place.HOLD: _hold,
    Place.EASE: _after(_after(_hold, "hurts"), "no"),
    Place.HEATASK: _then("heat"),
    Place.HEATREADY: _heat_ready,
    Place.HEAT: _heat,
    Place.ENDING: _after(_heat, "stop"),
    Place.AWAKE: _asked_awake,
    Place.OFFERED: _offered,
    Place.EMERGENCY: _then("emergency"),
    Place.PAUSED: _after(_hold, "pause"),
    Place.BREATHING: _then("breathe", _breathing),
    Place.IMAGERY: _then("imagery", _breathing),
    Place.TALK: _talking,
    Place.CONFIRM: _doubtful,
    Place.CALLING: _then("call_out"),
    Place.TAKING_UP: _power_cut,
    Place.OVER: _then("quit", lambda state: state.situation is Situation.OVER),
}


# --- a silent state without the way there


_LIES_OVER = {
    Situation.CONFIRMING: ("stretch", "knee_right"),
    Situation.CHOOSING: ("stretch", "knee_right"),
    Situation.PAUSED: ("stretch", "knee_right"),
    Situation.EASING: ("stretch", "knee_right"),
    Situation.CALLING: ("stretch", "knee_right"),
    Situation.ENDING: ("heat", "timer"),
    Situation.AWAKE: ("heat", "timer"),
    Situation.OFFERED: ("heat", "timer"),
}
"""Situations that lie over another: over which step of which routine."""

_FOR_EVER = 1 << 62
"""Frame at which heat ends in such a state."""


def position_of(book: Book, routine: str, step: str = "", kind: BeatKind | None = None) -> Position:
    """Return a place in a routine.

    Args:
        book: the language.
        routine: its name.
        step: the id of its step; the first where none is named.
        kind: the first beat of this kind in the step; the first of all where none is named.

    Raises:
        StopIteration: there is no such place.
    """
    number = next(i for i, s in enumerate(book.routines[routine].step) if step in (s.id, ""))
    found = beats(book.routines[routine].step[number])
    beat = 0 if kind is None else next(i for i, b in enumerate(found) if b.kind is kind)
    return Position(routine, number, beat)


def state_at(position: Position, book: Book, options: Options) -> State:
    """Return a silent state at a place in a routine, after the safety questions if it isn't one."""
    situation = book.routines[position.routine].situation
    asks = position.beat_in(book)
    awaited = asks is not None and asks.kind in (BeatKind.ASK, BeatKind.READY)
    state = _silent(ACTIVITIES.guided(situation, position), options)
    checked = frozenset() if situation is Situation.CHECKING else frozenset(QUESTIONS)
    answers = replace(state.answers, checked=checked)
    return replace(state, answers=answers, prompting=Prompting(awaiting=awaited))


def state_of(situation: Situation, book: Book, options: Options) -> State:
    """Return a silent state of a situation, with all that belongs to it; nothing is awaited."""
    heat = Application("heat", 0, _FOR_EVER)
    if situation in _LIES_OVER:
        below = state_at(position_of(book, *_LIES_OVER[situation]), book, options)
        over = {
            Situation.CONFIRMING: ACTIVITIES.confirm(IntentHeard(0, "heat", certain=False)),
            Situation.CHOOSING: Choices((Choice("hurts", None, "reply.choice_hurts"),)),
            Situation.PAUSED: ACTIVITIES.pause(),
            Situation.EASING: ACTIVITIES.ease(),
            Situation.CALLING: ACTIVITIES.calling(),
            Situation.ENDING: ACTIVITIES.take_off(heat),
            Situation.AWAKE: ACTIVITIES.awake(heat, Then.NOTHING),
            Situation.OFFERED: ACTIVITIES.offer(),
        }[situation]
        on = heat if situation in (Situation.ENDING, Situation.AWAKE) else None
        return replace(below, stack=(*below.stack, over), skin=Skin(on))
    for name, routine in book.routines.items():
        if routine.situation is situation:
            return state_at(Position(name), book, options)
    if situation is Situation.EMERGENCY:
        state = _silent(ACTIVITIES.emergency(None), options)
        return replace(state, answers=replace(state.answers, flags=frozenset({"emergency"})))
    return _silent(
        {
            Situation.MENU: ACTIVITIES.menu(),
            Situation.OVER: ACTIVITIES.over(),
            Situation.SLEEPING: ACTIVITIES.asleep(0, standby=False),
            Situation.TAKING_UP: ACTIVITIES.recovery(Offer(asked=True)),
        }[situation],
        options,
    )


def _silent(activity: Activity, options: Options) -> State:
    state = begin(options)
    return replace(
        state,
        stack=(activity,),
        answers=Answers(checked=frozenset(QUESTIONS)),
        speech=Speech(next_id=2),
    )


def at_frame(state: State, now: int) -> State:
    """Return a state as it would be at another frame, with nothing but the present said of time."""
    return replace(state, now=now, prompting=replace(state.prompting, busy_at=now))
