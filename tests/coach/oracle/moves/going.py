"""Moves through a routine: on, back, again, to the other side; and answers to its questions."""

from __future__ import annotations

from dataclasses import replace

from tests.coach.oracle import asking, flow, rounds
from tests.coach.oracle.events import Heard, Note
from tests.coach.oracle.state import Answered, BeatKind, Position, Then, beats
from tests.coach.oracle.turn import Turn
from voice_coach.understanding.book import Outcome, Situation


def go_on(turn: Turn, heard: Heard) -> None:
    """Next: go on to what comes after; a hold is first ended properly."""
    beat = turn.beat
    step = turn.step
    position = turn.state.position
    assert position is not None
    if beat is None:
        flow.next_step(turn)
    elif beat.kind is BeatKind.ASK:
        insist(turn)
    elif beat.kind is BeatKind.TIMER:
        flow.do_round(turn)
    elif beat.kind is BeatKind.READY:
        flow.next_beat(turn)
    elif step.timer is not None or (step.ask is not None and beat.kind is BeatKind.SAY):
        # Skips the words before a question or a round, never the question itself.
        turn.go(replace(position, beat=len(step.say)))
        flow.do_beat(turn)
    elif step.breaths is not None and step.then and position.beat > 0:
        # The leg is up: it comes down before the next step begins.
        if beat.kind is not BeatKind.THEN:
            turn.go(replace(position, beat=_first_then(turn)))
        turn.set(hurry=True)
        flow.do_beat(turn)
    elif _asks_for_readiness(turn):
        # Getting ready may not be talked past: the person says when.
        turn.go(replace(position, beat=len(beats(step)) - 1))
        flow.do_beat(turn)
    else:
        flow.next_step(turn)


def _asks_for_readiness(turn: Turn) -> bool:
    """Whether a round follows this step: it begins only once the pad is in place."""
    position = turn.state.position
    assert position is not None
    steps = turn.routine.step
    after = position.step + 1
    return turn.step.ready is not None and after < len(steps) and steps[after].timer is not None


def _first_then(turn: Turn) -> int:
    return next(i for i, b in enumerate(beats(turn.step)) if b.kind is BeatKind.THEN)


def _lower_first(turn: Turn) -> None:
    """Say how to come out of the stretch before another one begins, if it may have begun."""
    beat, step = turn.beat, turn.step
    if step.breaths is None or not step.then or beat is None:
        return
    if beat.kind is BeatKind.BREATHS or (beat.kind is BeatKind.SAY and beat.sentence > 0):
        turn.cue(turn.key("then"))


def insist(turn: Turn) -> None:
    """A safety question stays until it is answered."""
    number = turn.step.answer == "number"
    turn.say("reply.need_number" if number else "reply.need_yes_no", Then.CONTINUE)


def skip(turn: Turn, heard: Heard) -> None:
    """Leave out the present step; a pain score may be left out, a safety question may not."""
    beat = turn.beat
    if beat is not None and beat.kind is BeatKind.ASK:
        if turn.state.situation is Situation.PAIN:
            flow.next_beat(turn)
        else:
            insist(turn)
    elif turn.step.timer is not None or _asks_for_readiness(turn):
        turn.say("reply.nothing_to_skip", Then.CONTINUE)
    else:
        if turn.step.ask is None and beat is not None and beat.kind is not BeatKind.READY:
            turn.say("reply.skipped", Then.NOTHING)
        go_on(turn, heard)


def done(turn: Turn, heard: Heard) -> None:
    """Done: the hold is over, or the pad is in place or off."""
    beat = turn.beat
    if turn.state.round is not None and turn.state.situation in rounds.ROUNDS:
        if heard.certain and heard.value != "bare":
            flow.round_off(turn)
        else:  # "done" says nothing of the pad
            asking.confirm(turn, replace(heard, value=None, certain=False))
    elif beat is not None and beat.kind is BeatKind.BREATHS and turn.step.then:
        position = turn.state.position
        assert position is not None
        turn.go(replace(position, beat=_first_then(turn)))
        flow.do_beat(turn)
    else:
        go_on(turn, heard)


def back(turn: Turn, heard: Heard) -> None:
    """Go back one step."""
    position = turn.state.position
    assert position is not None
    earlier = [i for i in turn.allowed_steps() if i < position.step]
    if turn.step.timer is not None and turn.state.round is not None:
        flow.do_round(turn)
    elif not earlier:
        turn.go(Position(position.routine, position.step))
        turn.say("reply.first_step", Then.CONTINUE)
    else:
        _lower_first(turn)
        turn.go(Position(position.routine, earlier[-1]))
        flow.do_beat(turn)


