"""The coach's own speech as plain data: what the rules of acceptance need to know about it."""

from __future__ import annotations

from dataclasses import dataclass

from voice_coach.coach.events import Say


@dataclass(frozen=True, slots=True)
class Spoken:
    """One clip on the sample clock. A clip that is cut short is replaced by one with its end."""

    say: Say
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Saying:
    """The coach's own speech at one moment. By default it is silent.

    Attributes:
        silent: nothing is being said or waiting to be said.
        spoken: the last clips, those being played among them, in the order they were placed.
        texts: the sentences being said or waiting to be said.
        alarm: first frame of the last alarm, and the frame after it; None before the first.
    """

    silent: bool = True
    spoken: tuple[Spoken, ...] = ()
    texts: frozenset[str] = frozenset()
    alarm: tuple[int, int] | None = None
