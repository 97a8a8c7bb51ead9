"""The coach: a pure state machine. Events in, actions out.

    state, actions = step(state, event, book)

No audio, files, threads or clock. Time is what the events say it is; when the coach wants to be
told that time has passed, `deadline(state)` says at which frame.

The theory, in five words:

*Event.* Something that happened: an intent was heard, a sentence has been said to its end, the
deadline has come. There is nothing else the coach learns of (events.py).

*Activity.* What the person and the coach are in the middle of: the safety questions, a stretch, the
alarm at the end of heat. Each is a frozen dataclass in a file of `activities/`, and remembers only
what it alone needs: the time of the next alarm exists only while there is an alarm. Its row says
which intents are understood in it, and what each does; where an intent always leads to the same
activity, the cell names that. docs/design/coach.svg is drawn from the rows.

*Stack.* Activities lie over one another: an alarm over a pause over a stretch. Only the one on top
speaks, listens and has deadlines; lifting it continues the one below, which has not changed
meanwhile. What belongs to no activity in particular goes on beside the stack: the heat on the
skin, what the person has told, the volume.

*Action.* What is to be done: say this, play that, be silent. Nothing is done here; the actions are
data, in order.

*Then.* What follows once everything asked for has been said. The coach doesn't wait for a sentence
to end: it remembers, by name, how to go on, and an event comes. The name is all that the module
which says something has to know, so that the modules don't import each other in circles: a reply
about the volume ends with CONTINUE, and the activity on top knows how to continue. Activities name
each other in the same way, through `Transition.activities`.

Each event is one transition (transition.py): a draft of the next state, which the functions that
deal with the event change. Before an intent is done, the coach is hushed; what was to follow is
forgotten, so that whatever is done has to say how to go on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from voice_coach.coach import button, heat_and_ice, navigation, opening, reprompting, sense
from voice_coach.coach.activities import ACTIVITIES, TABLE, choices, confirm, sleep
from voice_coach.coach.activity import Duty, Then
from voice_coach.coach.events import (
    Action,
    Clock,
    Event,
    Finished,
    IntentHeard,
    Leaving,
    NoMatch,
    Pressed,
    Quiet,
    Recalled,
    RecordingEnded,
    Started,
    Trouble,
    Volume,
)
from voice_coach.coach.in_routine import InRoutine
from voice_coach.coach.loudness import loudness
from voice_coach.coach.past import Past
from voice_coach.coach.state import State
from voice_coach.coach.transition import Transition
from voice_coach.coach.volunteered import ALERTING
from voice_coach.coach.warning_signs import OWN_QUESTION
from voice_coach.understanding.book import Book, Situation

BESIDE = frozenset(
    {
        *("louder", "quieter", "repeat", "help", "more", "where", "how_long", "history"),
        *("number", "unclear_number", "skip"),
    }
)
"""After these a plain "back" still means the question that was answered before."""


def step(state: State, event: Event, book: Book) -> tuple[State, tuple[Action, ...]]:
    """Return the state after an event, and what is to be done.

    An event that makes no sense now (an intent that is not understood, the end of a cue that
    was hushed) changes nothing but the time.
    """
    t = Transition(state, book, event.at, ACTIVITIES)
    match event:
        case Started():
            if not state.started:
                opening.start(t, event.past)
        case IntentHeard():
            if state.started and event.intent in understood(state, book):
                _intent_heard(t, event)
        case Pressed():
            _pressed(t, state, event)
        case NoMatch():
            reprompting.no_match(t, state)
        case Finished():
            if event.say == state.speech.saying:
                _finished(t, state)
        case Clock():
            _clock(t, state)
        case Trouble():
            _trouble(t, event)
        case Quiet():
            t.surroundings = replace(t.surroundings, quiet=event.on)
            t.actions.append(Volume(loudness(t)))
            if t.surroundings.deaf:
                sleep.tell_of_microphone(t)
        case Recalled():
            _recalled(t, event.past)
        case Leaving():
            if t.skin.on is not None:
                heat_and_ice.end_application(t, t.skin.on)
        case RecordingEnded():
            t.surroundings = replace(t.surroundings, recording=False)
            if state.session and not _busy(t):
                t.hush()
                t.say(f"reply.recording_{event.why}", Then.RETURN)
        case _:
            assert_never(event)
    return t.state, tuple(t.actions)


# --- what makes sense now, and what is said to the rest


def intents_of(situation: Situation, book: Book) -> frozenset[str]:
    """Return every intent that ever makes sense in a situation."""
    return sense.ever(TABLE, situation, book)


def understood(state: State, book: Book) -> frozenset[str]:
    """Return the intents that make sense now."""
    return sense.now(TABLE, state, book)


def press_meaning(state: State, press: Pressed, book: Book) -> IntentHeard | choices.Wish | None:
    """Return what is done about a press of the button: see button.py; None for nothing."""
    return button.meant(state, press, understood(state, book)) if state.started else None


def _pressed(t: Transition, state: State, press: Pressed) -> None:
    """Do what a press of the button means."""
    meant = press_meaning(state, press, t.book)
    if isinstance(meant, IntentHeard):
        _intent_heard(t, meant)
        if meant.intent == "yes":
            t.prompting = replace(t.prompting, pressed_at=t.now)
    elif meant is not None:
        t.hush()
        t.prompting = replace(t.prompting, busy_at=t.now)
        choices.do(t, meant, understood(state, t.book))


def _intent_heard(t: Transition, heard: IntentHeard) -> None:
    """Do what an intent does in the activity on top; ask first if it is doubtful and costly."""
    answered = t.answers.last
    t.hush()
    t.lift_off(Situation.CHOOSING)
    more = t.prompting.more if heard.intent == "more" else None
    t.prompting = replace(t.prompting, no_matches=0, asked=0, busy_at=t.now, more=more)
    if heard.intent == "stop" and heard.value == heat_and_ice.OFF and t.skin.on is not None:
        heard = _off(t, heard)
    # While an alarm or a call for help is on, an emergency is not doubted, nor that it be called.
    urgent = heard.intent in ("emergency", "call_out") and t.situation in ALERTING
    doubted = not heard.certain and not urgent
    if doubted and t.book.intents[heard.intent].costly and heard.intent not in OWN_QUESTION:
        confirm.doubt(t, heard)
    else:
        t.do(heard)
    if answered is not None and t.answers.last is answered and heard.intent not in BESIDE:
        t.answers = replace(t.answers, last=replace(answered, last=False))


def _off(t: Transition, heard: IntentHeard) -> IntentHeard:
    """Return what "take it off" means with a pad on: what "too hot" does, if it isn't the end."""
    if t.situation is Situation.ENDING:
        return heard
    return replace(heard, intent="too_hot", value=None)


