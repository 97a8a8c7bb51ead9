"""The recorder: a valid file, whatever happens."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from voice_coach.audio import recorder as recorder_module
from voice_coach.audio.duplex import Block
from voice_coach.audio.recorder import Recorder
from voice_coach.faults import StorageFault

RATE = 8000


def blocks(seconds: float) -> list[Block]:
    ramp = np.linspace(-1.2, 1.2, 80, dtype=np.float32)
    return [Block(at, ramp, -ramp) for at in range(0, round(seconds * RATE), 80)]


def test_left_is_the_coach_and_right_is_the_microphone(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.wav", RATE)
    for block in blocks(2.5):
        recorder.add(block)
    recorder.close()
    recorder.close()  # again does no harm
    sound, rate = soundfile.read(tmp_path / "a.wav", dtype="float32")
    assert rate == RATE
    assert len(sound) == 2.5 * RATE
    expected = np.clip(np.linspace(-1.2, 1.2, 80), -1, 1)
    assert np.allclose(sound[:80, 1], expected, atol=1e-4)
    assert np.allclose(sound[:80, 0], -expected, atol=1e-4)


@pytest.mark.skipif(os.name != "posix", reason="a matter of POSIX permissions")
def test_it_is_for_its_owner_alone(tmp_path: Path) -> None:
    for name in ("new.wav", "old.wav"):
        (tmp_path / "old.wav").touch(mode=0o666)
        Recorder(tmp_path / name, RATE).close()
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_killed_process_leaves_a_whole_file_but_for_the_last_second(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    code = f"""
import os, numpy as np
from pathlib import Path
from voice_coach.audio import recorder as recorder_module
from voice_coach.audio.duplex import Block
from voice_coach.audio.recorder import Recorder
recorder = Recorder(Path({str(path)!r}), {RATE})
one = np.full(80, 0.5, np.float32)
for at in range(0, round(3.9 * {RATE}), 80):
    recorder.add(Block(at, one, one))
os.kill(os.getpid(), 9)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    sound, _ = soundfile.read(path, dtype="float32")
    assert len(sound) == 3 * RATE
    assert np.allclose(sound, 0.5, atol=1e-4)


def test_full_disk_is_told_once_and_what_was_written_stays(
    tmp_path: Path, full_disk: Callable[[int], Any]
) -> None:
    recorder = Recorder(tmp_path / "a.wav", RATE)
    raised = 0
    with full_disk(2 * 4 * RATE + 1000):
        for block in blocks(5.0):
            try:
                recorder.add(block)
            except StorageFault as fault:
                raised += 1
                assert "a.wav cannot be written" in str(fault)
        recorder.close()
    assert raised == 1
    sound, _ = soundfile.read(tmp_path / "a.wav", dtype="float32")
    assert len(sound) >= 2 * RATE


def test_disk_that_fills_up_at_the_end_is_told(
    tmp_path: Path, full_disk: Callable[[int], Any]
) -> None:
    recorder = Recorder(tmp_path / "a.wav", RATE)
    for block in blocks(1.5):
        recorder.add(block)
    with full_disk(4 * RATE + 44), pytest.raises(StorageFault, match=r"a\.wav"):
        recorder.close()


def test_file_never_grows_beyond_what_a_wav_file_can_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "MOST_BYTES", 2 * 4 * RATE)
    recorder = Recorder(tmp_path / "a.wav", RATE)
    with pytest.raises(StorageFault, match="4 GiB"):
        for block in blocks(5.0):
            recorder.add(block)
    recorder.close()
    assert len(soundfile.read(tmp_path / "a.wav")[0]) == 2 * RATE


def test_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageFault, match=r"nowhere/a\.wav cannot be written"):
        Recorder(tmp_path / "nowhere" / "a.wav", RATE)
