"""What a probe finds: one thing that is ok or not, and its remedy; as lines and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

from voice_coach import __version__
from voice_coach.faults import Fault, sentence

State = Literal["ok", "warning", "fault", "skipped"]
"""A fault keeps the coach from working; a warning means that it works worse."""

Figure = float | int | str | bool | None
Figures = dict[str, Figure]

BUG = Fault.exit_code
"""Exit code of a probe that failed unexpectedly."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was examined.

    Attributes:
        name: of the probe.
        state: see `State`.
        what: the result, as a sentence without its full stop. It has no figures, as it is spoken:
            "late" helps a listener, 412 ms does not.
        remedy: what to do about it, likewise; "" if there is nothing to do.
        figures: the measurements; a name ends in its unit (level_db, delay_ms).
        code: the exit code (docs/use/faults.md) of a fault; 0 for everything else.
    """

    name: str
    state: State
    what: str
    remedy: str = ""
    figures: Figures = field(default_factory=dict)
    code: int = 0

    @property
    def sentences(self) -> str:
        """Result and remedy as sentences."""
        return " ".join(sentence(part) for part in (self.what, self.remedy) if part)


Probe = Callable[[], Finding]


def probed(name: str, probe: Probe) -> Finding:
    """Return what a probe finds. If the probe itself fails, that is a finding too."""
    try:
        return probe()
    except Exception as error:
        return from_error(name, error)


def from_error(name: str, error: Exception) -> Finding:
    """Return the finding for an error: a fault in its own words, any other error as a bug."""
    if isinstance(error, Fault):
        return Finding(name, "fault", error.what, error.remedy, code=error.exit_code)
    reason = f"{type(error).__name__}: {error}".splitlines()[0][:160]
    what = f"This could not be looked at ({reason})"
    return Finding(name, "fault", what, "please report this", code=BUG)


def exit_code(findings: Iterable[Finding]) -> int:
    """Return the exit code of the first fault; 0 without one."""
    return next((f.code for f in findings if f.state == "fault"), 0)


# --- reports

SCHEMA = 1
"""Raised when a key changes its meaning or disappears; new keys and figures may come at any
time."""

_MARKS = {"ok": "ok", "warning": "WARN", "fault": "FAULT", "skipped": "-"}


def lines(finding: Finding) -> str:
    """Return a finding as one line, its remedy as a second."""
    known = {k: v for k, v in finding.figures.items() if v is not None and v != ""}
    figures = ", ".join(f"{name} {value}" for name, value in known.items())
    first = f"{_MARKS[finding.state]:6}{finding.name}: {finding.what}."
    if figures:
        first += f" [{figures}]"
    return f"{first}\n      {sentence(finding.remedy)}" if finding.remedy else first


def as_json(findings: Sequence[Finding]) -> str:
    """Return all findings as one JSON object; docs/use/doctor.md describes it."""
    report = {
        "schema": SCHEMA,
        "version": __version__,
        "exit_code": exit_code(findings),
        # Schema 1 calls the remedy "mend".
        "findings": [
            {"mend" if key == "remedy" else key: value for key, value in asdict(finding).items()}
            for finding in findings
        ],
    }
    return json.dumps(report, indent=1, ensure_ascii=False)
