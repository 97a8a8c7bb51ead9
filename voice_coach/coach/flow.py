"""How a session flows by itself: beats, routines, questions, holds, rounds of heat and ice.

What the person asks for is in moves.py; both act on a Turn.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from voice_coach.coach.events import End, Note, Tone
from voice_coach.coach.limits import Kind, begin_round, rest_left
from voice_coach.coach.pace import breath_at
from voice_coach.coach.state import BeatKind, Position, Then
from voice_coach.coach.turn import Turn
from voice_coach.language.book import Outcome, Situation

PATIENCE = (12.0, 20.0)
"""Seconds of silence before a question is put a second and a third time; after as many seconds
as the last again, the coach goes quiet. Nobody has to hurry."""

PATIENCE_LAST = 30.0

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
"""Seconds between the repeats of "take it off": more often each time, and louder by ALERT_LOUDER."""

ALERT_LOUDER = 2.0

EMERGENCY_EVERY = (30.0, 60.0, 120.0)
"""Seconds between the repeats of "call the emergency number"."""

GATED = frozenset({Situation.STRETCHING, Situation.HEAT, Situation.ICE})
"""Exercises that wait for the red flags, and that an answer there can rule out."""

EXERCISES = GATED | {Situation.BREATHING, Situation.IMAGERY}
"""After these the pain is asked again."""

IN_EMERGENCY = frozenset({Situation.BREATHING})
"""All that is coached while help is on its way."""

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
        case Situation.MENU:
            turn.set(then=Then.AWAIT, awaiting=True)
            await_answer(turn)
        case Situation.EASING:
            turn.set(awaiting=True)
            await_answer(turn)
        case Situation.EMERGENCY:
            if turn.state.round is not None:
                end_round(turn)  # nobody may be carried off with a hot pad on
            else:
                turn.set(alert_at=turn.now + turn.frames(EMERGENCY_EVERY[0]))
        case Situation.ENDING:
            say_end_of_round(turn)
        case Situation.CONFIRMING:
            assert turn.state.pending is not None
            turn.say(f"confirm.{turn.state.pending.intent}", Then.AWAIT)
            turn.set(awaiting=True)
        case _:
            do_beat(turn)


# --- awaiting the person


def await_answer(turn: Turn) -> None:
    """Start the patience of the present question, now that it has been said."""
    asked = turn.state.asked
    patience = PATIENCE[asked] if asked < len(PATIENCE) else PATIENCE_LAST
    turn.set(ask_again_at=turn.now + turn.frames(patience))


def ask_again(turn: Turn) -> None:
    """Put the question again in other words, or go quiet after the third silence."""
    asked = turn.state.asked
    situation = turn.state.situation
    turn.set(asked=asked + 1, ask_again_at=None)
    if asked >= len(PATIENCE):
        if situation is Situation.CONFIRMING:
            turn.set(pending=None)
            turn.lift()
            continue_(turn)
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
        turn.cue(turn.key("ready"))
        turn.set(then=Then.AWAIT)
    else:
        turn.say("reply.still_ready", Then.AWAIT, variant=asked)


# --- routines


def open_routine(turn: Turn, name: str) -> None:
    """Begin a routine at its first allowed step; everything else is left."""
    turn.set(
        situation=turn.book.routines[name].situation, below=(), pending=None, position=Position(name)
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
        if turn.state.pain_before is not None and turn.state.pain_before <= 3:
            turn.say("reply.pain_low", Then.HOME)
            return
    follows = routine.next
    # The pad is still on the skin: the pain score waits until it is off.
    if follows is not None and turn.state.round is None:
        open_routine(turn, follows)
    else:
        home(turn)


def home(turn: Turn) -> None:
    """Go where the person belongs when nothing runs: back to the questions, to the pad, to the
    emergency, or to the menu."""
    state = turn.state
    turn.set(below=(), pending=None, wish=state.wish if not state.checked else None)
    if "emergency" in state.flags:
        turn.set(situation=Situation.EMERGENCY, position=None)
        say_emergency_again(turn)
    elif not state.checked:
        turn.set(situation=Situation.CHECKING)
        turn.go(Position("welcome", state.check_step))
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


def open_topic(turn: Turn, intent: str) -> None:
    """Begin the exercise or talk asked for, unless a safety rule stands before it."""
    if turn.state.situation is Situation.CHECKING and turn.state.position is not None:
        # Step 0 greets; nobody is greeted twice.
        turn.set(check_step=max(1, turn.state.position.step))
    turn.set(quitting=False)
    state = turn.state
    name = turn.book.topics()[intent]
    situation = turn.book.routines[name].situation
    if "emergency" in state.flags and situation not in IN_EMERGENCY:
        turn.say("reply.red_refuse", Then.CONTINUE, slots={"emergency": state.options.emergency})
        return
    if "doctor" in state.flags and situation in GATED:
        turn.say("reply.amber_refuse", Then.CONTINUE)
        return
    if not state.checked and situation in GATED:
        turn.set(wish=intent)
        if state.situation is Situation.CHECKING:
            turn.say("reply.wish_later", Then.CONTINUE)
        else:
            home(turn)
        return
    if situation in (Situation.HEAT, Situation.ICE):
        kind: Kind = "heat" if situation is Situation.HEAT else "ice"
        if state.round is not None:
            if state.round.kind == kind:
                return_to_round(turn)
            else:
                turn.say("reply.one_at_a_time", Then.CONTINUE)
            return
        rest = rest_left(state.ended.get(kind), turn.now, state.options.rate)
        if rest > 0:
            minutes = _minutes(turn, rest)
            turn.say(f"reply.{kind}_wait", Then.CONTINUE, slots={"minutes": minutes})
            return
    open_routine(turn, name)


def answer(turn: Turn, outcome: Outcome, sets: str | None) -> None:
    """Act on the answer to the question of the present step."""
    if sets is not None:
        turn.set(flags=turn.state.flags | {sets})
    match outcome:
        case "go_on":
            next_beat(turn)
        case "emergency":
            turn.set(flags=turn.state.flags | {"emergency"})
            begin_emergency(turn)
        case "doctor":
            turn.set(flags=turn.state.flags | {"doctor"})
            turn.say("reply.amber", Then.FINISH_CHECK)
        case "refuse":
            turn.say("reply.numb_skin", Then.HOME)
        case "shorten":
            turn.set(flags=turn.state.flags | {"short"})
            turn.say("reply.shorter", Then.NEXT_BEAT)
        case "ice":
            turn.say("reply.inflamed", Then.ICE)


def begin_emergency(turn: Turn) -> None:
    """Stop coaching, say whom to call, and stay."""
    turn.set(situation=Situation.EMERGENCY, awaiting=False, alerts=0, alert_at=None, pending=None)
    turn.say("reply.red", Then.CONTINUE, slots={"emergency": turn.state.options.emergency})


def say_emergency_again(turn: Turn) -> None:
    """Say once more whom to call; less often as time goes by."""
    alerts = turn.state.alerts
    every = EMERGENCY_EVERY[min(alerts, len(EMERGENCY_EVERY) - 1)]
    turn.say(
        "reply.red_again",
        Then.NOTHING,
        slots={"emergency": turn.state.options.emergency},
        variant=alerts,
    )
    turn.set(alerts=alerts + 1, alert_at=turn.now + turn.frames(every))


def say_bye(turn: Turn) -> None:
    """Take leave; the session ends once it has been said."""
    turn.set(situation=Situation.OVER, below=(), position=None, awaiting=False)
    turn.say("reply.bye", Then.OVER)


def end_session(turn: Turn) -> None:
    """End the session."""
    turn.actions.append(End())


# --- holds


def begin_hold(turn: Turn, at: int | None = None) -> None:
    """Begin, or after an interruption go on with, the counted breaths of the present step."""
    start = (turn.now if at is None else at) + turn.frames(SETTLE)
    turn.set(saying=None, then=Then.NOTHING)
    plan_breath(turn, start)


def breaths_in_hold(turn: Turn) -> int:
    """Return how many breaths the present hold has."""
    breaths = turn.step.breaths
    assert breaths is not None
    wished = turn.state.options.breaths
    return wished if wished and turn.routine.situation is Situation.STRETCHING else breaths


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
        turn.say(f"reply.{state.round.kind}_left", Then.NOTHING, slots={"minutes": left(turn)})
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
        turn.say(f"reply.{kind}_wait", Then.HOME, slots={"minutes": _minutes(turn, rest)})
        return
    turn.set(round=begun, remind_at=turn.now + turn.frames(REMIND_EVERY))
    turn.actions.append(Note("round begun", kind))
    turn.say(f"reply.{kind}_on", Then.NOTHING, slots={"minutes": left(turn)})


def return_to_round(turn: Turn) -> None:
    """Return to the running round of heat or ice, and say how long it has left."""
    begun = turn.state.round
    assert begun is not None
    for name, routine in turn.book.routines.items():
        for i, step in enumerate(routine.step):
            if step.timer == begun.kind:
                turn.set(situation=routine.situation, below=())
                turn.go(Position(name, i))
                # The timer is the step's beat after what it says.
                turn.go(Position(name, i, len(step.say)))
                do_beat(turn)
                return
    raise AssertionError("a round runs that no routine holds")


def left(turn: Turn) -> str:
    """Return the minutes left of the running round, rounded up, for speaking."""
    assert turn.state.round is not None
    return _minutes(turn, turn.state.round.ends - turn.now)


def _minutes(turn: Turn, frames: int) -> str:
    return str(max(1, ceil(frames / (60 * turn.state.options.rate))))


def remind(turn: Turn) -> None:
    """Say how long the round has left, and return to what was going on."""
    begun = turn.state.round
    assert begun is not None
    due = turn.now + turn.frames(REMIND_EVERY)
    turn.set(remind_at=due if due < begun.ends else None)
    # At the timer there is nothing to return to: continuing would say the minutes twice.
    resting = at_timer(turn) and turn.state.situation in (Situation.HEAT, Situation.ICE)
    then = Then.NOTHING if resting else Then.CONTINUE
    turn.hush()
    turn.say(f"reply.{begun.kind}_left", then, slots={"minutes": left(turn)})


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
    every = ALERT_EVERY[min(alerts, len(ALERT_EVERY) - 1)]
    turn.say(
        f"reply.{begun.kind}_end", Then.NOTHING, gain_db=alerts * ALERT_LOUDER, variant=alerts
    )
    turn.set(alerts=alerts + 1, alert_at=turn.now + turn.frames(every))


def round_off(turn: Turn) -> None:
    """The person has taken the pad off: go on with what lay below, or after the round."""
    begun = turn.state.round
    assert begun is not None
    turn.set(
        round=None,
        remind_at=None,
        alert_at=None,
        ended={**turn.state.ended, begun.kind: turn.now},
    )
    turn.actions.append(Note("round ended", begun.kind))
    if turn.state.situation is Situation.ENDING:
        turn.lift()
    off = f"reply.{begun.kind}_off"
    if turn.state.quitting:
        turn.say(off, Then.NOTHING)
        quit_now(turn)
    elif turn.state.situation in (Situation.HEAT, Situation.ICE) and at_timer(turn):
        turn.say(off, Then.NEXT_BEAT)
    else:
        turn.say(off, Then.CONTINUE)


def quit_now(turn: Turn) -> None:
    """Ask the pain where it is due, then take leave."""
    if turn.state.round is not None:
        turn.set(quitting=True)
        end_round(turn)
    elif turn.state.pain_due:
        turn.set(quitting=True)
        open_routine(turn, "pain")
    else:
        say_bye(turn)
