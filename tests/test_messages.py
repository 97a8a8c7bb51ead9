"""What is to be typed keeps its case: it stands in backticks, and begins no remedy without them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from voice_coach.faults import Fault, sentence

ROOT = Path(__file__).resolve().parents[1]

COMMAND = re.compile(
    r"\b(voice-coach (run|check|doctor|history|service|devices|say|hear|understand|rehearse|render"
    r"|models|mqtt|words)\b|pip install|sudo \w|systemctl )"
)

QUOTED = re.compile(r"`[^`]*`")

ALONE = re.compile(r"([Tt]ype|To use it):  ?")
"""After these a command stands at the end of its line, without a full stop."""


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module that aren't docstrings, each with its line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    notes = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    inside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
        if part is not node
    }
    for node in ast.walk(tree):
        if id(node) in notes | inside:
            continue
        if isinstance(node, ast.JoinedStr):
            yield (
                node.lineno,
                "".join(str(p.value) if isinstance(p, ast.Constant) else "x" for p in node.values),
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


MODULES = sorted((ROOT / "voice_coach").rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_commands_stand_in_backticks(path: Path) -> None:
    bare = [
        f"line {line}: {text}"
        for line, text in texts(path)
        if COMMAND.search(QUOTED.sub("", text)) and not ALONE.search(text)
    ]
    assert not bare, "\n".join(bare)


@pytest.mark.parametrize(
    ("remedy", "shown"),
    [
        ("free some space", "Free some space."),
        ("type `voice-coach render`, once", "Type `voice-coach render`, once."),
        ("`voice-coach models verify` says more", "`voice-coach models verify` says more."),
        ("did you mean pace?", "Did you mean pace?"),
    ],
)
def test_a_remedy_is_a_sentence(remedy: str, shown: str) -> None:
    assert sentence(remedy) == shown
    assert str(Fault("It is so", remedy)) == f"It is so. {shown}"
