"""The composition root: from the settings' parts to a session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voice_coach.app.hearing import (
    load_hearing,
    make_front,
    make_listening,
    make_recogniser,
    make_speech,
)
from voice_coach.app.locate import Parts, Wordings
from voice_coach.app.speech import make_clips, spoken_emergency
from voice_coach.audio.duplex import Duplex
from voice_coach.chain import COACH, Chain, Extras, Machine
from voice_coach.coach import Options
from voice_coach.hearing import Ears, Recogniser
from voice_coach.journal import Journal, JournalWriter, journal_file, preferred
from voice_coach.journal.timestamp import Clock, now
from voice_coach.listening import Listening
from voice_coach.log import Log
from voice_coach.session import Session
from voice_coach.speaking import Clips, Sounds
from voice_coach.talk import Talk, TextDuplex, TextEars

if TYPE_CHECKING:
    from vosk import Model


IN_WRITING = Listening(earcons=False, in_writing=True)
"""How to listen to somebody who types, and sees that it has arrived."""


@dataclass(frozen=True, slots=True)
class Program:
    """The parts with the heavy ones loaded: any number of sessions can be built from them.

    Attributes:
        parts: what the settings name.
        model: the hearing model; None where `Instead` has a recogniser.
        clips: the sound of the book's sentences, at the session's rate.
    """

    parts: Parts
    model: Model | None
    clips: Clips


@dataclass(frozen=True, slots=True)
class Instead:
    """What takes the place of the program's own parts; None for these.

    Attributes:
        options: of the coach.
        recogniser: hears words.
        machine: decides what to do.
        listening: how to listen.
    """

    options: Options | None = None
    recogniser: Ears | None = None
    machine: Machine = COACH
    listening: Listening | None = None


def load(parts: Parts, rate: int) -> Program:
    """Load the heavy parts, for sessions at so many frames per second.

    Raises:
        ModelFault: the hearing model cannot be loaded.
        PromptFault: the book has a phrase with a word that the model does not know.
    """
    return Program(parts, load_hearing(parts), make_clips(parts, rate))


def build(
    program: Program,
    duplex: Duplex,
    log: Log,
    complain: Callable[[str], None],
    *,
    extras: Extras | None = None,
    instead: Instead | None = None,
) -> Session:
    """Return a session, ready to run. Every session there is is put together here.

    Args:
        program: the loaded parts.
        duplex: the sound; it is the caller's to close.
        log: gets every entry.
        complain: called with one line for each part that the session has to do without.
        extras: what the session may have besides.
        instead: what takes the place of the program's own parts.
    """
    parts, rate = program.parts, duplex.rate
    instead = instead or Instead()
    chain = Chain(
        duplex=duplex,
        recogniser=instead.recogniser or _recogniser(program, rate, complain),
        book=parts.book,
        clips=program.clips,
        options=instead.options or make_options(parts, rate),
        listening=instead.listening or make_listening(parts),
    )
    return Session(chain, log, extras, instead.machine)


def build_talk(
    texts: Wordings,
    sounds: Sounds,
    rate: int,
    log: Log,
    *,
    live: bool = False,
    extras: Extras | None = None,
    instead: Instead | None = None,
) -> Talk:
    """Return a coach with words in and words out; see `talk`.

    Args:
        texts: what its words depend on.
        sounds: the sound of its sentences, or their lengths.
        rate: frames per second; a multiple of 100.
        log: gets every entry.
        live: time passes by itself, so that nothing waits for a sentence to be rendered.
        extras: what the session may have besides.
        instead: what takes the place of options, machine and listening.
    """
    instead = instead or Instead()
    duplex, ears = TextDuplex(rate, live=live), TextEars(rate)
    chain = Chain(
        duplex=duplex,
        recogniser=ears,
        book=texts.book,
        clips=sounds,
        options=instead.options or make_options(texts, rate),
        listening=instead.listening or IN_WRITING,
    )
    session = Session(chain, log, extras, instead.machine)
    return Talk(session, duplex, ears, chain, instead.machine)


def _recogniser(program: Program, rate: int, complain: Callable[[str], None]) -> Recogniser:
    parts, model = program.parts, program.model
    if model is None:
        raise ValueError("a program without a hearing model needs a recogniser in its place")
    front = make_front(parts, rate, complain)
    return make_recogniser(parts, model, rate, front, make_speech(complain))


def make_options(parts: Wordings, rate: int) -> Options:
    """Return what the settings give the coach."""
    settings = parts.settings
    return Options(
        rate=rate,
        emergency=spoken_emergency(parts),
        heat_seconds=settings.heat_minutes * 60,
        ice_seconds=settings.ice_minutes * 60,
        breaths=settings.breaths or None,
        pace=settings.pace,
        volume_db=settings.volume_db,
    )


@dataclass(frozen=True, slots=True)
class OpenJournal:
    """The journal, ready for a session, and the options with what was asked for by voice before.

    Attributes:
        journal: to be closed after the session; None if none is to be kept.
        recording: of the session that begins; None if none is to be kept.
        options: what the settings give the coach, and what was asked for by voice since.
    """

    journal: Journal | None
    recording: JournalWriter | None
    options: Options


def open_journal(
    parts: Wordings, rate: int, complain: Callable[[str], None], clock: Clock = now
) -> OpenJournal:
    """Open the journal that the settings name; no trouble with it ends a session.

    Args:
        parts: the program's parts.
        rate: frames per second of the session.
        complain: called with one line that says what is wrong with it.
        clock: returns the present moment.
    """
    options = make_options(parts, rate)
    chosen = parts.settings.journal
    if chosen == "none":
        return OpenJournal(None, None, options)
    journal = Journal(journal_file(chosen), complain, clock)
    recording = JournalWriter(journal, parts.book, options)
    return OpenJournal(journal, recording, preferred(options, journal.preferences))
