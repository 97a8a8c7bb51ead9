"""How long a routine still takes, as near as that can be said: the person says when to go on."""

from __future__ import annotations

from math import ceil
from typing import assert_never

from voice_coach.coach.in_routine import Beat, BeatKind, InRoutine, beats
from voice_coach.coach.limits import MINUTE
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Step

LETTERS_A_SECOND = 14.0
"""How fast the coach speaks: the cues of the English prompts have 13 to 16 letters a second."""

BETWEEN_SENTENCES = 0.5
"""Seconds."""

TO_ANSWER = 5.0
"""Seconds in which somebody answers, or gets ready; a guess, for there is no hurry."""


def minutes_left(t: Transition, here: InRoutine) -> int:
    """Return in how many minutes a routine is over, rounded up; 0 for less than one."""
    seconds = seconds_left(t, here)
    return ceil(seconds / MINUTE) if seconds > MINUTE else 0


def seconds_left(t: Transition, here: InRoutine) -> float:
    """Return how long the rest of the present step takes, and the steps that are still to come.

    Heat or ice itself is left out: it has its own clock.
    """
    step, number = here.step(t.book), here.position.step
    left = sum(_seconds(t, here, step, beat) for beat in beats(step)[here.position.beat :])
    again = step.times - 1 - here.times_done
    if again > 0:
        left += again * _whole(t, here.at(here.position), step)
    for i in here.allowed(t.book, t.answers.flags):
        if i > number:
            there = here.at(here.position.at_step(i))
            later = there.step(t.book)
            left += later.times * _whole(t, there, later)
    return left


def _whole(t: Transition, here: InRoutine, step: Step) -> float:
    return sum(_seconds(t, here, step, beat) for beat in beats(step))


def _seconds(t: Transition, here: InRoutine, step: Step, beat: Beat) -> float:
    """Return how long one beat of a step takes."""
    match beat.kind:
        case BeatKind.SAY:
            return _spoken(step.say[beat.sentence])
        case BeatKind.THEN:
            return _spoken(step.then[beat.sentence])
        case BeatKind.BREATHS:
            breaths = here.still(t.book, t.preferences, t.options.rate)
            return breaths * here.breath_seconds(t.book, t.preferences.pace)
        case BeatKind.REST:
            return step.rest or 0.0
        case BeatKind.ASK:
            # Of a group, the items are put only if need be.
            return 0.0 if beat.sentence else _spoken(step.ask or "") + TO_ANSWER
        case BeatKind.READY:
            return _spoken(step.ready or "") + TO_ANSWER
        case BeatKind.TIMER:
            return 0.0
        case _:
            assert_never(beat.kind)


def _spoken(sentence: str) -> float:
    return len(sentence) / LETTERS_A_SECOND + BETWEEN_SENTENCES
