"""Run the coach of a source tree in separate processes, so that two versions can be compared.

The processes import `voice_coach` from that tree and nothing else of it; see `listener.py`. A tree
can be asked if it has `voice_coach.listening`; one older than that, with its own benchmarks.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from voice_coach.audio.samples import Samples

LISTENER = Path(__file__).with_name("listener.py")


@dataclass(frozen=True)
class Item:
    """Something to hear, or to read.

    Attributes:
        place: the name of the situation in which it is said.
        words: the text.
        sound: the sound, shape (frames,); either all items of a call have one, or none.
        stream: items of one stream are heard in sequence by one recogniser, an item without a
            stream by a fresh one.
    """

    place: str
    words: str = ""
    sound: Samples | None = None
    stream: str = ""


@dataclass(frozen=True)
class Act:
    """An action of the coach.

    Attributes:
        intent, value: the meaning it took. words: what it heard. at: frame of the item's sound at
        which it acted; 0 for text. early: it acted before the endpoint. how: how the words were
        matched.
    """

    intent: str
    value: int | None
    words: str
    at: int = 0
    early: bool = False
    how: str = ""


@dataclass(frozen=True)
class Answer:
    """The outcome of an item.

    Attributes:
        acts: the actions, in order.
        heard: every result, acted on or not.
    """

    acts: tuple[Act, ...]
    heard: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """The outcome of all items.

    Attributes:
        answers: one per item.
        grammar: place -> the words listened for there.
        cpu: CPU seconds, without starting.
    """

    answers: tuple[Answer, ...]
    grammar: Mapping[str, frozenset[str]] = field(default_factory=dict)
    cpu: float = 0.0


def ask(
    tree: Path,
    items: Sequence[Item],
    jobs: int = 1,
    *,
    grammar: bool = False,
    language: str = "en",
) -> Asked:
    """Return what the coach of a source tree makes of some items.

    Args:
        tree: the folder that holds its `voice_coach`.
        items: to be heard or read.
        jobs: how many processes at once.
        grammar: also return the words it listens for.
        language: what the coach speaks.

    Raises:
        RuntimeError: a process failed; the text is its last output.
    """
    with tempfile.TemporaryDirectory() as folder:
        parts = _shared_out(items, jobs)
        asked = {"grammar": grammar, "language": language}
        files = [
            _job(Path(folder), n, [items[i] for i in part], asked) for n, part in enumerate(parts)
        ]
        with ThreadPoolExecutor(len(files) or 1) as pool:
            found = list(pool.map(lambda file: _run(tree, file), files))
    answers: dict[int, Answer] = {}
    words: dict[str, frozenset[str]] = {}
    for part, made in zip(parts, found, strict=True):
        answers |= dict(zip(part, map(_answer, made["answers"]), strict=True))
        words |= {name: frozenset(known) for name, known in made["grammar"].items()}
    ordered = tuple(answers[index] for index in range(len(items)))
    return Asked(ordered, words, sum(made["cpu"] for made in found))


def _shared_out(items: Sequence[Item], jobs: int) -> list[list[int]]:
    """Return the indices of the items for each process; streams stay whole."""
    groups: dict[object, list[int]] = {}
    for index, item in enumerate(items):
        groups.setdefault((item.place, item.stream) if item.stream else index, []).append(index)
    parts: list[list[int]] = [[] for _ in range(jobs)]

    def work(part: Sequence[int]) -> int:
        sounds = (items[index].sound for index in part)
        return sum(1 if sound is None else len(sound) for sound in sounds)

    for group in sorted(groups.values(), key=work, reverse=True):
        min(parts, key=work).extend(group)
    return [sorted(part) for part in parts if part]


def _job(folder: Path, number: int, items: Sequence[Item], asked: Mapping[str, Any]) -> Path:
    sounds = [item.sound for item in items if item.sound is not None]
    rows: list[dict[str, Any]] = []
    start = 0
    for item in items:
        end = start + (0 if item.sound is None else len(item.sound))
        row = {"place": item.place, "words": item.words, "stream": item.stream}
        rows.append({**row, "start": start, "end": end})
        start = end
    raw = folder / f"{number}.raw"
    if sounds:
        whole = np.clip(np.rint(np.concatenate(sounds) * 32767), -32768, 32767)
        raw.write_bytes(whole.astype(np.int16).tobytes())
    job = {"items": rows, "sounds": str(raw) if sounds else "", **asked}
    file = folder / f"{number}.json"
    file.write_text(json.dumps(job), encoding="utf-8")
    return file


def _run(tree: Path, job: Path) -> dict[str, Any]:
    # -P: nothing is imported from the script's folder.
    command = [sys.executable, "-P", str(LISTENER)]
    env = {**os.environ, "PYTHONPATH": str(tree.resolve())}
    with job.open("rb") as given:
        done = subprocess.run(
            command, stdin=given, capture_output=True, text=True, env=env, check=False
        )
    if done.returncode != 0:
        raise RuntimeError(f"{tree}: {done.stderr.strip()[-800:]}")
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if Path(made["tree"]) != tree.resolve():
        raise RuntimeError(f"{tree}: voice_coach came from {made['tree']}")
    return made


def _answer(made: dict[str, Any]) -> Answer:
    acts = tuple(
        Act(
            act["intent"], act["value"], act["text"],
            act.get("at", 0), act.get("early", False), act.get("how", ""),
        )
        for act in made["commands"]
    )  # fmt: skip
    return Answer(acts, tuple(made["heard"]))
