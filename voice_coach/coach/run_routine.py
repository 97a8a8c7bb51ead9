"""How a routine goes by itself: from beat to beat, step to step, and to what follows it.

What may not be done is in safety.py. Each function is given the running routine as it is now, and
has moved it on when it returns.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from voice_coach.coach import breaths, heat_and_ice, navigation, safety
from voice_coach.coach.activity import Then
from voice_coach.coach.in_routine import BeatKind, InRoutine, Position
from voice_coach.coach.limits import Kind
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Outcome, Situation

PAIN_LOW = 3
"""Pain up to this is low: prevention is offered."""


# --- beats and steps


def do_beat(t: Transition, here: InRoutine, at: int | None = None) -> None:
    """Do the present beat, or go on to the next step where there is none left.

    Args:
        t: the transition.
        here: the running routine.
        at: exact frame for it to begin, or None for "when the speech so far is over".
    """
    beat = here.beat(t.book)
    if beat is None:
        next_step(t, here, at)
        return
    match beat.kind:
        case BeatKind.SAY | BeatKind.THEN:
            t.cue(here.key(t.book, beat.kind), Then.NEXT_BEAT, sentence=beat.sentence, at=at)
        case BeatKind.ASK:
            ask(t, here, at)
        case BeatKind.BREATHS:
            if not breaths.begin_hold(t, here, at):
                next_beat(t, here, at)
        case BeatKind.TIMER:
            keep_time(t, here)
        case BeatKind.READY if here.hurry:
            next_step(t, here, at)
        case BeatKind.READY:
            ask_ready(t, here, at)
        case _:
            assert_never(beat.kind)


def do_beat_at(t: Transition, here: InRoutine, position: Position, *, hurry: bool = False) -> None:
    """Go to a place in the running routine, and do what is to be done there."""
    do_beat(t, t.go(here, position, hurry=hurry))


def next_beat(t: Transition, here: InRoutine, at: int | None = None) -> None:
    """Go on to the beat after the present one."""
    position = here.position
    do_beat(t, t.go(here, position.at_beat(position.beat + 1), hurry=here.hurry), at)


def next_step(t: Transition, here: InRoutine, at: int | None = None) -> None:
    """Go on to the next step that is allowed, or to what follows the routine."""
    position = here.position
    later = [i for i in here.allowed(t.book, t.answers.flags) if i > position.step]
    if not later:
        end_routine(t, here)
        return
    there = t.go(here, Position(position.routine, later[0]))
    if t.situation is Situation.CHECKING and safety.questions_over(t):
        safety.finish_questions(t)
    else:
        do_beat(t, there, at)


def step_back(t: Transition, here: InRoutine) -> None:
    """Go back one step."""
    position = here.position
    earlier = [i for i in here.allowed(t.book, t.answers.flags) if i < position.step]
    if here.step(t.book).timer is not None and t.skin.on is not None:
        keep_time(t, here)
    elif not earlier:
        t.go(here, Position(position.routine, position.step))
        t.say("reply.first_step", Then.CONTINUE)
    else:
        lower_first(t, here)
        do_beat_at(t, here, Position(position.routine, earlier[-1]))


def lower_first(t: Transition, here: InRoutine) -> None:
    """Say how to come out of the stretch before another one begins, if it may have begun."""
    beat, step = here.beat(t.book), here.step(t.book)
    if step.breaths is None or not step.then or beat is None:
        return
    if beat.kind is BeatKind.BREATHS or (beat.kind is BeatKind.SAY and beat.sentence > 0):
        t.cue(here.key(t.book, "then"), Then.NOTHING)


def keep_time(t: Transition, here: InRoutine) -> None:
    """Have heat or ice begin at its step, or say how long what is on has left."""
    kind: Kind = "heat" if here.situation is Situation.HEAT else "ice"
    if t.skin.on is not None:
        heat_and_ice.say_application_left(t, t.skin.on, Then.NOTHING)
    elif not heat_and_ice.put_on(t, kind):
        # A routine with two applications: the rest between them holds there too.
        heat_and_ice.say_rest(t, kind, Then.NOTHING)
        navigation.home(t)


# --- questions


def ask(t: Transition, here: InRoutine, at: int | None = None) -> None:
    """Put the question of the present step, and await its answer.

    Args:
        t: the transition.
        here: the running routine, at a question.
        at: exact frame for it to begin, or None for "when the speech so far is over".
    """
    plainly = here.step(t.book).plain is not None and here.put % 2 == 1
    t.cue(here.key(t.book, "plain" if plainly else "ask"), Then.AWAIT, at=at)
    t.await_person()


def ask_otherwise(t: Transition, here: InRoutine) -> None:
    """Put the same question in other words, if there are any."""
    here = replace(here, put=here.put + 1)
    t.move(here)
    ask(t, here)


def ask_ready(t: Transition, here: InRoutine, at: int | None = None) -> None:
    """Say what to say when ready, and await it."""
    t.cue(here.key(t.book, "ready"), Then.AWAIT, at=at)
    t.await_person()


def take_time(t: Transition, here: InRoutine) -> None:
    """Say what to say when ready, and that there is no hurry."""
    t.say("reply.take_time", Then.NOTHING)
    t.cue(here.key(t.book, "ready"), Then.AWAIT)


def insist(t: Transition, here: InRoutine) -> None:
    """A safety question stays until it is answered."""
    number = here.step(t.book).answer == "number"
    t.say("reply.need_number" if number else "reply.need_yes_no", Then.CONTINUE)


# --- answers


def answer(t: Transition, here: InRoutine, outcome: Outcome, sets: str | None) -> None:
    """Act on the answer to the question of the present step.

    Args:
        t: the transition.
        here: the running routine, at the question.
        outcome: what the answer leads to.
        sets: a flag that it sets, or None.
    """
    if sets is not None:
        t.tell(sets)
    match outcome:
        case "go_on":
            _go_on_from_answer(t, here)
        case "emergency":
            safety.emergency_answered(t, here.position)
        case "doctor":
            _see_doctor(t, here)
        case "refuse":
            _refuse(t, here)
        case "shorten":
            t.tell("short")
            t.say("reply.shorter", Then.NOTHING)
            heat_and_ice.shorten(t)
            _go_on_from_answer(t, here)
        case "ice":
            navigation.use_ice(t)
        case _:
            assert_never(outcome)


def _see_doctor(t: Transition, here: InRoutine) -> None:
    """A doctor has to be asked: the safety questions go on to those of an emergency."""
    t.tell("doctor")
    if here.situation is not Situation.CHECKING:
        t.say("reply.amber", Then.NOTHING)
        navigation.home(t)
    elif safety.emergency_open(t, after=1):
        t.say("reply.flag_noted", Then.NOTHING)
        next_beat(t, here)
    else:
        safety.finish_questions(t)


def _go_on_from_answer(t: Transition, here: InRoutine) -> None:
    """Go on; with heat or ice on, an answer was only corrected, and its time goes on."""
    if t.skin.on is not None and here.situation in heat_and_ice.APPLICATIONS:
        heat_and_ice.return_to_application(t, t.skin.on)
    else:
        next_beat(t, here)


def _refuse(t: Transition, here: InRoutine) -> None:
    """Leave heat or ice out, and say why; if it is on after all, it comes off."""
    if here.step(t.book).why is not None:
        t.cue(here.key(t.book, "why"), Then.NOTHING)
    else:
        t.say("reply.refused", Then.NOTHING)
    navigation.leave_application(t)


# --- the end of it


def end_routine(t: Transition, here: InRoutine) -> None:
    """Go on to what follows the routine that has just ended."""
    told = t.answers
    if here.situation is Situation.CHECKING:
        safety.keep_question(t)
        t.answers = replace(t.answers, checked=True)
        if told.pain is not None:  # a question was put again: go on from there
            t.only(t.activities.menu())
            navigation.grant_wish(t)
            return
    if here.situation is Situation.PAIN:
        t.answers = replace(t.answers, pain_due=False)
        if told.quitting:
            navigation.say_bye(t)
            return
        if told.wish is not None:
            navigation.grant_wish(t)
            return
        if told.pain is not None and told.pain <= PAIN_LOW:
            t.say("reply.pain_low", Then.NOTHING)
        if navigation.offer_ice(t):
            return
    follows = here.routine(t.book).next
    # The pad is still on the skin: the pain score waits until it is off.
    if follows is not None and t.skin.on is None and safety.barred(t, follows) is None:
        navigation.open_routine(t, follows)
    else:
        navigation.home(t)
