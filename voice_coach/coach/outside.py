"""What another program may ask for: to stop or pause what runs, and nothing else.

A program is not the person: it doesn't know what they want, and it may be wrong or broken. So its
words count only while something runs that asks nothing: a stretch, breathing, images, a talk, a
pad in place. They never reach a question, an alarm, an emergency, or the calling out; there they
would be an answer, or would quiet what has to be heard. To go on is the person's to say.
"""

from __future__ import annotations

from enum import StrEnum

from voice_coach.coach.events import IntentHeard
from voice_coach.coach.in_routine import InRoutine
from voice_coach.coach.state import State
from voice_coach.understanding.book import Book, Situation


class Request(StrEnum):
    """All that another program can ask for; each is also the intent that it stands for."""

    STOP = "stop"
    PAUSE = "pause"


_RUNNING = frozenset(
    {
        *(Situation.STRETCHING, Situation.HEAT, Situation.ICE, Situation.BREATHING),
        *(Situation.IMAGERY, Situation.MEDICINES, Situation.PREVENTION),
    }
)
"""What may be stopped or paused from outside. The safety questions and the pain score may not."""


def accepted(state: State, book: Book) -> frozenset[Request]:
    """Return what another program may ask for now."""
    here, *over = state.stack
    if not isinstance(here, InRoutine) or here.kind not in _RUNNING:
        return frozenset()
    # In an emergency even breathing stands over the call for help.
    if "emergency" in state.answers.flags or here.step(book).ask is not None:
        return frozenset()
    if not over:
        return frozenset(Request)
    paused = [activity.situation for activity in over] == [Situation.PAUSED]
    return frozenset({Request.STOP}) if paused else frozenset()


def request_meaning(state: State, request: Request, at: int, book: Book) -> IntentHeard | None:
    """Return what is done about a request at frame `at`; None for nothing."""
    return IntentHeard(at, request.value) if request in accepted(state, book) else None