def repeat(turn: Turn, heard: Heard) -> None:
    """Say the present step again from its start; a question in other words, if it has them."""
    if asking_for(turn, "yes_no") and turn.step.plain is not None:
        asking.ask_otherwise(turn)
        return
    position = turn.state.position
    assert position is not None
    if turn.step.timer is None:
        turn.go(Position(position.routine, position.step))
    flow.do_beat(turn)


def other_side(turn: Turn, heard: Heard) -> None:
    """Change to the same stretch on the other side."""
    other = turn.step.other
    position = turn.state.position
    assert position is not None
    steps = [step.id for step in turn.routine.step]
    if other is None or steps.index(other) not in turn.allowed_steps():
        turn.say("reply.no_other_side", Then.CONTINUE)
    else:
        turn.say("reply.other_side", Then.NOTHING)
        _lower_first(turn)
        turn.go(Position(position.routine, steps.index(other)))
        flow.do_beat(turn)


def topic(turn: Turn, heard: Heard) -> None:
    """Go straight to the exercise or talk asked for."""
    if heard.intent == "imagery" and turn.state.situation is Situation.EMERGENCY:
        flow.open_topic(turn, "breathe")
    else:
        flow.open_topic(turn, heard.intent)


def start(turn: Turn, heard: Heard) -> None:
    """Start: in the menu, with the first exercise; elsewhere as "next"."""
    if turn.state.situation is Situation.MENU:
        flow.open_topic(turn, "breathe" if "doctor" in turn.state.flags else "stretch")
    else:
        go_on(turn, heard)


def yes(turn: Turn, heard: Heard) -> None:
    """Yes: to the question, or to "are you ready"."""
    step = turn.step
    if asking_for(turn, "yes_no"):
        _answer(turn, step.yes, step.sets, "reply.noted")
    else:
        go_on(turn, heard)


def no(turn: Turn, heard: Heard) -> None:
    """No: to the question; to "are you ready" it means there is time."""
    if asking_for(turn, "yes_no"):
        _answer(turn, turn.step.no, None, "reply.not_that")
    else:
        asking.take_time(turn)


def unsure(turn: Turn, heard: Heard) -> None:
    """Not sure: the question once more in plainer words, then the careful answer."""
    step = turn.step
    if step.plain is not None and turn.state.put == 0:
        asking.ask_otherwise(turn)
    else:
        _answer(turn, step.unsure, step.sets, "reply.noted")


_SAFE = frozenset({Situation.CHECKING, Situation.HEAT, Situation.ICE})
"""Here an answer that changes nothing is acknowledged: it was a question of safety."""


def _answer(turn: Turn, outcome: Outcome, sets: str | None, reply: str) -> None:
    """Act on the answer to the present question, and remember that it can be taken back."""
    position = turn.state.position
    _forget_answer(turn)
    before = turn.state.flags
    if outcome == "go_on" and turn.state.situation in _SAFE:
        turn.say(reply, Then.NOTHING)
    flow.answer(turn, outcome, sets)
    turn.set(answered=Answered(position, None, turn.state.flags - before))


def asking_for(turn: Turn, kind: str) -> bool:
    """Whether the present beat asks for an answer of this kind."""
    beat = turn.beat
    return beat is not None and beat.kind is BeatKind.ASK and turn.step.answer == kind


def _forget_answer(turn: Turn) -> None:
    """Forget what an earlier answer to the present question told: the last one counts."""
    step = turn.step
    outcomes = (step.yes, step.no, step.unsure)
    told = {step.sets}
    if "doctor" in outcomes and turn.state.situation is Situation.CHECKING:
        told.add("doctor")
    if "shorten" in outcomes:
        told.add("short")
    turn.set(flags=turn.state.flags - told)


def number(turn: Turn, heard: Heard) -> None:
    """A pain score from zero to ten."""
    score = heard.value
    if not isinstance(score, int):
        insist(turn)
        return
    before = turn.state.pain_before
    turn.actions.append(Note("pain", str(score)))
    slots = {"score": str(score), "before": str(before)}
    if before is None:
        turn.say("reply.pain_before", Then.NOTHING, slots=slots)
    elif score == before:
        turn.say("reply.pain_same", Then.NOTHING)
    else:
        change = "reply.pain_down" if score < before else "reply.pain_up"
        turn.say(change, Then.NOTHING, slots=slots)
    turn.set(pain_before=score)
    flow.next_beat(turn)


_UNCLEAR_NUMBERS = {
    "two": "reply.which_number",
    "over": "reply.ten_most",
    "words": "reply.pain_words",
}


def unclear_number(turn: Turn, heard: Heard) -> None:
    """Something about the pain that is not one number: ask for one, kindly."""
    key = _UNCLEAR_NUMBERS.get(str(heard.value))
    if key is None:
        insist(turn)
    else:
        asking.which_number(turn, key)


def finish(turn: Turn, heard: Heard) -> None:
    """Done, where nothing is going on: ask whether the whole session is meant."""
    asking.confirm(turn, replace(heard, intent="quit"))