# --- time


def deadline(state: State) -> int | None:
    """Return the frame at which the coach wants a Clock event, or None."""
    due = [duty.at for duty in _duties(state)]
    return max(min(due), state.now) if due else None


def _clock(t: Transition, state: State) -> None:
    """Do the first thing that is due."""
    for duty in _duties(state):
        if duty.at <= t.now:
            duty.do(t)
            return


def _duties(state: State) -> Iterator[Duty]:
    """Yield what is to be done by itself; what concerns safety goes first."""
    silent = state.speech.saying is None
    end = _end_of_application(state)
    if end is not None:
        yield end
    question = _question(state, Then.CONTINUE)
    if question is not None and silent:
        yield question
    own = state.top.duty(state)
    if own is not None:
        yield own
    ask_again_at = state.prompting.ask_again_at
    if ask_again_at is not None and state.prompting.awaiting and silent:
        yield Duty(ask_again_at, reprompting.no_input)
    alone = sleep.alone(state)
    if alone is not None:
        yield alone


def _end_of_application(state: State) -> Duty | None:
    """Return when heat or ice has to come off.

    That is at its end; in an emergency, so that nobody is carried off with a hot pad on, as soon
    as it has been said whom to call.
    """
    on, at = state.skin.on, state.now
    if on is None or state.listening.situation is Situation.ENDING:
        return None
    if "emergency" not in state.answers.flags:
        at = on.ends
    elif state.speech.saying is not None:
        if state.situation is Situation.EMERGENCY:
            return None
        at = on.ends
    return Duty(at, lambda t: heat_and_ice.end_application(t, on))


def _question(state: State, then: Then) -> Duty | None:
    """Return when to ask whether the person is awake: not in the middle of a breath.

    In an emergency the pad comes off in any case.
    """
    on, at = state.skin.on, state.skin.remind_at
    if on is None or at is None or "emergency" in state.answers.flags:
        return None
    bottom = state.stack[0]
    breathing = isinstance(bottom, InRoutine) and bottom.breath is not None
    breath = bottom.duty(state) if breathing else None
    return Duty(max(at, breath.at if breath else 0), lambda t: heat_and_ice.ask_awake(t, on, then))


# --- speech


def _finished(t: Transition, state: State) -> None:
    """The sentence has been said: go on with what follows it."""
    then = state.speech.then
    t.speech = replace(t.speech, saying=None)
    t.prompting = replace(t.prompting, busy_at=t.now)
    question = _question(state, then)
    if question is not None and question.at <= t.now:
        question.do(t)
    else:
        _go_on(t, then)


def _go_on(t: Transition, then: Then) -> None:
    """Do what a continuation stands for."""
    match then:
        case Then.NOTHING:
            pass
        case Then.CONTINUE:
            t.top.resume(t)
        case Then.RETURN:
            navigation.come_back(t)
        case Then.NEXT_BEAT:
            t.top.next_beat(t)
        case Then.AWAIT:
            t.prompting = replace(t.prompting, put_at=t.now)
            t.top.await_answer(t)
        case Then.OVER:
            navigation.end_session(t)
        case _:
            assert_never(then)


# --- the machine and its surroundings


def _busy(t: Transition) -> bool:
    """Whether nothing may be said about the machine: what is going on matters more."""
    return t.listening.situation in (*ALERTING, Situation.OVER, Situation.SLEEPING)


def _trouble(t: Transition, trouble: Trouble) -> None:
    """Say what is wrong with the machine; in quiet hours only while a pad is on."""
    if trouble.what in ("silent_microphone", "ears_back"):
        deaf = trouble.what == "silent_microphone"
        t.surroundings = replace(t.surroundings, deaf=deaf)
        sleep.tell_of_microphone(t)
    key = f"reply.trouble_{trouble.what}"
    if key not in t.book.texts or not t.state.session or _busy(t):
        return
    if t.surroundings.quiet and t.skin.on is None:
        return
    t.hush()
    t.say(key, Then.RETURN)


def _recalled(t: Transition, past: Past) -> None:
    """Take over the sums of earlier sessions."""
    sums = replace(t.earlier.past, sessions=past.sessions, before=past.before, after=past.after)
    t.earlier = replace(t.earlier, past=sums)
