"""What the rules of acceptance need to know about the coach's own speech."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from voice_coach.speaking.speaker import Spoken


class Saying(Protocol):
    """The coach's own speech, as far as it matters for what is heard meanwhile."""

    @property
    def silent(self) -> bool:
        """Whether nothing is being said or waiting to be said."""

    @property
    def spoken(self) -> Iterable[Spoken]:
        """The last clips."""

    @property
    def texts(self) -> frozenset[str]:
        """The sentences being said or waiting to be said."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A coach that says nothing."""

    silent: bool = True
    spoken: tuple[Spoken, ...] = ()
    texts: frozenset[str] = frozenset()
