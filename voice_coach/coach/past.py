"""What earlier sessions left, as the coach is given it at the start: plain data.

There is no time of day in it, only seconds before now. Who fills it in (journal/) says how sure
they are; the coach (opening.py) and limits.py decide what follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from voice_coach.coach.limits import Kind


@dataclass(frozen=True, slots=True)
class Pad:
    """Heat or ice that nobody has confirmed as removed.

    Attributes:
        kind: heat or ice.
        seconds: how long it was to last.
        on: how long it has been on by now, or None where that is not certain.
    """

    kind: Kind
    seconds: float
    on: float | None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A session that ended without a good bye.

    Attributes:
        seconds_ago: when it was last heard of, or None where that is not known.
        routine: the routine it was in; None between exercises.
        step: the id of the step.
        hurt: it hurt there, and nobody has said yet how to go on.
        flags: what the person told (see state.Answers).
        checked: the routines of safety questions that had been answered.
        check_routine: the routine of the safety question at which to go on.
        check_step: its id.
        wish: the exercise asked for before the safety questions were done.
        pain_before: the last pain score.
        pain_due: an exercise was done since.
    """

    seconds_ago: float | None
    routine: str | None = None
    step: str | None = None
    hurt: bool = False
    flags: frozenset[str] = frozenset()
    checked: frozenset[str] = frozenset()
    check_routine: str | None = None
    check_step: str | None = None
    wish: str | None = None
    pain_before: int | None = None
    pain_due: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """Everything that earlier sessions left.

    Attributes:
        unfinished: the last session, if it was interrupted.
        pad: what may still be on the skin.
        rested: kind -> seconds for which the skin has certainly been without it, for kinds that
            were on not long ago.
        lost: there was a journal, and it could not be read: anything may be on the skin.
        kept: what the person told in an earlier session that lasts; None where nobody was asked,
            or too long ago.
        sessions: earlier sessions known, of the last fifty.
        before: pain at the beginning of the last sessions, on average; None where not known.
        after: the same for their end.
    """

    unfinished: Unfinished | None = None
    pad: Pad | None = None
    rested: Mapping[Kind, float] = field(default_factory=dict)
    lost: bool = False
    kept: frozenset[str] | None = None
    sessions: int = 0
    before: int | None = None
    after: int | None = None
