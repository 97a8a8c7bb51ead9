"""The safety questions and the emergency: what they rule out, and where the questions go on."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from voice_coach.coach.activity import Then
from voice_coach.coach.in_routine import BeatKind, InRoutine, Position, beats
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Situation

GATED = frozenset({Situation.STRETCHING, Situation.HEAT, Situation.ICE})
"""Exercises that wait for the safety questions, and that an answer there can rule out."""

IN_EMERGENCY = frozenset({Situation.BREATHING})
"""All that is coached while help is on its way."""

FRESH_SECONDS = 4 * 3600.0
"""Answers to the safety questions hold this long after an interruption or in a sleep: red flags
may appear within hours. docs/practice.md asks them once per session; the figure is our own."""

WELCOME = "welcome"
"""The routine of the safety questions; its first step greets."""


def barred(t: Transition, name: str) -> Literal["emergency", "doctor", "unchecked"] | None:
    """Return the safety rule that bars a routine, or None."""
    flags = t.answers.flags
    situation = t.book.routines[name].situation
    if "emergency" in flags and situation not in IN_EMERGENCY:
        return "emergency"
    if "doctor" in flags and situation in GATED:
        return "doctor"
    return "unchecked" if not t.answers.checked and situation in GATED else None


def now_barred(t: Transition) -> bool:
    """Whether an answer since then bars the running routine."""
    position = t.position
    return position is not None and barred(t, position.routine) is not None


# --- the questions


def emergency_open(t: Transition, *, after: int = 0) -> bool:
    """Whether a question that may mean an emergency is still to be answered.

    Args:
        t: the transition; what is left begins with the question now open, or kept.
        after: 1 where the question now open is answered.
    """
    at = t.answers.question if t.position is None else t.position.step
    left = t.book.routines[WELCOME].step[at + after :]
    return any(s.ask and "emergency" in (s.yes, s.no, s.unsure) for s in left)


def questions_over(t: Transition) -> bool:
    """Whether nothing is left to ask: a doctor has to be asked, and it is no emergency."""
    return "doctor" in t.answers.flags and not emergency_open(t)


def keep_question(t: Transition) -> None:
    """Keep the safety question now open as the one to return to; nobody is greeted twice."""
    position = t.position
    if position is not None and position.routine == WELCOME and not t.answers.checked:
        t.answers = replace(t.answers, question=max(1, position.step))  # step 0 greets


def open_question(t: Transition) -> InRoutine:
    """Go to the safety question that was kept, past the words before it: they were heard."""
    number = t.answers.question
    found = beats(t.book.routines[WELCOME].step[number])
    asks = [i for i, beat in enumerate(found) if beat.kind is BeatKind.ASK]
    return t.enter(Position(WELCOME, number, asks[0] if asks else 0))


def finish_questions(t: Transition) -> None:
    """Say what an answer has ruled out; once it has been heard, the questions are over."""
    t.say("reply.amber", Then.QUESTIONS_OVER)


# --- the emergency


def emergency(t: Transition) -> None:
    """Stop everything and say whom to call; then a pad that is on has to come off."""
    lowest = t.stack[0]
    answered_at = lowest.where if lowest.situation is Situation.EMERGENCY else None
    t.lay(t.activities.emergency(answered_at))
    call_for_help(t)


def emergency_answered(t: Transition, question: Position) -> None:
    """The same for the answer to a question of a routine, which is over then."""
    t.only(t.activities.emergency(question))
    call_for_help(t)


def call_for_help(t: Transition) -> None:
    """Say whom to call, for the first time in this emergency."""
    flags = t.answers.flags - {"called"} | {"emergency"}
    t.answers = replace(t.answers, flags=flags, quitting=False, calls=0)
    t.prompting = replace(t.prompting, awaiting=False)
    t.say("reply.red", Then.AWAIT, slots={"emergency": t.options.emergency})
