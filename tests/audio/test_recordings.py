"""Recordings: named, private, never overwritten, and within one cap."""

from __future__ import annotations

import stat
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voice_coach.audio.duplex import Block
from voice_coach.audio.recordings import Recordings, RecordingsFull, RecordingSwitch
from voice_coach.faults import StorageFault

RATE = 8000
SECOND = RATE * 4
BLOCK = np.zeros(80, np.float32)


def add(recordings: Recordings, seconds: float) -> None:
    for at in range(0, round(seconds * RATE), 80):
        recordings.add(Block(at, BLOCK, BLOCK))


def recordings_in(folder: Path, most: int, chosen: Path | None = None) -> Recordings:
    return Recordings(chosen, folder, RATE, most, lambda: datetime(2026, 3, 1, 9, 5, 7))


def test_each_is_named_after_its_moment_in_a_private_folder(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "recordings"
    recordings = recordings_in(folder, 100 * SECOND)
    assert not folder.exists()
    assert recordings.begin() == folder / "2026-03-01-090507.wav"
    add(recordings, 2)
    assert recordings.begin() == folder / "2026-03-01-090507-2.wav"
    recordings.end()
    recordings.end()
    add(recordings, 2)  # goes nowhere
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    lengths = [soundfile.info(file).frames for file in sorted(folder.iterdir())]
    assert sorted(lengths) == [0, 2 * RATE]


def test_at_the_cap_it_ends_and_what_was_recorded_is_kept(tmp_path: Path) -> None:
    recordings = recordings_in(tmp_path, 3 * SECOND)
    path = recordings.begin()
    with pytest.raises(RecordingsFull, match="record_megabytes"):
        add(recordings, 10)
    assert soundfile.info(path).frames == 3 * RATE
    add(recordings, 1)  # said once
    with pytest.raises(RecordingsFull):
        recordings_in(tmp_path, 3 * SECOND).begin()  # those of earlier runs count
    assert len(list(tmp_path.iterdir())) == 1


def test_a_chosen_file_is_not_overwritten(tmp_path: Path) -> None:
    chosen = tmp_path / "my [best].wav"
    for wanted in ("my [best].wav", "my [best]-2.wav", "my [best]-3.wav"):
        recordings = recordings_in(tmp_path / "none", 100 * SECOND, chosen)
        assert recordings.begin().name == wanted
        add(recordings, 1)
        recordings.end()
    assert not (tmp_path / "none").exists()
    with pytest.raises(RecordingsFull):
        recordings_in(tmp_path, 3 * SECOND, chosen).begin()


def test_a_folder_that_cannot_be_made_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageFault):
        recordings_in(tmp_path / "file" / "recordings", SECOND).begin()


def test_switch_says_where_it_records_and_why_it_has_ended(tmp_path: Path) -> None:
    lines: list[str] = []
    complaints: list[str] = []
    switch = RecordingSwitch(recordings_in(tmp_path, SECOND), lines.append, complaints.append)
    switch.add(Block(0, BLOCK, BLOCK))  # goes nowhere
    switch.switch(True)
    for at in range(0, 2 * RATE, 80):
        assert switch.over() == ("full" if at == RATE + 80 else None)
        switch.add(Block(at, BLOCK, BLOCK))
    switch.switch(False)
    assert lines == [f"Recording to {tmp_path / '2026-03-01-090507.wav'}."]
    assert len(complaints) == 1 and "more is recorded" in complaints[0]


def test_switch_that_cannot_begin_complains_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    complaints: list[str] = []
    recordings = recordings_in(tmp_path / "file" / "recordings", SECOND)
    switch = RecordingSwitch(recordings, pytest.fail, complaints.append)
    switch.switch(True)
    assert switch.over() == "failed"
    assert switch.over() is None
    assert len(complaints) == 1
