"""How long a start takes, from the launch of a fresh process to the first word."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time

from voice_coach.app import cache_folder
from voice_coach.session import WAKE_SECONDS

from .common import ROOT, Cell, Goal, Report, Scale, Table, fill_cache, main, middle, the_parts

STAGES = (
    "process",
    "imports",
    "book and settings",
    "hearing model",
    "voice and clip cache",
    "session",
)


def measure(scale: Scale) -> Report:
    """Start warm and cold in turn; profile the imports."""
    parts = the_parts()
    fill_cache(parts)
    warm_cache = str(cache_folder(parts.settings))
    warm: list[dict[str, float]] = []
    cold: list[dict[str, float]] = []
    for turn in range(scale.pick(5, 11)):
        warm.append(_started(warm_cache))
        if turn < scale.pick(2, 5):
            with tempfile.TemporaryDirectory() as folder:
                cold.append(_started(folder))
    rows: list[tuple[Cell, ...]] = [
        (stage, middle(run[stage] for run in warm), middle(run[stage] for run in cold))
        for stage in (*STAGES, "first sound")
    ]
    totals = [middle(run["total"] for run in runs) or 0.0 for runs in (warm, cold)]
    rows.append(("all", *totals))
    rows.append(("with 1 s of silence", *(total + WAKE_SECONDS for total in totals)))
    slowest = [max(run["total"] for run in runs) for runs in (warm, cold)]
    rows.append(("all, slowest run", *slowest))
    return Report(
        "start",
        [
            Table(
                f"seconds for each stage, median of {len(warm)} warm and {len(cold)} cold starts",
                ("stage", "warm", "cold"),
                rows,
                "first sound: blocks run faster than they sound, so the silence that wakes the "
                "loudspeaker costs nothing here; cold: an empty clip cache, all else in memory",
            ),
            _imports(),
        ],
        [Goal("warm start to the first word", totals[0] + WAKE_SECONDS, 3.0, "s")],
    )


def _started(cache: str) -> dict[str, float]:
    """Start once; return the seconds of each stage."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.child", "start", cache]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    moments: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    made: dict[str, float] = {}
    before = began
    for stage in (*STAGES, "first sound"):
        made[stage] = moments[stage] - before
        before = moments[stage]
    return made | {"total": before - began}


def _imports() -> Table:
    """Profile the imports of a session; the median of three."""
    sums: dict[str, list[float]] = {}
    for _ in range(3):
        for name, seconds in _import_once().items():
            sums.setdefault(name, []).append(seconds)
    medians = {name: middle(values) or 0.0 for name, values in sums.items()}
    top = sorted(medians.items(), key=lambda pair: -pair[1])[:16]
    rows: list[tuple[Cell, ...]] = [(name, seconds * 1000) for name, seconds in top]
    rows.append(("all", sum(medians.values()) * 1000))
    return Table(
        "imports of a session, by package, own time",
        ("package", "ms"),
        rows,
        "python -X importtime, which itself costs time: for comparing",
    )


def _import_once() -> dict[str, float]:
    code = "import voice_coach.cli.main, voice_coach.cli.run, vosk"
    command = [sys.executable, "-X", "importtime", "-c", code]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    made: dict[str, float] = {}
    for line in done.stderr.splitlines():
        fields = line.removeprefix("import time:").split("|")
        if len(fields) == 3 and fields[0].strip().isdigit():
            name = fields[2].strip()
            root = name.split(".")[0]
            package = root if root not in sys.stdlib_module_names else "the standard library"
            made[package] = made.get(package, 0.0) + int(fields[0]) / 1e6
    return made


if __name__ == "__main__":
    main(measure, __doc__)
