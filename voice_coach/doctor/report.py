"""The findings for a report: as lines to read, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from voice_coach import __version__
from voice_coach.doctor.finding import Finding, exit_code

SCHEMA = 1
"""Rises when a key changes its meaning or goes; new keys and new figures may come at any time."""

_MARKS = {"ok": "ok", "warning": "WARN", "fault": "FAULT", "skipped": "-"}


def lines(finding: Finding) -> str:
    """Return a finding as a line, and its mend as a second one."""
    known = {k: v for k, v in finding.figures.items() if v is not None and v != ""}
    figures = ", ".join(f"{name} {value}" for name, value in known.items())
    first = f"{_MARKS[finding.state]:6}{finding.name}: {finding.what}."
    if figures:
        first += f" [{figures}]"
    mend = f"{finding.mend[:1].upper()}{finding.mend[1:]}."
    return f"{first}\n      {mend}" if finding.mend else first


def as_json(findings: Sequence[Finding]) -> str:
    """Return all findings as one JSON object; docs/use/doctor.md describes it."""
    report = {
        "schema": SCHEMA,
        "version": __version__,
        "exit_code": exit_code(findings),
        "findings": [asdict(finding) for finding in findings],
    }
    return json.dumps(report, indent=1, ensure_ascii=False)
