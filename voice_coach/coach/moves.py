"""What the coach does when the person says something: one move for each row of the table.

Before a move is made, the machine has hushed the coach. A move that only informs ends with
`Then.CONTINUE`, which returns to what was interrupted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from voice_coach.coach import asking, flow, holds, resting, resuming, rounds, safety, taking_up
from voice_coach.coach.events import Heard, Note, Volume
from voice_coach.coach.loudness import VOLUME_LOUDEST, VOLUME_LOWEST, VOLUME_STEP, loudness
from voice_coach.coach.pace import PACES
from voice_coach.coach.sound_kept import announce, keep
from voice_coach.coach.state import BeatKind, Position, Then, beats
from voice_coach.coach.turn import Turn
from voice_coach.language.book import MOST_BREATHS, Situation

Move = Callable[[Turn, Heard], None]

EASED = frozenset(
    {
        Situation.STRETCHING,
        Situation.BREATHING,
        Situation.IMAGERY,
        Situation.MEDICINES,
        Situation.PREVENTION,
    }
)
"""What "it hurts" stops until the person says how to go on."""

_WAITING = frozenset({Situation.CHECKING, Situation.PAIN, Situation.MENU, Situation.TAKING_UP})
"""Here nothing goes on that "stop" could stop: the coach waits, quietly from then on."""


# --- going through a routine


def go_on(turn: Turn, heard: Heard) -> None:
    """Next: go on to what comes after; a hold is first ended properly."""
    beat = turn.beat
    step = turn.step
    position = turn.state.position
    assert position is not None
    if beat is None:
        flow.next_step(turn)
    elif beat.kind is BeatKind.ASK:
        _insist(turn)
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


def _insist(turn: Turn) -> None:
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
            _insist(turn)
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


# --- answering


def yes(turn: Turn, heard: Heard) -> None:
    """Yes: to the question, or to "are you ready"."""
    step = turn.step
    if _asking(turn, "yes_no"):
        _forget_answer(turn)
        flow.answer(turn, step.yes, step.sets)
    else:
        go_on(turn, heard)


def no(turn: Turn, heard: Heard) -> None:
    """No: to the question; to "are you ready" it means there is time."""
    if _asking(turn, "yes_no"):
        _forget_answer(turn)
        flow.answer(turn, turn.step.no, None)
    else:
        asking.take_time(turn)


def unsure(turn: Turn, heard: Heard) -> None:
    """Not sure: the careful answer."""
    _forget_answer(turn)
    flow.answer(turn, turn.step.unsure, turn.step.sets)


def _asking(turn: Turn, kind: str) -> bool:
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
        _insist(turn)
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


# --- safety


def hurts(turn: Turn, heard: Heard) -> None:
    """It hurts: the movement has stopped; offer to ease off, rest, breathe or get help.

    The questions and what gets a pad ready are gone on with: nobody skips those.
    """
    turn.lift_off(Situation.PAUSED, Situation.CONFIRMING, Situation.SLEEPING)
    if turn.state.situation in EASED:
        turn.lay(Situation.EASING)
        turn.set(breaths_done=0)
    if turn.state.round is not None:
        rounds.end_round(turn)
    elif turn.state.situation is Situation.EASING:
        asking.offer_ease(turn)
    elif turn.state.situation is Situation.EMERGENCY:
        safety.say_emergency_again(turn)
    else:
        turn.say("reply.hurts_rest", Then.CONTINUE)


def ease(turn: Turn, heard: Heard) -> None:
    """Ease off: the same step again, but less of it."""
    turn.lift_off(Situation.EASING)
    position = turn.state.position
    assert position is not None
    turn.go(Position(position.routine, position.step))
    exercise = turn.state.situation in flow.EXERCISES
    turn.say("reply.easier" if exercise else "reply.resumed", Then.CONTINUE)


def skip_eased(turn: Turn, heard: Heard) -> None:
    """Leave out the step that hurt."""
    turn.lift_off(Situation.EASING)
    beat = turn.beat
    if beat is not None and beat.kind is BeatKind.ASK:
        _insist(turn)
    else:
        flow.next_step(turn)


def emergency(turn: Turn, heard: Heard) -> None:
    """Stop everything and say whom to call; then a pad that is on has to come off."""
    turn.lay(Situation.EMERGENCY)
    safety.begin_emergency(turn)


def called(turn: Turn, heard: Heard) -> None:
    """Help has been called: keep company, without repeating."""
    turn.set(flags=turn.state.flags | {"called"})
    turn.say("reply.red_called", Then.NOTHING)


def off(turn: Turn, heard: Heard) -> None:
    """Answers the end of a round: it is off."""
    flow.round_off(turn)


def stop(turn: Turn, heard: Heard) -> None:
    """Stop what is going on."""
    turn.lift_off(Situation.PAUSED)
    situation = turn.state.situation
    over_pad = rounds.ROUNDS | {Situation.TAKING_UP}
    if turn.state.round is not None and situation in over_pad:
        rounds.end_round(turn)
    elif situation in _WAITING:
        quiet(turn, heard)
    else:
        turn.say("reply.stopped", Then.NOTHING)
        flow.home(turn)


def quiet(turn: Turn, heard: Heard) -> None:
    """Be quiet, but go on listening."""
    turn.set(awaiting=turn.state.situation is not Situation.EMERGENCY)
    turn.say("reply.quiet", Then.NOTHING)


# --- asking about the session


def help_(turn: Turn, heard: Heard) -> None:
    """Say what can be said here."""
    situation, state = turn.state.situation, turn.state
    if situation is Situation.MENU and "doctor" in state.flags:
        flow.home(turn)
        return
    topic = str(situation)
    if _asking(turn, "yes_no") and situation is turn.routine.situation:
        topic = "checking"
    elif situation in rounds.ROUNDS and state.round is None:
        topic = "getting_ready"
    # The alarm and the call for help are said again after a while; the question at once.
    alarm = situation in (Situation.ENDING, Situation.EMERGENCY)
    then = Then.AWAIT if alarm else Then.CONTINUE
    turn.say(f"help.{topic}", then, slots={"emergency": state.options.emergency})


def where(turn: Turn, heard: Heard) -> None:
    """Say where in the routine this is, and how much is left."""
    position = turn.state.position
    if position is None:
        turn.say("reply.where_menu", Then.CONTINUE)
        return
    steps = turn.allowed_steps()
    if turn.routine.situation is Situation.CHECKING:  # the greeting is no question
        steps = [i for i in steps if turn.routine.step[i].ask]
    place = max(1, sum(i <= position.step for i in steps))
    turn.say("reply.where", Then.CONTINUE, slots={"n": str(place), "total": str(len(steps))})
    if turn.routine.situation is not Situation.CHECKING:
        turn.cue(turn.key("name"))
    _say_breaths_left(turn)
    turn.set(then=Then.CONTINUE)


def how_long(turn: Turn, heard: Heard) -> None:
    """Say how long heat or ice has left; without them, where this is."""
    if turn.state.round is None:
        where(turn, heard)
    else:
        # At the timer there is nothing to return to: continuing would say the minutes twice.
        then = Then.NOTHING if rounds.at_timer(turn) else Then.CONTINUE
        rounds.say_left(turn, "reply.minutes_left", then)


def _say_breaths_left(turn: Turn) -> None:
    beat = turn.beat
    if beat is None or beat.kind is not BeatKind.BREATHS:
        return
    breaths = holds.breaths_left(turn)
    if breaths == 0:
        return
    if breaths == 1:
        turn.say("reply.one_breath_left", Then.CONTINUE)
    else:
        turn.say("reply.breaths_left", Then.CONTINUE, slots={"breaths": str(breaths)})


def history(turn: Turn, heard: Heard) -> None:
    """How have I been: the pain before and after, in the last sessions."""
    past = turn.state.past
    if past.sessions == 0:
        turn.say("reply.history_none", Then.CONTINUE)
        return
    if past.before is None or past.after is None:
        turn.say("reply.history_unscored", Then.CONTINUE)
        return
    change = past.after - past.before
    what = "same" if change == 0 else "down" if change < 0 else "up"
    slots = {"before": str(past.before), "score": str(past.after)}
    turn.say(f"reply.history_{what}", Then.CONTINUE, slots=slots)


# --- taking up an interrupted session


def take_up(turn: Turn, heard: Heard) -> None:
    """Yes: the pad is off; or go on there."""
    if taking_up.pad_asked(turn):
        flow.round_off(turn)
    else:
        taking_up.take_up(turn)


def not_there(turn: Turn, heard: Heard) -> None:
    """No: the pad is still on; or begin anew."""
    if taking_up.pad_asked(turn):
        taking_up.still_on(turn)
    else:
        taking_up.begin_anew(turn)


def perhaps_there(turn: Turn, heard: Heard) -> None:
    """Not sure: the careful answer to each."""
    if taking_up.pad_asked(turn):
        rounds.end_round(turn)
    else:
        taking_up.begin_anew(turn)


def go_on_there(turn: Turn, heard: Heard) -> None:
    """Go on; that says nothing of the pad."""
    if taking_up.pad_asked(turn):
        taking_up.ask(turn)
    else:
        taking_up.take_up(turn)


def pad_off(turn: Turn, heard: Heard) -> None:
    """Done: the pad is off; it says nothing of where to go on."""
    if taking_up.pad_asked(turn):
        flow.round_off(turn)
    else:
        taking_up.ask(turn)


# --- pace and volume


def slower(turn: Turn, heard: Heard) -> None:
    """Breathe slower, from the next word on."""
    _pace(turn, 1, "reply.slower", "reply.slowest")


def faster(turn: Turn, heard: Heard) -> None:
    """Breathe faster, from the next word on."""
    _pace(turn, -1, "reply.faster", "reply.fastest")


def _pace(turn: Turn, change: int, moved: str, limit: str) -> None:
    pace = turn.state.pace + change
    if 0 <= pace < len(PACES):
        turn.set(pace=pace)
        turn.say(moved, Then.CONTINUE)
    else:
        turn.say(limit, Then.CONTINUE)


USUAL_BREATHS = 4
"""Breaths of a stretch, where they are changed while none is held."""


def more_breaths(turn: Turn, heard: Heard) -> None:
    """Hold each stretch for one breath more."""
    _breaths(turn, 1)


def fewer_breaths(turn: Turn, heard: Heard) -> None:
    """Hold each stretch for one breath less."""
    _breaths(turn, -1)


def _breaths(turn: Turn, change: int) -> None:
    now = min(max(1, turn.state.breaths or turn.step.breaths or USUAL_BREATHS), MOST_BREATHS)
    wished = now + change
    if wished < 1:
        turn.say("reply.fewest_breaths", Then.CONTINUE)
    elif wished > MOST_BREATHS:
        turn.say("reply.most_breaths", Then.CONTINUE)
    else:
        turn.set(breaths=wished)
        if wished == 1:
            turn.say("reply.one_breath", Then.CONTINUE)
        else:
            turn.say("reply.breaths", Then.CONTINUE, slots={"breaths": str(wished)})


def louder(turn: Turn, heard: Heard) -> None:
    """Speak louder."""
    _volume(turn, VOLUME_STEP, "reply.louder", "reply.loudest")


def quieter(turn: Turn, heard: Heard) -> None:
    """Speak more quietly."""
    _volume(turn, -VOLUME_STEP, "reply.quieter", "reply.quietest")


def _volume(turn: Turn, change: float, moved: str, limit: str) -> None:
    wished = turn.state.volume_db + change
    volume = min(max(wished, VOLUME_LOWEST), VOLUME_LOUDEST)
    turn.set(volume_db=volume)
    turn.actions.append(Volume(loudness(turn.state)))
    turn.say(moved if volume == wished else limit, Then.CONTINUE)


# --- recording


def record_on(turn: Turn, heard: Heard) -> None:
    """Record the sound from now on, and say so."""
    keep(turn, True)
    turn.say("reply.recording_on", Then.CONTINUE)


def record_off(turn: Turn, heard: Heard) -> None:
    """Record no longer; what was recorded is kept."""
    keep(turn, False)
    turn.say("reply.recording_off", Then.CONTINUE)


# --- pausing, sleeping, leaving


def pause(turn: Turn, heard: Heard) -> None:
    """Hold everything; heat and ice go on, and that is said."""
    turn.lay(Situation.PAUSED)
    turn.say("reply.paused", Then.NOTHING)
    if turn.state.round is not None:
        turn.say("reply.timer_runs", Then.NOTHING)


def resume(turn: Turn, heard: Heard) -> None:
    """Return to the sentence at which the pause began."""
    turn.lift_off(Situation.PAUSED)
    turn.say("reply.resumed", Then.RETURN)


def sleep(turn: Turn, heard: Heard) -> None:
    """Sleep until woken; never while heat or ice is on."""
    if turn.state.round is not None:
        turn.say("reply.not_asleep", Then.CONTINUE)
    else:
        resting.fall_asleep(turn)


def wake(turn: Turn, heard: Heard) -> None:
    """Wake up, and begin the step again in which the sleep began; a pause below is over too.

    Where the sleep lies over nothing, a session begins.
    """
    if not turn.state.below:
        taking_up.begin_session(turn)
        return
    turn.lift_off(Situation.SLEEPING, Situation.PAUSED)
    position = turn.state.position
    if position is not None and turn.state.situation is not Situation.EASING:
        turn.go(Position(position.routine, position.step))
    announce(turn)
    turn.say("reply.awake", Then.RETURN)


def again(turn: Turn, heard: Heard) -> None:
    """Say the choices, the alarm, the call for help or the question again."""
    resuming.return_(turn)


def quit_(turn: Turn, heard: Heard) -> None:
    """End the session."""
    flow.quit_now(turn)
