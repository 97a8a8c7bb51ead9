"""Rendering in another process: it may fail, be killed, or be slow; the coach goes on."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest

from voice_coach.audio.samples import Samples
from voice_coach.faults import VoiceFault
from voice_coach.speaking import Clips, Delivery, VoiceFiles
from voice_coach.speaking.cache import ClipCache
from voice_coach.speaking.render import Renderer
from voice_coach.speaking.voice import voice_hash
from voice_coach.speaking.worker import WorkerDied


@pytest.fixture
def renderer(voice: VoiceFiles) -> Iterator[Renderer]:
    renderer = Renderer(voice, Delivery())
    yield renderer
    renderer.close()


@pytest.fixture
def clips(voice: VoiceFiles, renderer: Renderer, tmp_path: Path) -> Clips:
    return Clips(voice, renderer, ClipCache(tmp_path), 24000)


def workers() -> list[int]:
    return [p.pid for p in multiprocessing.active_children() if p.pid is not None]


def kill_workers(future: Future[tuple[Samples, int]]) -> None:
    """Kill the worker once it is at work; before, it cannot be distinguished from others."""
    until = time.monotonic() + 20
    while not workers() and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.2)
    assert not future.done()
    for pid in workers():
        os.kill(pid, signal.SIGKILL)


@pytest.mark.slow
def test_same_text_is_rendered_the_same_every_time(renderer: Renderer, voice: VoiceFiles) -> None:
    other = Renderer(voice, Delivery())
    first, rate = renderer.render("Hold it gently.").result(60)
    second, _ = other.render("Hold it gently.").result(60)
    other.close()
    assert rate == 22050
    assert np.array_equal(first, second)
    assert 0.5 * rate < len(first) < 3 * rate


@pytest.mark.slow
def test_cue_sounds_the_same_fresh_and_from_the_cache(
    clips: Clips, voice: VoiceFiles, renderer: Renderer, tmp_path: Path
) -> None:
    fresh = clips.clip("Out. Let your back go soft.")
    kept = Clips(voice, renderer, ClipCache(tmp_path), 24000).get("Out. Let your back go soft.")
    assert isinstance(kept, np.ndarray)
    assert np.array_equal(fresh, kept)


@pytest.mark.slow
def test_killed_worker_is_replaced(clips: Clips, renderer: Renderer) -> None:
    future = renderer.render("Slowly bring your right knee towards your chest.")
    kill_workers(future)
    assert len(clips.take("Slowly bring your right knee towards your chest.", future)) > 24000
    assert renderer.idle


@pytest.mark.slow
def test_worker_killed_while_idle_is_replaced(clips: Clips, renderer: Renderer) -> None:
    clips.clip("One.")
    for pid in workers():
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.3)
    assert len(clips.clip("Two.")) > 2000


@pytest.mark.slow
def test_worker_that_is_killed_again_and_again_is_a_fault_and_not_the_end(
    clips: Clips, renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voice_coach.speaking.worker.TRIES", 1)
    future = renderer.render("Slowly lower your leg, and put your foot flat.")
    kill_workers(future)
    with pytest.raises(VoiceFault, match=r"could not be rendered .*Check free memory"):
        clips.take("Slowly lower your leg, and put your foot flat.", future)
    assert isinstance(future.exception(), WorkerDied)
    monkeypatch.undo()
    assert len(clips.clip("Out.")) > 2000


@pytest.mark.slow
def test_closing_ends_the_worker_and_the_next_cue_starts_another(
    clips: Clips, renderer: Renderer
) -> None:
    clips.clip("One.")
    before = workers()
    assert renderer.running
    renderer.close()
    until = time.monotonic() + 10
    while set(workers()) & set(before) and time.monotonic() < until:
        time.sleep(0.02)
    assert not set(workers()) & set(before)
    assert not renderer.running
    assert len(clips.clip("Two.")) > 2000


@pytest.mark.slow
def test_worker_does_not_outlive_a_killed_coach(voice: VoiceFiles, tmp_path: Path) -> None:
    script = tmp_path / "coach.py"
    script.write_text(f"""
import multiprocessing, os
from pathlib import Path
from voice_coach.speaking import Delivery, VoiceFiles
from voice_coach.speaking.render import Renderer
if __name__ == "__main__":
    files = VoiceFiles("v", Path({str(voice.model)!r}), Path({str(voice.config)!r}))
    Renderer(files, Delivery()).render("One.").result(60)
    print(*(p.pid for p in multiprocessing.active_children()), flush=True)
    os.kill(os.getpid(), 9)
""")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        env=environment,
        timeout=90,
    )
    (pid,) = done.stdout.split()
    until = time.monotonic() + 10
    while alive(int(pid)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(int(pid))


def alive(pid: int) -> bool:
    try:
        return "zombie" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def damaged(voice: VoiceFiles, folder: Path) -> VoiceFiles:
    files = VoiceFiles("broken", folder / "broken.onnx", folder / "broken.onnx.json")
    files.model.write_bytes(voice.model.read_bytes()[:1_000_000])
    shutil.copy(voice.config, files.config)
    return files


@pytest.mark.slow
def test_corrupt_voice_is_a_fault_with_its_mend(
    voice: VoiceFiles, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    files = damaged(voice, tmp_path)
    renderer = Renderer(files, Delivery())
    clips = Clips(files, renderer, ClipCache(tmp_path / "cues"), 24000)
    for _ in range(2):  # and again for the next cue, in the same words
        with pytest.raises(VoiceFault, match=r"broken\.onnx cannot be loaded.*models fetch broken"):
            clips.clip("One.")
    renderer.close()
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("missing", ["model", "config"])
def test_missing_voice_is_a_fault_with_its_mend(
    voice: VoiceFiles, tmp_path: Path, missing: str
) -> None:
    files = damaged(voice, tmp_path)
    getattr(files, missing).unlink()
    with pytest.raises(VoiceFault, match=r"broken\.onnx(\.json)? is missing.*models fetch broken"):
        Renderer(files, Delivery())


@pytest.mark.parametrize("content", ["", "{", "[]", '{"audio": {}}', '{"audio": 3}'])
def test_damaged_config_is_a_fault(voice: VoiceFiles, tmp_path: Path, content: str) -> None:
    files = damaged(voice, tmp_path)
    files.config.write_text(content)
    with pytest.raises(VoiceFault, match=r"broken\.onnx\.json is damaged"):
        Renderer(files, Delivery())


def test_voice_is_hashed_once_and_again_when_it_changes(voice: VoiceFiles, tmp_path: Path) -> None:
    files = damaged(voice, tmp_path)
    first = voice_hash(files, tmp_path / "cues")
    note = tmp_path / "cues" / "voice.json"
    note.write_text(note.read_text().replace(first, "remembered"))
    assert voice_hash(files, tmp_path / "cues") == "remembered"
    files.model.write_bytes(b"another voice")
    assert voice_hash(files, tmp_path / "cues") not in (first, "remembered")
    note.write_text("damaged")
    assert len(voice_hash(files, tmp_path / "cues")) == 64


def test_voice_that_cannot_be_read_is_a_fault(
    voice: VoiceFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = damaged(voice, tmp_path)
    monkeypatch.setattr(VoiceFiles, "check", lambda self: None)
    monkeypatch.setattr(
        Path, "open", lambda *a, **k: (_ for _ in ()).throw(OSError(5, "I/O error"))
    )
    with pytest.raises(VoiceFault, match=r"broken\.onnx cannot be read: I/O error"):
        voice_hash(files, tmp_path / "cues")
