"""How a session flows by itself: beats, routines, questions, holds, rounds of heat and ice.

What the person asks for is in moves.py; both act on a Turn.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import Literal

from voice_coach.coach.events import End, Heard, Note, Tone
from voice_coach.coach.limits import MINUTE, Kind, begin_round, rest_left
from voice_coach.coach.pace import breath_at
from voice_coach.coach.state import Beat, BeatKind, Position, State, Then, beats
from voice_coach.coach.turn import Turn
from voice_coach.language.book import MOST_BREATHS, Outcome, Situation

PATIENCE = (12.0, 20.0, 30.0)
"""Seconds of silence before a question is put a second and a third time, and before the coach
goes quiet. Nobody has to hurry."""

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

REMIND_EVERY = 300.0
"""Seconds between the spoken reminders of heat and ice."""

ALERT_EVERY = (20.0, 15.0, 10.0, 8.0)
"""Seconds of silence, in which the answer is heard, between the repeats of "take it off": fewer
each time, and each repeat louder by ALERT_LOUDER."""

ALERT_LOUDER = 2.0

EMERGENCY_EVERY = (30.0, 60.0, 120.0)
"""Seconds of silence between the repeats of "call the emergency number"."""

GATED = frozenset({Situation.STRETCHING, Situation.HEAT, Situation.ICE})
"""Exercises that wait for the red flags, and that an answer there can rule out."""

EXERCISES = GATED | {Situation.BREATHING, Situation.IMAGERY}
"""After these the pain is asked again."""

ROUNDS = frozenset({Situation.HEAT, Situation.ICE})

IN_EMERGENCY = frozenset({Situation.BREATHING})
"""All that is coached while help is on its way."""

PAIN_LOW = 3
"""Pain up to this is low: prevention is offered."""

RELEASE_EVERY = 3
"""Every third out-breath of the breathing exercise carries "let your back go"."""


# --- beats


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
            ask(turn, at)
        case BeatKind.BREATHS:
            begin_hold(turn, at)
        case BeatKind.TIMER:
            do_round(turn)
        case BeatKind.READY:
            if turn.state.hurry:
                next_step(turn, at)
            else:
                turn.cue(turn.key("ready"), at=at)
                turn.set(then=Then.AWAIT, awaiting=True)


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
    do_beat(turn, at)


def ask(turn: Turn, at: int | None = None) -> None:
    """Put the question of the present step, and await its answer."""
    turn.cue(turn.key("ask"), at=at)
    turn.set(then=Then.AWAIT, awaiting=True)


def continue_(turn: Turn) -> None:
    """Return to what was interrupted: the sentence, the question, the hold, the menu."""
    match turn.state.situation:
        case Situation.PAUSED | Situation.SLEEPING | Situation.OVER:
            pass
        case Situation.MENU | Situation.EASING:
            turn.set(awaiting=True)
            await_answer(turn)
        case Situation.EMERGENCY:
            await_answer(turn)
        case Situation.ENDING:
            say_end_of_round(turn)
        case Situation.CONFIRMING:
            ask_confirm(turn)
        case Situation.CHECKING if "doctor" in turn.state.flags:
            finish_check(turn)
        case _:
            do_beat(turn)


def return_(turn: Turn) -> None:
    """Return to what was interrupted some time ago, and say first where that is."""
    beat = turn.beat
    match turn.state.situation:
        case Situation.PAUSED:
            turn.say("reply.paused", Then.NOTHING)
        case Situation.SLEEPING:
            turn.say("reply.asleep", Then.NOTHING)
        case Situation.MENU:
            home(turn)
        case Situation.EASING:
            offer_ease(turn)
        case Situation.EMERGENCY:
            say_emergency_again(turn)
        case situation if situation in EXERCISES and beat and beat.kind is BeatKind.BREATHS:
            turn.cue(turn.key("name"))
            turn.set(then=Then.CONTINUE)
        case _:
            continue_(turn)


# --- awaiting the person


def await_answer(turn: Turn) -> None:
    """Start the patience of what has been said: the question, the alarm, the call for help."""
    state = turn.state
    match state.situation:
        case Situation.ENDING:
            turn.set(alert_at=turn.now + turn.frames(_from(ALERT_EVERY, state.alerts - 1)))
        case Situation.EMERGENCY:
            if "called" not in state.flags:
                turn.set(alert_at=turn.now + turn.frames(_from(EMERGENCY_EVERY, state.alerts)))
        case _:
            turn.set(ask_again_at=turn.now + turn.frames(_from(PATIENCE, state.asked)))


def _from(times: tuple[float, ...], number: int) -> float:
    return times[min(number, len(times) - 1)]


def ask_again(turn: Turn) -> None:
    """Put the question again in other words, or go quiet after the third silence."""
    asked = turn.state.asked
    situation = turn.state.situation
    turn.set(asked=asked + 1, ask_again_at=None)
    if asked >= len(PATIENCE) - 1:
        if situation is Situation.CONFIRMING:
            turn.lift_off(Situation.CONFIRMING)
            return_(turn)
        elif turn.state.quitting:
            say_bye(turn)
        else:
            turn.say("reply.quiet", Then.NOTHING)
        return
    beat = turn.beat
    if situation is Situation.MENU:
        turn.say("reply.still_menu", Then.AWAIT, variant=asked)
    elif situation is Situation.EASING:
        turn.say("reply.still_easing", Then.AWAIT, variant=asked)
    elif situation is Situation.CONFIRMING:
        continue_(turn)
    elif beat is not None and beat.kind is BeatKind.ASK:
        if asked == 0:
            turn.say("reply.still_answer", Then.AWAIT)
        turn.cue(turn.key("ask"))
        turn.set(then=Then.AWAIT)
    elif asked == 0 and beat is not None and beat.kind is BeatKind.READY:
        take_time(turn)
    else:
        turn.say("reply.still_ready", Then.AWAIT)


def take_time(turn: Turn) -> None:
    """Say what to say when ready, and that there is no hurry."""
    turn.say("reply.take_time", Then.NOTHING)
    turn.cue(turn.key("ready"))
    turn.set(then=Then.AWAIT)


# --- routines


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
        keep_question(turn)
        turn.set(checked=True)
    if routine.situation is Situation.PAIN:
        turn.set(pain_due=False)
        if turn.state.quitting:
            say_bye(turn)
            return
        wish = turn.state.wish
        if wish is not None:
            turn.set(wish=None)
            open_topic(turn, wish)
            return
        if turn.state.pain_before is not None and turn.state.pain_before <= PAIN_LOW:
            turn.say("reply.pain_low", Then.NOTHING)
    follows = routine.next
    # The pad is still on the skin: the pain score waits until it is off.
    if follows is not None and turn.state.round is None and barred(turn, follows) is None:
        open_routine(turn, follows)
    else:
        home(turn)


def keep_question(turn: Turn) -> None:
    """Keep the safety question now open as the one to return to; nobody is greeted twice."""
    position = turn.state.position
    if position is not None and position.routine == "welcome" and not turn.state.checked:
        turn.set(check_step=max(1, position.step))  # step 0 greets


def open_question(turn: Turn) -> None:
    """Go to the safety question kept, past the words before it: they were heard."""
    number = turn.state.check_step
    made = beats(turn.book.routines["welcome"].step[number])
    asks = [i for i, beat in enumerate(made) if beat.kind is BeatKind.ASK]
    turn.set(situation=Situation.CHECKING, below=())
    turn.go(Position("welcome", number, asks[0] if asks else 0))


def home(turn: Turn) -> None:
    """Go where the person belongs when nothing runs.

    That is back to the questions, to the pad or to the emergency, or else to the menu.
    """
    keep_question(turn)
    state = turn.state
    turn.set(below=(), pending=None, wish=state.wish if not state.checked else None)
    if "emergency" in state.flags:
        turn.set(situation=Situation.EMERGENCY, position=None)
        say_emergency_again(turn)
    elif not state.checked:
        open_question(turn)
        turn.say("reply.unfinished", Then.CONTINUE)
    elif state.round is not None:
        return_to_round(turn)
    else:
        turn.set(situation=Situation.MENU, position=None, awaiting=True, asked=0)
        if "doctor" in state.flags:
            turn.say("reply.menu_breathing", Then.AWAIT)
        else:
            if "reply.menu" not in state.turns:
                turn.say("reply.gather", Then.AWAIT)
            turn.say("reply.menu", Then.AWAIT)


def barred(turn: Turn, name: str) -> Literal["emergency", "doctor", "unchecked"] | None:
    """Return the safety rule that stands before a routine, if any does."""
    state = turn.state
    situation = turn.book.routines[name].situation
    if "emergency" in state.flags and situation not in IN_EMERGENCY:
        return "emergency"
    if "doctor" in state.flags and situation in GATED:
        return "doctor"
    return "unchecked" if not state.checked and situation in GATED else None


def open_topic(turn: Turn, intent: str) -> None:
    """Begin the exercise or talk asked for, unless a safety rule stands before it."""
    keep_question(turn)
    state = turn.state
    # What is asked for now replaces what was asked for earlier, but for a promise.
    turn.set(quitting=False, wish=None if state.checked else state.wish)
    name = turn.book.topics()[intent]
    match barred(turn, name):
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
        case None if turn.book.routines[name].situation in ROUNDS:
            _open_round(turn, name)
        case None:
            open_routine(turn, name)


def _open_round(turn: Turn, name: str) -> None:
    """Begin heat or ice, unless one of them is on, or was until a moment ago."""
    state = turn.state
    kind: Kind = "heat" if turn.book.routines[name].situation is Situation.HEAT else "ice"
    rest = rest_left(state.ended.get(kind), turn.now, state.options.rate)
    if state.round is not None:
        if state.round.kind != kind:
            turn.say("reply.one_at_a_time", Then.NOTHING)
        return_to_round(turn)
    elif rest > 0:
        turn.say(f"reply.{kind}_wait", Then.CONTINUE, slots={"minutes": _minutes(turn, rest)})
    else:
        open_routine(turn, name)


def answer(turn: Turn, outcome: Outcome, sets: str | None) -> None:
    """Act on the answer to the question of the present step."""
    if sets is not None:
        turn.set(flags=turn.state.flags | {sets})
    match outcome:
        case "go_on":
            next_beat(turn)
        case "emergency":
            begin_emergency(turn)
        case "doctor":
            turn.set(flags=turn.state.flags | {"doctor"})
            if turn.state.situation is Situation.CHECKING:
                finish_check(turn)
            else:
                turn.say("reply.amber", Then.NOTHING)
                home(turn)
        case "refuse":
            turn.say("reply.numb_skin", Then.NOTHING)
            home(turn)
        case "shorten":
            turn.set(flags=turn.state.flags | {"short"})
            turn.say("reply.shorter", Then.NOTHING)
            next_beat(turn)
        case "ice":
            # From the menu: where ice has to wait too, the question is not put again.
            turn.set(situation=Situation.MENU, position=None)
            turn.say("reply.inflamed", Then.NOTHING)
            open_topic(turn, "ice")


def finish_check(turn: Turn) -> None:
    """Say what an answer has ruled out; once it has been heard, the questions are over."""
    turn.say("reply.amber", Then.FINISH_CHECK)


def confirm(turn: Turn, heard: Heard) -> None:
    """Ask whether this was meant, before it is done."""
    turn.lay(Situation.CONFIRMING)
    turn.set(pending=heard)
    ask_confirm(turn)


def ask_confirm(turn: Turn) -> None:
    """Put the question whether a command was meant."""
    pending = turn.state.pending
    assert pending is not None
    turn.say(f"confirm.{pending.intent}", Then.AWAIT, variant=turn.state.asked)
    turn.set(awaiting=True)


def offer_ease(turn: Turn) -> None:
    """It hurt: say what can be done now, and wait for as long as it takes."""
    stretched = turn.state.below[-1:] == (Situation.STRETCHING,)
    turn.say("reply.hurts" if stretched else "reply.hurts_other", Then.AWAIT)
    turn.set(awaiting=True)


def begin_emergency(turn: Turn) -> None:
    """Stop coaching, say whom to call, and stay."""
    turn.set(
        situation=Situation.EMERGENCY,
        flags=turn.state.flags - {"called"} | {"emergency"},
        awaiting=False,
        alerts=0,
        pending=None,
        quitting=False,
    )
    turn.say("reply.red", Then.AWAIT, slots={"emergency": turn.state.options.emergency})


def say_emergency_again(turn: Turn) -> None:
    """Say once more whom to call; less often as time goes by."""
    alerts = turn.state.alerts
    number = {"emergency": turn.state.options.emergency}
    turn.set(alerts=alerts + 1, alert_at=None)
    turn.say("reply.red_again", Then.AWAIT, slots=number, variant=alerts)


def say_bye(turn: Turn) -> None:
    """Take leave; the session ends once it has been said."""
    number = {"emergency": turn.state.options.emergency}
    turn.set(situation=Situation.OVER, below=(), position=None, awaiting=False)
    if "emergency" in turn.state.flags:
        turn.say("reply.red_bye", Then.OVER, slots=number)
    else:
        turn.say("reply.bye", Then.OVER)


def end_session(turn: Turn) -> None:
    """End the session."""
    turn.actions.append(End())


# --- holds


def begin_hold(turn: Turn, at: int | None = None) -> None:
    """Begin, or after an interruption go on with, the counted breaths of the present step."""
    if turn.state.breaths_done >= breaths_in_hold(turn):
        next_beat(turn, at)
        return
    start = (turn.now if at is None else at) + turn.frames(SETTLE)
    turn.set(saying=None, then=Then.NOTHING)
    plan_breath(turn, start)


def breaths_in_hold(turn: Turn) -> int:
    """Return how many breaths the present hold has."""
    breaths = turn.step.breaths
    assert breaths is not None
    if turn.routine.situation is Situation.STRETCHING:
        breaths = turn.state.options.breaths or breaths
    return min(max(1, breaths), MOST_BREATHS)


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


def breath_due(turn: Turn) -> None:
    """Plan the next breath, or end the hold: the present breath is all but over."""
    breath = turn.state.breath
    assert breath is not None
    done = turn.state.breaths_done + 1
    turn.set(breaths_done=done, breath=None)
    if done >= breaths_in_hold(turn):
        next_beat(turn, breath.end + turn.frames(GAP))
    else:
        plan_breath(turn, breath.end)


# --- heat and ice


def do_round(turn: Turn) -> None:
    """Begin the round of the present step, or say how long the running one has left."""
    state = turn.state
    kind = turn.step.timer
    assert kind is not None
    if state.round is not None:
        say_left(turn, f"reply.{state.round.kind}_left", Then.NOTHING)
        return
    wished = state.options.heat_seconds if kind == "heat" else state.options.ice_seconds
    begun = begin_round(
        kind,
        wished,
        short="short" in state.flags,
        last_end=state.ended.get(kind),
        now=turn.now,
        rate=state.options.rate,
    )
    if begun is None:  # a routine with two rounds: the rest between them holds there too
        rest = rest_left(state.ended.get(kind), turn.now, state.options.rate)
        turn.say(f"reply.{kind}_wait", Then.NOTHING, slots={"minutes": _minutes(turn, rest)})
        home(turn)
        return
    turn.set(round=begun, remind_at=turn.now + turn.frames(REMIND_EVERY))
    turn.actions.append(Note("round begun", kind))
    minutes = _minutes(turn, begun.ends - turn.now)
    turn.say(f"reply.{kind}_on", Then.NOTHING, slots={"minutes": minutes})


def return_to_round(turn: Turn) -> None:
    """Return to the running round of heat or ice, and say how long it has left."""
    begun = turn.state.round
    assert begun is not None
    for name, routine in turn.book.routines.items():
        for i, step in enumerate(routine.step):
            if step.timer == begun.kind:
                turn.set(situation=routine.situation, below=())
                turn.go(Position(name, i, beats(step).index(Beat(BeatKind.TIMER))))
                do_beat(turn)
                return
    raise AssertionError("a round runs that no routine holds")


def say_left(turn: Turn, key: str, then: Then) -> None:
    """Say how long the running round still lasts, in the words of a reply for whole minutes."""
    begun = turn.state.round
    assert begun is not None
    left = begun.ends - turn.now
    if left <= turn.frames(MINUTE):
        turn.say("reply.minute_left", then)
    else:
        turn.say(key, then, slots={"minutes": _minutes(turn, left)})


def _minutes(turn: Turn, frames: int) -> str:
    """Return a length of time for speaking: in minutes, rounded up."""
    return str(max(1, ceil(frames / turn.frames(MINUTE))))


def remind(turn: Turn, then: Then) -> None:
    """Say how long the round has left, between two sentences or breaths."""
    begun = turn.state.round
    assert begun is not None
    due = turn.now + turn.frames(REMIND_EVERY)
    turn.set(remind_at=due if due < begun.ends else None)
    if turn.state.breath is not None:
        turn.set(breaths_done=turn.state.breaths_done + 1)
        turn.hush()
    # At the timer there is nothing to return to: continuing would say the minutes twice.
    resting = at_timer(turn) and turn.state.situation in ROUNDS
    say_left(turn, f"reply.{begun.kind}_left", Then.NOTHING if resting else then)


def at_timer(turn: Turn) -> bool:
    """Whether the present beat is a round of heat or ice."""
    beat = turn.beat
    return beat is not None and beat.kind is BeatKind.TIMER


def end_round(turn: Turn) -> None:
    """The round is over: have the pad taken off, whatever else is going on."""
    turn.hush()
    turn.lay(Situation.ENDING)
    turn.set(alerts=0, remind_at=None)
    say_end_of_round(turn)


def say_end_of_round(turn: Turn) -> None:
    """Say to take it off: louder and more often each time, until answered."""
    begun = turn.state.round
    assert begun is not None
    alerts = turn.state.alerts
    turn.set(alerts=alerts + 1, alert_at=None)
    # The first variant says that time is up.
    variant = alerts if turn.now >= begun.ends else alerts + 1
    turn.say(f"reply.{begun.kind}_end", Then.AWAIT, gain_db=alerts * ALERT_LOUDER, variant=variant)


def round_off(turn: Turn) -> None:
    """The person has taken the pad off: go on with what lay below, or after the round."""
    begun = turn.state.round
    assert begun is not None
    ended = {**turn.state.ended, begun.kind: turn.now}
    turn.set(round=None, remind_at=None, ended=ended)
    turn.actions.append(Note("round ended", begun.kind))
    turn.lift_off(Situation.ENDING)
    if at_timer(turn):
        # The round is behind, also where a pause or an emergency lies over it.
        position = turn.state.position
        assert position is not None
        turn.go(replace(position, beat=position.beat + 1))
        turn.lift_off(Situation.PAUSED)
    turn.say(f"reply.{begun.kind}_off", Then.RETURN)
    if turn.state.quitting:
        quit_now(turn)


def quit_now(turn: Turn) -> None:
    """Ask the pain where it is due, then take leave."""
    state = turn.state
    asking = state.situation is Situation.PAIN or "emergency" in state.flags
    if state.round is not None:
        turn.set(quitting=True)
        end_round(turn)
    elif state.pain_due and not asking:
        turn.set(quitting=True)
        open_routine(turn, "pain")
    else:
        say_bye(turn)
