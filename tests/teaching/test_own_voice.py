"""What was learnt of a voice is private, undone at will, and used with its own model only."""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.hearing.material import recording
from voice_coach.hearing import load_model
from voice_coach.models import verify_folder
from voice_coach.paths import data_folder
from voice_coach.teaching.body import OUT, Body
from voice_coach.teaching.judging import write_with
from voice_coach.teaching.kaldi import read_model
from voice_coach.teaching.learning import Count, Outcome, Output
from voice_coach.teaching.own_voice import (
    DERIVED,
    OWN_VOICE,
    current,
    forget,
    hearing_with_own_voice,
    in_use,
    keep,
    read_voice,
    recorded,
)
from voice_coach.teaching.takes import Recording
from voice_coach.vocabulary.graph import LEXICON
from voice_coach.vocabulary.lexicon import Lexicon
from voice_coach.vocabulary.own_words import ACOUSTIC, hearing_with_own_words, write_own

SHIPPED = data_folder("models") / "en-us-commands"
ROOM = np.full(1600, 0.001, np.float32)
TAKES = tuple(
    Recording(phrase, number, recording(phrase, 16000))
    for phrase in ("stop", "it hurts")
    for number in (0, 1)
)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "ours"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


def learnt(model: Path, by: float = 0.01) -> Outcome:
    body = Body.of(read_model(model / ACOUSTIC))
    output = Output(body.out_weight * np.float32(1 + by), body.out_bias)
    return Outcome(Count(3, 2, 4), Count(4, 4, 4), output)


def weights(model: Path) -> Any:
    parts = {part.name: part for part in read_model(model / ACOUSTIC).components}
    return parts[OUT].get("LinearParams")


def test_it_is_used_and_forgotten(model: Path, folder: Path) -> None:
    assert hearing_with_own_voice(model, folder) == model
    outcome = learnt(model)
    keep(folder, model, TAKES, ROOM, outcome)
    heard_with = hearing_with_own_voice(model, folder)
    assert heard_with == folder / DERIVED
    assert outcome.output is not None
    assert np.allclose(weights(heard_with), outcome.output.weight, atol=1e-3)
    load_model(heard_with)
    voice = in_use(model, folder)
    assert voice is not None
    assert (voice.before, voice.after, voice.of, voice.takes) == (5, 8, 8, 4)
    assert voice.phrases == ("stop", "it hurts")
    assert not verify_folder(SHIPPED)
    assert forget(folder)
    assert hearing_with_own_voice(model, folder) == model
    assert in_use(model, folder) is None
    assert not any(path.is_dir() for path in folder.iterdir())
    assert not forget(folder)


def test_only_its_owner_can_read_it(model: Path, folder: Path) -> None:
    before = os.umask(0)
    try:
        keep(folder, model, TAKES, ROOM, learnt(model))
        hearing_with_own_voice(model, folder)
    finally:
        os.umask(before)
    assert stat.S_IMODE((folder / DERIVED).stat().st_mode) == 0o700
    for path in (folder / OWN_VOICE, *(folder / OWN_VOICE).rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_what_was_said_comes_back(model: Path, folder: Path) -> None:
    keep(folder, model, TAKES, ROOM, learnt(model))
    found, room = recorded(folder)
    assert sorted((one.phrase, one.number) for one in found) == sorted(
        (one.phrase, one.number) for one in TAKES
    )
    assert len(room) == len(ROOM)
    by_name = {(one.phrase, one.number): one.sound for one in found}
    for one in TAKES:
        assert np.allclose(by_name[one.phrase, one.number], one.sound, atol=1e-4)
    assert recorded(folder / "none")[0] == ()


def test_with_another_model_it_is_not_used_and_one_line_says_so(
    model: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keep(folder, model, TAKES, ROOM, learnt(model))
    other = model.with_name("other")
    output = learnt(model, by=0.3).output
    assert output is not None
    write_with(model, read_model(model / ACOUSTIC), output, other)
    assert hearing_with_own_voice(other, folder) == other
    assert in_use(other, folder) is None
    assert current(other, folder) is None
    (line,) = caplog.messages
    assert "another hearing model" in line
    assert "voice-coach teach --again" in line


@pytest.mark.parametrize("name", ["voice.json", "output.npz"])
@pytest.mark.parametrize("content", [b"", b"{}", b"PK\x03\x04 rubbish"])
def test_a_damaged_file_is_one_line_and_the_plain_model(
    model: Path, folder: Path, name: str, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    keep(folder, model, TAKES, ROOM, learnt(model))
    (folder / OWN_VOICE / name).write_bytes(content)
    assert hearing_with_own_voice(model, folder) == model
    assert len(caplog.messages) == 1
    assert "\n" not in caplog.messages[0]


def test_what_was_learnt_before_stays_if_the_disk_is_full(
    model: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(folder, model, TAKES, ROOM, learnt(model))
    first = read_voice(folder)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(Exception, match="disk is full"):
            keep(folder, model, TAKES, ROOM, learnt(model, by=0.1))
    assert read_voice(folder) == first
    assert not (folder / f"{OWN_VOICE}.new").exists()
    keep(folder, model, TAKES, ROOM, replace(learnt(model, by=0.1), after=Count(4, 3, 4)))
    second = read_voice(folder)
    assert second is not None
    assert second.after == 7


@pytest.mark.parametrize("first", ["voice", "words"])
def test_own_words_and_own_voice_go_together(model: Path, folder: Path, first: str) -> None:
    path = model / LEXICON
    path.write_text(Lexicon.read(path).without("banana").text())
    steps = {
        "voice": lambda: keep(folder, model, TAKES, ROOM, learnt(model)),
        "words": lambda: write_own(folder, Lexicon.of({"banana": [("B", "AH", "N")]})),
    }
    for name in sorted(steps, key=lambda name: name != first):
        steps[name]()
        hearing_with_own_words(hearing_with_own_voice(model, folder), folder)
    both = hearing_with_own_words(hearing_with_own_voice(model, folder), folder)
    assert "banana" in Lexicon.read(both / LEXICON).words
    assert (both / ACOUSTIC).read_bytes() == (folder / DERIVED / ACOUSTIC).read_bytes()
    assert (both / ACOUSTIC).read_bytes() != (model / ACOUSTIC).read_bytes()
    load_model(both)
    forget(folder)
    assert not any((path / ACOUSTIC).exists() for path in folder.iterdir())
    words_only = hearing_with_own_words(hearing_with_own_voice(model, folder), folder)
    assert (words_only / ACOUSTIC).read_bytes() == (model / ACOUSTIC).read_bytes()
