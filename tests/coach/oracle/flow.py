"""How a session flows by itself: from beat to beat, step to step, routine to routine.

What a beat does is in asking.py, holds.py and rounds.py, what may not be done in safety.py; these
know nothing of what comes next. resuming.py returns to the flow after an interruption. What the
person asks for is in moves/. All of them act on a Turn.
"""

from __future__ import annotations

from dataclasses import replace

from tests.coach.oracle import asking, holds, resting, rounds, safety
from tests.coach.oracle.events import End, Heard
from tests.coach.oracle.limits import Kind
from tests.coach.oracle.state import Answered, BeatKind, Position, Then
from tests.coach.oracle.turn import Turn
from voice_coach.understanding.book import Outcome, Situation

EXERCISES = safety.GATED | {Situation.BREATHING, Situation.IMAGERY}
"""After these the pain is asked again."""

PAIN_LOW = 3
"""Pain up to this is low: prevention is offered."""


# --- beats and steps


def do_beat(turn: Turn, at: int | None = None) -> None:
    """Do the present beat, or go on to the next step where there is none left.

    Args:
        turn: the turn.
        at: exact frame for it to begin, or None for "when the speech so far is over".
    """
    beat = turn.beat
    if beat is None:
        next_step(turn, at)
        return
    match beat.kind:
        case BeatKind.SAY | BeatKind.THEN:
            turn.cue(turn.key(beat.kind), 0, beat.sentence, at=at)
            turn.set(then=Then.NEXT_BEAT)
        case BeatKind.ASK:
            asking.ask(turn, at)
        case BeatKind.BREATHS:
            if holds.breaths_left(turn) > 0:
                holds.begin_hold(turn, at)
            else:
                next_beat(turn, at)
        case BeatKind.TIMER:
            do_round(turn)
        case BeatKind.READY:
            if turn.state.hurry:
                next_step(turn, at)
            else:
                asking.ask_ready(turn, at)


def next_beat(turn: Turn, at: int | None = None) -> None:
    """Go on to the beat after the present one."""
    position = turn.state.position
    assert position is not None
    hurry = turn.state.hurry
    turn.go(replace(position, beat=position.beat + 1))
    turn.set(hurry=hurry)
    do_beat(turn, at)


def next_step(turn: Turn, at: int | None = None) -> None:
    """Go on to the next step that is allowed, or to what follows the routine."""
    position = turn.state.position
    assert position is not None
    later = [i for i in turn.allowed_steps() if i > position.step]
    if not later:
        end_routine(turn)
        return
    turn.go(Position(position.routine, later[0]))
    if turn.state.situation is Situation.CHECKING and safety.check_is_over(turn):
        safety.finish_check(turn)
    else:
        do_beat(turn, at)


def next_breath(turn: Turn) -> None:
    """Plan the next breath, or end the hold: the present breath is all but over."""
    end = holds.count_breath(turn)
    if holds.breaths_left(turn) > 0:
        holds.plan_breath(turn, end)
    else:
        next_beat(turn, end + turn.frames(holds.GAP))


def do_round(turn: Turn) -> None:
    """Begin the round of the present step, or say how long the running one has left."""
    kind = turn.step.timer
    assert kind is not None
    if turn.state.round is not None:
        rounds.say_round_left(turn, Then.NOTHING)
    elif not rounds.start_round(turn):
        # A routine with two rounds: the rest between them holds there too.
        rounds.say_rest(turn, kind, Then.NOTHING)
        home(turn)


