from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
import soundfile
import soxr

from voice_coach.faults import ModelFault
from voice_coach.hearing import load_model
from voice_coach.vocabulary import derived, own_words
from voice_coach.vocabulary.filler import Filler
from voice_coach.vocabulary.graph import FILLER, LEXICON
from voice_coach.vocabulary.lexicon import Lexicon
from voice_coach.vocabulary.own_words import (
    ACOUSTIC,
    DERIVED,
    OWN_WORDS,
    hearing_with_own_words,
    read_own,
    rebuild,
    up_to_date,
    write_own,
)
from voice_coach.vocabulary.pronounce import ways_to_say

RECORDINGS = Path(__file__).resolve().parents[2] / "rehearsals" / "recordings"
BANANA = Lexicon.of({"banana": ways_to_say("banana")})


def heard(model: Path, recording: str, words: list[str]) -> str:
    """Return what the real vosk hears in a recording."""
    import vosk

    samples, rate = soundfile.read(RECORDINGS / f"{recording}.flac", dtype="float32")
    sound = soxr.resample(samples, rate, 16000)
    recogniser = vosk.KaldiRecognizer(load_model(model), 16000, json.dumps([*words, "[unk]"]))
    recogniser.SetWords(True)
    recogniser.AcceptWaveform((sound * 32767).clip(-32768, 32767).astype("<i2").tobytes())
    result: dict[str, Any] = json.loads(recogniser.FinalResult())
    assert all(word["end"] > word["start"] for word in result.get("result", []))
    return str(result["text"])


@pytest.fixture
def model(changing_model: Path) -> Path:
    """One of our models, which does not know the word banana."""
    path = changing_model / LEXICON
    path.write_text(Lexicon.read(path).without("banana").text())
    return changing_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A models folder in which banana was added."""
    write_own(tmp_path / "user", BANANA)
    return tmp_path / "user"


@pytest.mark.parametrize("word_cost", [None, 4.0], ids=["loop", "loop and tree"])
def test_vosk_hears_an_added_word(
    word_cost: float | None, model: Path, folder: Path, tmp_path: Path
) -> None:
    filler = msgspec.structs.replace(Filler.read(model / FILLER), word_cost=word_cost)
    (model / FILLER).write_text(filler.text())
    rebuild(model, tmp_path / "plain", Lexicon(()))
    words = ["stop", "help", "banana"]
    assert "banana" not in heard(tmp_path / "plain", "banana", words)
    with_banana = hearing_with_own_words(model, folder)
    assert with_banana == folder / DERIVED
    assert heard(with_banana, "banana", words) == "banana"
    assert heard(with_banana, "stop", words) == "stop"
    assert heard(with_banana, "banana", ["stop", "help"]) == "[unk]"


def test_without_own_words_the_model_is_as_it_was(model: Path, tmp_path: Path) -> None:
    assert hearing_with_own_words(model, tmp_path / "none") == model
    write_own(tmp_path, Lexicon(()))
    assert hearing_with_own_words(model, tmp_path) == model


def test_it_is_made_once_and_again_when_anything_changes(
    model: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    builds: list[Lexicon] = []

    def counted(source: Path, out: Path, extra: Lexicon) -> None:
        builds.append(extra)
        rebuild(source, out, extra)

    monkeypatch.setattr(own_words, "rebuild", counted)
    for _ in range(2):
        hearing_with_own_words(model, folder)
    assert builds == [BANANA]

    more = BANANA.joined(Lexicon.of({"zyzzyva": [("Z", "IH")]}))
    write_own(folder, more)
    for _ in range(2):
        hearing_with_own_words(model, folder)
    assert builds[1:] == [more]

    (model / "conf" / "model.conf").write_text("--max-active=2000\n")
    for _ in range(2):
        hearing_with_own_words(model, folder)
    assert len(builds) == 3
    assert (folder / DERIVED / "conf" / "model.conf").read_text() == "--max-active=2000\n"

    monkeypatch.setattr(derived, "VERSION", 99)
    for _ in range(2):
        hearing_with_own_words(model, folder)
    assert len(builds) == 4

    os.truncate(folder / DERIVED / "graph" / "HCLr.fst", 1000)
    for _ in range(2):
        hearing_with_own_words(model, folder)
    assert len(builds) == 5


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (own_words, "rebuild"),
        (derived, "fsync_file"),
        (derived, "fsync_folder"),
        (os, "rename"),
    ],
)
def test_a_crash_in_the_middle_leaves_no_half_model(
    module: ModuleType, name: str, model: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    up_to_date(model, folder, BANANA)
    more = BANANA.joined(Lexicon.of({"zyzzyva": [("Z", "IH")]}))
    write_own(folder, more)

    class Crash(BaseException):
        pass

    with monkeypatch.context() as patch:

        def crash(*_: object) -> None:
            patch.setattr(shutil, "rmtree", lambda *_, **__: None)  # so nothing is tidied up
            raise Crash

        patch.setattr(module, name, crash)
        with pytest.raises(Crash):
            hearing_with_own_words(model, folder)

    assert hearing_with_own_words(model, folder) == folder / DERIVED
    assert {"banana", "zyzzyva"} <= set(Lexicon.read(folder / DERIVED / LEXICON).words)
    assert {path.name for path in folder.iterdir()} == {OWN_WORDS, DERIVED, f".{DERIVED}.lock"}


def test_own_words_survive_a_full_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Exception, match="disk is full"):
        write_own(folder, Lexicon.of({"zyzzyva": [("Z", "IH")]}))
    assert read_own(folder) == BANANA


def test_if_it_cannot_be_made_the_plain_model_is_used_and_one_line_says_so(
    model: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (model / LEXICON).write_text("x y z\n")
    assert hearing_with_own_words(model, folder) == model
    assert len(caplog.messages) == 1
    assert "line 1" in caplog.messages[0]
    assert "\n" not in caplog.messages[0]
    assert not (folder / DERIVED).exists()


def test_a_model_that_is_not_ours_takes_no_words(
    model: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (model / LEXICON).unlink()
    assert hearing_with_own_words(model, folder) == model
    assert not caplog.messages
    with pytest.raises(ModelFault, match="takes no words"):
        up_to_date(model, folder, BANANA)


def test_the_acoustic_model_is_linked_or_copied(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuild(model, tmp_path / "linked", BANANA)
    assert (tmp_path / "linked" / ACOUSTIC).samefile(model / ACOUSTIC)

    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refused)
    rebuild(model, tmp_path / "copied", BANANA)
    assert (tmp_path / "copied" / ACOUSTIC).read_bytes() == (model / ACOUSTIC).read_bytes()
