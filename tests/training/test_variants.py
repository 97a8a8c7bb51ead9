"""Variants of a model differ in their graph alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT
from training.variants import variant
from voice_coach.vocabulary.filler import Filler
from voice_coach.vocabulary.graph import FILLER

MODEL = ROOT / "models" / "en-us-commands"


def test_a_variant_has_the_same_sounds_and_another_filler(tmp_path: Path) -> None:
    changes = {"word_cost": 7.0, "thresholds": {"nope": 2.0}}
    for _ in range(2):  # what is there is replaced
        variant(MODEL, tmp_path / "one", changes, {"beam": "12.5"})
    assert (tmp_path / "one/am/final.mdl").samefile(MODEL / "am" / "final.mdl")
    filler = Filler.read(tmp_path / "one" / FILLER)
    assert filler.word_cost == 7.0 and filler.thresholds == {"nope": 2.0}
    assert filler.next == Filler.read(MODEL / FILLER).next
    conf = (tmp_path / "one/conf/model.conf").read_text().splitlines()
    assert conf.count("--beam=12.5") == 1
    assert not any(line.startswith("--beam=10") for line in conf)
    other = (MODEL / "graph/HCLr.fst").read_bytes()
    assert (tmp_path / "one/graph/HCLr.fst").read_bytes() != other
    assert (tmp_path / "one/graph/words.txt").read_bytes() == (
        MODEL / "graph/words.txt"
    ).read_bytes()


def test_a_variant_without_changes_is_the_model(tmp_path: Path) -> None:
    variant(MODEL, tmp_path / "same", {}, {})
    for path in (MODEL / "graph").rglob("*"):
        if path.is_file():
            copy = tmp_path / "same" / path.relative_to(MODEL)
            assert copy.read_bytes() == path.read_bytes(), path


@pytest.mark.parametrize("word_cost", [None, 3.0])
def test_vosk_takes_a_variant(tmp_path: Path, word_cost: float | None) -> None:
    from voice_coach.hearing import load_model

    variant(MODEL, tmp_path / "one", {"word_cost": word_cost}, {})
    assert load_model(tmp_path / "one").vosk_model_find_word("heat") > 0
