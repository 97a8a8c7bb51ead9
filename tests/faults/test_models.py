"""Damage to the files of the hearing model and of the voice: found before it does harm.

Kaldi checks little of what it reads: a flipped bit may make it abort, or take the whole process
with it. So each is tried in a process of its own, and the program compares hashes before Kaldi
sees a file.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.faults.tally import Tally, clear_line, readable
from voice_coach import models
from voice_coach.app import Parts
from voice_coach.faults import VoiceFault
from voice_coach.speaking import VoiceFiles
from voice_coach.speaking.voice import load_piper

SEEDS = 32

PARTS = (
    "am/final.mdl",
    "graph/HCLr.fst",
    "graph/Gr.fst",
    "graph/phones/word_boundary.int",
    "graph/disambig_tid.int",
    "conf/model.conf",
    "conf/mfcc.conf",
)

LOADER = """
import json, os, signal, sys
from pathlib import Path
import numpy as np
import vosk
from voice_coach.faults import ModelFault
from voice_coach.hearing import load_model
sound = np.random.default_rng(1).standard_normal(16000) * 3000
for folder in sys.argv[1:]:
    child = os.fork()
    if child == 0:
        signal.alarm(5)
        try:
            model = load_model(Path(folder))
            recogniser = vosk.KaldiRecognizer(model, 16000, json.dumps(["stop", "heat", "[unk]"]))
            recogniser.AcceptWaveform(sound.astype("<i2").tobytes())
            recogniser.FinalResult()
        except ModelFault as fault:
            print("refused", str(fault).replace("\\n", "|"), flush=True)
            os._exit(ModelFault.exit_code)
        except BaseException as error:
            print("raised", type(error).__name__, flush=True)
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(json.dumps([folder, os.waitstatus_to_exitcode(status)]), flush=True)
"""
"""Loads models one after another, each in a process of its own, and tells how each ended."""


def flipped(raw: bytes, dice: random.Random) -> bytes:
    """One to eight bits of it, turned over."""
    made = bytearray(raw)
    for _ in range(dice.choice([1, 1, 2, 8])):
        made[dice.randrange(len(made))] ^= 1 << dice.randrange(8)
    return bytes(made) if bytes(made) != raw else flipped(raw, dice)


def cut(raw: bytes, dice: random.Random) -> bytes:
    return raw[: dice.randrange(len(raw))]


def damaged(whole: Path, folder: Path, seed: int) -> tuple[Path, str]:
    """A copy of the model with one file damaged; returns it, and which file."""
    dice = random.Random(seed)
    made = folder / str(seed) / whole.name
    made.parent.mkdir()
    # Links are enough for what stays whole: nothing writes to it.
    shutil.copytree(whole, made, copy_function=os.link)
    name = PARTS[seed % len(PARTS)] if seed % 2 else dice.choice(PARTS[:3])
    raw = (made / name).read_bytes()
    (made / name).unlink()
    (made / name).write_bytes((cut if seed % 4 == 3 else flipped)(raw, dice))
    return made, name


@pytest.fixture(scope="module")
def copies(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, str]]:
    folder = tmp_path_factory.mktemp("models")
    whole = folder / "whole" / parts.model_folder.name
    shutil.copytree(parts.model_folder, whole)
    return [damaged(whole, folder, seed) for seed in range(SEEDS)]


def test_start_finds_every_flipped_bit(copies: list[tuple[Path, str]], tally: Tally) -> None:
    """What `run` and all other commands look at before vosk is given the model."""
    for folder, name in copies:
        problems = models.quick_check(folder)
        assert [problem.path for problem in problems] == [folder / name]
        clear_line(models.fault_from(problems))
        tally.count("hearing model: bits flipped or cut, found at the start")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="a child is made by forking")
def test_what_vosk_makes_of_them(copies: list[tuple[Path, str]], tally: Tally) -> None:
    """Without that check. It shows what the check is for, and that a crash stays in its process."""
    folders = [str(folder) for folder, _ in copies]
    done = subprocess.run(
        [sys.executable, "-c", LOADER, *folders],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen: Counter[str] = Counter()
    for line in done.stdout.splitlines():
        if line.startswith("refused"):
            readable(line)
        elif line.startswith("raised"):
            seen["raised"] += 1
        else:
            _, code = json.loads(line)
            kinds = {0: "taken", 5: "refused", -signal.SIGALRM: "hung"}
            seen[kinds.get(code, "crashed" if code < 0 else "raised?")] += 1
    print(dict(seen))
    assert not seen["raised"] and not seen["raised?"]
    ended = ("refused", "taken", "hung", "crashed")
    assert sum(seen[kind] for kind in ended) == SEEDS
    # Only what is refused in one line, or hears on, is survived without the hashes.
    for kind in ended:
        if seen[kind]:
            held = seen[kind] if kind in ("refused", "taken") else 0
            tally.count(
                f"hearing model: the same without that check, {kind} by vosk", seen[kind], held
            )


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
def test_whole_program_ends_with_one_line(
    parts: Parts, tmp_path: Path, seed: int, tally: Tally
) -> None:
    folder, name = damaged(parts.model_folder, tmp_path, seed)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "voice_coach", "--set", f"hearing_model={folder}"),
            *("--set", f"cache_folder={parts.settings.cache_folder}"),
            *("rehearse", "hurts"),
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 5, done.stderr
    assert done.stderr.count("\n") == 1
    assert name in readable(done.stderr.strip())
    tally.count("hearing model: bits flipped, the whole program")


@pytest.mark.slow
def test_damaged_voice(voice: VoiceFiles, tmp_path: Path, tally: Tally) -> None:
    """Refused in one line, or it speaks: with other numbers in it, it may sound wrong."""
    raw = voice.model.read_bytes()
    seen: Counter[str] = Counter()
    config = tmp_path / "broken.onnx.json"
    shutil.copy(voice.config, config)
    for seed in range(6):
        dice = random.Random(seed)
        path = tmp_path / "broken.onnx"
        if seed % 3 == 0:
            made = cut(raw, dice)
        elif seed % 3 == 1:  # the names and shapes at the beginning
            made = flipped(raw[:4000], dice) + raw[4000:]
        else:
            made = flipped(raw, dice)
        path.write_bytes(made)
        try:
            loaded = load_piper(VoiceFiles("broken", path, config))
        except VoiceFault as fault:
            assert "broken.onnx" in clear_line(fault)
            seen["refused"] += 1
            continue
        del loaded
        seen["loaded"] += 1
    print(dict(seen))
    assert seen["refused"]
    tally.count("voice: bits flipped or cut", sum(seen.values()))
