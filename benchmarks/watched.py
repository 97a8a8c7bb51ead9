"""A rehearsal, watched: what it heard in which situation, and where its time went."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from voice_coach import app, paths
from voice_coach.audio.duplex import Block
from voice_coach.faults import RehearsalFault
from voice_coach.hearing import Recogniser, Utterance
from voice_coach.log import Entry
from voice_coach.rehearsal import run
from voice_coach.session import Session
from voice_coach.understanding import Situation

from .common import fill_cache, the_parts

SESSION = paths.data_folder("rehearsals") / "session.toml"


@dataclass
class Watched:
    """What a rehearsal showed.

    Attributes:
        seconds: its length on the sample clock.
        wall: seconds it took, without loading.
        cpu: CPU seconds of the whole program meanwhile.
        hearing: CPU seconds of them inside the recogniser.
        entries: the transcript, each entry with the situation before it.
        fault: how it went otherwise than its script says; "" when it did not.
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
    made = Watched()
    rings: list[Session] = []

    class Timed(Recogniser):
        def hear(self, block: Block, *, silent: bool = False) -> list[Utterance]:
            began = time.thread_time()
            heard = super().hear(block, silent=silent)
            made.hearing += time.thread_time() - began
            return heard

    class Seen(Session):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            rings.append(self)
            super().__init__(*args, **kwargs)

        def run(self, also: Callable[[Block], None] | None = None) -> None:
            def count(block: Block) -> None:
                made.seconds = block.end / run.RATE
                if also is not None:
                    also(block)

            wall, cpu = time.perf_counter(), time.process_time()
            try:
                super().run(count)
            finally:
                made.wall = time.perf_counter() - wall
                made.cpu = time.process_time() - cpu

    def observe(entry: Entry) -> None:
        made.entries.append((entry, rings[0].state.situation))

    with mock.patch.object(app, "Recogniser", Timed), mock.patch.object(run, "Session", Seen):
        try:
            run.rehearse(parts, script, wav, [observe])
        except RehearsalFault as fault:
            made.fault = str(fault)
    return made


@cache
def session() -> Watched:
    """Return the rehearsal of a whole session, run once."""
    with tempfile.TemporaryDirectory() as folder:
        return watch(SESSION, Path(folder) / "session.wav")
