"""Loading a hearing model: a damaged one is refused, and never ends the process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from voice_coach import models
from voice_coach.app import Parts
from voice_coach.faults import ModelFault, PromptFault
from voice_coach.hearing import check_vocabulary, load_model, vocabulary
from voice_coach.understanding import Book

LOAD = """
import json, sys
from pathlib import Path
from voice_coach.faults import ModelFault
from voice_coach.hearing import load_model
try:
    model = load_model(Path(sys.argv[1]))
except ModelFault as fault:
    print(fault)
    sys.exit(ModelFault.exit_code)
import vosk
recogniser = vosk.KaldiRecognizer(model, 16000, json.dumps(["stop", "[unk]"]))
recogniser.AcceptWaveform(bytes(32000))
print("usable", recogniser.FinalResult())
"""


def cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size * 9 // 10)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def other(path: Path) -> None:
    path.write_text("<html><body>404 Not Found</body></html>")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "harm"),
    [
        *((part, harm) for part in ("am/final.mdl", "graph/HCLr.fst") for harm in (cut, empty)),
        ("am/final.mdl", Path.unlink),
        ("graph/HCLr.fst", Path.unlink),
        ("graph/HCLr.fst", other),
        ("graph/Gr.fst", Path.unlink),
        ("graph/Gr.fst", cut),
        ("graph/disambig_tid.int", Path.unlink),
        ("graph/phones/word_boundary.int", Path.unlink),
        ("graph/phones/word_boundary.int", cut),
        ("conf/model.conf", Path.unlink),
        ("conf/model.conf", empty),
        ("conf/model.conf", other),
        ("conf/mfcc.conf", empty),
        ("conf/mfcc.conf", cut),
    ],
)
def test_damaged_model_is_refused_in_one_line(
    tmp_path: Path, parts: Parts, part: str, harm: Callable[[Path], Any]
) -> None:
    folder = tmp_path / parts.model_folder.name
    shutil.copytree(parts.model_folder, folder)
    harm(folder / part)
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == ModelFault.exit_code, done.stdout + done.stderr
    assert str(folder) in done.stdout
    assert done.stdout.count("\n") == 1
    assert done.stderr == "", "no noise of Kaldi's"
    assert models.quick_check(folder), "the start's check of sizes sees it first"


def test_whole_model_is_loaded_without_a_word(
    parts: Parts, capfd: pytest.CaptureFixture[str]
) -> None:
    model = load_model(parts.model_folder)
    assert model.vosk_model_find_word("stop") >= 0
    assert capfd.readouterr() == ("", "")
    os.write(2, b"stderr is back")
    assert capfd.readouterr().err == "stderr is back"


def test_missing_model_is_a_fault_with_its_mend(tmp_path: Path) -> None:
    with pytest.raises(ModelFault, match="nowhere"):
        load_model(tmp_path / "nowhere")


def test_unknown_word_is_refused_with_its_phrase_and_place(hearing_model: Any) -> None:
    phrases = [("go on", "a: b"), ("go to the zyzzyva", "intents.toml: intent.next.phrases")]
    with pytest.raises(PromptFault) as caught:
        check_vocabulary(hearing_model, phrases)
    assert "intents.toml: intent.next.phrases" in caught.value.what
    assert '"go to the zyzzyva"' in caught.value.what
    assert caught.value.what.endswith('does not know: "zyzzyva"')


def test_every_phrase_of_the_book_is_known(hearing_model: Any, book: Book) -> None:
    check_vocabulary(hearing_model, book.phrases(frozenset(book.intents)))


def test_vocabulary_is_what_the_model_knows(
    hearing_model: Any, parts: Parts, tmp_path: Path
) -> None:
    words = vocabulary(parts.model_folder)
    assert len(words) > 4000
    assert {"stop", "breathe"} <= set(words)
    assert all(hearing_model.vosk_model_find_word(w) >= 0 for w in words[::50])
    assert vocabulary(tmp_path) == ()
