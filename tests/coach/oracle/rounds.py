"""Rounds of heat and ice: begun, spoken of while they last, ended, taken off.

How long a round lasts and how long the skin rests is decided by limits.py alone.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from tests.coach.oracle.events import Note
from tests.coach.oracle.limits import MINUTE, Kind, Round, begin_round, rest_left, shortened
from tests.coach.oracle.state import Beat, BeatKind, Position, Then, beats
from tests.coach.oracle.turn import Turn
from voice_coach.understanding.book import Situation

ROUNDS = frozenset({Situation.HEAT, Situation.ICE})

REMIND_EVERY = 300.0
"""Seconds between the spoken reminders of heat and ice."""

ALERT_EVERY = (20.0, 15.0, 10.0, 8.0)
"""Seconds of silence, in which the answer is heard, between the repeats of "take it off": fewer
each time, and each repeat louder by ALERT_LOUDER."""

ALERT_LOUDER = 2.0


# --- beginning


def start_round(turn: Turn) -> bool:
    """Begin the round of the present step; return whether it may begin now."""
    state = turn.state
    kind = turn.step.timer
    assert kind is not None
    begun = begin_round(
        kind,
        state.options.heat_seconds if kind == "heat" else state.options.ice_seconds,
        short="short" in state.flags,
        last_end=state.ended.get(kind),
        now=turn.now,
        rate=state.options.rate,
    )
    if begun is None:
        return False
    turn.set(round=begun, remind_at=next_reminder(turn, begun))
    turn.actions.append(Note("round begun", kind))
    minutes = _minutes(turn, begun.ends - turn.now)
    turn.say(f"reply.{kind}_on", Then.NOTHING, slots={"minutes": minutes})
    return True


def rest(turn: Turn, kind: Kind) -> int:
    """Return how many frames the skin has still to rest before another round of this kind."""
    return rest_left(turn.state.ended.get(kind), turn.now, turn.state.options.rate)


def say_rest(turn: Turn, kind: Kind, then: Then) -> None:
    """Say how long the skin has still to rest before another round of this kind."""
    minutes = _minutes(turn, rest(turn, kind))
    turn.say(f"reply.{kind}_wait", then, slots={"minutes": minutes})


# --- while it lasts


def at_timer(turn: Turn) -> bool:
    """Whether the present beat is a round of heat or ice."""
    beat = turn.beat
    return beat is not None and beat.kind is BeatKind.TIMER


def return_to_round(turn: Turn) -> None:
    """Return to the running round of heat or ice, and say how long it has left."""
    begun = turn.state.round
    assert begun is not None
    for name, routine in turn.book.routines.items():
        for i, step in enumerate(routine.step):
            if step.timer == begun.kind:
                turn.set(situation=routine.situation, below=())
                turn.go(Position(name, i, beats(step).index(Beat(BeatKind.TIMER))))
                say_round_left(turn, Then.NOTHING)
                return
    raise AssertionError("a round runs that no routine holds")


def next_reminder(turn: Turn, begun: Round) -> int | None:
    """Return when next to say how long a round has left, or None where it ends before."""
    due = turn.now + turn.frames(REMIND_EVERY)
    return due if due < begun.ends else None


def remind(turn: Turn, then: Then) -> None:
    """Say how long the round has left, between two sentences or breaths."""
    begun = turn.state.round
    assert begun is not None
    turn.set(remind_at=next_reminder(turn, begun))
    if turn.state.breath is not None:
        turn.set(breaths_done=turn.state.breaths_done + 1)
        turn.hush()
    # At the timer there is nothing to return to: continuing would say the minutes twice.
    resting = at_timer(turn) and turn.state.situation in ROUNDS
    say_round_left(turn, Then.NOTHING if resting else then)


def say_round_left(turn: Turn, then: Then) -> None:
    """Say of which kind the running round is, and how long it has left."""
    begun = turn.state.round
    assert begun is not None
    say_left(turn, f"reply.{begun.kind}_left", then)


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


def shorten(turn: Turn) -> None:
    """Shorten a round that is already on: it was answered late that it has to be shorter."""
    begun = turn.state.round
    if begun is not None:
        turn.set(round=shortened(begun, turn.state.options.rate))


# --- ending


def end_round(turn: Turn) -> None:
    """The round is over: have the pad taken off, whatever else is going on."""
    turn.hush()
    alarm(turn)


def alarm(turn: Turn) -> None:
    """Have the pad taken off, after what is being said."""
    turn.lay(Situation.ENDING)
    turn.set(alerts=0, remind_at=None, off_asked=False)
    say_end_of_round(turn)


def say_end_of_round(turn: Turn) -> None:
    """Say to take it off: louder and more often each time, until answered."""
    begun = turn.state.round
    assert begun is not None
    alerts = turn.state.alerts
    turn.set(alerts=alerts + 1, alert_at=None, off_asked=False)
    # The first variant says that time is up.
    variant = alerts if turn.now >= begun.ends else alerts + 1
    turn.say(f"reply.{begun.kind}_end", Then.AWAIT, gain_db=alerts * ALERT_LOUDER, variant=variant)


def insist(turn: Turn) -> None:
    """Have the pad taken off: the alarm begins, or is given again at once if it is on."""
    if turn.state.situation is Situation.ENDING:
        say_end_of_round(turn)
    else:
        end_round(turn)


def ask_off(turn: Turn) -> None:
    """Ask whether the pad is off, as loud as the alarm; the alarm comes again by itself."""
    turn.set(off_asked=True)
    turn.say("reply.off_ask", Then.AWAIT, gain_db=_louder(turn))


def say_not_off(turn: Turn) -> None:
    """It is not off: say what to do, as loud as the alarm, which comes again by itself."""
    turn.set(off_asked=False)
    turn.say(f"reply.{_kind(turn)}_not_off", Then.AWAIT, gain_db=_louder(turn))


def alarm_stuck(turn: Turn) -> None:
    """The person cannot get it off alone: say what helps, and keep or begin the alarm."""
    key = f"reply.{_kind(turn)}_stuck"
    if turn.state.situation is Situation.ENDING:
        turn.set(off_asked=False)
        turn.say(key, Then.AWAIT, gain_db=_louder(turn))
    else:
        turn.say(key, Then.NOTHING)
        alarm(turn)


def _kind(turn: Turn) -> Kind:
    begun = turn.state.round
    assert begun is not None
    return begun.kind


def _louder(turn: Turn) -> float:
    """Return by how many dB the alarm was raised the last time."""
    return max(0, turn.state.alerts - 1) * ALERT_LOUDER


def take_off(turn: Turn) -> None:
    """The person has taken the pad off: return to what lay below, or past the round."""
    begun = turn.state.round
    assert begun is not None
    ended = {**turn.state.ended, begun.kind: turn.now}
    turn.set(round=None, remind_at=None, ended=ended, off_asked=False)
    turn.actions.append(Note("round ended", begun.kind))
    turn.lift_off(Situation.ENDING)
    if at_timer(turn):
        # The round is behind, also where a pause or an emergency lies over it.
        position = turn.state.position
        assert position is not None
        turn.go(replace(position, beat=position.beat + 1))
        turn.lift_off(Situation.PAUSED)
    turn.say(f"reply.{begun.kind}_off", Then.RETURN)
