"""How far a language is: what is missing, left in English, stale, or wrong, all of it at once.

The file originals.toml of a language holds a short hash of the English sentence that each of its
sentences was made from. Where the English one has changed since, the translation is stale.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from voice_coach.faults import PromptFault
from voice_coach.understanding.book import Book
from voice_coach.understanding.layers import Raw, language_folders, raw_file
from voice_coach.understanding.load import REPLIES, load_book

ORIGINALS = "originals.toml"

_SPOKEN = (
    *("title", "name", "say", "ask", "plain", "why", "refused", "told", "then", "ready"),
    *("in_cue", "out_cue"),
)
_LETTERS = re.compile(r"[^\W\d_]{3}")


@dataclass(frozen=True, slots=True)
class Progress:
    """What was found.

    Attributes:
        there: texts that the language has, of its own or from the language it is over.
        wanted: texts of the original.
        book: the language, if it can be loaded.
        problems: (kind, what): "missing", "English", "stale", "unnoted", "collides", "wrong".
    """

    there: int
    wanted: int
    book: Book | None
    problems: tuple[tuple[str, str], ...]


def progress(folder: Path, original: Path) -> Progress:
    """Compare a language with the original; raises PromptFault for a file that is no TOML.

    Args:
        folder: of the language.
        original: the folder of English.
    """
    wanted, own = texts_of(original), texts_of(folder)
    below = language_folders(folder)[:-1]
    inherited = {key for part in below for key in texts_of(part)}
    there = [key for key in wanted if key in own or key in inherited]
    problems = [("missing", key) for key in wanted if key not in there]
    if not below:
        same = (key for key in wanted if own.get(key) == wanted[key] and folder != original)
        problems += [("English", key) for key in same if _LETTERS.search(wanted[key])]
        problems += [("missing", name) for name in _missing_intents(folder, original)]
    if folder != original:
        problems += _stale(folder, own, wanted)
    book, faults = _loaded(folder)
    problems += faults
    return Progress(len(there), len(wanted), book, tuple(problems))


def texts_of(folder: Path) -> dict[str, str]:
    """Return key -> everything said under it, of a folder alone, whatever is wrong with it."""
    texts: dict[str, str] = {}
    replies = folder / "replies.toml"
    if replies.exists():
        raw = raw_file(replies)
        for group in REPLIES:
            for key, value in _table(raw.get(group)).items():
                texts[f"{group}.{key}"] = _joined(value)
    for path in sorted((folder / "routines").glob("*.toml")):
        texts |= dict(_routine(path.stem, raw_file(path)))
    return texts


def note_originals(folder: Path, original: Path, keys: frozenset[str] | None = None) -> str:
    """Return originals.toml after the translations of some keys were looked at.

    Args:
        folder: of the language.
        original: the folder of English.
        keys: the texts that are up to date now; None for all.
    """
    wanted, noted = texts_of(original), _noted(folder)
    own = texts_of(folder)
    for key in own:
        if key in wanted and (keys is None or key in keys):
            noted[key] = digest(wanted[key])
    lines = [f'"{key}" = "{noted[key]}"' for key in sorted(noted) if key in own]
    head = "# Which English text each was made from: written by scripts/note_originals.py.\n"
    return head + "".join(f"{line}\n" for line in lines)


def digest(text: str) -> str:
    """Return the hash that is kept of a text: 8 digits tell a change."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _noted(folder: Path) -> dict[str, str]:
    path = folder / ORIGINALS
    if not path.exists():
        return {}
    return {key: str(value) for key, value in raw_file(path).items()}


def _stale(folder: Path, own: dict[str, str], wanted: dict[str, str]) -> Iterator[tuple[str, str]]:
    noted = _noted(folder)
    for key in own:
        if key not in wanted:
            continue
        if key not in noted:
            yield "unnoted", key
        elif noted[key] != digest(wanted[key]):
            yield "stale", key


def _missing_intents(folder: Path, original: Path) -> Iterator[str]:
    """Yield intents, kinds, rows of places, and numbers that only the original has."""
    name = "intents.toml"
    theirs = raw_file(original / name)
    ours = raw_file(folder / name) if (folder / name).exists() else Raw()
    for intent, table in _table(theirs.get("intent")).items():
        here = _table(_table(ours.get("intent")).get(intent))
        if not here:
            yield f"intent.{intent}"
            continue
        kinds = _table(here.get("values"))
        yield from (
            f"intent.{intent}.values.{kind}"
            for kind in _table(_table(table).get("values"))
            if kind not in kinds
        )
    for place, row in _table(theirs.get("here")).items():
        mine = _table(_table(ours.get("here")).get(place))
        yield from (f"here.{place}.{intent}" for intent in _table(row) if intent not in mine)
    for group in ("numbers", "minutes"):
        values = set(_table(ours.get(group)).values())
        for number in sorted(set(_table(theirs.get(group)).values()) - values):
            yield f"{group}: a word for {number}"


def _loaded(folder: Path) -> tuple[Book | None, list[tuple[str, str]]]:
    faults: list[PromptFault] = []
    book = None
    try:
        book = load_book(folder, faults=faults)
    except PromptFault as fault:
        faults.append(fault)
    found = ((("collides" if "belongs to" in f.what else "wrong"), f.what) for f in faults)
    return book, list(dict.fromkeys(found))


def _routine(name: str, raw: Raw) -> Iterator[tuple[str, str]]:
    if "title" in raw:
        yield f"{name}.title", _joined(raw["title"])
    for step in _tables(raw.get("step")):
        stem = f"{name}.{step.get('id')}"
        yield from _questions(stem, step)
        for item in _tables(step.get("item")):
            yield from _questions(f"{stem}.{item.get('id')}", item)


def _questions(stem: str, table: Raw) -> Iterator[tuple[str, str]]:
    yield from ((f"{stem}.{part}", _joined(table[part])) for part in _SPOKEN if part in table)


def _table(value: Any) -> Raw:
    return value if isinstance(value, dict) else {}


def _tables(value: Any) -> list[Raw]:
    return [table for table in value if isinstance(table, dict)] if isinstance(value, list) else []


def _joined(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
