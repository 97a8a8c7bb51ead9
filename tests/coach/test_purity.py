"""The coach is pure: it imports nothing that hears, speaks, waits, remembers or rolls dice."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from voice_coach import coach

FILES = sorted(Path(str(coach.__file__)).parent.rglob("*.py"))

ALLOWED = frozenset(
    {
        "__future__",
        "collections",
        "dataclasses",
        "enum",
        "functools",
        "heapq",
        "itertools",
        "math",
        "msgspec",
        "re",
        "types",
        "typing",
        "voice_coach.coach",
        "voice_coach.faults",
        "voice_coach.understanding",
    }
)
"""Modules and packages, with all that is in them."""


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports are not seen here"
            yield node.module or ""


def is_allowed(name: str) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in ALLOWED)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_coach_imports_only_what_is_pure(path: Path) -> None:
    names = imported(ast.parse(path.read_text(encoding="utf-8")))
    assert not [name for name in names if not is_allowed(name)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_coach_neither_opens_nor_prints(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not names & {"open", "print", "input", "exec", "eval", "__import__"}
