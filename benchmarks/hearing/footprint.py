"""The cost of a model: disk, loading time, memory, processor."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from voice_coach.understanding.words import UNKNOWN

from ..common import ROOT, Cell, Goal, Report, Table, middle
from ..scenes.takes import CLEAN, pcm_of, silence
from .bench import Bench
from .ears import Ear

MEMORY_WANTED = 250.0
"""MB of a whole session, of which the model is a part."""

TAKES = 20

RUNS = (1, 3)
"""Number of runs, quick and full; the table has the medians."""


def measure(bench: Bench) -> Report:
    """Load each model in fresh processes, one after another."""
    rows = [_row(bench, ear.folder, ear.name) for ear in bench.ears]
    table = Table(
        "size, memory and speed, one process each",
        ("model", "MB on disk", "load s", "grammar ms", "MB before", "loaded", "heard", "RTF"),
        rows,
        "MB before, loaded, heard: resident (VmRSS) with Python and vosk, then with the model, "
        "then after a minute; RTF: CPU seconds for one second of sound, partial results included",
    )
    goals = [
        Goal(f"{row[0]}: memory of a process that hears", row[6], MEMORY_WANTED, "MB")
        for row in rows
        if isinstance(row[6], float)
    ]
    return Report("hearing-footprint", [table, _words(bench)], goals)


def size_of(folder: Path) -> float:
    """Return the size of a folder in MB."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6


def _row(bench: Bench, folder: Path, name: str) -> tuple[Cell, ...]:
    runs = [run(bench, folder) for _ in range(RUNS[bench.options.full])]

    def of(key: str) -> float:
        return middle(one[key] for one in runs) or 0.0

    memory = (of("empty"), of("loaded"), of("heard"))
    return (name, size_of(folder), of("load s"), 1000 * of("grammar s"), *memory, of("rtf"))


def run(bench: Bench, folder: Path) -> dict[str, float]:
    """Return what `child` measures in a process of its own."""
    sounds = [one.pcm for one in bench.takes("real", CLEAN)[:TAKES]]
    sounds += [one.pcm for one in bench.takes("synthetic words", CLEAN)[:TAKES]]
    sound = b"".join(sounds) or pcm_of(silence(30 * 16000, "footprint"))
    with tempfile.TemporaryDirectory() as place:
        # In files: all phrases are too long for a command line.
        file, grammar = Path(place) / "sound", Path(place) / "grammar.json"
        file.write_bytes(sound)
        grammar.write_text(json.dumps([*bench.lexis.phrases, UNKNOWN]), encoding="utf-8")
        command = [sys.executable, "-m", "benchmarks.hearing.child"]
        command += [str(folder), str(grammar), str(file)]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _words(bench: Bench) -> Table:
    rows: list[tuple[Cell, ...]] = [(ear.name, *_lacking(bench, ear)) for ear in bench.ears]
    return Table("words of the coach that a model lacks, and never hears", ("model", "n", ""), rows)


def _lacking(bench: Bench, ear: Ear) -> tuple[int, str]:
    lacking = ear.lacking(bench.lexis.phrases)
    return len(lacking), " ".join(lacking) or "none"
