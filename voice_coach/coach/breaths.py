"""Stretches and the like, held for counted breaths; each breath is placed on the sample clock.

What comes after a hold is in run_routine.py.
"""

from __future__ import annotations

from dataclasses import replace

from voice_coach.coach.activity import Then
from voice_coach.coach.events import Tone
from voice_coach.coach.in_routine import InRoutine
from voice_coach.coach.pace import Breath, breath_at
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import MOST_BREATHS

LEAD = 0.5
"""Seconds before a breath ends at which the next is planned, so that its cues are in the mixer
well before their frame comes."""

SETTLE = 0.8
"""Seconds between the last sentence and the first "in"."""

GAP = 0.35
"""Seconds between a hold and the sentence after it."""

TONE_AFTER = 0.6
"""Seconds after the start of a phase at which its tone begins, after the spoken word."""

TONE_SPACE = 0.3
"""Seconds of silence left at the end of a phase, so that the next word is clear."""

RELEASE_EVERY = 3
"""Every third out-breath without words of its own carries "let your back go"."""


def begin_hold(t: Transition, here: InRoutine, at: int | None = None) -> bool:
    """Begin, or after an interruption go on with, the counted breaths of the present step.

    Args:
        t: the transition.
        here: the running routine, at a hold.
        at: frame from which to settle, or None for now.

    Returns:
        False if none of them is left to do.
    """
    if breaths_left(t, here) == 0:
        return False
    start = (t.now if at is None else at) + t.frames(SETTLE)
    t.speech = replace(t.speech, saying=None, then=Then.NOTHING)
    _plan_breath(t, here, start)
    return True


def go_on_breathing(t: Transition, here: InRoutine, breath: Breath) -> int | None:
    """Count the present breath as done, all but over as it is, and plan the next one.

    Returns:
        None, or the frame from which to go on with the next beat, where the hold is over.
    """
    here = here.breathed(breath)
    t.move(here)
    if breaths_left(t, here) > 0:
        _plan_breath(t, here, breath.end)
        return None
    return breath.end + t.frames(GAP)


def breaths_left(t: Transition, here: InRoutine) -> int:
    """Return how many breaths of the present hold are still to come; the one under way counts."""
    return here.still(t.book, t.preferences, t.options.rate)


def breath_due(breath: Breath, rate: int) -> int:
    """Return when a breath is all but over, and what follows has to be planned."""
    return breath.end - round(LEAD * rate)


def _plan_breath(t: Transition, here: InRoutine, start: int) -> None:
    """Place the cues of one breath on the sample clock."""
    own = here.own_pace(t.book)
    breath = breath_at(start, t.preferences.pace, t.options.rate, own)
    number = here.breaths_done
    texts = t.book.texts
    key_in, key_out = here.key(t.book, "in"), here.key(t.book, "out")
    out = key_out if key_out in texts else "reply.out"
    if out == "reply.out" and number % RELEASE_EVERY == RELEASE_EVERY - 1:
        out = "reply.out_release"
    t.pace(key_in if key_in in texts else "reply.in", breath.inhale)
    t.actions.append(_tone(t, True, breath.inhale, breath.exhale))
    t.pace(out, breath.exhale)
    t.actions.append(_tone(t, False, breath.exhale, breath.count))
    t.pace("reply.count", breath.count, number % MOST_BREATHS)
    t.move(replace(here, breath=breath))


def _tone(t: Transition, rising: bool, start: int, end: int) -> Tone:
    after = t.frames(TONE_AFTER)
    return Tone(rising, start + after, end - start - after - t.frames(TONE_SPACE))
