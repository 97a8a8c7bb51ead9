"""Counts what the tests of faults tried, and prints the table of docs/use/faults.md behind them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults.elsewhere import ELSEWHERE
from tests.faults.tally import PROPERTY, Tally

KILLED = re.compile(r"'killed': (\d+)")
"""test_killed.py prints how many sessions it killed."""


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    """Counts; a test that counts nothing has forgotten to."""
    made = Tally(request.node)
    yield made
    failed = getattr(request.node, "rep_failed", False)
    assert made.tried or failed


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    if report.when == "call" and not report.passed:
        item.rep_failed = True  # type: ignore[attr-defined]
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the table: as Markdown, so that it can be put into docs/use/faults.md as it is."""
    rows: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for outcome in ("passed", "failed", "xfailed", "xpassed"):
        for report in terminalreporter.stats.get(outcome, ()):
            for row, counts in _counted(report, outcome):
                rows[row] = [a + b for a, b in zip(rows[row], counts, strict=True)]
    if not rows:
        return
    terminalreporter.section("faults tried")
    print_line = terminalreporter.write_line
    print_line("| fault | tried | survived | lost | test |")
    print_line("|---|---|---|---|---|")
    for (name, place), (tried, survived, lost) in rows.items():
        print_line(f"| {name} | {tried} | {survived} | {lost} | `{place}` |")
    tried, survived, lost = (sum(counts) for counts in zip(*rows.values(), strict=True))
    print_line(f"| all | {tried} | {survived} | {lost} | |")


def _counted(report: Any, outcome: str) -> Iterator[tuple[tuple[str, str], list[int]]]:
    if getattr(report, "when", "call") != "call":
        return
    place = report.nodeid.partition("::")[0].removeprefix("tests/")
    for name, value in report.user_properties:
        if name == PROPERTY:
            fault, *counts = json.loads(value)
            yield (fault, place), counts
    if outcome == "failed" and place.startswith("faults/"):
        yield (f"FAILED: {report.nodeid.partition('::')[2]}", place), [1, 0, 0]
    if outcome == "xfailed" and place.startswith("faults/"):
        reason = getattr(report, "wasxfail", "")
        yield (f"NOT SURVIVED YET: {reason.rpartition(': ')[2]}", place), [1, 0, 0]
    for start, fault in ELSEWHERE:
        if report.nodeid.removeprefix("tests/").startswith(start):
            killed = KILLED.search(report.capstdout)
            tried = int(killed[1]) if killed else 1
            survived = tried if outcome == "passed" else 0
            yield (fault, place), [tried, survived, 0]
            return
