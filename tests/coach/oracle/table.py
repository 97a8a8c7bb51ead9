"""The table: what each intent does in each situation.

It is also the answer to "what makes sense now": what stands in the row of a situation is in the
recogniser's grammar there, and nothing else is (`understood`).
"""

from __future__ import annotations

from dataclasses import replace

from tests.coach.oracle import asking, resuming, rounds
from tests.coach.oracle.events import Heard
from tests.coach.oracle.flags import is_flag
from tests.coach.oracle.moves import (
    Move,
    adjusting,
    caring,
    flagging,
    going,
    leaving,
    pads,
    returning,
    telling,
    undoing,
)
from tests.coach.oracle.state import BeatKind, State, beats
from tests.coach.oracle.turn import Turn
from voice_coach.understanding.book import Book, Situation

TOPIC = "<topic>"
"""Stands for every intent that begins a routine: the book says which."""

ANSWERS = frozenset({"yes", "no", "unsure", "not_yet", "number", "unclear_number"})
"""Understood inside a routine only while such an answer is awaited."""

_WITH_PAD = frozenset({"too_hot", "drowsy", "lying_on"})
"""Understood only while heat or ice is on, or being put in place."""


def _confirm_yes(turn: Turn, heard: Heard) -> None:
    """Yes, that is what was said: do it."""
    pending = turn.state.pending
    assert pending is not None
    if pending.intent == "done" and not heard.certain:
        asking.ask_confirm(turn)  # it says that a pad is off
        return
    if flagging.confirmed(turn):
        return
    turn.lift_off(Situation.CONFIRMING)
    if pending.intent == "done" and turn.state.round is None:
        undoing.answer_flag(turn, frozenset(), pending)
        resuming.return_(turn)  # it was taken off before; only the answer was in doubt
        return
    move = move_for(turn.state.situation, pending.intent, turn.book) or leaving.again
    move(turn, replace(pending, certain=True))


def _instead(turn: Turn, heard: Heard) -> None:
    """Neither yes nor no: it goes for what the question had interrupted.

    The question about a warning sign stands: to stop is to be quiet, and the rest is no answer.
    """
    if not is_flag(turn.state.pending):
        turn.lift_off(Situation.CONFIRMING)
        move = move_for(turn.state.situation, heard.intent, turn.book) or leaving.again
        move(turn, heard)
    elif heard.intent in ("stop", "pause"):
        caring.quiet(turn, heard)
    else:
        asking.ask_confirm(turn)


def _said_again(turn: Turn, heard: Heard) -> None:
    """The command itself, said again, is a yes; another one goes in its place."""
    pending = turn.state.pending
    if pending is not None and pending.intent == heard.intent and heard.certain:
        _confirm_yes(turn, heard)
    else:
        _instead(turn, heard)


def _back_from_doubt(turn: Turn, heard: Heard) -> None:
    """Back: a command was misheard; a question about a warning sign is put again."""
    if is_flag(turn.state.pending):
        asking.ask_confirm(turn)
    else:
        flagging.denied(turn, heard)


_EVERYWHERE: dict[str, Move] = {
    "stop": caring.stop,
    "pause": leaving.pause,
    "hurts": caring.hurts,
    "help": telling.help_,
    "emergency": caring.emergency,
    "louder": adjusting.louder,
    "quieter": adjusting.quieter,
    "record_off": adjusting.record_off,
    "back": undoing.undo_only,
    "dizzy": flagging.dizzy,
    "red_flag": flagging.red_flag,
    "stuck": pads.stuck,
    "too_hot": pads.too_hot,
    "drowsy": pads.drowsy,
}

_AWAKE: dict[str, Move] = _EVERYWHERE | {
    TOPIC: going.topic,
    "sleep": leaving.sleep,
    "quit": leaving.quit_,
}

# Rows are kept small: the fewer words make sense, the fewer are misheard. "slower" stands only
# where something is paced, so that "four" is not taken for it where a number is awaited.
_TALK: dict[str, Move] = _AWAKE | {
    "next": going.go_on,
    "resume": going.go_on,
    "back": undoing.back,
    "repeat": going.repeat,
    "skip": going.skip,
    "where": telling.where,
}

_QUESTIONS: dict[str, Move] = {
    "yes": going.yes,
    "no": going.no,
    "unsure": going.unsure,
    "not_yet": pads.take_time,
    "number": going.number,
    "unclear_number": going.unclear_number,
}

_PACED: dict[str, Move] = (
    _TALK
    | _QUESTIONS
    | {
        "start": going.go_on,
        "done": going.done,
        "how_long": telling.how_long,
        "slower": adjusting.slower,
        "faster": adjusting.faster,
    }
)

