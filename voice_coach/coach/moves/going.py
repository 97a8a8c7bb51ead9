"""Moves through a routine: on, back, again, to the other side; and answers to its questions."""

from __future__ import annotations

from dataclasses import replace

from voice_coach.coach import asking, flow, resuming, safety
from voice_coach.coach.events import Heard, Note
from voice_coach.coach.state import BeatKind, Position, Then, beats
from voice_coach.coach.turn import Turn
from voice_coach.language.book import Situation


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
        go_on(turn, heard)


def done(turn: Turn, heard: Heard) -> None:
    """Done: the hold is over, or the pad is in place or off."""
    beat = turn.beat
    if beat is not None and beat.kind is BeatKind.TIMER and turn.state.round is not None:
        flow.round_off(turn)
    elif beat is not None and beat.kind is BeatKind.BREATHS and turn.step.then:
        position = turn.state.position
        assert position is not None
        turn.go(replace(position, beat=_first_then(turn)))
        flow.do_beat(turn)
    else:
        go_on(turn, heard)


def back(turn: Turn, heard: Heard) -> None:
    """Go back one step."""
    if turn.state.situation is Situation.CHECKING and "doctor" in turn.state.flags:
        reopen_check(turn, heard)
        return
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
    """Say the present step again from its start."""
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
        _forget_answer(turn)
        flow.answer(turn, step.yes, step.sets)
    else:
        go_on(turn, heard)


def no(turn: Turn, heard: Heard) -> None:
    """No: to the question; to "are you ready" it means there is time."""
    if asking_for(turn, "yes_no"):
        _forget_answer(turn)
        flow.answer(turn, turn.step.no, None)
    else:
        asking.take_time(turn)


def unsure(turn: Turn, heard: Heard) -> None:
    """Not sure: the careful answer."""
    _forget_answer(turn)
    flow.answer(turn, turn.step.unsure, turn.step.sets)


def asking_for(turn: Turn, kind: str) -> bool:
    """Whether the present beat asks for an answer of this kind."""
    beat = turn.beat
    return beat is not None and beat.kind is BeatKind.ASK and turn.step.answer == kind


def _forget_answer(turn: Turn) -> None:
    """Forget what an earlier answer to the present question told: the last one counts."""
    step = turn.step
    told = {step.sets}
    if turn.state.situation is Situation.CHECKING:
        told.add("doctor")
    if "shorten" in (step.yes, step.no, step.unsure):
        told.add("short")
    turn.set(flags=turn.state.flags - told)


def number(turn: Turn, heard: Heard) -> None:
    """A pain score from zero to ten."""
    if heard.value is None:
        insist(turn)
        return
    before, score = turn.state.pain_before, heard.value
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


def reopen_check(turn: Turn, heard: Heard) -> None:
    """Go back to the safety question whose answer was misheard."""
    if "doctor" in turn.state.flags:
        _ask_check_again(turn)
    else:
        resuming.return_(turn)


def mistaken(turn: Turn, heard: Heard) -> None:
    """No emergency after all: return to where it was heard."""
    turn.set(flags=turn.state.flags - {"emergency", "called"})
    turn.say("reply.not_red", Then.RETURN)
    if turn.state.below:
        turn.lift()
        turn.lift_off(Situation.PAUSED, Situation.SLEEPING)
    elif turn.state.checked:
        flow.home(turn)
    else:
        _ask_check_again(turn)


def _ask_check_again(turn: Turn) -> None:
    safety.keep_question(turn)
    turn.set(flags=turn.state.flags - {"emergency", "doctor"}, checked=False)
    safety.open_question(turn)
    flow.do_beat(turn)


def confirm_no(turn: Turn, heard: Heard) -> None:
    """No, it was misheard: return to what was going on."""
    turn.lift_off(Situation.CONFIRMING)
    resuming.return_(turn)


def finish(turn: Turn, heard: Heard) -> None:
    """Done, where nothing is going on: ask whether the whole session is meant."""
    asking.confirm(turn, replace(heard, intent="quit"))
