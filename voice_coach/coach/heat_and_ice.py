"""Heat and ice on the skin: put on, spoken of while they last, ended, taken off.

How long they may last and how long the skin has to rest is decided by limits.py alone.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from voice_coach.coach.activity import Then
from voice_coach.coach.events import ApplicationEnded, ApplicationStarted
from voice_coach.coach.in_routine import Beat, BeatKind, Position, beats
from voice_coach.coach.limits import (
    MINUTE,
    SLIP_SECONDS,
    Application,
    Kind,
    begin_application,
    continued,
    rest_left,
    shortened,
)
from voice_coach.coach.state import Skin
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Situation

APPLICATIONS = frozenset({Situation.HEAT, Situation.ICE})

OFF = "off"
"""The value of a "done" that names the pad: "it is off"; of a "stop" that does: "take it off"."""

ASK_EVERY = 5 * MINUTE
"""Seconds of heat or ice after which it is asked whether the person is awake, again and again."""


# --- beginning


def put_on(t: Transition, kind: Kind) -> bool:
    """Begin an application; return whether the skin has rested long enough for it."""
    on = begin_application(
        kind,
        t.options.heat_seconds if kind == "heat" else t.options.ice_seconds,
        short="short" in t.answers.flags,
        last_end=t.skin.off_at.get(kind),
        now=t.now,
        rate=t.options.rate,
    )
    if on is None:
        return False
    t.skin = replace(t.skin, on=on, remind_at=next_question(t, on))
    t.actions.append(ApplicationStarted(on))
    minutes = _minutes(t, on.ends - t.now)
    t.say(f"reply.{kind}_on", Then.NOTHING, slots={"minutes": minutes})
    return True


def rests(t: Transition, kind: Kind) -> int:
    """Return how many frames the skin has still to rest before heat, or before ice."""
    return rest_left(t.skin.off_at.get(kind), t.now, t.options.rate)


def say_rest(t: Transition, kind: Kind, then: Then) -> None:
    """Say how long the skin has still to rest before heat, or before ice."""
    t.say(f"reply.{kind}_wait", then, slots={"minutes": _minutes(t, rests(t, kind))})


# --- while it lasts


def at_timer(t: Transition) -> bool:
    """Whether the running routine is at the beat that keeps the time of heat or ice."""
    return t.routine is not None and t.routine.doing(t.book) is BeatKind.TIMER


def waits(t: Transition) -> bool:
    """Whether it keeps that time now, with nothing lying over it."""
    return at_timer(t) and t.situation in APPLICATIONS


def return_to_application(t: Transition, on: Application) -> None:
    """Return to the step that keeps the time of heat or ice, and say how long is left."""
    go_to_application(t, on)
    say_application_left(t, on, Then.NOTHING)


def go_to_application(t: Transition, on: Application) -> None:
    """Leave everything, for the step that keeps the time of heat or ice.

    Raises:
        LookupError: no routine of the book has such a step, which prompt_rules.py refuses.
    """
    for name, routine in t.book.routines.items():
        for i, step in enumerate(routine.step):
            if step.timer == on.kind:
                t.enter(Position(name, i, beats(step).index(Beat(BeatKind.TIMER))))
                return
    raise LookupError(f"no routine keeps the time of {on.kind}")


def next_question(t: Transition, on: Application) -> int | None:
    """Return when next to ask whether the person is awake, or None where it ends before.

    That is at 5 and 10 minutes of its time, also after an interruption of the program.
    """
    every = t.frames(ASK_EVERY)
    due = on.started + ((t.now - on.started) // every + 1) * every
    return due if due < on.ends else None


def ask_awake(t: Transition, on: Application, then: Then) -> None:
    """Ask whether the person is awake, between two sentences or breaths.

    Args:
        t: the transition.
        on: what is on.
        then: what was to follow.
    """
    t.skin = replace(t.skin, remind_at=next_question(t, on))
    here = t.routine
    if here is not None and here.breath is not None:
        t.move(replace(here, breaths_done=here.breaths_done + 1))
        t.hush()
    # At the timer there is nothing to return to: continuing would say the minutes twice.
    t.lay(t.activities.awake(on, Then.NOTHING if waits(t) else then))
    t.top.resume(t)


def end_unanswered(t: Transition, on: Application) -> None:
    """Nobody answered while it was on: have it taken off early."""
    t.say("reply.no_answer", Then.NOTHING)
    alarm(t, on)


def say_application_left(t: Transition, on: Application, then: Then) -> None:
    """Say what is on the skin, and how long it has left."""
    say_left(t, on, f"reply.{on.kind}_left", then)


def say_left(t: Transition, on: Application, key: str, then: Then) -> None:
    """Say how long is left, in the words of a reply for whole minutes."""
    left = on.ends - t.now
    if left <= t.frames(MINUTE):
        t.say("reply.minute_left", then)
    else:
        t.say(key, then, slots={"minutes": _minutes(t, left)})


def after_timer(t: Transition) -> Then:
    """Return what follows some words: at the timer, with nothing over it, nothing but the time."""
    return Then.NOTHING if waits(t) else Then.CONTINUE


def _minutes(t: Transition, frames: int) -> str:
    """Return a length of time for speaking: in minutes, rounded up."""
    return str(max(1, ceil(frames / t.frames(MINUTE))))


def shorten(t: Transition) -> None:
    """Shorten what is already on: it was answered late that it has to be shorter."""
    if t.skin.on is not None:
        t.skin = replace(t.skin, on=shortened(t.skin.on, t.options.rate))


# --- ending


def end_application(t: Transition, on: Application) -> None:
    """Have it taken off at once, whatever else is going on."""
    t.hush()
    alarm(t, on)


def stop_application(t: Transition, on: Application) -> None:
    """Have it taken off, for the person said "stop"; soon after its start that may be a slip."""
    end_application(t, on)
    slip = t.now - on.started <= t.frames(SLIP_SECONDS)
    t.skin = replace(t.skin, slip=slip)


def alarm(t: Transition, on: Application) -> None:
    """Have it taken off, after what is being said, which is made as loud: it may have to wake."""
    t.lay(t.activities.take_off(on))
    # Under a question about a warning sign another one may wait.
    t.stack = tuple(a for a in t.stack if a.situation is not Situation.AWAKE)
    t.raise_said()
    t.skin = replace(t.skin, remind_at=None, slip=False)
    t.top.resume(t)


def take_off(t: Transition, on: Application) -> None:
    """The person has taken it off: return to what lay below, or past the timer."""
    slip = t.skin.slip
    t.skin = Skin(off_at={**t.skin.off_at, on.kind: t.now}, ice_next=on.kind == "heat")
    t.actions.append(ApplicationEnded(on))
    t.lift_off(Situation.ENDING)
    here = t.routine
    if here is not None and at_timer(t):
        # Its time is over, also where a pause or an emergency lies over it.
        t.go(here, here.position.at_beat(here.position.beat + 1))
        t.lift_off(Situation.PAUSED)
    if slip and t.situation in APPLICATIONS:
        t.lay(t.activities.offer_again(on, t.now))
    t.say(f"reply.{on.kind}_off", Then.RETURN)


def put_back(t: Transition, was: Application, off: int) -> bool:
    """Go on with what was stopped by accident; return whether it is not too late for that.

    Args:
        t: the transition.
        was: what was on, as it was.
        off: frame at which it was taken off.
    """
    on = continued(was, off, t.now, t.options.rate)
    if on is None or t.skin.on is not None:
        return False
    t.skin = replace(t.skin, on=on, remind_at=next_question(t, on), ice_next=False)
    t.actions.append(ApplicationStarted(on))
    return_to_application(t, on)
    return True


# --- ice after heat


def pain_told(t: Transition, *, fell: bool) -> None:
    """Remember whether the pain has fallen after heat; then ice is offered."""
    t.skin = replace(t.skin, ice_next=t.skin.ice_next and fell)