def answer(turn: Turn, outcome: Outcome, sets: str | None) -> None:
    """Act on the answer to the question of the present step."""
    if sets is not None:
        turn.set(flags=turn.state.flags | {sets})
    match outcome:
        case "go_on":
            _go_on_from_answer(turn)
        case "emergency":
            safety.begin_emergency(turn)
        case "doctor":
            turn.set(flags=turn.state.flags | {"doctor"})
            if turn.state.situation is Situation.CHECKING:
                if safety.emergency_open(turn, after=1):
                    turn.say("reply.flag_noted", Then.NOTHING)
                    next_beat(turn)
                else:
                    safety.finish_check(turn)
            else:
                turn.say("reply.amber", Then.NOTHING)
                home(turn)
        case "refuse":
            _refuse(turn)
        case "shorten":
            turn.set(flags=turn.state.flags | {"short"})
            turn.say("reply.shorter", Then.NOTHING)
            rounds.shorten(turn)
            _go_on_from_answer(turn)
        case "ice":
            use_ice(turn)


def _go_on_from_answer(turn: Turn) -> None:
    """Go on; with a pad on, an answer was only corrected, and its round goes on."""
    if turn.state.round is not None and turn.state.situation in rounds.ROUNDS:
        rounds.return_to_round(turn)
    else:
        next_beat(turn)


def _refuse(turn: Turn) -> None:
    """Leave heat or ice out, and say why; if it is on after all, it comes off."""
    if turn.step.why is not None:
        turn.cue(turn.key("why"))
    else:
        turn.say("reply.refused", Then.NOTHING)
    take_leave_of_pad(turn)


def take_leave_of_pad(turn: Turn) -> None:
    """Go to the menu; a pad that is on comes off first."""
    if turn.state.round is None:
        home(turn)
    else:
        turn.set(situation=Situation.MENU, below=(), position=None)
        rounds.alarm(turn)


def use_ice(turn: Turn) -> None:
    """Ice is better than heat: begin it, or first have the heat taken off."""
    if turn.state.round is not None:
        turn.say("reply.ice_better", Then.NOTHING)
        take_leave_of_pad(turn)
        return
    # From the menu: where ice has to wait too, the question is not put again.
    turn.set(situation=Situation.MENU, position=None)
    turn.say("reply.inflamed", Then.NOTHING)
    open_topic(turn, "ice")


# --- routines


def open_topic(turn: Turn, intent: str) -> None:
    """Begin the exercise or talk asked for, unless a safety rule stands before it."""
    safety.keep_question(turn)
    state = turn.state
    # What is asked for now replaces what was asked for earlier, but for a promise.
    turn.set(quitting=False, wish=None if state.checked else state.wish)
    name = turn.book.topics()[intent]
    match safety.barred(turn, name):
        case "emergency":
            number = {"emergency": state.options.emergency}
            turn.say("reply.red_refuse", Then.CONTINUE, slots=number)
        case "doctor":
            turn.say("reply.amber_refuse", Then.CONTINUE)
        case "unchecked":
            turn.set(wish=intent)
            if state.situation is Situation.CHECKING:
                turn.say("reply.wish_later", Then.CONTINUE)
            else:
                home(turn)
        case None if turn.book.routines[name].situation in rounds.ROUNDS:
            _open_round(turn, name)
        case None:
            open_routine(turn, name)


def _open_round(turn: Turn, name: str) -> None:
    """Begin heat or ice, unless one of them is on, or was until a moment ago."""
    begun = turn.state.round
    kind: Kind = "heat" if turn.book.routines[name].situation is Situation.HEAT else "ice"
    if begun is not None:
        if begun.kind != kind:
            turn.say("reply.one_at_a_time", Then.NOTHING)
        rounds.return_to_round(turn)
    elif rounds.rest(turn, kind) > 0:
        rounds.say_rest(turn, kind, Then.CONTINUE)
    else:
        open_routine(turn, name)


def open_routine(turn: Turn, name: str) -> None:
    """Begin a routine at its first allowed step; everything else is left."""
    turn.set(
        situation=turn.book.routines[name].situation,
        below=(),
        pending=None,
        position=Position(name),
    )
    steps = turn.allowed_steps()
    if not steps:
        home(turn)
        return
    turn.go(Position(name, steps[0]))
    if turn.state.situation in EXERCISES:
        turn.set(pain_due=True)
    do_beat(turn)


