"""Run a rehearsal: the whole program, with a scripted listener in place of the sound card."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue

import msgspec

from voice_coach.app import (
    Instead,
    OpenJournal,
    Parts,
    Program,
    build,
    load,
    make_options,
    open_journal,
)
from voice_coach.audio.duplex import Block
from voice_coach.audio.recorder import Recorder
from voice_coach.audio.wav import WavDuplex
from voice_coach.chain import Extras
from voice_coach.controls.controls import Panel
from voice_coach.faults import RehearsalFault
from voice_coach.journal import journal_file
from voice_coach.journal.timestamp import Moment, later, now
from voice_coach.log import Complained, Entry, Log, Observer
from voice_coach.outside import Outside
from voice_coach.rehearsal.listener import Listener, Spoken
from voice_coach.rehearsal.script import check_cues, load_script
from voice_coach.session import Session

RATE = 24000
"""Frames per second of a rehearsal unless the settings say otherwise: enough for all of the
voice, in half the file of 48000."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rehearsal came to.

    Attributes:
        seconds: length of the session, by the sample clock.
        took: seconds it took to run.
        entries: the transcript.
        spoken: what the listener said, and when.
        rate: frames per second of all positions.
        late: clips that missed their frame.
    """

    seconds: float
    took: float
    entries: list[Entry]
    spoken: list[Spoken]
    rate: int
    late: int


@dataclass
class RehearsedClock:
    """Tells the journal the time in a rehearsal, which goes by faster than on the wall.

    Attributes:
        begins: when the rehearsal begins.
        seconds: the sound since then.
    """

    begins: Moment
    seconds: float = 0.0

    def __call__(self) -> Moment:
        """Return the present moment."""
        return later(self.begins, self.seconds)


@dataclass(frozen=True, slots=True)
class Diary:
    """The journal of a rehearsal, if it has one.

    Attributes:
        opened: the journal, and the options with what was asked for by voice before.
        clock: its time.
        troubles: lines about failures, which the journal's own thread may add.
    """

    opened: OpenJournal
    clock: RehearsedClock
    troubles: SimpleQueue[str]

    def close(self) -> None:
        """Write what is left."""
        if self.opened.journal is not None:
            self.opened.journal.close()


@dataclass
class Rehearsal:
    """A session with its scripted listener, ready to run once. See `prepare`.

    Attributes:
        program: the loaded parts.
        session: what is rehearsed.
        listener: takes the person's place.
        duplex: carries the sound between these two.
        diary: the journal.
        entries: the transcript, which grows.
        seconds: length of the session so far, by the sample clock.
        took: seconds it took to run, once it is over.
    """

    program: Program
    session: Session
    listener: Listener
    duplex: WavDuplex
    diary: Diary
    entries: list[Entry]
    seconds: float = field(default=0.0, init=False)
    took: float = field(default=0.0, init=False)

    def run(self, wav: Path | None = None, each: Callable[[], None] | None = None) -> Outcome:
        """Run to the end, and check that it went as the script says.

        Args:
            wav: file for the sound of both ends, or None.
            each: called with each block; what it raises ends the rehearsal.

        Raises:
            RehearsalFault: it went otherwise. The WAV file is complete up to there.
            Fault: a part of the program failed.
        """
        rate = self.duplex.rate
        with ExitStack() as open_things:
            open_things.callback(self.tell_troubles)
            open_things.callback(self.diary.close)
            open_things.callback(self.program.clips.renderer.close)
            recorder = Recorder(wav, rate) if wav is not None else None
            if recorder is not None:
                open_things.callback(recorder.close)

            def also(block: Block) -> None:
                self.seconds = self.diary.clock.seconds = block.end / rate
                self.tell_troubles()
                if each is not None:
                    each()
                if recorder is not None:
                    recorder.add(block)

            began = time.perf_counter()
            try:
                self.session.run(also)
            finally:
                self.took = time.perf_counter() - began
        self.listener.finish()
        spoken, late = self.listener.spoken, self.duplex.mixer.late
        return Outcome(self.seconds, self.took, self.entries, spoken, rate, late)

    def tell_troubles(self) -> None:
        """Log what was wrong with the journal since the last call."""
        while not self.diary.troubles.empty():
            self.session.log(
                Complained(round(self.seconds * self.duplex.rate), self.diary.troubles.get())
            )


def prepare(
    parts: Parts,
    script_path: Path,
    observers: Iterable[Observer] = (),
    *,
    echo_db: float | None = None,
    journal: Path | None = None,
    begins: Moment | None = None,
    outside: Outside | None = None,
) -> Rehearsal:
    """Load the program and a script, and put them together.

    Args:
        parts: the assembled program.
        script_path: the script.
        observers: get every entry.
        echo_db: overrides the script's own.
        journal: file of the journal; None for none. A second script that is run with the same
            file finds what the first one left.
        begins: the moment by that journal at which the session begins; None for now.
        outside: other programs, which see the state.

    Raises:
        PromptFault: the script is missing or wrong, or waits for what the coach never says.
        RehearsalFault: one of its recordings is missing, or the journal is the user's own.
        ModelFault: the hearing model cannot be loaded.
    """
    script = load_script(script_path)
    check_cues(script_path, script, parts.book)
    rate = parts.settings.rate or RATE
    entries: list[Entry] = []
    log = Log(entries.append, *observers)
    listener = Listener(script_path, script, rate, log)
    duplex = WavDuplex(listener, rate, echo_db=script.echo_db if echo_db is None else echo_db)
    program = load(parts, rate)
    diary = _open_diary(parts, rate, journal, begins or now())
    session = build(
        program,
        duplex,
        log,
        lambda line: log(Complained(0, line)),
        extras=Extras(
            journal=diary.opened.recording, panel=Panel(rate, [listener]), outside=outside
        ),
        instead=Instead(options=diary.opened.options),
    )
    log.subscribe(listener)
    return Rehearsal(program, session, listener, duplex, diary, entries)


def _open_diary(parts: Parts, rate: int, journal: Path | None, begins: Moment) -> Diary:
    clock, troubles = RehearsedClock(begins), SimpleQueue[str]()
    if journal is None:
        return Diary(OpenJournal(None, None, make_options(parts, rate)), clock, troubles)
    own = parts.settings.journal
    if own != "none" and journal_file(own).resolve() == journal.resolve():
        # Its answers are made up, and the coach would take them for the person's.
        raise RehearsalFault(f"{journal} is your own journal", "name another file for a rehearsal")
    settings = msgspec.structs.replace(parts.settings, journal=str(journal))
    opened = open_journal(replace(parts, settings=settings), rate, troubles.put, clock)
    return Diary(opened, clock, troubles)


def rehearse(
    parts: Parts,
    script_path: Path,
    wav: Path | None = None,
    observers: Iterable[Observer] = (),
    *,
    echo_db: float | None = None,
    each: Callable[[], None] | None = None,
    journal: Path | None = None,
    begins: Moment | None = None,
) -> Outcome:
    """Run a script to its end, and check that it went as it says.

    See `prepare` and `Rehearsal.run` for the arguments, and for what is raised.
    """
    rehearsal = prepare(
        parts, script_path, observers, echo_db=echo_db, journal=journal, begins=begins
    )
    return rehearsal.run(wav, each)
