"""The table: what each intent does in each situation.

It is also the answer to "what makes sense now": what stands in the row of a situation is in the
recogniser's grammar there, and nothing else is (`understood`).
"""

from __future__ import annotations

from dataclasses import replace

from voice_coach.coach import moves
from voice_coach.coach.events import Heard
from voice_coach.coach.moves import Move
from voice_coach.coach.state import BeatKind, State, beats
from voice_coach.coach.turn import Turn
from voice_coach.language.book import Book, Situation

TOPIC = "<topic>"
"""Stands for every intent that begins a routine: the book says which."""

ANSWERS = frozenset({"yes", "no", "unsure", "number"})
"""Understood inside a routine only while such an answer is awaited."""


def _confirm_yes(turn: Turn, heard: Heard) -> None:
    """Yes, that is what was said: do it."""
    pending = turn.state.pending
    assert pending is not None
    turn.lift_off(Situation.CONFIRMING)
    move = move_for(turn.state.situation, pending.intent, turn.book)
    assert move is not None
    move(turn, replace(pending, certain=True))


def _instead(turn: Turn, heard: Heard) -> None:
    """Neither yes nor no: it goes for what the question had interrupted."""
    turn.lift_off(Situation.CONFIRMING)
    move = move_for(turn.state.situation, heard.intent, turn.book) or moves.again
    move(turn, heard)


_EVERYWHERE: dict[str, Move] = {
    "stop": moves.stop,
    "pause": moves.pause,
    "hurts": moves.hurts,
    "help": moves.help_,
    "emergency": moves.emergency,
    "louder": moves.louder,
    "quieter": moves.quieter,
    "record_off": moves.record_off,
}

_AWAKE: dict[str, Move] = _EVERYWHERE | {
    TOPIC: moves.topic,
    "sleep": moves.sleep,
    "quit": moves.quit_,
}

# Rows are kept small: the fewer words make sense, the fewer are misheard. "slower" stands only
# where something is paced, so that "four" is not taken for it where a number is awaited.
_TALK: dict[str, Move] = _AWAKE | {
    "next": moves.go_on,
    "resume": moves.go_on,
    "back": moves.back,
    "repeat": moves.repeat,
    "skip": moves.skip,
    "where": moves.where,
}

_QUESTIONS: dict[str, Move] = {
    "yes": moves.yes,
    "no": moves.no,
    "unsure": moves.unsure,
    "number": moves.number,
}

_PACED: dict[str, Move] = (
    _TALK
    | _QUESTIONS
    | {
        "start": moves.go_on,
        "done": moves.done,
        "how_long": moves.how_long,
        "slower": moves.slower,
        "faster": moves.faster,
    }
)

_TIMED: dict[str, Move] = (
    _TALK | _QUESTIONS | {"start": moves.go_on, "done": moves.done, "how_long": moves.how_long}
)

_TOLD: dict[str, Move] = _TALK | _QUESTIONS | {"how_long": moves.how_long}

TABLE: dict[Situation, dict[str, Move]] = {
    Situation.CHECKING: _TALK | _QUESTIONS,
    Situation.MENU: _AWAKE
    | {
        "start": moves.start,
        "next": moves.again,
        "resume": moves.again,
        "repeat": moves.again,
        "back": moves.reopen_check,
        "no": moves.quiet,
        "done": moves.finish,
        "history": moves.history,
        "record_on": moves.record_on,
    },
    Situation.TAKING_UP: _AWAKE
    | {
        "yes": moves.take_up,
        "no": moves.not_there,
        "unsure": moves.perhaps_there,
        "done": moves.pad_off,
        "resume": moves.go_on_there,
        "next": moves.go_on_there,
        "repeat": moves.again,
    },
    Situation.STRETCHING: _PACED
    | {
        "other_side": moves.other_side,
        "ease": moves.ease,
        "more_breaths": moves.more_breaths,
        "fewer_breaths": moves.fewer_breaths,
    },
    Situation.HEAT: _TIMED,
    Situation.ICE: _TIMED,
    Situation.BREATHING: _PACED,
    Situation.IMAGERY: _PACED,
    Situation.MEDICINES: _TOLD,
    Situation.PREVENTION: _TOLD,
    Situation.PAIN: _AWAKE
    | _QUESTIONS
    | {
        "next": moves.go_on,
        "repeat": moves.repeat,
        "skip": moves.skip,
        "back": moves.reopen_check,
    },
    Situation.EASING: _AWAKE
    | {
        "ease": moves.ease,
        "resume": moves.ease,
        "repeat": moves.again,
        "skip": moves.skip_eased,
        "next": moves.skip_eased,
    },
    Situation.EMERGENCY: _EVERYWHERE
    | {
        TOPIC: moves.topic,
        "stop": moves.quiet,
        "pause": moves.quiet,
        "hurts": moves.again,
        "repeat": moves.again,
        "done": moves.called,
        "yes": moves.called,
        "back": moves.mistaken,
        "quit": moves.quit_,
    },
    Situation.ENDING: _EVERYWHERE
    | {
        "stop": moves.off,
        "done": moves.off,
        "yes": moves.off,
        "next": moves.off,
        "hurts": moves.again,
        "pause": moves.again,
        "repeat": moves.again,
    },
    Situation.CONFIRMING: _EVERYWHERE
    | {
        "yes": _confirm_yes,
        "no": moves.confirm_no,
        "stop": _instead,
        "pause": _instead,
        "repeat": moves.again,
    },
    Situation.PAUSED: _EVERYWHERE
    | {
        "resume": moves.resume,
        "next": moves.resume,
        "start": moves.resume,
        "pause": moves.again,
        "repeat": moves.again,
        "how_long": moves.how_long,
        "sleep": moves.sleep,
        "quit": moves.quit_,
        "record_on": moves.record_on,
    },
    Situation.SLEEPING: {"wake": moves.wake, "help": moves.wake, "emergency": moves.emergency},
    Situation.OVER: {},
}


def move_for(situation: Situation, intent: str, book: Book) -> Move | None:
    """Return the move for an intent in a situation, or None where it makes no sense."""
    row = TABLE[situation]
    if intent in row:
        return row[intent]
    return row.get(TOPIC) if intent in book.topics() else None


def intents_of(situation: Situation, book: Book) -> frozenset[str]:
    """Return every intent that ever makes sense in a situation."""
    row = TABLE[situation]
    made = {intent for intent in row if intent != TOPIC and intent in book.intents}
    return frozenset(made | (book.topics().keys() if TOPIC in row else set()))


def understood(state: State, book: Book) -> frozenset[str]:
    """Return the intents that make sense now."""
    made = intents_of(state.situation, book)
    made -= {"record_on"} if state.recording else {"record_off"}
    if state.position is not None and TABLE[state.situation].get("number") is moves.number:
        made -= ANSWERS - _awaited(state, book)
    return made


def _awaited(state: State, book: Book) -> frozenset[str]:
    position = state.position
    assert position is not None
    step = book.routines[position.routine].step[position.step]
    made = beats(step)
    kind = made[position.beat].kind if position.beat < len(made) else None
    if kind is BeatKind.READY:
        return frozenset({"yes", "no"})
    if kind is not BeatKind.ASK:
        return frozenset()
    return frozenset({"number"} if step.answer == "number" else {"yes", "no", "unsure"})
