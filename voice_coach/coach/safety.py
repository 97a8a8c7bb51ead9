"""The safety questions and the emergency: what they rule out, and where the questions go on."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from voice_coach.coach.activity import Then
from voice_coach.coach.events import AnswersKept
from voice_coach.coach.in_routine import BeatKind, InRoutine, Position, beats
from voice_coach.coach.transition import Transition
from voice_coach.coach.warning_signs import IMPLIES, LASTING
from voice_coach.understanding.book import Situation

GATED = frozenset({Situation.STRETCHING, Situation.HEAT, Situation.ICE})
"""Exercises that wait for the safety questions, and that an answer there can rule out."""

IN_EMERGENCY = frozenset({Situation.BREATHING})
"""All that is coached while help is on its way."""

FRESH_SECONDS = 4 * 3600.0
"""Answers to the safety questions hold this long after an interruption or in a sleep: red flags
may appear within hours. docs/practice.md asks them once per session; the figure is our own."""

WELCOME = "welcome"
"""The routine that greets, and breathes with the person."""

QUESTIONS = ("emergency", "doctor")
"""The routines of questions that stretches, heat and ice wait for, in their order."""

Rule = Literal["emergency", "pregnant", "doctor", "pad", "unchecked"]

CAREFUL = ("pregnant", "doctor")
"""Flags with which some things are left out until somebody has been asked."""


def missing(t: Transition) -> str | None:
    """Return the routine of questions that is still to be answered, or None."""
    return next((name for name in QUESTIONS if name not in t.answers.checked), None)


def barred(t: Transition, name: str) -> Rule | None:
    """Return the safety rule that bars a routine, or None.

    Heat and ice are not barred by "doctor": their own first question is whether a doctor has
    allowed them (`may_apply`).
    """
    flags = t.answers.flags
    situation = t.book.routines[name].situation
    if "emergency" in flags and situation not in IN_EMERGENCY:
        return "emergency"
    if situation not in GATED:
        return None
    if "pregnant" in flags:
        return "pregnant"
    if "doctor" in flags and situation is Situation.STRETCHING:
        return "doctor"
    if t.skin.on is not None and situation is Situation.STRETCHING:
        return "pad"  # stretches are done lying on the back, and the pad would be under it
    return None if missing(t) is None else "unchecked"


def now_barred(t: Transition) -> bool:
    """Whether an answer since then bars the running routine."""
    return t.position is not None and barred_at(t, t.position)


def barred_at(t: Transition, position: Position) -> bool:
    """Whether a safety rule bars a place in a routine.

    Whoever has to see a doctor comes in heat and ice no further than to the question whether one
    has allowed them.
    """
    if barred(t, position.routine) is not None:
        return True
    routine = t.book.routines[position.routine]
    if may_apply(t) or routine.situation not in (Situation.HEAT, Situation.ICE):
        return False
    return any(step.sets == "allowed" for step in routine.step[: position.step])


def may_apply(t: Transition) -> bool:
    """Whether nothing that the person told stands against heat and ice."""
    flags = t.answers.flags
    return "pregnant" not in flags and ("doctor" not in flags or "allowed" in flags)


# --- the questions


def keep_question(t: Transition) -> None:
    """Keep the question now open as the one to return to."""
    position = t.position
    if position is not None and position.routine in QUESTIONS:
        t.answers = replace(t.answers, question=Position(position.routine, position.step))


def open_question(t: Transition) -> InRoutine:
    """Go to the question that was kept, past the words before it if they were heard."""
    name = missing(t) or QUESTIONS[0]
    kept = t.answers.question
    if kept is None or kept.routine != name:
        steps = t.enter(Position(name)).allowed(t.book, t.answers.flags)
        return t.enter(Position(name, steps[0] if steps else 0))
    found = beats(kept.find(t.book))
    asks = [i for i, beat in enumerate(found) if beat.kind is BeatKind.ASK]
    return t.enter(kept.at_beat(asks[0] if asks else 0))


def note_checked(t: Transition, here: InRoutine) -> None:
    """Remember that a routine of questions has been answered; what lasts is kept."""
    name = here.position.routine
    checked = t.answers.checked | {name}
    t.answers = replace(t.answers, checked=checked, question=None)
    keep_lasting(t)


def keep_lasting(t: Transition) -> None:
    """Have what the person told that lasts kept for later sessions, where it has changed."""
    past, lasting = t.earlier.past, t.answers.flags & LASTING
    if "doctor" in t.answers.checked and lasting != past.kept:
        t.earlier = replace(t.earlier, past=replace(past, kept=lasting))
        t.actions.append(AnswersKept(lasting))


def forget_checked(t: Transition, name: str) -> None:
    """Have a routine of questions asked again."""
    t.answers = replace(t.answers, checked=t.answers.checked - {name}, question=None)


def told_before(t: Transition) -> frozenset[str]:
    """Return what the person told in an earlier session, and what that implies."""
    kept = t.earlier.past.kept or frozenset()
    return kept.union(*(IMPLIES.get(flag, frozenset()) for flag in kept))


def say_ruled_out(t: Transition, then: Then) -> None:
    """Say what is left out because of what the person told."""
    t.say("reply.pregnant" if "pregnant" in t.answers.flags else "reply.amber", then)


# --- the emergency


def emergency(t: Transition) -> None:
    """Stop everything and say whom to call; then a pad that is on has to come off."""
    lowest = t.stack[0]
    answered_at = lowest.where if lowest.situation is Situation.EMERGENCY else None
    t.lay(t.activities.emergency(answered_at))
    call_for_help(t)


def emergency_answered(t: Transition, question: Position) -> None:
    """The same for the answer to a question of a routine, which is over then."""
    keep_question(t)
    t.only(t.activities.emergency(question))
    call_for_help(t)


def call_for_help(t: Transition) -> None:
    """Say whom to call, for the first time in this emergency."""
    flags = t.answers.flags - {"called"} | {"emergency"}
    t.answers = replace(t.answers, flags=flags, quitting=False, calls=0)
    t.prompting = replace(t.prompting, awaiting=False)
    t.say("reply.red", Then.AWAIT, slots={"emergency": t.options.emergency})
