"""The red flags and the emergency: what they rule out, and where their questions go on."""

from __future__ import annotations

from typing import Literal

from tests.coach.oracle.state import BeatKind, Position, Then, beats
from tests.coach.oracle.turn import Turn
from voice_coach.understanding.book import Situation

GATED = frozenset({Situation.STRETCHING, Situation.HEAT, Situation.ICE})
"""Exercises that wait for the red flags, and that an answer there can rule out."""

IN_EMERGENCY = frozenset({Situation.BREATHING})
"""All that is coached while help is on its way."""

FRESH_SECONDS = 4 * 3600.0
"""Answers to the safety questions hold for so long after an interruption or in a sleep: red flags
may appear within hours. The practice page asks them once per session; the figure is our own."""

EMERGENCY_EVERY = (30.0, 60.0, 120.0)
"""Seconds of silence between the repeats of "call the emergency number"."""


def barred(turn: Turn, name: str) -> Literal["emergency", "doctor", "unchecked"] | None:
    """Return the safety rule that stands before a routine, if any does."""
    state = turn.state
    situation = turn.book.routines[name].situation
    if "emergency" in state.flags and situation not in IN_EMERGENCY:
        return "emergency"
    if "doctor" in state.flags and situation in GATED:
        return "doctor"
    return "unchecked" if not state.checked and situation in GATED else None


def now_barred(turn: Turn) -> bool:
    """Whether what has been told since stands before going on with the running routine."""
    position = turn.state.position
    return position is not None and barred(turn, position.routine) is not None


# --- the questions


def emergency_open(turn: Turn, *, after: int = 0) -> bool:
    """Whether an emergency question of the welcome is still to be answered.

    Args:
        turn: the turn; what is left begins with the question now open or kept.
        after: 1 where the question now open is answered.
    """
    position = turn.state.position
    at = turn.state.check_step
    if position is not None and position.routine == "welcome":
        at = position.step
    left = turn.book.routines["welcome"].step[at + after :]
    return any(s.ask and "emergency" in (s.yes, s.no, s.unsure) for s in left)


def check_is_over(turn: Turn) -> bool:
    """Whether nothing is left to ask: a doctor has to be asked, and it is no emergency."""
    return "doctor" in turn.state.flags and not emergency_open(turn)


def keep_question(turn: Turn) -> None:
    """Keep the safety question now open as the one to return to; nobody is greeted twice."""
    position = turn.state.position
    if position is not None and position.routine == "welcome" and not turn.state.checked:
        turn.set(check_step=max(1, position.step))  # step 0 greets


def open_question(turn: Turn) -> None:
    """Go to the safety question kept, past the words before it: they were heard."""
    number = turn.state.check_step
    made = beats(turn.book.routines["welcome"].step[number])
    asks = [i for i, beat in enumerate(made) if beat.kind is BeatKind.ASK]
    turn.set(situation=Situation.CHECKING, below=())
    turn.go(Position("welcome", number, asks[0] if asks else 0))


def finish_check(turn: Turn) -> None:
    """Say what an answer has ruled out; once it has been heard, the questions are over."""
    turn.say("reply.amber", Then.FINISH_CHECK)


# --- the emergency


def begin_emergency(turn: Turn) -> None:
    """Stop coaching, say whom to call, and stay."""
    turn.set(
        situation=Situation.EMERGENCY,
        flags=turn.state.flags - {"called"} | {"emergency"},
        awaiting=False,
        calls=0,  # MENDED: was alerts
        pending=None,
        quitting=False,
    )
    turn.say("reply.red", Then.AWAIT, slots={"emergency": turn.state.options.emergency})


def say_emergency_again(turn: Turn) -> None:
    """Say once more whom to call; less often as time goes by."""
    alerts = turn.state.calls  # MENDED: was alerts
    number = {"emergency": turn.state.options.emergency}
    turn.set(calls=alerts + 1, alert_at=None)  # MENDED: was alerts
    turn.say("reply.red_again", Then.AWAIT, slots=number, variant=alerts)
