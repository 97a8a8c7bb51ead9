"""The coach: a pure state machine. Events in, actions out.

    state, actions = step(state, event, book)

No audio, files, threads or clock. Time is what the events say it is; when the coach wants to be
told that time has passed, `deadline(state)` says at which frame.
"""

from __future__ import annotations

from voice_coach.coach import flow
from voice_coach.coach.events import (
    Action,
    Clock,
    Event,
    Finished,
    Heard,
    Started,
    Trouble,
    Unclear,
)
from voice_coach.coach.state import Position, State, Then
from voice_coach.coach.table import move_for
from voice_coach.coach.turn import Turn
from voice_coach.language.book import Book, Situation

UNCLEAR_MOST = 3
"""Misunderstandings in a row that are spoken of; after that silence is kinder."""


def step(state: State, event: Event, book: Book) -> tuple[State, tuple[Action, ...]]:
    """Return the state after an event, and what is to be done.

    An event that makes no sense now (an intent outside the situation's row, the end of a cue
    that was hushed) changes nothing.
    """
    turn = Turn(state, book, event.at)
    match event:
        case Started():
            turn.go(Position("welcome"))
            flow.do_beat(turn)
        case Heard():
            _heard(turn, event)
        case Unclear():
            _unclear(turn)
        case Finished():
            if event.say == state.saying:
                turn.set(saying=None)
                _then(turn, state.then)
        case Clock():
            _clock(turn)
        case Trouble():
            if f"reply.trouble_{event.what}" in book.texts and not _busy(state):
                turn.hush()
                turn.say(f"reply.trouble_{event.what}", Then.CONTINUE)
    return turn.state, tuple(turn.actions)


def deadline(state: State) -> int | None:
    """Return the frame at which the coach wants a Clock event, or None."""
    due = [when for when in _deadlines(state) if when is not None]
    return min(due) if due else None


def _deadlines(state: State) -> tuple[int | None, ...]:
    lead = round(flow.LEAD * state.options.rate)
    ending = state.situation is Situation.ENDING
    return (
        state.round.ends if state.round is not None and not ending else None,
        state.remind_at if not ending else None,
        state.breath.end - lead if state.breath is not None else None,
        state.ask_again_at if state.awaiting and state.saying is None else None,
        state.alert_at if _alerting(state) and state.saying is None else None,
    )


def _alerting(state: State) -> bool:
    return state.situation in (Situation.ENDING, Situation.EMERGENCY)


def _busy(state: State) -> bool:
    return state.situation in (Situation.OVER, Situation.ENDING, Situation.SLEEPING)


def _heard(turn: Turn, heard: Heard) -> None:
    intent = turn.book.intents.get(heard.intent)
    move = move_for(turn.state.situation, heard.intent, turn.book)
    if intent is None or move is None:
        return
    turn.hush()
    turn.set(unclear=0, asked=0)
    if intent.costly and not heard.certain and f"confirm.{heard.intent}" in turn.book.texts:
        turn.set(pending=heard)
        turn.lay(Situation.CONFIRMING)
        flow.continue_(turn)
        return
    move(turn, heard)


def _unclear(turn: Turn) -> None:
    """Say that nothing was understood, where somebody was meant to speak; shorter each time."""
    state = turn.state
    if not state.awaiting or state.saying is not None or state.breath is not None:
        return
    times = state.unclear
    turn.set(unclear=times + 1)
    if times < UNCLEAR_MOST:
        turn.set(ask_again_at=None)
        turn.say("reply.unclear", Then.AWAIT, variant=times)


def _then(turn: Turn, then: Then) -> None:
    match then:
        case Then.NOTHING:
            pass
        case Then.CONTINUE:
            flow.continue_(turn)
        case Then.NEXT_BEAT:
            flow.next_beat(turn)
        case Then.NEXT_STEP:
            flow.next_step(turn)
        case Then.AWAIT:
            flow.await_answer(turn)
        case Then.HOME:
            flow.home(turn)
        case Then.FINISH_CHECK:
            flow.end_routine(turn)
        case Then.ICE:
            flow.open_topic(turn, "ice")
        case Then.OVER:
            flow.end_session(turn)


def _clock(turn: Turn) -> None:
    """Do what is due; what concerns safety goes first."""
    state, now = turn.state, turn.now
    ends, reminder, breath, again, alert = _deadlines(state)
    if ends is not None and ends <= now:
        flow.end_round(turn)
    elif alert is not None and alert <= now:
        if state.situation is Situation.ENDING:
            flow.say_end_of_round(turn)
        else:
            flow.say_emergency_again(turn)
    elif reminder is not None and reminder <= now:
        flow.remind(turn)
    elif breath is not None and breath <= now:
        flow.breath_due(turn)
    elif again is not None and again <= now:
        flow.ask_again(turn)
