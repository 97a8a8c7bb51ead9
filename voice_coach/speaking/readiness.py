"""What has to be rendered before heat or ice may begin: the alarm, and the calls for help."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from typing import TYPE_CHECKING

from voice_coach.audio.samples import Samples
from voice_coach.coach.ahead import NOT_READY, ONE_MOMENT
from voice_coach.coach.events import Say
from voice_coach.faults import VoiceFault
from voice_coach.understanding.book import Book

if TYPE_CHECKING:
    from voice_coach.speaking.clips import Clips

AGAIN_SECONDS = 12.0
"""Between two times of saying so."""

RETRY_SECONDS = 5.0
"""Between a failed rendering and the next try."""

PATIENCE_SECONDS = 30.0
"""How long one sentence is waited for; what takes longer hangs, and is ended."""

FAILURES = 3
"""After so many in a row it is said that it cannot be done."""

UNHEARD = -1
"""The id of what is said of this: the coach did not ask for it, and waits for no end of it."""


class Readiness:
    """Holds sentences back until others are rendered, and renders these.

    Args:
        clips: renders them.
        texts: what has to be rendered.
        held: the beginnings of the keys that are held back until then.
        rate: frames per second.
    """

    def __init__(
        self, clips: Clips, texts: Iterable[str], held: tuple[str, ...], rate: int
    ) -> None:
        self._clips = clips
        self._left = clips.missing(texts)
        self._held = held
        self._rate = rate
        # The frame since which the first text that is missing is waited for.
        self._since: int | None = None
        self._failures = 0
        self._retry_at = 0
        self._say_at = 0

    def holds(self, key: str) -> bool:
        """Whether a sentence has to wait."""
        if not self._left or not key.startswith(self._held):
            return False
        self._left = self._clips.missing(self._left)
        return bool(self._left)

    def advance(self, now: int) -> VoiceFault | None:
        """Render what is missing, one after the other, ahead of all else; return what failed."""
        if self._left and now >= self._retry_at:
            text = self._left[0]
            got = self._clips.get(text)
            if isinstance(got, Future):
                fault = self._outcome(text, got, now)
                if fault is not None:
                    self._failures += 1
                    self._retry_at = now + round(RETRY_SECONDS * self._rate)
                    return fault
                if not got.done():
                    return None
            self._since = None
            self._left = self._left[1:]  # rendered, though perhaps not kept on the disk
            self._failures = 0
        return None

    def _outcome(self, text: str, got: Future[tuple[Samples, int]], now: int) -> VoiceFault | None:
        """Keep a clip that is done; return what went wrong, if anything did."""
        if not got.done():
            self._since = now if self._since is None else self._since
            if now - self._since < PATIENCE_SECONDS * self._rate:
                return None
            self._since = None
            return self._clips.give_up(text)
        self._since = None
        try:
            self._clips.take(text, got)
        except VoiceFault as fault:
            return fault
        return None

    def notice(self, now: int) -> Say | None:
        """Return what to say about the wait, if it is time to say something."""
        if now < self._say_at:
            return None
        self._say_at = now + round(AGAIN_SECONDS * self._rate)
        return Say(UNHEARD, NOT_READY if self._failures >= FAILURES else ONE_MOMENT)


def held_keys(book: Book) -> tuple[str, ...]:
    """Return the beginnings of the keys of all that leads to heat or ice, and begins them."""
    kinds = {step.timer for routine in book.routines.values() for step in routine.step}
    routines = (
        name for name, routine in book.routines.items() if any(step.timer for step in routine.step)
    )
    return (
        *(f"{name}." for name in routines),
        *(f"reply.{k}_on" for k in sorted(filter(None, kinds))),
    )
