"""Synthetic speech is learnt from only where a recogniser finds its text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("wordfreq", reason="the training extra is not installed")

from training.checked import Checker, check, matches
from training.corpora import read
from training.store import decoded
from voice_coach.paths import data_folder

RECORDINGS = data_folder("rehearsals") / "recordings"
HEAD = "path\tseconds\tspeaker\ttranscript\tlicence\tsource\tsplit"


@pytest.mark.parametrize(
    ("said", "heard", "wanted"),
    [
        ("next", "next", True),
        ("next", "next up", False),
        ("next", "[unk]", False),
        ("it is off", "it off", False),
        ("i took it off just now", "i took off just now", True),
        ("i took it off just now", "i took it off just [unk]", False),
        ("the [unk] is on my back", "[unk] on my back", True),
        ("[unk]", "[unk]", True),
    ],
)
def test_what_counts_as_heard(said: str, heard: str, wanted: bool) -> None:
    assert matches(said.split(), heard.split()) is wanted


def test_what_is_not_heard_is_rejected_once(tmp_path: Path) -> None:
    for name in ("heat", "stop"):
        sound = (RECORDINGS / f"{name}.flac").read_bytes()
        (tmp_path / f"{name}.flac").write_bytes(sound)
    rows = [
        "heat.flac\t1\tv\theat\tsynthetic\tv\ttrain",
        "stop.flac\t1\tv\tbreathe\tsynthetic\tv\ttrain",
    ]
    (tmp_path / "manifest.tsv").write_text("\n".join([HEAD, *rows]) + "\n")
    checker = Checker(data_folder("models") / "en-us-commands")
    assert checker.agrees((decoded(tmp_path / "heat.flac") / 32768).astype(np.float32), "heat")
    assert check(tmp_path, checker) == (2, 1)
    assert [one.path.name for one in read(tmp_path)] == ["heat.flac"]
    assert check(tmp_path, checker) == (0, 0)
