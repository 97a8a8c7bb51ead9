"""The words of the house: no calques, one word for one thing, contractions in what is spoken."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]

PAGES = (
    "README.md",
    *sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "docs").rglob("*.md")),
)
"""Pages that are checked."""

WRITTEN = {
    r"can not": "cannot",
    r"(is|are|was|were|being|been|not) told": "the subject hears, learns, reports ...",
    r"told of": "reported",
    r"behind": "after, of time; with, of a checksum",
    r"for ever": "forever",
    r"anew": "again; re-",
    r"by so (much|many)": "by this many; by that much",
    r"for so long": "how long; for this many seconds",
    r"at the most": "at most",
    r"mend(s|ed|ing)?": "fix; remedy",
    r"shall": "must; is to; should",
    r"gone on with": "continued",
    r"no longer than some": "for at most",
}
"""Pattern, as a whole word, and what to say instead, in comments, docstrings, messages, pages."""

ALLOWED = ("behind real time", "Shall we", '"mend"', "`mend`", '"anew"')
"""Uses of these words that are right: lag, a question, a key of the JSON, a word
that is no command."""

SPOKEN = {
    r"(do|does|did|is|are|was|were|has|have|had|will|would|must|could|should) not": "a contraction",
    r"can ?not": "can't",
    r"(?<!here )(I|you|we|they|it|that|there) (am|are|is|will|would)(?= [a-z])": "a contraction",
    r"let us": "let's",
}
"""The same for what the coach says."""


def found(text: str, rules: dict[str, str], allowed: tuple[str, ...] = ()) -> list[str]:
    """Return the places where a text breaks a rule, each with what to say instead."""
    for use in allowed:
        text = text.replace(use, "")
    flat = re.sub(r"\s+", " ", text)
    return [
        f"...{flat[max(0, hit.start() - 30) : hit.end() + 30]}...: say {better}"
        for pattern, better in rules.items()
        for hit in re.finditer(rf"\b{pattern}\b", flat, re.IGNORECASE)
    ]


def prose(source: str) -> Iterator[tuple[int, str]]:
    """Yield the comments and texts of a module, each with its line; adjacent ones as one."""
    held, since = list[str](), 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.COMMENT, tokenize.STRING):
            since = since if held else token.start[0]
            held.append(token.string.lstrip("# "))
        elif token.type not in (tokenize.NL, tokenize.NEWLINE) or not held:
            if held:
                yield since, " ".join(held)
            held = []


def names(source: str) -> Iterator[tuple[int, str]]:
    """Yield the variables that a module sets, each with its line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id


def modules() -> list[Path]:
    """Return the checked modules."""
    return sorted((ROOT / "voice_coach").rglob("*.py"))


def sentences(value: Any) -> Iterator[str]:
    """Yield the texts in a part of a prompt file, without the marks of phrases."""
    if isinstance(value, str):
        # What stands in brackets is a phrase of the person's.
        yield re.sub(r"\[[^\]]*\]", "", value)
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from sentences(part)


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_modules_are_in_plain_english(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    faults = [
        f"line {n}: {hit}" for n, text in prose(source) for hit in found(text, WRITTEN, ALLOWED)
    ]
    faults += [f"line {n}: made: name the thing" for n, name in names(source) if name == "made"]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_in_plain_english(name: str) -> None:
    faults = found((ROOT / name).read_text(encoding="utf-8"), WRITTEN, ALLOWED)
    assert not faults, "\n".join(faults)


def test_the_coach_speaks_in_contractions() -> None:
    prompts = ROOT / "prompts/en"
    files = [prompts / "replies.toml", *sorted((prompts / "routines").glob("*.toml"))]
    faults = [
        f"{file.name}: {hit}"
        for file in files
        for text in sentences(tomllib.loads(file.read_text(encoding="utf-8")))
        for hit in found(text, SPOKEN)
    ]
    assert not faults, "\n".join(faults)


def test_every_place_in_the_glossary_is_there() -> None:
    rows = re.findall(
        r"^\|.*\| `([\w/.]+)` \|$", (ROOT / "docs/glossary.md").read_text(), re.MULTILINE
    )
    missing = [
        place
        for place in rows
        if not any((base / place).exists() for base in (ROOT, ROOT / "voice_coach"))
    ]
    assert len(rows) > 50 and not missing, missing


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("x = 1  # it can not be\n", "cannot"),
        ('"""Who is\ntold?"""\n', "reports"),
        ("# the line\n# behind it\nx = 1\n", "after"),
        ("# they fall behind real time\n", ""),
        ("made = 1\n", "name the thing"),
    ],
)
def test_the_check_finds_words(source: str, fault: str) -> None:
    hits = [hit for _, text in prose(source) for hit in found(text, WRITTEN, ALLOWED)]
    hits += ["name the thing" for _, name in names(source) if name == "made"]
    assert len(hits) == bool(fault) and all(fault in hit for hit in hits)


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("I will stay with you.", False),
        ("I'll stay with you.", True),
        ("It is off.", False),
        ("Yes, it is.", True),
        ("Here it is again.", True),
        ("You can not.", False),
        ("Say [it is off].", True),
    ],
)
def test_the_check_finds_what_nobody_would_say(said: str, right: bool) -> None:
    assert right == (not [hit for text in sentences(said) for hit in found(text, SPOKEN)])
