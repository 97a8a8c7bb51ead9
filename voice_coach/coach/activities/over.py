"""Leave was taken; the session ends once that has been said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from voice_coach.coach.activity import Activity, Row
from voice_coach.understanding.book import Situation


@dataclass(frozen=True, slots=True)
class Over(Activity):
    """Nothing is understood any more."""

    name: ClassVar[Situation] = Situation.OVER


ROW: Row[Activity] = {}
