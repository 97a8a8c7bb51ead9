"""What of a session has to survive a power cut, as one value to be kept whenever it changes.

`snapshot` takes it from the state; `past_of` makes of it what the next session is given. Times in
it are frames of its own session.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from voice_coach.coach.activities.recovery import Recovery
from voice_coach.coach.limits import REST_SECONDS, Application, Kind
from voice_coach.coach.past import Pad, Past, Unfinished
from voice_coach.coach.safety import QUESTIONS
from voice_coach.coach.state import State
from voice_coach.understanding.book import Book, Situation


class Snapshot(msgspec.Struct, frozen=True, rename={"application": "round"}):
    """A session as it stands. The fields that are not explained are those of Unfinished.

    Journals hold it as JSON, so that the names written there stay what they were: the application
    is a "round".

    Attributes:
        rate: frames per second.
        checked: all safety questions had been answered; all that older versions kept of it.
        answered: the routines of safety questions that had been answered.
        over: leave was taken.
        application: heat or ice now on the skin.
        ended: kind -> frame at which it was taken off, while the skin has to rest.
    """

    rate: int
    over: bool = False
    routine: str | None = None
    step: str | None = None
    hurt: bool = False
    flags: frozenset[str] = frozenset()
    checked: bool = False
    answered: tuple[str, ...] = ()
    check_routine: str | None = None
    check_step: str | None = None
    wish: str | None = None
    pain_before: int | None = None
    pain_due: bool = False
    application: Application | None = None
    ended: Mapping[Kind, int] = {}


def snapshot(state: State, book: Book) -> Snapshot:
    """Return what has to be kept of a session."""
    told = state.answers
    asked = next((a for a in state.stack if isinstance(a, Recovery)), None)
    if asked is not None:  # nothing has been taken up yet: it stays as it was
        place, hurt = asked.offer.place, asked.offer.hurt
    else:
        place = state.position
        hurt = any(activity.situation is Situation.EASING for activity in state.stack)
    question = state.position
    if question is None or question.routine not in QUESTIONS:
        question = told.question
    rested = state.now - REST_SECONDS * state.options.rate
    return Snapshot(
        rate=state.options.rate,
        over=state.situation is Situation.OVER or not state.session,
        routine=place.routine if place else None,
        step=place.find(book).id if place else None,
        hurt=hurt,
        flags=told.flags,
        checked=told.checked >= frozenset(QUESTIONS),
        answered=tuple(sorted(told.checked)),
        check_routine=question.routine if question else None,
        check_step=question.find(book).id if question else None,
        wish=told.wish,
        pain_before=told.pain,
        pain_due=told.pain_due,
        application=state.skin.on,
        ended={kind: at for kind, at in state.skin.off_at.items() if at > rested},
    )


def past_of(
    left: Snapshot, at: int, ago: float | None, certain: float | None, rested_at_least: float
) -> Past:
    """Return what a session is to the next one.

    Args:
        left: how it stood.
        at: the frame at which that was.
        ago: seconds since, as far as is known; None where it is not.
        certain: seconds since, if they are certain.
        rested_at_least: seconds since, at the very least.
    """
    pad, on = None, left.application
    if on is not None:
        seconds = (on.ends - on.started) / left.rate
        before = (at - on.started) / left.rate
        pad = Pad(on.kind, seconds, None if certain is None else before + certain)
    rested = {k: (at - end) / left.rate + rested_at_least for k, end in left.ended.items()}
    unfinished = None
    if not left.over:
        unfinished = Unfinished(
            seconds_ago=ago,
            routine=left.routine,
            step=left.step,
            hurt=left.hurt,
            flags=left.flags,
            checked=frozenset(QUESTIONS if left.checked else left.answered),
            check_routine=left.check_routine,
            check_step=left.check_step,
            wish=left.wish,
            pain_before=left.pain_before,
            pain_due=left.pain_due,
        )
    return Past(unfinished, pad, rested)
