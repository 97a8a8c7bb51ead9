"""Where the session goes next: to a routine, home, to its end; and back to what was interrupted.

Nothing here knows what an activity does once it is begun or returned to.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from voice_coach.coach import heat_and_ice, safety
from voice_coach.coach.activity import Then
from voice_coach.coach.events import End, IntentHeard, Record
from voice_coach.coach.in_routine import Position
from voice_coach.coach.limits import Application, Kind
from voice_coach.coach.state import Answered, Answers, Prompting, Skin, Speech
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Situation

EXERCISES = safety.GATED | {Situation.BREATHING, Situation.IMAGERY}
"""After these the pain is asked again."""


# --- back to what was interrupted


def come_back(t: Transition) -> None:
    """Return to what was interrupted some time ago, unless a safety rule now bars it."""
    if not t.top.own_return and safety.now_barred(t):
        home(t)
    else:
        t.top.come_back(t)


# --- routines


def open_topic(t: Transition, intent: str) -> None:
    """Begin the exercise or talk asked for, unless a safety rule bars it."""
    safety.keep_question(t)
    # What is asked for now replaces what was asked for earlier; breathing may come in between.
    wish = t.answers.wish if safety.missing(t) is not None else None
    t.answers = replace(t.answers, quitting=False, wish=wish)
    name = t.book.topics()[intent]
    situation = t.book.routines[name].situation
    match safety.barred(t, name):
        case "emergency":
            number = {"emergency": t.options.emergency}
            t.say("reply.red_refuse", Then.CONTINUE, slots=number)
        case "pregnant" | "doctor" as rule:
            t.say(f"reply.{rule}_refuse", Then.CONTINUE)
        case "pad":
            t.say("reply.one_at_a_time", Then.CONTINUE)
        case "unchecked":
            t.answers = replace(t.answers, wish=intent)
            if t.situation is Situation.CHECKING:
                t.say("reply.wish_later", Then.CONTINUE)
            else:
                if situation in heat_and_ice.APPLICATIONS and "reply.menu" in t.speech.turns:
                    # While they are answered, somebody can bring it. Whoever is in a hurry hears
                    # it later, in the menu.
                    gather(t, Then.NOTHING)
                run_questions(t)
        case None if situation in heat_and_ice.APPLICATIONS:
            _open_application(t, name, "heat" if situation is Situation.HEAT else "ice")
        case None:
            open_routine(t, name)
        case _ as rule:
            assert_never(rule)


def _open_application(t: Transition, name: str, kind: Kind) -> None:
    """Begin heat or ice, unless one of them is on, or was until a moment ago."""
    if t.skin.on is not None:
        if t.skin.on.kind != kind:
            t.say("reply.one_at_a_time", Then.NOTHING)
        heat_and_ice.return_to_application(t, t.skin.on)
    elif heat_and_ice.rests(t, kind) > 0:
        heat_and_ice.say_rest(t, kind, Then.CONTINUE)
    else:
        open_routine(t, name)


def open_routine(t: Transition, name: str) -> None:
    """Begin a routine at its first allowed step; everything else is left."""
    here = t.activities.guided(t.book.routines[name].situation, Position(name))
    t.only(here)
    steps = here.allowed(t.book, t.answers.flags)
    if not steps:
        home(t)
        return
    t.go(here, Position(name, steps[0]))
    if here.situation in EXERCISES and name != safety.WELCOME:
        t.answers = replace(t.answers, pain_due=True)
    t.top.resume(t)


def use_ice(t: Transition) -> None:
    """Ice is better than heat: begin it, or first have the heat taken off."""
    if t.skin.on is not None:
        t.say("reply.ice_better", Then.NOTHING)
        leave_application(t)
        return
    # From the menu: where ice has to wait too, the question is not put again.
    t.only(t.activities.menu())
    t.say("reply.inflamed", Then.NOTHING)
    open_topic(t, "ice")


def offer_ice(t: Transition) -> bool:
    """Offer ice if the pain has fallen after heat; return whether it is offered."""
    due = t.skin.ice_next and t.skin.on is None and heat_and_ice.rests(t, "ice") == 0
    t.skin = replace(t.skin, ice_next=False)
    if not (due and safety.may_apply(t)) or safety.missing(t) is not None:
        return False
    t.only(t.activities.menu())
    t.lay(t.activities.offer())
    t.top.resume(t)
    return True


def leave_application(t: Transition) -> None:
    """Go to the menu; a pad that is on comes off first."""
    if t.skin.on is None:
        home(t)
    else:
        t.only(t.activities.menu())
        heat_and_ice.alarm(t, t.skin.on)


def grant_wish(t: Transition) -> None:
    """Begin what was asked for earlier, or go to where the person belongs."""
    wish = t.answers.wish
    t.answers = replace(t.answers, wish=None)
    if wish is not None:
        open_topic(t, wish)
    else:
        home(t)


def home(t: Transition) -> None:
    """Go where the person belongs when nothing runs.

    That is back to the emergency, to the pad, to the questions before what was asked for, or else
    to the menu.
    """
    safety.keep_question(t)
    told, on = t.answers, t.skin.on
    if "emergency" in told.flags:
        t.only(t.activities.emergency(None))
        t.top.come_back(t)
    elif on is not None and not safety.may_apply(t):
        leave_application(t)
    elif on is not None:
        heat_and_ice.return_to_application(t, on)
    elif told.wish is not None and safety.missing(t) is not None:
        t.say("reply.unfinished", Then.NOTHING)
        run_questions(t)
    else:
        t.answers = replace(told, wish=None)
        _menu(t)


def _menu(t: Transition) -> None:
    """Say what there is."""
    flags = t.answers.flags
    t.only(t.activities.menu())
    t.prompting = replace(t.prompting, awaiting=True, asked=0)
    if "pregnant" in flags:
        t.say("reply.menu_breathing", Then.AWAIT)
    elif "doctor" in flags:
        t.say("reply.menu_gentle", Then.AWAIT)
    else:
        first = "reply.menu" not in t.speech.turns
        t.say("reply.menu", Then.AWAIT)
        if not first:
            gather(t, Then.AWAIT)


def gather(t: Transition, then: Then) -> None:
    """Say once what to have at hand, for somebody else to bring."""
    if "reply.gather" not in t.speech.turns:
        t.say("reply.gather", then)


def run_questions(t: Transition) -> None:
    """Put the questions that are still to be answered before what was asked for."""
    safety.open_question(t).resume(t)


# --- leaving


def application_off(t: Transition, on: Application) -> None:
    """The person has taken the pad off: go on, or take leave where that had to wait for it."""
    heat_and_ice.take_off(t, on)
    # "I meant no" after this is about the pad.
    t.answers = replace(t.answers, last=Answered(IntentHeard(t.now, "done"), frozenset()))
    if t.answers.quitting and t.situation is not Situation.CONFIRMING:
        quit_now(t)


def quit_now(t: Transition) -> None:
    """Ask the pain where it is due, then take leave; a pad that is on comes off first."""
    told = t.answers
    unasked = told.pain_due and t.situation is not Situation.PAIN
    if t.skin.on is None and ("emergency" in told.flags or not unasked):
        say_bye(t)
        return
    if not told.quitting:
        t.say("reply.quit_first", Then.NOTHING)
    t.answers = replace(told, quitting=True)
    if t.skin.on is not None:
        heat_and_ice.alarm(t, t.skin.on)
    else:
        open_routine(t, "pain")


def say_bye(t: Transition) -> None:
    """Take leave; the session ends once it has been said."""
    t.only(t.activities.over())
    t.prompting = replace(t.prompting, awaiting=False)
    if "emergency" in t.answers.flags:
        number = {"emergency": t.options.emergency}
        t.say("reply.red_bye", Then.OVER, slots=number)
    else:
        t.say("reply.bye", Then.OVER)


def end_session(t: Transition) -> None:
    """End the session; a coach that stays sleeps until the next."""
    if t.options.resident:
        stand_by(t)
    else:
        t.actions.append(End())


def stand_by(t: Transition) -> None:
    """End the session, and sleep until somebody begins another.

    Of the session only the volume, the pace and the breaths are kept, and what the skin has had.
    """
    record(t, False)
    t.answers, t.prompting = Answers(), Prompting()
    t.skin = Skin(off_at=t.skin.off_at)
    t.speech = Speech(next_id=t.speech.next_id)
    t.only(t.activities.asleep(t.now, standby=True))


def fall_asleep(t: Transition, gain_db: float = 0.0, *, aloud: bool = True) -> None:
    """Sleep until woken, and keep the place for a while; nobody is recorded meanwhile."""
    record(t, False)
    t.lay(t.activities.asleep(t.now, standby=False))
    if aloud:
        t.say("reply.asleep", Then.NOTHING, gain_db=gain_db)


# --- the recording of the sound: only if somebody asked for it, and it is announced


def record(t: Transition, on: bool) -> None:
    """Begin or end the recording, where that changes anything."""
    if on != t.surroundings.recording:
        t.surroundings = replace(t.surroundings, recording=on)
        t.actions.append(Record(on))


def announce_recording(t: Transition) -> None:
    """Where the settings want sessions to be recorded: begin, and say so before all else."""
    if t.options.record:
        record(t, True)
        t.say("reply.recording", Then.NOTHING)