_TIMED: dict[str, Move] = (
    _TALK
    | _QUESTIONS
    | {
        "start": going.go_on,
        "done": going.done,
        "how_long": telling.how_long,
        "still_on": pads.still_on,
        "lying_on": pads.lying_on,
    }
)

_TOLD: dict[str, Move] = _TALK | _QUESTIONS | {"how_long": telling.how_long}

TABLE: dict[Situation, dict[str, Move]] = {
    Situation.CHECKING: _TALK | _QUESTIONS,
    Situation.MENU: _AWAKE
    | {
        "start": going.start,
        "next": leaving.again,
        "resume": leaving.again,
        "repeat": leaving.again,
        "back": undoing.reopen,
        "no": caring.quiet,
        "not_yet": caring.quiet,
        "done": going.finish,
        "slower": telling.no_slower,
        "history": telling.history,
        "record_on": adjusting.record_on,
    },
    Situation.TAKING_UP: _AWAKE
    | {
        "yes": returning.take_up,
        "no": returning.not_there,
        "not_yet": returning.not_there,
        "still_on": returning.still_on,
        "unsure": returning.perhaps_there,
        "done": returning.pad_off,
        "resume": returning.go_on_there,
        "next": returning.go_on_there,
        "repeat": leaving.again,
    },
    Situation.STRETCHING: _PACED
    | {
        "other_side": going.other_side,
        "ease": caring.ease,
        "more_breaths": adjusting.more_breaths,
        "fewer_breaths": adjusting.fewer_breaths,
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
        "next": going.go_on,
        "repeat": going.repeat,
        "skip": going.skip,
        "back": undoing.reopen,
    },
    Situation.EASING: _AWAKE
    | {
        "ease": caring.ease,
        "resume": caring.ease,
        "repeat": leaving.again,
        "skip": caring.skip_eased,
        "next": caring.skip_eased,
        "not_yet": leaving.again,
    },
    Situation.EMERGENCY: _EVERYWHERE
    | {
        TOPIC: going.topic,
        "stop": caring.quiet,
        "pause": caring.quiet,
        "hurts": leaving.again,
        "repeat": leaving.again,
        "done": caring.called,
        "yes": caring.called,
        "back": undoing.back_in_emergency,
        "not_yet": pads.not_yet_called,
        "quit": leaving.quit_,
    },
    Situation.ENDING: _EVERYWHERE
    | {
        "done": pads.said_off,
        "yes": pads.yes_off,
        "stop": pads.ask_off,
        "next": pads.ask_off,
        "resume": pads.ask_off,
        "pause": pads.ask_off,
        "hurts": pads.ask_off,
        "no": pads.not_off,
        "not_yet": pads.not_off,
        "still_on": pads.not_off,
        "unsure": pads.not_off,
        "lying_on": pads.lying_on,
        "repeat": leaving.again,
        "back": leaving.again,
    },
    Situation.CONFIRMING: _EVERYWHERE
    | {
        TOPIC: _said_again,
        "yes": _confirm_yes,
        "no": flagging.denied,
        "not_yet": flagging.not_yet,
        "unsure": flagging.unsure,
        "stop": _instead,
        "pause": _instead,
        "hurts": _instead,
        "back": _back_from_doubt,
        "repeat": leaving.again,
    },
    Situation.PAUSED: _EVERYWHERE
    | {
        "resume": leaving.resume,
        "next": leaving.resume,
        "start": leaving.resume,
        "not_yet": leaving.again,
        "pause": leaving.again,
        "repeat": leaving.again,
        "how_long": telling.how_long,
        "sleep": leaving.sleep,
        "quit": leaving.quit_,
        "record_on": adjusting.record_on,
    },
    Situation.SLEEPING: {
        "wake": leaving.wake,
        "help": leaving.wake,
        "emergency": caring.emergency,
        "red_flag": flagging.red_flag,
    },
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
    if state.round is None:
        made -= {"still_on"}
        if state.situation not in rounds.ROUNDS:
            made -= _WITH_PAD
    if state.position is not None and TABLE[state.situation].get("number") is going.number:
        made -= ANSWERS - _awaited(state, book)
    return made


def _awaited(state: State, book: Book) -> frozenset[str]:
    position = state.position
    assert position is not None
    step = book.routines[position.routine].step[position.step]
    made = beats(step)
    kind = made[position.beat].kind if position.beat < len(made) else None
    if kind is BeatKind.READY:
        return frozenset({"yes", "no", "not_yet"})
    if kind is not BeatKind.ASK:
        return frozenset()
    number = step.answer == "number"
    return frozenset({"number", "unclear_number"} if number else {"yes", "no", "unsure"})
