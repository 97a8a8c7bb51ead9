"""What of a session has to survive a power cut, as one value to be kept whenever it changes.

`kept` takes it from the state; `past_of` makes of it what the next session is told. Times in it
are frames of its own session.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.coach.oracle.limits import REST_SECONDS, Kind, Round
from tests.coach.oracle.past import Pad, Past, Unfinished
from tests.coach.oracle.state import Position, State
from voice_coach.understanding.book import Book, Situation


@dataclass(frozen=True, slots=True)
class Kept:
    """A session as it stands. The fields that are not explained are those of Unfinished.

    Attributes:
        rate: frames per second.
        over: leave was taken.
        round: heat or ice now on the skin.
        ended: kind -> frame at which it was taken off, while the skin has to rest.
    """

    rate: int
    over: bool = False
    routine: str | None = None
    step: str | None = None
    hurt: bool = False
    flags: frozenset[str] = frozenset()
    checked: bool = False
    check_step: str | None = None
    wish: str | None = None
    pain_before: int | None = None
    pain_due: bool = False
    round: Round | None = None
    ended: Mapping[Kind, int] = field(default_factory=dict)


def kept(state: State, book: Book) -> Kept:
    """Return what has to be kept of a session."""
    rate = state.options.rate
    stack = (*state.below, state.situation)
    asked = Situation.TAKING_UP in stack  # nothing has been taken up yet: it stays as it was
    place = state.resume.place if asked else state.position
    routine, step = _names(book, place)
    rested = state.now - REST_SECONDS * rate
    return Kept(
        rate=rate,
        over=state.situation is Situation.OVER or not state.session,
        routine=routine,
        step=step,
        hurt=state.resume.hurt if asked else Situation.EASING in stack,
        flags=state.flags,
        checked=state.checked,
        check_step=_question(state, book),
        wish=state.wish,
        pain_before=state.pain_before,
        pain_due=state.pain_due,
        round=state.round,
        ended={kind: at for kind, at in state.ended.items() if at > rested},
    )


def _names(book: Book, place: Position | None) -> tuple[str | None, str | None]:
    if place is None:
        return None, None
    return place.routine, book.routines[place.routine].step[place.step].id


def _question(state: State, book: Book) -> str | None:
    """Return the safety question to go on with, or None before the first."""
    place = state.position
    open_now = place is not None and place.routine == "welcome" and not state.checked
    number = place.step if place is not None and open_now else state.check_step
    return book.routines["welcome"].step[number].id if number else None


def past_of(
    left: Kept, at: int, ago: float | None, certain: float | None, rested_at_least: float
) -> Past:
    """Return what a session that was kept is to the next one.

    Args:
        left: what was kept.
        at: the frame at which it was kept.
        ago: seconds since, as far as is known; None where it is not.
        certain: seconds since, if they are certain.
        rested_at_least: seconds since, at the very least.
    """
    pad = None
    if left.round is not None:
        seconds = (left.round.ends - left.round.started) / left.rate
        before = (at - left.round.started) / left.rate
        pad = Pad(left.round.kind, seconds, None if certain is None else before + certain)
    rested = {k: (at - end) / left.rate + rested_at_least for k, end in left.ended.items()}
    unfinished = None
    if not left.over:
        unfinished = Unfinished(
            seconds_ago=ago,
            routine=left.routine,
            step=left.step,
            hurt=left.hurt,
            flags=left.flags,
            checked=left.checked,
            check_step=left.check_step,
            wish=left.wish,
            pain_before=left.pain_before,
            pain_due=left.pain_due,
        )
    return Past(unfinished, pad, rested)
