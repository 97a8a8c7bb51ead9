"""What a probe finds: one thing that is in order or not, with its mend; as lines and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

from voice_coach import __version__
from voice_coach.faults import Fault

State = Literal["ok", "warning", "fault", "skipped"]
"""A fault keeps the coach from working, a warning makes it work worse."""

Figure = float | int | str | bool | None
Figures = dict[str, Figure]

BUG = Fault.exit_code
"""Exit code of a probe that failed in a way nobody foresaw."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: of the probe.
        state: see `State`.
        what: how it is, as a sentence without its full stop. Free of figures, as it is spoken:
            whoever listens is helped by "late", not by 412 ms.
        mend: what to do about it, likewise; "" where nothing is to be done.
        figures: what was measured; the unit is the last part of a name (level_db, delay_ms).
        code: the exit code (docs/use/faults.md) of a fault; 0 for everything else.
    """

    name: str
    state: State
    what: str
    mend: str = ""
    figures: Figures = field(default_factory=dict)
    code: int = 0

    @property
    def sentences(self) -> str:
        """What is wrong and its mend, as sentences."""
        return " ".join(f"{part[:1].upper()}{part[1:]}." for part in (self.what, self.mend) if part)


Probe = Callable[[], Finding]


def probed(name: str, probe: Probe) -> Finding:
    """Return what a probe finds. Its own failure is a finding too, and stops no other probe."""
    try:
        return probe()
    except Exception as error:
        return from_error(name, error)


def from_error(name: str, error: Exception) -> Finding:
    """Return the finding that an error is: a fault as it says itself, any other as a bug."""
    if isinstance(error, Fault):
        return Finding(name, "fault", error.what, error.remedy, code=error.exit_code)
    reason = f"{type(error).__name__}: {error}".splitlines()[0][:160]
    what = f"This could not be looked at ({reason})"
    return Finding(name, "fault", what, "please report this", code=BUG)


def exit_code(findings: Iterable[Finding]) -> int:
    """Return the exit code of the first fault; 0 if there is none."""
    return next((f.code for f in findings if f.state == "fault"), 0)


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
