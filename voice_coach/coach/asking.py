"""How the person is asked: the question of a step, and the same again after silence."""

from __future__ import annotations

from dataclasses import replace

from voice_coach.coach.activity import Then
from voice_coach.coach.in_routine import InRoutine
from voice_coach.coach.transition import Transition


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
