"""What every fault is asked: one clear line, a safe session, no pad beyond its cap; and counted."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from voice_coach.faults import Fault

PROPERTY = "fault"
"""Name of the property that carries a count to the summary (conftest.py)."""

LONGEST_LINE = 600
"""Characters of a line that can still be read; the paths in it are what is long."""

TRACEBACK = "Traceback (most recent call last)"


@dataclass
class Tally:
    """Counts the faults that one test tries.

    Attributes:
        tried: faults that were tried.
        survived: those after which all was as it should be.
        lost: entries, sentences or minutes that were acknowledged and are missing.
    """

    node: pytest.Item
    tried: int = 0
    survived: int = 0
    lost: int = 0

    def count(self, name: str, tried: int = 1, survived: int | None = None, lost: int = 0) -> None:
        """Count faults of one kind, once what is asked of them holds; the summary adds them up."""
        held = tried if survived is None else survived
        self.tried += tried
        self.survived += held
        self.lost += lost
        made = json.dumps([name, tried, held, lost])
        self.node.user_properties.append((PROPERTY, made))


def clear_line(fault: Fault) -> str:
    """Check that a fault is one line that can be read, with its mend; return it."""
    assert fault.what and fault.remedy
    assert fault.exit_code != Fault.exit_code, "1 is for bugs"
    return readable(str(fault))


def readable(line: str) -> str:
    """Check that a line is one line that a person can read; return it."""
    assert line.strip()
    assert line.isprintable(), repr(line)
    assert len(line) <= LONGEST_LINE, f"{len(line)} characters: {line[:200]}..."
    assert TRACEBACK not in line
    return line


def one_line(lines: Iterable[str]) -> str:
    """Check that exactly one line was printed, and return it."""
    printed = [line for text in lines for line in text.splitlines()]
    assert len(printed) == 1, printed
    return readable(printed[0])
