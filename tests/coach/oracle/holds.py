"""Stretches and the like, held for counted breaths; each breath is placed on the sample clock.

What comes after a hold is in flow.py.
"""

from __future__ import annotations

from tests.coach.oracle.events import Tone
from tests.coach.oracle.pace import breath_at
from tests.coach.oracle.state import State, Then
from tests.coach.oracle.turn import Turn
from voice_coach.understanding.book import MOST_BREATHS, Situation

LEAD = 0.5
"""Seconds before a breath ends at which the next is planned, so that its cues are in the mixer
well before their frame comes."""

SETTLE = 0.8
"""Seconds between the last sentence and the first "in"."""

GAP = 0.35
"""Seconds between a hold and the sentence after it."""

TONE_AFTER = 0.6
"""Seconds after the start of a phase at which its tone begins, behind the spoken word."""

TONE_SPACE = 0.3
"""Seconds of silence left at the end of a phase, so that the next word is clear."""

RELEASE_EVERY = 3
"""Every third out-breath without words of its own carries "let your back go"."""


def begin_hold(turn: Turn, at: int | None = None) -> None:
    """Begin, or after an interruption go on with, the counted breaths of the present step.

    Args:
        turn: the turn.
        at: frame from which to settle, or None for now.
    """
    start = (turn.now if at is None else at) + turn.frames(SETTLE)
    turn.set(saying=None, then=Then.NOTHING)
    plan_breath(turn, start)


def breaths_left(turn: Turn) -> int:
    """Return how many breaths of the present hold are still to come; the one under way counts."""
    breaths = turn.step.breaths
    assert breaths is not None
    if turn.routine.situation is Situation.STRETCHING:
        breaths = turn.state.breaths or breaths
    # Fewer may have been asked for than are already done.
    return max(0, min(max(1, breaths), MOST_BREATHS) - turn.state.breaths_done)


def breath_ends(state: State) -> int | None:
    """Return when the present breath is all but over, and what follows has to be planned."""
    return state.breath.end - round(LEAD * state.options.rate) if state.breath else None


def plan_breath(turn: Turn, start: int) -> None:
    """Place the cues of one breath on the sample clock."""
    state = turn.state
    breath = breath_at(start, state.pace, state.options.rate)
    number = state.breaths_done
    texts = turn.book.texts
    key_in, key_out = turn.key("in"), turn.key("out")
    out = key_out if key_out in texts else "reply.out"
    if out == "reply.out" and number % RELEASE_EVERY == RELEASE_EVERY - 1:
        out = "reply.out_release"
    turn.pace(key_in if key_in in texts else "reply.in", breath.inhale)
    turn.actions.append(_tone(turn, True, breath.inhale, breath.exhale))
    turn.pace(out, breath.exhale)
    turn.actions.append(_tone(turn, False, breath.exhale, breath.count))
    turn.pace("reply.count", breath.count, number)
    turn.set(breath=breath)


def _tone(turn: Turn, rising: bool, start: int, end: int) -> Tone:
    after = turn.frames(TONE_AFTER)
    return Tone(rising, start + after, end - start - after - turn.frames(TONE_SPACE))


def count_breath(turn: Turn) -> int:
    """Count the present breath as done, all but over as it is, and return the frame of its end."""
    breath = turn.state.breath
    assert breath is not None
    turn.set(breaths_done=turn.state.breaths_done + 1, breath=None)
    return breath.end
