"""A rehearsal's journal: kept where it is wanted, by the rehearsal's own clock."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from tests.conftest import ROOT
from voice_coach.app import Parts
from voice_coach.faults import RehearsalFault
from voice_coach.journal.timestamp import Moment, elapsed, later
from voice_coach.rehearsal.run import prepare

SCRIPT = ROOT / "rehearsals" / "silent.toml"


def test_the_users_own_journal_gets_no_made_up_answers(parts: Parts, tmp_path: Path) -> None:
    own = tmp_path / "own.db"
    settings = msgspec.structs.replace(parts.settings, journal=str(own))
    with pytest.raises(RehearsalFault, match="your own journal"):
        prepare(replace(parts, settings=settings), SCRIPT, journal=tmp_path / "." / "own.db")
    assert not own.exists()


def test_trouble_with_it_is_in_the_transcript(parts: Parts, tmp_path: Path) -> None:
    folder = tmp_path / "journal.db"
    folder.mkdir()
    rehearsal = prepare(parts, SCRIPT, journal=folder)
    rehearsal.tell_troubles()
    assert "journal.db" in str(rehearsal.entries[0])


@pytest.mark.parametrize("steady", [False, True])
def test_a_later_moment_is_certain_within_a_boot(steady: bool) -> None:
    moment = Moment(1000.0, "a", 10.0, steady)
    assert elapsed(moment, later(moment, 86400.0)).certain == 86400.0
