"""Memory of processes, from Linux's /proc."""

from __future__ import annotations

from pathlib import Path

KINDS = ("Rss", "Pss", "Private_Clean", "Private_Dirty")


def resident(process: str) -> dict[str, float]:
    """Return Rss, Pss and Uss of a process ("self" or a number) in MB."""
    found = dict.fromkeys(KINDS, 0.0)
    for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
        name, _, rest = line.partition(":")
        if name in found:
            found[name] = int(rest.split()[0]) / 1024
    return {
        "Rss": found["Rss"],
        "Pss": found["Pss"],
        "Uss": found["Private_Clean"] + found["Private_Dirty"],
    }


def largest_child() -> dict[str, float]:
    """Return the memory of the largest child process."""
    found = [
        resident(child)
        for task in Path("/proc/self/task").iterdir()
        for child in (task / "children").read_text(encoding="ascii").split()
    ]
    return max(found, key=lambda one: one["Rss"])


def mapped(count: int) -> list[tuple[str, float]]:
    """Return the files and areas that use most of this process's memory, in MB."""
    sums: dict[str, float] = {}
    name = ""
    for line in Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines():
        words = line.split()
        if words[0].endswith(":"):
            if words[0] == "Rss:":
                sums[name] = sums.get(name, 0.0) + int(words[1]) / 1024
        else:
            name = Path(words[5]).name if len(words) > 5 else "anonymous"
    return sorted(sums.items(), key=lambda pair: -pair[1])[:count]
