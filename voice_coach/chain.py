"""What a session consists of, as plain frozen data: `app.build` fills it, `Session` runs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from voice_coach.audio.duplex import Duplex
from voice_coach.audio.recordings import RecordingSwitch
from voice_coach.coach import Options, State, deadline, step
from voice_coach.coach.events import Action, Event
from voice_coach.controls import Panel
from voice_coach.hearing import Ears
from voice_coach.journal import JournalWriter
from voice_coach.listening import Listening
from voice_coach.outside import Outside
from voice_coach.speaking import Sounds
from voice_coach.understanding import Book


@dataclass(frozen=True, slots=True)
class Chain:
    """What sound and words go through, from the microphone to the loudspeaker.

    Attributes:
        duplex: both ends of the sound.
        recogniser: hears words.
        book: the language.
        clips: the sound of the book's sentences.
        options: what the settings give the coach.
        listening: how to listen.
    """

    duplex: Duplex
    recogniser: Ears
    book: Book
    clips: Sounds
    options: Options
    listening: Listening


@dataclass(frozen=True, slots=True)
class Extras:
    """What a session may have besides; each may be missing.

    Attributes:
        journal: keeps what matters for the next session.
        panel: a button and a light.
        quiet: tells whether these are quiet hours.
        sound: records both ends when the coach asks for it.
        outside: other programs, which see the state.
    """

    journal: JournalWriter | None = None
    panel: Panel | None = None
    quiet: Callable[[], bool] | None = None
    sound: RecordingSwitch | None = None
    outside: Outside | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """The pure state machine that a session runs.

    Attributes:
        step: (state, event, book) -> the state after it, and actions.
        deadline: state -> the frame at which it wants a `Clock` event, or None.
    """

    step: Callable[[State, Event, Book], tuple[State, tuple[Action, ...]]]
    deadline: Callable[[State], int | None]


COACH = Machine(step, deadline)
"""The coach itself; a test puts a machine of its own in its place."""
