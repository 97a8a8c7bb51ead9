"""What the rules of hearing need to know about what the coach says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from voice_coach.speaking.speaker import Spoken


class Saying(Protocol):
    """What the coach says, as far as it matters for what is heard meanwhile."""

    @property
    def silent(self) -> bool:
        """Whether nothing is being said or waits to be said."""

    @property
    def spoken(self) -> Iterable[Spoken]:
        """What was said lately."""

    @property
    def texts(self) -> frozenset[str]:
        """The sentences being said."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A coach that says nothing."""

    silent: bool = True
    spoken: tuple[Spoken, ...] = ()
    texts: frozenset[str] = frozenset()
