"""Putting the questions of a routine: which of them, in which words, and why it is asked.

A question may stand for a group of items (`Step.item`). It is put first; only if the answer to it
is "items" are they put, one at a time, so that it is known which of them it was. What an answer
leads to is in answering.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from voice_coach.coach.activity import Then
from voice_coach.coach.in_routine import InRoutine, questions
from voice_coach.coach.transition import Transition
from voice_coach.coach.warning_signs import DOCTOR_SIGNS, IMPLIES, LASTING
from voice_coach.understanding.book import Item, Question


def ask(t: Transition, here: InRoutine, at: int | None = None) -> None:
    """Put the present question, and await its answer.

    Args:
        t: the transition.
        here: the running routine, at a question.
        at: exact frame for it to begin, or None for "when the speech so far is over".
    """
    question = here.question(t.book)
    if here.step(t.book).recalls and here.put == 0:
        _recall(t)
    plainly = question.plain is not None and here.put % 2 == 1
    t.cue(here.question_key(t.book, "plain" if plainly else "ask"), Then.AWAIT, at=at)
    t.await_person()


def ask_otherwise(t: Transition, here: InRoutine) -> None:
    """Put the same question in other words, if there are any."""
    here = replace(here, put=here.put + 1)
    t.move(here)
    ask(t, here)


def explain(t: Transition, here: InRoutine) -> None:
    """Say why the present question is asked, then put it in plain words."""
    if here.question(t.book).why is not None:
        t.cue(here.question_key(t.book, "why"), Then.NOTHING)
    elif here.step(t.book).why is not None:
        t.cue(here.key(t.book, "why"), Then.NOTHING)
    else:
        t.say("reply.why", Then.NOTHING)
    here = replace(here, put=1)
    t.move(here)
    ask(t, here)


def insist(t: Transition, here: InRoutine) -> None:
    """A safety question stays until it is answered."""
    number = here.question(t.book).answer == "number"
    t.say("reply.need_number" if number else "reply.need_yes_no", Then.CONTINUE)


def _recall(t: Transition) -> None:
    """Say what the person told in an earlier session and still may hold."""
    kept = t.earlier.past.kept or frozenset()
    keys = [key for key, item in _keepable(t) if item.sets in kept]
    t.say("reply.last_time" if keys else "reply.last_time_none", Then.NOTHING)
    for key in keys:
        t.cue(key, Then.NOTHING)


def _keepable(t: Transition) -> Iterator[tuple[str, Question]]:
    """Yield the questions whose answers are kept, with the key that says the answer back."""
    for name, routine in t.book.routines.items():
        for step in routine.step:
            for question in questions(step):
                if question.told is not None:
                    inner = f".{question.id}" if isinstance(question, Item) else ""
                    yield f"{name}.{step.id}{inner}.told", question


def known_answer(t: Transition, here: InRoutine) -> Question | None:
    """Return the present question whose answer is known and settles it, or None."""
    found = (
        question
        for question in questions(here.step(t.book))
        if question.sets in t.answers.flags and question.yes in ("refuse", "ice")
    )
    return next(found, None)


def next_item(t: Transition, here: InRoutine) -> int | None:
    """Return the beat of the item to put after the present question, or None if there is none.

    An item that could tell nothing new is left out.
    """
    asked = here.asked(t.book)
    for number, question in enumerate(questions(here.step(t.book))):
        if number > asked and question.open(t.answers.flags) and _tells(t, question):
            return here.position.beat - asked + number
    return None


def _tells(t: Transition, question: Question) -> bool:
    """Whether its careful answer would tell anything that isn't known."""
    outcomes = {question.yes, question.no, question.unsure} - {"go_on"}
    sets = question.sets
    news = set() if sets is None or sets in DOCTOR_SIGNS - LASTING else {sets}
    news |= IMPLIES.get(sets or "", frozenset())
    news |= {outcome for outcome in outcomes if outcome != "shorten"}
    news |= {"short"} if "shorten" in outcomes else set()
    return not news <= t.answers.flags


def group_over(t: Transition, here: InRoutine) -> int:
    """Return the beat after the present question and all its items."""
    return here.position.beat - here.asked(t.book) + len(questions(here.step(t.book)))
