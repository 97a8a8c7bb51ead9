"""A watched rehearsal: what it heard in which situation, and where its time went."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from unittest import mock

from voice_coach import paths
from voice_coach.audio.duplex import Block
from voice_coach.faults import RehearsalFault
from voice_coach.hearing import Recogniser
from voice_coach.log import Entry
from voice_coach.rehearsal.run import prepare
from voice_coach.understanding import Situation
from voice_coach.understanding.words import Hypothesis

from .common import fill_cache, the_parts

SESSION = paths.data_folder("rehearsals") / "session.toml"


@dataclass
class Watched:
    """The measurements of a rehearsal.

    Attributes:
        seconds: its length on the sample clock.
        wall: seconds it took, without loading.
        cpu: CPU seconds of the whole program meanwhile.
        hearing: CPU seconds of them inside the recogniser.
        entries: the transcript, each entry with the situation before it.
        fault: how it differed from its script; "" if it did not.
    """

    seconds: float = 0.0
    wall: float = 0.0
    cpu: float = 0.0
    hearing: float = 0.0
    entries: list[tuple[Entry, Situation]] = field(default_factory=list)
    fault: str = ""


def watch(script: Path, wav: Path | None = None) -> Watched:
    """Run a rehearsal and watch it."""
    parts = the_parts()
    fill_cache(parts)
    watched = Watched()
    hear = Recogniser.hear

    def timed(self: Recogniser, block: Block, *, silent: bool = False) -> list[Hypothesis]:
        began = time.thread_time()
        heard = hear(self, block, silent=silent)
        watched.hearing += time.thread_time() - began
        return heard

    rehearsal = prepare(parts, script)
    session = rehearsal.session
    session.log.subscribe(lambda entry: watched.entries.append((entry, session.state.situation)))
    cpu = time.process_time()
    with mock.patch.object(Recogniser, "hear", timed):
        try:
            rehearsal.run(wav)
        except RehearsalFault as fault:
            watched.fault = str(fault)
    watched.cpu = time.process_time() - cpu
    watched.seconds, watched.wall = rehearsal.seconds, rehearsal.took
    return watched


@cache
def session() -> Watched:
    """Return the rehearsal of a whole session, run once."""
    with tempfile.TemporaryDirectory() as folder:
        return watch(SESSION, Path(folder) / "session.wav")
