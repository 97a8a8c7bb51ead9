"""Memory of a session, as Linux counts it (Rss, Pss, Uss), in MB."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from typing import Any

from .common import ROOT, Cell, Goal, Report, Scale, Table, fill_cache, main, middle, the_parts


def measure(scale: Scale) -> Report:
    """Run rehearsals in fresh processes and look at them."""
    fill_cache(the_parts())
    runs = [_run() for _ in range(scale.pick(1, 3))]
    rows: list[tuple[Cell, ...]] = []
    for stage in ("after start", "with the worker", "worker", "at the end of a rehearsal"):
        found = [run["stages"][stage] for run in runs]
        rows.append((stage, *(middle(f[kind] for f in found) for kind in ("Rss", "Pss", "Uss"))))
    both = [float(a) + float(b) for a, b in zip(rows[1][1:], rows[2][1:], strict=True) if a and b]
    rows.insert(3, ("session and worker together", *both))
    most = max(run["most"] for run in runs)
    rows.append(("most seen without the worker", most, None, None))
    places: list[tuple[Cell, ...]] = [(name, size) for name, size in runs[0]["mapped"]]
    return Report(
        "memory",
        [
            Table(
                f"a session, MB, {len(runs)} runs",
                ("", "Rss", "Pss", "Uss"),
                rows,
                "worker: the process of piper, there only while cues are rendered",
            ),
            Table("where it is, MB resident at the end", ("file or area", "Rss"), places),
        ],
        [Goal("memory of a session", most, 250, "MB")],
    )


def _run() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.child", "memory", folder]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    print(done.stderr, end="", file=sys.stderr)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main(measure, __doc__)
