"""Sounds of a manifest: by classes, with some of each kept for judging, and measured rooms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("wordfreq", reason="the training extra is not installed")

from training.rooms import LONGEST
from training.sounds import OTHERS, measured_rooms, sounds_in

HEAD = "path\tseconds\tspeaker\ttranscript\tlicence\tsource\tsplit"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [HEAD]
    for number in range(9):
        rows.append(f"noise/dog/{number}.flac\t1\tnoise:dog\t\tCC0\ta\tnoise-train")
    rows.append("noise/hum/0.flac\t1\tnoise:hum\t\tCC0\ta\tnoise-train")
    rows.append("rir/hall.flac\t1\trir:hall\t\tCC0\ta\trir-train")
    (tmp_path / "manifest.tsv").write_text("\n".join(rows) + "\n")
    (tmp_path / "rir").mkdir()
    sound = np.zeros(3000)
    sound[700], sound[900] = 0.5, 0.25
    soundfile.write(tmp_path / "rir" / "hall.flac", sound, 16000, subtype="PCM_16")
    return tmp_path


def test_a_quarter_of_each_class_is_kept_for_judging(folder: Path) -> None:
    learnt, kept = sounds_in(folder), sounds_in(folder, kept=True)
    assert [one.path.name for one in kept] == ["3.flac", "7.flac"]
    assert not {one.path for one in learnt} & {one.path for one in kept}
    assert len(learnt) == 8 and all(one.split == "noise" for one in learnt)


def test_classes_that_are_alike_count_together(folder: Path) -> None:
    groups = {one.path.parent.name: one.source for one in sounds_in(folder)}
    assert groups == {"dog": "animals", "hum": OTHERS}


def test_a_measured_room_begins_with_the_direct_sound(folder: Path) -> None:
    rooms = measured_rooms(folder)
    assert rooms.shape == (1, LONGEST)
    assert rooms[0, 0] == 1 and rooms[0, 200] == pytest.approx(0.5, abs=1e-3)
    assert measured_rooms(folder, kept=True).shape == (0, LONGEST)
