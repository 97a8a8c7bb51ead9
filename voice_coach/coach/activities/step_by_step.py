"""What all activities have in common that follow a routine of the book.

"next", "back", "skip" and "repeat" are here. The activities are in safety_questions.py,
pain_score.py, exercise.py, heat_or_ice.py and information.py. Rows are kept small: the fewer words
make sense, the fewer are misheard.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from voice_coach.coach import (
    adjustments,
    answering,
    breaths,
    everywhere,
    heat_and_ice,
    navigation,
    questions,
    run_routine,
    safety,
    status,
    undo,
    volunteered,
)
from voice_coach.coach.activity import STAYS, Cell, Duty, Row, Then
from voice_coach.coach.events import IntentHeard, PainScored
from voice_coach.coach.everywhere import EVERYWHERE, LEAVING
from voice_coach.coach.in_routine import BeatKind, InRoutine, Position, beats
from voice_coach.coach.state import Answered, State
from voice_coach.coach.transition import Transition
from voice_coach.coach.warning_signs import DOCTOR_SIGNS
from voice_coach.understanding.book import Book, Item, Outcome, Situation, Step
from voice_coach.understanding.place import Place

ANSWERS = frozenset({"yes", "no", "unsure", "why", "not_yet", "number", "unclear_number"})
"""Understood inside a routine only while such an answer is awaited."""

HELPER = "helper"
"""The value of a yes that says only that somebody is there who can help."""

HIGH = 8
"""A pain score from here on is answered as what it is."""


@dataclass(frozen=True, slots=True)
class Guided(InRoutine):
    """An activity that follows a routine of the book, beat by beat."""

    def resume(self, t: Transition) -> None:
        """Go on with the present beat, unless a safety rule bars the routine by now."""
        if safety.now_barred(t):
            navigation.home(t)
        else:
            run_routine.do_beat(t, self)

    def come_back(self, t: Transition) -> None:
        """Go on, and in the midst of breaths say first what they are for."""
        if self.kind in navigation.EXERCISES and self.doing(t.book) is BeatKind.BREATHS:
            t.cue(self.key(t.book, "name"), Then.CONTINUE)
        else:
            self.resume(t)

    def next_beat(self, t: Transition) -> None:
        """Go on to the beat after the one that has been said."""
        run_routine.next_beat(t, self)

    def reprompt(self, t: Transition, asked: int) -> None:
        """Put the question again, or say again what to say when ready."""
        doing = self.doing(t.book)
        if doing is BeatKind.ASK:
            if asked == 0:
                t.say("reply.still_answer", Then.AWAIT)
            questions.ask(t, self)
        elif asked == 0 and doing is BeatKind.READY:
            run_routine.take_time(t, self)
        else:
            t.say("reply.still_ready", Then.AWAIT)

    def duty(self, state: State) -> Duty | None:
        """Plan what follows a breath when that is all but over; go on after a rest."""
        if self.rest_ends is not None and state.speech.saying is None:
            return Duty(self.rest_ends, lambda t: run_routine.next_beat(t, self))
        breath = self.breath
        if breath is None:
            return None

        def breathe(t: Transition) -> None:
            at = breaths.go_on_breathing(t, self, breath)
            if at is not None:
                self.hold_over(t, at)

        return Duty(breaths.breath_due(breath, state.options.rate), breathe)

    def hold_over(self, t: Transition, at: int) -> None:
        """Go on from the frame at which the last breath of a hold ends."""
        run_routine.next_beat(t, t.running, at)

    def not_now(self, book: Book) -> frozenset[str]:
        """Return the answers that are not awaited now."""
        return ANSWERS - self._awaited(book)

    def _awaited(self, book: Book) -> frozenset[str]:
        doing = self.doing(book)
        if doing is BeatKind.READY:
            return frozenset({"yes", "no", "not_yet"})
        if doing is not BeatKind.ASK:
            return frozenset()
        if self.asking_for(book, "number"):
            return frozenset({"number", "unclear_number"})
        return frozenset({"yes", "no", "unsure", "why"})

    def place(self, book: Book) -> Place:
        """Return where somebody speaks: at a question, before a step, or within it."""
        return Place.HEATASK if self.doing(book) is BeatKind.ASK else self._elsewhere(book)

    def _elsewhere(self, book: Book) -> Place:
        return Place(self.kind.value)

    def help_topic(self, state: State, book: Book) -> str:
        """Return the key of what can be said here; a question is answered as the first ones are."""
        return "checking" if self.asking_for(book, "yes_no") else str(self.kind)


# --- on, back, again


def go_on(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """Next: go on to what comes after; a hold is first ended properly."""
    step, beat, position = here.step(t.book), here.beat(t.book), here.position
    if beat is None:
        run_routine.next_step(t, here)
    elif beat.kind is BeatKind.ASK:
        questions.insist(t, here)
    elif beat.kind is BeatKind.TIMER:
        run_routine.keep_time(t, here)
    elif beat.kind in (BeatKind.READY, BeatKind.REST):
        run_routine.next_beat(t, here)
    elif step.timer is not None or (step.ask is not None and beat.kind is BeatKind.SAY):
        # Skips the words before a question or a timer, never the question itself.
        run_routine.do_beat_at(t, here, position.at_beat(len(step.say)))
    elif step.holds and step.then and position.beat > 0:
        # The leg is up: it comes down before the next step begins.
        down = position if beat.kind is BeatKind.THEN else position.at_beat(_first_then(step))
        there = here if down is position else t.go(here, down)
        there = replace(there, hurry=True)
        t.move(there)
        run_routine.do_beat(t, there)
    elif _asks_for_readiness(here, t.book):
        # Getting ready cannot be talked past: the person says when.
        run_routine.do_beat_at(t, here, position.at_beat(len(beats(step)) - 1))
    else:
        run_routine.next_step(t, here)


def _asks_for_readiness(here: InRoutine, book: Book) -> bool:
    """Whether heat or ice follows this step: its time begins only once it is in place."""
    steps, after = here.routine(book).step, here.position.step + 1
    ready = here.step(book).ready is not None
    return ready and after < len(steps) and steps[after].timer is not None


def _first_then(step: Step) -> int:
    return next(i for i, b in enumerate(beats(step)) if b.kind is BeatKind.THEN)


def skip(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """Leave out the present step; a pain score may be left out, a safety question may not."""
    step, doing = here.step(t.book), here.doing(t.book)
    if doing is BeatKind.ASK:
        if here.situation is Situation.PAIN:
            heat_and_ice.pain_told(t, fell=False)
            run_routine.next_beat(t, here)
        else:
            questions.insist(t, here)
    elif step.timer is not None or _asks_for_readiness(here, t.book):
        t.say("reply.nothing_to_skip", Then.CONTINUE)
    else:
        if step.ask is None and doing is not None and doing is not BeatKind.READY:
            t.say("reply.skipped", Then.NOTHING)
        go_on(here, t, heard)


def done(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """Done: the hold is over; "it is off" is about a pad."""
    step = here.step(t.book)
    if t.skin.on is not None and heard.value is not None:
        everywhere.done(here, t, heard)
        return
    if here.doing(t.book) is BeatKind.BREATHS and step.then:
        run_routine.do_beat_at(t, here, here.position.at_beat(_first_then(step)))
    else:
        go_on(here, t, heard)


def repeat(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """Say the present step again from its start; a question in other words, if it has them."""
    step, position = here.step(t.book), here.position
    if here.asking_for(t.book, "yes_no") and _otherwise(t, here):
        questions.ask_otherwise(t, here)
    elif step.timer is None:
        run_routine.do_beat_at(t, here, Position(position.routine, position.step))
    else:
        run_routine.do_beat(t, here)


def _otherwise(t: Transition, here: Guided) -> bool:
    """Whether the present question has other words, or is an item, which is only put again."""
    return here.question(t.book).plain is not None or isinstance(here.question(t.book), Item)


def why(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """Why is this asked: say the reason, and put the question in plain words."""
    questions.explain(t, here)


# --- answers


def yes(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """Yes: to the question, or to "are you ready"."""
    question = here.question(t.book)
    if here.asking_for(t.book, "yes_no") and heard.value == HELPER and _stands_for_items(here, t):
        _answer(t, here, "items", None)
    elif here.asking_for(t.book, "yes_no"):
        _answer(t, here, question.yes, question.sets)
    else:
        go_on(here, t, heard)


def _stands_for_items(here: Guided, t: Transition) -> bool:
    return bool(here.step(t.book).item) and here.asked(t.book) == 0


def no(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """No: to the question; to "are you ready" it means there is time."""
    if here.asking_for(t.book, "yes_no"):
        question = here.question(t.book)
        _answer(t, here, question.no, None)
    else:
        run_routine.take_time(t, here)


def unsure(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """Not sure: the question once more in plainer words, then the careful answer."""
    question = here.question(t.book)
    if question.plain is not None and here.put == 0:
        questions.ask_otherwise(t, here)
    else:
        sets = question.sets if question.unsure == question.yes else None
        _answer(t, here, question.unsure, sets)


def take_time(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """Not yet ready: there is no hurry."""
    run_routine.take_time(t, here)


def _answer(t: Transition, here: Guided, outcome: Outcome, sets: str | None) -> None:
    """Act on the answer to the present question, and remember that it can be taken back.

    What follows shows that it was heard: nobody waits for a "thank you" after each.
    """
    _forget_answer(t, here)
    before = t.answers.flags
    answering.answer(t, here, outcome, sets)
    last = Answered(here.position, t.answers.flags - before)
    t.answers = replace(t.answers, last=last)
    safety.keep_lasting(t)


def _forget_answer(t: Transition, here: Guided) -> None:
    """Forget what an earlier answer to the present question told: the last one counts."""
    question = here.question(t.book)
    outcomes = (question.yes, question.no, question.unsure)
    t.forget(question.sets)
    if "doctor" in outcomes and t.answers.flags.isdisjoint(DOCTOR_SIGNS):
        t.forget("doctor")
    if "shorten" in outcomes:
        t.forget("short")


def number(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """A pain score from zero to ten."""
    score, before = heard.value, t.answers.pain
    if not isinstance(score, int):
        questions.insist(t, here)
        return
    t.actions.append(PainScored(score))
    heat_and_ice.pain_told(t, fell=before is not None and score < before)
    slots = {"score": str(score), "before": str(before)}
    t.answers = replace(t.answers, pain=score)
    if before is None or score == before:
        word = "before" if before is None else "same"
        key = f"reply.pain_{word}_high" if score >= HIGH else f"reply.pain_{word}"
        t.say(key, Then.NOTHING, slots=slots)
    else:
        change = "reply.pain_down" if score < before else "reply.pain_up"
        t.say(change, Then.NOTHING, slots=slots)
        if score > before:
            volunteered.ask_worse(t)
            return
    run_routine.next_beat(t, here)


_UNCLEAR_NUMBERS = {
    "two": "reply.which_number",
    "over": "reply.ten_most",
    "words": "reply.pain_words",
}


def unclear_number(here: Guided, t: Transition, heard: IntentHeard) -> None:
    """Something about the pain that is not one number: ask for one, kindly."""
    key = _UNCLEAR_NUMBERS.get(str(heard.value))
    if key is None:
        questions.insist(t, here)
    else:
        t.say(key, Then.AWAIT)
        t.await_person()


QUESTIONS: Row[Guided] = {
    "yes": Cell(yes),
    "no": Cell(no),
    "unsure": Cell(unsure),
    "why": Cell(why, STAYS),
    "not_yet": Cell(take_time, STAYS),
    "number": Cell(number),
    "unclear_number": Cell(unclear_number, STAYS),
}

ALL: Row[Guided] = {
    **EVERYWHERE,
    **LEAVING,
    **QUESTIONS,
    "next": Cell(go_on),
    "resume": Cell(go_on),
    "back": Cell(undo.back),
    "repeat": Cell(repeat),
    "skip": Cell(skip),
    "where": Cell(status.where, STAYS),
}
"""In every routine but that of the pain."""

PACED: Row[Guided] = {
    **ALL,
    "start": Cell(go_on),
    "done": Cell(done),
    "slower": Cell(adjustments.slower, STAYS),
    "faster": Cell(adjustments.faster, STAYS),
}
"""Where breaths are paced. "Slower" is understood only there, so that "four" is not taken for it
where a number is awaited."""
