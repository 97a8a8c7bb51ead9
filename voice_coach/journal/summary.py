"""How have I been: the last sessions in two numbers."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from voice_coach.coach.past import Past
from voice_coach.journal.reading import Visit

LATELY = 5
"""Sessions looked at, of those with a pain score before and after."""


def summed_up(visits: Sequence[Visit]) -> Past:
    """Return what the coach says of earlier sessions."""
    scored = [v for v in visits if v.before is not None and v.after is not None][-LATELY:]
    if not scored:
        return Past(sessions=len(visits))
    before = fmean(v.before for v in scored if v.before is not None)
    after = fmean(v.after for v in scored if v.after is not None)
    return Past(sessions=len(visits), before=round(before), after=round(after))
