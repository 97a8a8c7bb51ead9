"""Asleep: within a session, and between two of a coach that stays.

A sleep within a session keeps the place for as long as the answers to the safety questions hold;
then the session is over, and whoever wakes the coach begins a new one. taking_up.py begins it.
"""

from __future__ import annotations

from dataclasses import replace

from tests.coach.oracle.safety import FRESH_SECONDS
from tests.coach.oracle.sound_kept import keep
from tests.coach.oracle.state import State, Then, begin
from tests.coach.oracle.turn import Turn
from voice_coach.understanding.book import Situation

ALONE_SECONDS = 30 * 60.0
"""After so long a silence a resident coach falls asleep: nobody is there any more."""

SOFTLY_DB = -6.0
"""Gain at which it says so: who is still there may be asleep too."""


def rest(turn: Turn) -> None:
    """End the session, and sleep until somebody begins another.

    Nothing that was told holds any longer but how loud and how slow to be, and what the skin
    has had.
    """
    keep(turn, False)
    state = turn.state
    turn.state = replace(
        begin(state.options),
        started=True,
        situation=Situation.SLEEPING,
        ended=state.ended,
        pace=state.pace,
        volume_db=state.volume_db,
        breaths=state.breaths,
        quiet=state.quiet,
        deaf=state.deaf,
        asleep_at=turn.now,
        past=state.past,
        past_at=state.past_at,
        next_id=state.next_id,
        now=state.now,
    )


def fall_asleep(turn: Turn, gain_db: float = 0.0, *, aloud: bool = True) -> None:
    """Sleep until woken, and keep the place for a while; nobody is recorded meanwhile."""
    keep(turn, False)
    turn.lay(Situation.SLEEPING)
    turn.set(asleep_at=turn.now)
    if aloud:
        turn.say("reply.asleep", Then.NOTHING, gain_db=gain_db)


def leave_alone(turn: Turn) -> None:
    """Nobody has answered for long: fall asleep, with one soft sentence."""
    fall_asleep(turn, SOFTLY_DB, aloud=not turn.state.quiet)


def tell_of_ears(turn: Turn) -> None:
    """Asleep, say by day that the microphone is dead, or back: nobody could wake the coach."""
    state = turn.state
    if not state.options.resident or state.quiet or state.situation is not Situation.SLEEPING:
        return
    key = "reply.trouble_silent_microphone" if state.deaf else "reply.trouble_ears_back"
    if key in turn.book.texts:
        turn.hush()
        turn.say(key, Then.NOTHING)


def alone_until(state: State) -> int | None:
    """Return the frame at which a resident coach falls asleep if it hears nothing until then.

    It never does while a pad is on, in an emergency, or while something goes on.
    """
    if not state.options.resident or not state.session:
        return None
    if state.round is not None or "emergency" in state.flags:
        return None
    if state.situation in (Situation.SLEEPING, Situation.OVER):
        return None
    if state.saying is not None or state.breath is not None:
        return None
    return state.busy_at + round(ALONE_SECONDS * state.options.rate)


def too_long(state: State) -> int | None:
    """Return the frame at which a sleep has lasted too long for the session to go on."""
    if not state.session or state.situation is not Situation.SLEEPING:
        return None
    return state.asleep_at + round(FRESH_SECONDS * state.options.rate) + 1
