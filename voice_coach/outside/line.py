"""The state line: what other programs learn of the coach, as one line of JSON.

docs/use/state.md describes it for those who read it. Within a version, fields and words are only
added.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TypeGuard

import msgspec

from voice_coach.coach import State, accepted
from voice_coach.coach.activity import Activity
from voice_coach.coach.in_routine import BeatKind, InRoutine
from voice_coach.coach.limits import MINUTE, Kind
from voice_coach.understanding import Book
from voice_coach.understanding.book import Situation

VERSION = 1
"""Of the format; another one if a field changes its meaning or goes away."""

STARTING = "starting"

WORDS = {
    Situation.TAKING_UP: "recovery",
    Situation.CHECKING: "questions",
    Situation.MENU: "menu",
    Situation.STRETCHING: "stretching",
    Situation.HEAT: "heat",
    Situation.ICE: "ice",
    Situation.BREATHING: "breathing",
    Situation.IMAGERY: "imagery",
    Situation.MEDICINES: "medicines",
    Situation.PREVENTION: "prevention",
    Situation.PAIN: "pain",
    Situation.EASING: "easing",
    Situation.EMERGENCY: "emergency",
    Situation.ENDING: "alarm",
    Situation.AWAKE: "awake",
    Situation.OFFERED: "offer",
    Situation.CALLING: "calling",
    Situation.CONFIRMING: "confirmation",
    Situation.CHOOSING: "choices",
    Situation.PAUSED: "paused",
    Situation.SLEEPING: "asleep",
    Situation.OVER: "over",
}
"""The word for each situation. Other programs know it, so it stays if the situation is renamed."""


@dataclass(frozen=True, slots=True)
class StateLine:
    """The coach as other programs see it.

    Attributes:
        version: of the format.
        situation: what goes on now, as one of WORDS or STARTING.
        title: of the routine that runs, also while something lies over it; None for none.
        pad: what is on the skin.
        minutes_left: of the pad, 0 once it has to come off; without a pad, of the hold that goes
            on or is paused. Rounded up; None for neither.
        pain: the last pain score of this session.
        alarm: a pad has to come off, and nobody has said yet that it is.
        emergency: help has to be called, or has been.
        session: a session is under way; it is not while a resident coach waits to be woken.
        accepts: the requests that would be done now.
    """

    version: int
    situation: str
    title: str | None
    pad: Kind | None
    minutes_left: int | None
    pain: int | None
    alarm: bool
    emergency: bool
    session: bool
    accepts: tuple[str, ...]


def state_line(state: State, now: int, book: Book) -> StateLine:
    """Return how the coach is at frame `now`."""
    lowest = state.stack[0]
    situations = {activity.situation for activity in state.stack}
    flags = state.answers.flags
    return StateLine(
        version=VERSION,
        situation=WORDS[state.situation] if state.started else STARTING,
        title=lowest.routine(book).title if isinstance(lowest, InRoutine) else None,
        pad=state.skin.on.kind if state.skin.on is not None else None,
        minutes_left=_minutes_left(state, now, book),
        pain=state.answers.pain,
        alarm=_alarms(state),
        emergency="emergency" in flags or Situation.EMERGENCY in situations,
        session=state.session,
        accepts=tuple(sorted(accepted(state, book))),
    )


def _alarms(state: State) -> bool:
    return any(activity.situation is Situation.ENDING for activity in state.stack)


def _minutes_left(state: State, now: int, book: Book) -> int | None:
    on, rate, lowest = state.skin.on, state.options.rate, state.stack[0]
    if on is not None:
        left = 0 if _alarms(state) else on.ends - now
    elif _holds(lowest, book) and state.situation in (lowest.situation, Situation.PAUSED):
        length = lowest.breath_seconds(book, state.preferences.pace) * rate
        left = round(lowest.still(book, state.preferences, rate) * length)
        if lowest.breath is not None:  # the one under way counts as whole until it is over
            left += min(0, lowest.breath.inhale - now)
    else:
        return None
    return ceil(max(0, left) / (MINUTE * rate))


def _holds(activity: Activity, book: Book) -> TypeGuard[InRoutine]:
    return isinstance(activity, InRoutine) and activity.doing(book) is BeatKind.BREATHS


_ENCODER = msgspec.json.Encoder()


def written(line: StateLine) -> bytes:
    """Return it as a line of JSON."""
    return _ENCODER.encode(line) + b"\n"
