"""How soon somebody is helped: seconds to the first breath, movement and heat, and answers given.

Three kinds of people are rehearsed, now and before the coach gave relief first. What was before is
measured in a checkout of that commit, where the repository has it; else the rows of the last
measurement stand.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from voice_coach.app import cache_folder

from . import figures
from .common import ROOT, Cell, Goal, Report, Scale, Table, fill_cache, main, the_parts

BEFORE = "2f8bda8"
"""The last commit that asked all questions first."""

KEY, TITLE = "relief.seconds", "seconds from the first word"

RUN = Path(__file__).with_name("relief_run.py")
SCRIPTS, OLD = ROOT / "rehearsals", Path(__file__).with_name("relief_before")

MOMENTS = ("paced breath", "told to move", "knee to chest", "heat on")

STRETCH, HEAT = "knee to chest,paced breath", "heat on"

Reached = dict[str, tuple[float, int]]
"""Moment -> seconds on the sample clock, and answers given until then."""


@dataclass(frozen=True)
class Person:
    """A kind of person, by the scripts of a stretch and of heat.

    Attributes:
        name: as printed.
        stretch, heat: the scripts; those of `BEFORE` are relative to its checkout.
        after: the script of the day before, with the same journal.
    """

    name: str
    stretch: Path
    heat: Path
    after: Path | None = None


NOW = (
    Person("first time", SCRIPTS / "hurts.toml", SCRIPTS / "start_early.toml"),
    Person("impatient", SCRIPTS / "impatient.toml", SCRIPTS / "impatient_heat.toml"),
    Person(
        "returning",
        SCRIPTS / "returns.toml",
        SCRIPTS / "returns_heat.toml",
        SCRIPTS / "impatient.toml",
    ),
)

THEN = (
    Person("first time", Path("rehearsals/hurts.toml"), Path("rehearsals/start_early.toml")),
    Person("impatient", OLD / "impatient.toml", OLD / "impatient_heat.toml"),
)
"""Nothing was kept then: who returned was asked the same again."""


def measure(scale: Scale) -> Report:
    """Rehearse all of them. Everything is on the sample clock: once is enough."""
    del scale
    fill_cache(the_parts())
    now = {person.name: _rehearse(person, ROOT) for person in NOW}
    rows = [*_before(), *(_row(f"{name}, now", reached) for name, reached in now.items())]
    return Report(
        "relief",
        [
            Table(
                f"{TITLE}, and in brackets the answers given until then",
                ("", *MOMENTS),
                rows,
                "Who returned before was asked as at the first time: nothing was kept. "
                f"The first word comes {now['first time']['first word'][0]:.1f} s after the start "
                "of a session that is loaded.",
            )
        ],
        [
            _goal(now, "first time", "paced breath", 10),
            _goal(now, "first time", "told to move", 75),
            _goal(now, "first time", "heat on", 100),
            _goal(now, "impatient", "told to move", 75),
            _goal(now, "impatient", "heat on", 100),
            _goal(now, "returning", "told to move", 45),
        ],
    )


def _goal(now: dict[str, Reached], name: str, moment: str, wanted: float) -> Goal:
    return Goal(f"{name}: {moment}", _seconds(now[name], moment), wanted, "s")


def _seconds(reached: Reached, moment: str) -> float:
    return round(reached[moment][0] - reached["first word"][0], 1)


def _row(name: str, reached: Reached) -> tuple[Cell, ...]:
    cells = (f"{_seconds(reached, m):.0f} ({reached[m][1]})" for m in MOMENTS)
    return (name, *cells)


def _before() -> list[tuple[Cell, ...]]:
    """Return the rows of the commit before, measured if it can be, else as they were kept."""
    with _checkout() as tree:
        if tree is not None:
            return [_row(f"{p.name}, before", _rehearse(p, tree)) for p in THEN]
    print(f"commit {BEFORE} is not here: its rows are those kept in {figures.FILE.name}")
    kept = next((t.rows for t in figures.load().table if t.key == KEY), [])
    return [tuple(row) for row in kept if str(row[0]).endswith(", before")]


@contextmanager
def _checkout() -> Iterator[Path | None]:
    """Give a checkout of the commit before, or None where the repository does not have it."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "before"
        add = ["git", "worktree", "add", "--quiet", "--detach", str(tree), BEFORE]
        if subprocess.run(add, cwd=ROOT, stderr=subprocess.DEVNULL).returncode:
            yield None
            return
        try:
            yield tree
        finally:
            remove = ["git", "worktree", "remove", "--force", str(tree)]
            subprocess.run(remove, cwd=ROOT, check=True)


def _rehearse(person: Person, tree: Path) -> Reached:
    """Return when a person comes to each moment, in two rehearsals and perhaps one before."""
    reached: Reached = {}
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "journal.db"
        if person.after is not None:
            _run(tree, person.after, "", str(journal))
        for script, until in ((person.heat, HEAT), (person.stretch, STRETCH)):
            if person.after is None:
                reached |= _run(tree, script, until)
            else:
                copied = shutil.copy(journal, Path(folder) / f"{script.stem}.db")
                reached |= _run(tree, script, until, str(copied), "24")
    return reached


def _run(tree: Path, script: Path, until: str, *journal: str) -> Reached:
    cache = str(cache_folder(the_parts().settings))
    print(f"{script.stem} in {tree.name}", flush=True)
    command = [sys.executable, str(RUN), str(script), until, cache, *journal]
    done = subprocess.run(command, cwd=tree, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, tuple[float, int]] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main(measure, __doc__)
