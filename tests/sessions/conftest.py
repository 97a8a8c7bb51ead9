"""Rehearsals that are run once, however many tests look at them."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.conftest import ROOT
from voice_coach.app import Parts
from voice_coach.journal.database import connect_to_read
from voice_coach.journal.timestamp import Moment, later
from voice_coach.log import Noted, PersonSpoke, Said, Understood
from voice_coach.rehearsal.run import Outcome, rehearse
from voice_coach.speaking import Clips

PEOPLE = (
    *("impatient", "impatient_heat", "silent", "confused", "only_help", "red_flag"),
    *("volunteers", "returns", "returns_heat", "takes_back", "asleep", "awake", "button"),
    *("hard_of_hearing", "interrupts", "hurts", "start_early"),
)
"""Scripts of kinds of people, which more than one test looks at."""

COMES_AFTER = {"returns": "impatient", "returns_heat": "impatient"}
"""Script -> the one that was run with the same journal the day before."""

MORNING = Moment(utc=1_800_000_000.0, boot="a", up=1000.0, steady=True)
"""When each rehearsal begins that comes after no other."""

DAY = 24 * 3600.0


@dataclass(frozen=True)
class Trial:
    """A rehearsal that was run, and what it left behind."""

    outcome: Outcome
    wav: Path
    journal: Path

    def said(self, *keys: str) -> list[Said]:
        return [e for e in self.outcome.entries if isinstance(e, Said) and e.key in keys]

    def heard(self) -> list[str]:
        return [e.intent for e in self.outcome.entries if isinstance(e, Understood)]

    def noted(self, kind: type) -> list[int]:
        """The frames at which something of this kind was noted."""
        noted = (e for e in self.outcome.entries if isinstance(e, Noted))
        return [e.at for e in noted if isinstance(e.note, kind)]

    def asked(self, words: str) -> PersonSpoke:
        """The first time that the listener said this."""
        spoken = (e for e in self.outcome.entries if isinstance(e, PersonSpoke))
        return next(e for e in spoken if e.text == words)

    def seconds(self, frame: int) -> float:
        """Seconds from the coach's first word to a frame."""
        first = next(e for e in self.outcome.entries if isinstance(e, Said))
        return (frame - first.start) / self.outcome.rate

    def until(self, key: str, nth: int = 1) -> float:
        """Seconds from the coach's first word until it says something, for the nth time."""
        return self.seconds(self.said(key)[nth - 1].start)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the journal holds of the last session: "?" is its number."""
        with closing(connect_to_read(self.journal)) as connection:
            return _rows(connection, query)

    def coach(self) -> np.ndarray[Any, np.dtype[np.float32]]:
        samples, _ = soundfile.read(self.wav, dtype="float32")
        left: np.ndarray[Any, np.dtype[np.float32]] = samples[:, 0]
        return left


def _rows(connection: sqlite3.Connection, query: str) -> list[tuple[Any, ...]]:
    (last,) = connection.execute("SELECT max(id) FROM session").fetchone()
    return connection.execute(query, (last,) if "?" in query else ()).fetchall()


@pytest.fixture(scope="session")
def run_script(
    parts: Parts, rendered: Callable[[int], Clips], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Trial]:
    """Runs a script once, after the one that it comes after, with a journal."""
    done: dict[str, Trial] = {}

    def run(name: str) -> Trial:
        if name not in done:
            folder = tmp_path_factory.mktemp(name)
            wav, journal, begins = folder / "session.wav", folder / "journal.db", MORNING
            if name in COMES_AFTER:
                shutil.copy(run(COMES_AFTER[name]).journal, journal)
                begins = later(MORNING, DAY)
            script = ROOT / "rehearsals" / f"{name}.toml"
            outcome = rehearse(parts, script, wav, journal=journal, begins=begins)
            done[name] = Trial(outcome, wav, journal)
        return done[name]

    return run
