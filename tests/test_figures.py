"""Figures in pages are those of the file of results."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from benchmarks import figures
from benchmarks.common import ROOT, Goal, Report, Table

PAGES = [path.relative_to(ROOT).as_posix() for path in figures.PAGES]


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_stale(name: str) -> None:
    page = (ROOT / name).read_text(encoding="utf-8")
    assert figures.MARKED.search(page)
    assert figures.rendered(page, figures.load()) == page, "type: python -m benchmarks.figures"


def test_every_table_of_results_is_in_one_page() -> None:
    shown = [key for name in PAGES for key in figures.keys((ROOT / name).read_text("utf-8"))]
    assert sorted(shown) == sorted(kept.key for kept in figures.load().table)


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    file = tmp_path / "figures.toml"
    figures.save(figures.load(), file)
    assert figures.load(file) == figures.load()
    assert file.read_text("utf-8") == figures.FILE.read_text("utf-8")


def test_a_benchmark_replaces_what_it_measured_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "figures.toml"
    figures.save(figures.load(), file)
    stages = Table(
        "seconds for each stage, median of 1", ("stage", "warm"), [("all", 0.5), ("x", None)]
    )
    figures.keep(
        Report("start", [stages], [Goal("warm start to the first word", 1.23456, 3.0, "s")]), file
    )
    before, after = figures.load(), figures.load(file)
    changed = [a for a, b in zip(after.figure, before.figure, strict=True) if a != b]
    assert [(one.what, one.value) for one in changed] == [("warm start to the first word", 1.23)]
    assert changed[0].date == datetime.date.today()
    tables = [a for a, b in zip(after.table, before.table, strict=True) if a != b]
    assert [table.key for table in tables] == ["start.stages"]
    assert tables[0].rows == [["all", 0.5], ["x", ""]]


def test_one_cell_of_a_table_may_be_a_figure(tmp_path: Path) -> None:
    file = tmp_path / "figures.toml"
    before = figures.load()
    figures.save(before, file)
    session = Table("rehearsals/session.toml, 3 runs", ("", "median"), [("  hearing", 0.0412)])
    figures.keep(Report("speed", [session]), file)
    pairs = zip(before.figure, figures.load(file).figure, strict=True)
    new = [now.value for was, now in pairs if now.value != was.value]
    assert new == [0.0412], "what was not measured stays"


def test_a_goal_that_is_missed_is_said() -> None:
    missed = [
        line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if "**missed" in line
    ]
    late = [
        one
        for one in figures.load().figure
        if one.goal is not None and (one.value < one.goal if one.least else one.value > one.goal)
    ]
    assert len(missed) == len(late)
