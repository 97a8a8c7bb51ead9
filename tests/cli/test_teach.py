"""`voice-coach teach` where there is nothing to listen with, and what undoes it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tests.cli.test_commands import call, one_line
from tests.hearing.material import recording
from tests.journal.sessions import World, begun, open_journal
from voice_coach.app import Parts
from voice_coach.cli.teach import require_no_pad
from voice_coach.faults import LessonFault
from voice_coach.journal import alone
from voice_coach.paths import data_folder
from voice_coach.teaching.body import Body
from voice_coach.teaching.kaldi import read_model
from voice_coach.teaching.learning import Count, Outcome, Output
from voice_coach.teaching.own_voice import OWN_VOICE, keep
from voice_coach.teaching.takes import Recording
from voice_coach.vocabulary.own_words import ACOUSTIC

MODEL = data_folder("models") / "en-us-commands"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A models folder in which a voice was learnt."""
    body = Body.of(read_model(MODEL / ACOUSTIC))
    outcome = Outcome(Count(1, 1, 2), Count(2, 2, 2), Output(body.out_weight, body.out_bias))
    takes = [Recording("stop", number, recording("stop", 16000)) for number in (0, 1)]
    keep(tmp_path / "models", MODEL, takes, np.zeros(1600, np.float32), outcome)
    return tmp_path / "models"


def teach(folder: Path, *arguments: str, journal: str = "none") -> tuple[int, str, str]:
    done = call("--set", f"models_folder={folder}", "--set", f"journal={journal}", *arguments)
    return done.returncode, done.stdout, done.stderr


def test_check_names_it_and_forgetting_removes_it(folder: Path) -> None:
    _, printed, _ = teach(folder, "check")
    assert "and your voice (of 4 it heard 2, now 4)" in printed
    assert teach(folder, "teach", "--forget")[0] == 0
    assert not any(path.is_dir() for path in folder.iterdir())
    _, printed, _ = teach(folder, "check")
    assert "your voice" not in printed
    assert "Nothing was learnt" in teach(folder, "teach", "--forget")[1]


def test_verify_takes_no_notice_of_it(folder: Path) -> None:
    code, _, errors = teach(folder, "models", "verify", "en-us-commands")
    assert (code, errors) == (0, "")


def test_there_must_be_something_to_learn_from_again(folder: Path) -> None:
    shutil.rmtree(folder / OWN_VOICE)
    code, _, errors = teach(folder, "teach", "--again")
    assert code == 5
    assert "voice-coach teach" in errors


def test_too_few_words_change_nothing(folder: Path) -> None:
    before = (folder / OWN_VOICE / "voice.json").read_bytes()
    code, printed, _ = teach(folder, "teach", "--again")
    assert code == 0
    assert "nothing is changed" in printed
    assert (folder / OWN_VOICE / "voice.json").read_bytes() == before


def test_it_does_not_start_beside_another_coach(folder: Path, tmp_path: Path) -> None:
    journal = tmp_path / "journal.db"
    with alone(journal):
        done = call("--set", f"models_folder={folder}", "--set", f"journal={journal}", "teach")
    assert done.returncode == 12
    assert "Another coach" in one_line(done)


def test_it_does_not_start_while_a_pad_may_be_on(tmp_path: Path, parts: Parts) -> None:
    world = World()
    coach = begun(open_journal(tmp_path, world), world).past_checks()
    coach.with_pad("heat").run(60)
    journal = str(tmp_path / "journal.db")
    left = replace(parts, settings=msgspec.structs.replace(parts.settings, journal=journal))
    with pytest.raises(LessonFault, match="may still be on"):
        require_no_pad(left)
    require_no_pad(replace(parts, settings=msgspec.structs.replace(parts.settings, journal="none")))