def end_routine(turn: Turn) -> None:
    """Go on to what follows the routine that has just ended."""
    routine = turn.routine
    if routine.situation is Situation.CHECKING:
        safety.keep_question(turn)
        turn.set(checked=True)
        if turn.state.pain_before is not None:  # a question was put again: go on from there
            turn.set(situation=Situation.MENU, position=None)
            _grant_wish(turn)
            return
    if routine.situation is Situation.PAIN:
        turn.set(pain_due=False)
        if turn.state.quitting:
            say_bye(turn)
            return
        if turn.state.wish is not None:
            _grant_wish(turn)
            return
        if turn.state.pain_before is not None and turn.state.pain_before <= PAIN_LOW:
            turn.say("reply.pain_low", Then.NOTHING)
    follows = routine.next
    # The pad is still on the skin: the pain score waits until it is off.
    if follows is not None and turn.state.round is None and safety.barred(turn, follows) is None:
        open_routine(turn, follows)
    else:
        home(turn)


def _grant_wish(turn: Turn) -> None:
    """Begin what was asked for earlier, or go to where the person belongs."""
    wish = turn.state.wish
    turn.set(wish=None)
    if wish is not None:
        open_topic(turn, wish)
    else:
        home(turn)


def home(turn: Turn) -> None:
    """Go where the person belongs when nothing runs.

    That is back to the questions, to the pad or to the emergency, or else to the menu.
    """
    safety.keep_question(turn)
    state = turn.state
    turn.set(below=(), pending=None, wish=state.wish if not state.checked else None)
    if "emergency" in state.flags:
        turn.set(situation=Situation.EMERGENCY, position=None)
        safety.say_emergency_again(turn)
    elif not state.checked and state.check_step == 0:
        open_routine(turn, "welcome")  # nobody has been greeted yet
    elif not state.checked:
        safety.open_question(turn)
        turn.say("reply.unfinished", Then.CONTINUE)
    elif state.round is not None and "doctor" in state.flags:
        take_leave_of_pad(turn)
    elif state.round is not None:
        rounds.return_to_round(turn)
    else:
        turn.set(situation=Situation.MENU, position=None, awaiting=True, asked=0)
        if "doctor" in state.flags:
            turn.say("reply.menu_breathing", Then.AWAIT)
        else:
            if "reply.menu" not in state.turns:
                turn.say("reply.gather", Then.AWAIT)
            turn.say("reply.menu", Then.AWAIT)


# --- leaving


def round_off(turn: Turn) -> None:
    """The person has taken the pad off: go on, or take leave where that had to wait for it."""
    rounds.take_off(turn)
    # "I meant no" after this is about the pad.
    turn.set(answered=Answered(None, Heard(turn.now, "done"), frozenset()))
    if turn.state.quitting:
        quit_now(turn)


def quit_now(turn: Turn) -> None:
    """Ask the pain where it is due, then take leave."""
    state = turn.state
    unasked = state.pain_due and state.situation is not Situation.PAIN
    if state.round is not None:
        if not state.quitting:
            turn.say("reply.quit_first", Then.NOTHING)
        turn.set(quitting=True)
        rounds.alarm(turn)
    elif unasked and "emergency" not in state.flags:
        if not state.quitting:
            turn.say("reply.quit_first", Then.NOTHING)
        turn.set(quitting=True)
        open_routine(turn, "pain")
    else:
        say_bye(turn)


def say_bye(turn: Turn) -> None:
    """Take leave; the session ends once it has been said."""
    number = {"emergency": turn.state.options.emergency}
    turn.set(situation=Situation.OVER, below=(), position=None, awaiting=False)
    if "emergency" in turn.state.flags:
        turn.say("reply.red_bye", Then.OVER, slots=number)
    else:
        turn.say("reply.bye", Then.OVER)


def end_session(turn: Turn) -> None:
    """End the session; a coach that stays sleeps until the next."""
    if turn.state.options.resident:
        resting.rest(turn)
    else:
        turn.actions.append(End())
