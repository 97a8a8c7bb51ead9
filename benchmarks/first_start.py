"""The very first start: seconds to the first word, the most memory, seconds until all is rendered.

The child is what `voice-coach run` does with an empty cache, but for the sound card: its place is
taken by a sound without a device that keeps real time. Nobody speaks, as long as the first
questions are put and rendering goes on.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .common import ROOT, Goal, Report, Scale, Table, main
from .resident import resident

LOOK_SECONDS = 0.25
"""Between two looks at the memory: rendering a sentence takes about as long."""


def measure(scale: Scale) -> Report:
    """Start once with nothing rendered, and watch."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.time()
        child = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.child", "first", folder],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        seen: list[tuple[float, dict[str, float]]] = []
        while child.poll() is None:
            seen.append((time.time(), _tree(child.pid)))
            time.sleep(LOOK_SECONDS)
        assert child.stdout is not None
        lines = child.stdout.read().splitlines()
    if child.returncode or not lines:
        raise RuntimeError("the session could not be started")
    found: dict[str, float] = json.loads(lines[-1])
    first, ready, all_ = (found[key] - began for key in ("first word", "ready", "all"))
    most = {kind: max(now[kind] for _, now in seen) for kind in ("Rss", "Pss")}
    before = [now["CPU"] for at, now in seen if at <= found["first word"]]
    return Report(
        "first_start",
        [
            Table(
                "with an empty cache",
                ("", "measured"),
                [
                    ("s to the first word", first),
                    ("CPU s of all processes until then", max(before)),
                    ("s until heat and ice may begin", ready),
                    ("s until all is rendered", all_),
                    ("sentences", int(found["sentences"])),
                    ("most memory of all processes, Pss MB", most["Pss"]),
                    ("the same, Rss MB: what is shared counts twice", most["Rss"]),
                ],
            )
        ],
        [
            Goal("first start to the first word", first, 15.0, "s"),
            Goal("memory while rendering", most["Pss"], 250.0, "MB"),
        ],
    )


def _tree(root: int) -> dict[str, float]:
    """Return memory (MB) and CPU time (s) of a process and its descendants."""
    sums = {"Rss": 0.0, "Pss": 0.0, "CPU": 0.0}
    waiting = [str(root)]
    while waiting:
        process = waiting.pop()
        try:
            now = resident(process)
            times = (
                Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            )
            now["CPU"] = (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")
            tasks = list(Path(f"/proc/{process}/task").iterdir())
            for task in tasks:
                waiting += (task / "children").read_text(encoding="ascii").split()
        except (OSError, ValueError):
            continue  # it has just ended
        sums = {kind: sums[kind] + now[kind] for kind in sums}
    return sums


if __name__ == "__main__":
    main(measure, __doc__)
