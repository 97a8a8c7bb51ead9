"""The coach: a pure state machine. Events in, actions out.

    state, actions = step(state, event, book)

No audio, files, threads or clock. Time is what the events say it is; when the coach wants to be
told that time has passed, `deadline(state)` says at which frame.
"""

from __future__ import annotations

from dataclasses import replace

from tests.coach.oracle import asking, flow, holds, resting, resuming, rounds, safety, taking_up
from tests.coach.oracle.events import (
    Action,
    Clock,
    Event,
    Finished,
    Heard,
    Leaving,
    Quiet,
    Recalled,
    RecordingEnded,
    Started,
    Trouble,
    Unclear,
    Volume,
)
from tests.coach.oracle.flags import OWN_QUESTION, is_flag
from tests.coach.oracle.loudness import loudness
from tests.coach.oracle.state import State, Then
from tests.coach.oracle.table import move_for, understood
from tests.coach.oracle.turn import Turn
from voice_coach.understanding.book import Book, Situation

BESIDE = frozenset(
    {
        *("louder", "quieter", "repeat", "help", "where", "how_long", "history"),
        *("number", "unclear_number", "skip"),
    }
)
"""After these a plain "back" still means the question that was answered before."""

UNCLEAR_MOST = 3
"""Misunderstandings in a row that are spoken of; after that silence is kinder."""


def step(state: State, event: Event, book: Book) -> tuple[State, tuple[Action, ...]]:
    """Return the state after an event, and what is to be done.

    An event that makes no sense now (an intent that is not understood, the end of a cue that
    was hushed) changes nothing but the time.
    """
    turn = Turn(state, book, event.at)
    match event:
        case Started():
            if not state.started:
                taking_up.begin(turn, event.past)
        case Heard():
            _heard(turn, event)
        case Unclear():
            _unclear(turn)
        case Finished():
            if event.say == state.saying:
                _finished(turn)
        case Clock():
            _clock(turn)
        case Trouble():
            _trouble(turn, event)
        case Quiet():
            turn.set(quiet=event.on)
            turn.actions.append(Volume(loudness(turn.state)))
            if state.deaf:
                resting.tell_of_ears(turn)
        case Recalled(past=past):
            sums = replace(state.past, sessions=past.sessions, before=past.before, after=past.after)
            turn.set(past=sums)
        case Leaving():
            if state.round is not None:
                rounds.end_round(turn)
        case RecordingEnded():
            turn.set(recording=False)
            if state.session and not _busy(state):
                turn.hush()
                turn.say(f"reply.recording_{event.why}", Then.RETURN)
    return turn.state, tuple(turn.actions)


def deadline(state: State) -> int | None:
    """Return the frame at which the coach wants a Clock event, or None."""
    due = [when for when in _deadlines(state) if when is not None]
    return max(min(due), state.now) if due else None


def _deadlines(state: State) -> tuple[int | None, ...]:
    silent = state.saying is None
    return (
        _round_due(state),
        _reminder_due(state) if silent else None,
        holds.breath_ends(state),
        state.ask_again_at if state.awaiting and silent else None,
        state.alert_at if _alerting(state) and silent else None,
        resting.alone_until(state),
        resting.too_long(state),
    )


def _round_due(state: State) -> int | None:
    """Return when heat or ice has to come off.

    That is at its end; in an emergency, so that nobody is carried off with a hot pad on, as soon
    as it has been said whom to call.
    """
    if state.round is None or state.situation is Situation.ENDING:
        return None
    if "emergency" in state.flags:
        if state.saying is None:
            return state.now
        if state.situation is Situation.EMERGENCY:
            return None
    return state.round.ends


def _alerting(state: State) -> bool:
    return state.situation in (Situation.ENDING, Situation.EMERGENCY)


def _reminder_due(state: State) -> int | None:
    """Return when the time left is to be said: not in the middle of a breath."""
    if state.remind_at is None:
        return None
    return max(state.remind_at, holds.breath_ends(state) or 0)


def _busy(state: State) -> bool:
    """Whether nothing may be said about the machine: what is going on matters more."""
    return _alerting(state) or state.situation in (Situation.OVER, Situation.SLEEPING)


def _trouble(turn: Turn, trouble: Trouble) -> None:
    """Say what is wrong with the machine; in quiet hours only while a pad is on."""
    if trouble.what in ("silent_microphone", "ears_back"):
        turn.set(deaf=trouble.what == "silent_microphone")
        resting.tell_of_ears(turn)
    state, key = turn.state, f"reply.trouble_{trouble.what}"
    if key not in turn.book.texts or not state.session or _busy(state):
        return
    if state.quiet and state.round is None:
        return
    turn.hush()
    turn.say(key, Then.RETURN)


def _heard(turn: Turn, heard: Heard) -> None:
    state = turn.state
    if not state.started or heard.intent not in understood(state, turn.book):
        return
    move = move_for(state.situation, heard.intent, turn.book)
    assert move is not None
    turn.hush()
    turn.set(session=True, unclear=0, asked=0, busy_at=turn.now)
    # While an alarm or a call for help is on, an emergency is not doubted.
    doubted = not heard.certain and not (heard.intent == "emergency" and _alerting(state))
    if doubted and turn.book.intents[heard.intent].costly and heard.intent not in OWN_QUESTION:
        _ask_whether(turn, heard)
    else:
        move(turn, heard)
    answered = turn.state.answered
    if answered is not None and answered is state.answered and heard.intent not in BESIDE:
        turn.set(answered=replace(answered, last=False))


def _ask_whether(turn: Turn, heard: Heard) -> None:
    """Ask whether a doubtful command was meant.

    It does not replace an open question about the person's health, nor one that is put over a
    situation in which the command makes no sense: what is heard at random would else begin heat
    for somebody asleep.
    """
    state = turn.state
    if state.situation is Situation.CONFIRMING and heard.intent != "emergency":
        health = is_flag(state.pending) or (state.pending and state.pending.intent == "emergency")
        if health or move_for(state.below[-1], heard.intent, turn.book) is None:
            asking.ask_confirm(turn)
            return
    asking.confirm(turn, heard)


def _finished(turn: Turn) -> None:
    """What was being said has been said: go on with what follows it."""
    state = turn.state
    turn.set(saying=None, busy_at=turn.now)
    reminder = _reminder_due(state)
    if reminder is not None and reminder <= turn.now:
        rounds.remind(turn, state.then)
    else:
        _then(turn, state.then)


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
            resuming.continue_(turn)
        case Then.RETURN:
            resuming.return_(turn)
        case Then.NEXT_BEAT:
            flow.next_beat(turn)
        case Then.AWAIT:
            asking.await_answer(turn)
        case Then.FINISH_CHECK:
            flow.end_routine(turn)
        case Then.OVER:
            flow.end_session(turn)


def _clock(turn: Turn) -> None:
    """Do what is due; what concerns safety goes first."""
    state, now = turn.state, turn.now
    ends, reminder, breath, again, alert, alone, too_long = _deadlines(state)
    if ends is not None and ends <= now:
        rounds.end_round(turn)
    elif alert is not None and alert <= now:
        if state.situation is Situation.ENDING:
            rounds.say_end_of_round(turn)
        else:
            safety.say_emergency_again(turn)
    elif reminder is not None and reminder <= now:
        rounds.remind(turn, Then.CONTINUE)
    elif breath is not None and breath <= now:
        flow.next_breath(turn)
    elif again is not None and again <= now:
        resuming.ask_again(turn)
    elif too_long is not None and too_long <= now:
        resting.rest(turn)
    elif alone is not None and alone <= now:
        resting.leave_alone(turn)
