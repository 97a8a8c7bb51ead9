"""Write measured figures into pages: `python -m benchmarks.figures`, after a benchmark's `--keep`.

All figures of pages stand in one file, docs/lab/figures.toml, with the command that printed them,
the commit and the date. A benchmark that is run with `--keep` replaces there what it measured; this
command writes the file's tables between the markers in the pages:

    <!-- figures -->            all single figures, as in the README
    <!-- table: speed.parts --> the table of this key
    <!-- end -->
"""

from __future__ import annotations

import argparse
import datetime
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from .common import ROOT, Cell, Report, Table, text

FILE = ROOT / "docs" / "lab" / "figures.toml"

PAGES = (ROOT / "README.md", ROOT / "docs" / "lab" / "figures.md")

MARKED = re.compile(
    r"(?P<begin><!-- (?:figures|table: (?P<key>[\w.]+)) -->\n).*?(?P<end><!-- end -->)", re.DOTALL
)


class Source(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Where figures come from.

    Fields: `command` prints them; `commit` and `date` say when it did; `found` is the path to them
    in what the command reports: the report's name, the beginning of a table's title (or "goal"),
    and for a single figure the row's name (or the goal's) and the column. Without it they are
    gathered from several tables, and no command replaces them.
    """

    command: str
    commit: str
    date: datetime.date
    found: tuple[str, ...] = ()


class Figure(Source, forbid_unknown_fields=True, kw_only=True):
    """One value, and the goal that was set for it: at most `goal`, or at least."""

    what: str
    value: float
    unit: str = ""
    goal: float | None = None
    least: bool = False


class Kept(Source, forbid_unknown_fields=True, kw_only=True):
    """One table of a page; cells are strings or numbers."""

    key: str
    columns: list[str]
    rows: list[list[str | int | float]]


class Results(msgspec.Struct, forbid_unknown_fields=True):
    """All of the file."""

    figure: list[Figure]
    table: list[Kept]


def load(path: Path = FILE) -> Results:
    """Read the file of results.

    Raises:
        msgspec.ValidationError: it is not laid out as above.
    """
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Results)


def save(results: Results, path: Path = FILE) -> None:
    """Write the file of results."""
    path.write_text("\n".join(_toml(results)), encoding="utf-8")


def keep(report: Report, path: Path = FILE) -> None:
    """Put what a benchmark measured in place of what stands in the file, and say what was found."""
    results = load(path)
    commit, today = _commit(), datetime.date.today()
    for one in results.figure:
        value = _value(report, one.found) if one.found[:1] == (report.name,) else None
        if value is not None:
            one.value, one.commit, one.date = float(f"{value:.3g}"), commit, today
            print(f"kept: {one.what}: {one.value:g}")
    for kept in results.table:
        table = _table(report, kept.found) if kept.found[:1] == (report.name,) else None
        if table is not None:
            kept.columns = list(table.columns)
            kept.rows = [["" if cell is None else cell for cell in row] for row in table.rows]
            kept.commit, kept.date = commit, today
            print(f"kept: the table {kept.key}")
    save(results, path)


def rendered(page: str, results: Results) -> str:
    """Return a page with its figures as they stand in the results.

    Raises:
        KeyError: a marker names a table that is not there.
    """
    tables = {kept.key: kept for kept in results.table}

    def put(match: re.Match[str]) -> str:
        key = match["key"]
        lines = _figures(results.figure) if key is None else _one_table(tables[key])
        return match["begin"] + "\n".join(lines) + "\n" + match["end"]

    return MARKED.sub(put, page)


def keys(page: str) -> list[str]:
    """Return the keys of the tables that a page shows."""
    return [match["key"] for match in MARKED.finditer(page) if match["key"]]


# --- Markdown


def _figures(figures: Iterable[Figure]) -> Iterator[str]:
    yield from _markdown(
        ["", "measured", "goal", "printed by", "on"],
        (
            [
                one.what,
                f"{one.value:g} {one.unit}".strip(),
                _goal(one),
                f"`{one.command}`",
                f"{one.date} at {one.commit}",
            ]
            for one in figures
        ),
    )


def _goal(one: Figure) -> str:
    if one.goal is None:
        return ""
    met = one.value >= one.goal if one.least else one.value <= one.goal
    bound = "at least" if one.least else "at most"
    goal = f"{one.goal:g} {one.unit}".strip()
    return f"{bound} {goal}" if met else f"{bound} {goal}: **missed**"


def _one_table(kept: Kept) -> Iterator[str]:
    yield from _markdown(kept.columns, kept.rows)
    yield ""
    yield f"(`{kept.command}` on {kept.date} at {kept.commit})"


def _markdown(columns: Iterable[str], rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    columns = list(columns)
    yield _row(columns)
    yield "|" + "---|" * len(columns)
    yield from (_row([text(cell) for cell in row]) for row in rows)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


# --- what a benchmark reports


def _value(report: Report, found: tuple[str, ...]) -> float | None:
    _, title, row, *column = found
    if title == "goal":
        return next((goal.measured for goal in report.goals if goal.what == row), None)
    table = _table(report, found)
    if table is None or column[0] not in table.columns:
        return None
    at = table.columns.index(column[0])
    cell = next((cells[at] for cells in table.rows if str(cells[0]).strip() == row), None)
    return float(cell) if isinstance(cell, int | float) else None


def _table(report: Report, found: tuple[str, ...]) -> Table | None:
    return next((table for table in report.tables if table.title.startswith(found[1])), None)


def _commit() -> str:
    """Return the short name of the commit that is checked out, with "+" if files differ from it."""
    name = _git("rev-parse", "--short=7", "HEAD").strip()
    return f"{name}+" if _git("status", "--porcelain", "--untracked-files=no").strip() else name


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout


# --- TOML


def _toml(results: Results) -> Iterator[str]:
    yield "# Every measured figure of the pages. `python -m benchmarks.NAME --keep` writes what"
    yield "# it measures here; `make figures` writes the pages from it. See benchmarks/figures.py."
    for name, entries in (("figure", results.figure), ("table", results.table)):
        for entry in entries:
            yield f"\n[[{name}]]"
            for key, value in msgspec.structs.asdict(entry).items():
                if value is not None and value is not False and value not in ((), ""):
                    yield from _pair(key, value)
    yield ""


def _pair(key: str, value: Any) -> Iterator[str]:
    if key == "rows":
        yield "rows = ["
        yield from (f"  {json.dumps(row, ensure_ascii=False)}," for row in value)
        yield "]"
    elif isinstance(value, datetime.date):
        yield f"{key} = {value}"
    elif isinstance(value, float):
        yield f"{key} = {value:g}"
    else:
        # The strings, numbers and lists of JSON are also those of TOML.
        yield f"{key} = {json.dumps(value, ensure_ascii=False)}"


def main() -> int:
    """Write the pages, or with --check only say which are stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if one is stale")
    given = parser.parse_args()
    results, stale = load(), False
    for path in PAGES:
        old = path.read_text(encoding="utf-8")
        new = rendered(old, results)
        if new != old:
            stale = True
            print(f"{path.relative_to(ROOT)}: {'stale' if given.check else 'written'}")
            if not given.check:
                path.write_text(new, encoding="utf-8")
    return 1 if stale and given.check else 0


if __name__ == "__main__":
    sys.exit(main())
