"""How a routine goes by itself: from beat to beat, step to step, and to what follows it.

What may not be done is in safety.py. Each function is given the running routine as it is now, and
has moved it on when it returns.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from voice_coach.coach import breaths, heat_and_ice, navigation, questions, safety
from voice_coach.coach.activity import Then
from voice_coach.coach.in_routine import BeatKind, InRoutine, Position, beats
from voice_coach.coach.limits import Kind
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Item, Situation, Step

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
            _ask(t, here, at)
        case BeatKind.BREATHS:
            if not breaths.begin_hold(t, here, at):
                next_beat(t, here, at)
        case BeatKind.REST if here.hurry:
            next_beat(t, here, at)
        case BeatKind.REST:
            rest(t, here, at)
        case BeatKind.TIMER:
            keep_time(t, here)
        case BeatKind.READY if here.hurry:
            next_step(t, here, at)
        case BeatKind.READY:
            ask_ready(t, here, at)
        case _:
            assert_never(beat.kind)


def _ask(t: Transition, here: InRoutine, at: int | None) -> None:
    """Put a question, unless what is known from before answers it, or rules the routine out."""
    known = questions.known_answer(t, here)
    if known is None:
        questions.ask(t, here, at)
    elif known.yes == "ice":
        navigation.use_ice(t)
    else:
        part = f"{known.id}.refused" if isinstance(known, Item) else "refused"
        own = known.refused is not None
        t.cue(here.key(t.book, part) if own else "reply.refused", Then.NOTHING, at=at)
        navigation.leave_application(t)


def do_beat_at(t: Transition, here: InRoutine, position: Position, *, hurry: bool = False) -> None:
    """Go to a place in the running routine, and do what is to be done there."""
    do_beat(t, t.go(here, position, hurry=hurry))


def next_beat(t: Transition, here: InRoutine, at: int | None = None) -> None:
    """Go on to the beat after the present one."""
    beat = here.position.beat + 1
    if beat == _repeated(here.step(t.book)) and not here.hurry:
        again = here.times_done + 1
        if again < here.step(t.book).times:
            there = replace(t.go(here, here.position.at_beat(0)), times_done=again)
            t.move(there)
            t.cue("reply.once_more", Then.NOTHING, at=at)
            do_beat(t, there)
            return
    do_beat(t, t.go(here, here.position.at_beat(beat), hurry=here.hurry), at)


def _repeated(step: Step) -> int:
    """Return how many beats of a step are done again where it is done several times."""
    return sum(b.kind not in (BeatKind.TIMER, BeatKind.READY) for b in beats(step))


def rest(t: Transition, here: InRoutine, at: int | None = None) -> None:
    """Rest for as long as the step says, without anything being asked."""
    seconds = here.step(t.book).rest or 0.0
    t.cue("reply.rest", Then.NOTHING, at=at)
    t.move(replace(here, rest_ends=(t.now if at is None else at) + t.frames(seconds)))


def next_step(t: Transition, here: InRoutine, at: int | None = None) -> None:
    """Go on to the next step that is allowed, or to what follows the routine."""
    position = here.position
    later = [i for i in here.allowed(t.book, t.answers.flags) if i > position.step]
    if not later:
        end_routine(t, here)
        return
    do_beat(t, t.go(here, Position(position.routine, later[0])), at)


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
    if not step.holds or not step.then or beat is None:
        return
    if beat.kind is BeatKind.BREATHS or (beat.kind is BeatKind.SAY and beat.sentence > 0):
        t.cue(here.key(t.book, "then"), Then.NOTHING)


def keep_time(t: Transition, here: InRoutine) -> None:
    """Have heat or ice begin at its step, or say how long what is on has left."""
    kind: Kind = "heat" if here.situation is Situation.HEAT else "ice"
    if t.skin.on is not None:
        heat_and_ice.say_application_left(t, t.skin.on, Then.NOTHING)
    elif not safety.may_apply(t):
        safety.say_ruled_out(t, Then.NOTHING)
        navigation.home(t)
    elif not heat_and_ice.put_on(t, kind):
        # A routine with two applications: the rest between them holds there too.
        heat_and_ice.say_rest(t, kind, Then.NOTHING)
        navigation.home(t)
    elif t.answers.pain is None:
        navigation.open_routine(t, "pain")  # there is time for it now


# --- readiness


def ask_ready(t: Transition, here: InRoutine, at: int | None = None) -> None:
    """Say what to say when ready, and await it."""
    t.cue(here.key(t.book, "ready"), Then.AWAIT, at=at)
    t.await_person()


def take_time(t: Transition, here: InRoutine) -> None:
    """Say what to say when ready, and that there is no hurry."""
    t.say("reply.take_time", Then.NOTHING)
    t.cue(here.key(t.book, "ready"), Then.AWAIT)


# --- the end of it


def end_routine(t: Transition, here: InRoutine) -> None:
    """Go on to what follows the routine that has just ended."""
    told = t.answers
    if here.situation is Situation.CHECKING:
        safety.note_checked(t, here)
        _after_questions(t, here)
        return
    _note_heard(t, here)
    if here.situation is Situation.PAIN:
        # With heat or ice on it was asked before; it is asked again after that.
        t.answers = replace(t.answers, pain_due=told.pain_due and t.skin.on is not None)
        if told.quitting:
            navigation.say_bye(t)
            return
        if told.pain is not None and told.pain <= PAIN_LOW:
            t.say("reply.pain_low", Then.NOTHING)
        if navigation.offer_ice(t):
            return
    follows = here.routine(t.book).next
    if follows is None or t.skin.on is not None:
        navigation.home(t)  # the pad is still on the skin: the pain score waits until it is off
        return
    rule, topic = safety.barred(t, follows), t.book.routines[follows].intent
    if rule is None:
        navigation.open_routine(t, follows)
    elif rule == "unchecked" and topic is not None:
        navigation.open_topic(t, topic)
    else:
        navigation.home(t)


def _note_heard(t: Transition, here: InRoutine) -> None:
    """Remember that this routine was heard to its end, where it is shorter the next time."""
    flag = f"heard_{here.position.routine}"
    if any(flag in (*step.when, *step.unless) for step in here.routine(t.book).step):
        t.tell(flag)


def _after_questions(t: Transition, here: InRoutine) -> None:
    """Say what the answers rule out, then begin what was asked for."""
    wish = t.answers.wish
    rule = None if wish is None else safety.barred(t, t.book.topics()[wish])
    t.only(t.activities.menu())
    of_doctor = here.position.routine == safety.QUESTIONS[-1]
    careful = not t.answers.flags.isdisjoint(safety.CAREFUL)
    if rule in safety.CAREFUL or (of_doctor and careful):
        safety.say_ruled_out(t, Then.RETURN if rule in safety.CAREFUL else Then.NOTHING)
        if rule in safety.CAREFUL:
            t.answers = replace(t.answers, wish=None)
            return
    navigation.grant_wish(t)
