"""Read a file of prompts; a language may be over another, and have only what differs.

`over = "en"` in language.toml names the folder beside it. In a file of such a language a table is
laid over the table of that name, a step or an item over the one with its `id`, and everything else
takes the place of what is below; but the phrases in intents.toml are added to those below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from voice_coach.faults import PromptFault
from voice_coach.toml_file import in_words, parse
from voice_coach.understanding.book import DIGITS, LanguageFile
from voice_coach.understanding.intents import IntentFile

T = TypeVar("T")

Raw = dict[str, Any]
"""A table as the TOML has it."""

LARGEST_FILE = 200_000
"""Bytes. A prompt file has tens of kilobytes; a huge one is a mistake, and might take minutes."""

FORMS = {DIGITS: "2 to 12 digits in quotes"}
"""Pattern of a text -> what it means, for people."""

LANGUAGE = "language.toml"

_ADDED = ("intent", "here", "alike", "only")
"""Tables of intents.toml whose lists are added to those below."""


def language_folders(folder: Path) -> tuple[Path, ...]:
    """Return the folders of a language, the one below first.

    Raises:
        PromptFault: it is over a language that is not there, or that is over another one.
    """
    over = raw_file(folder / LANGUAGE).get("over", "")
    if not over:
        return (folder,)
    below = folder.parent / str(over)
    reason = None
    if Path(str(over)).name != over or below == folder or not (below / LANGUAGE).is_file():
        reason = f'there is no other language "{over}"'
    elif raw_file(below / LANGUAGE).get("over"):
        reason = f'"{over}" is itself over another language'
    if reason is not None:
        raise PromptFault(f"{folder / LANGUAGE}: over: {reason}", f"correct over in {LANGUAGE}")
    return below, folder


def read_language(folder: Path) -> LanguageFile:
    """Read language.toml of a folder; raises PromptFault."""
    return read(tuple(f / LANGUAGE for f in language_folders(folder)), LanguageFile)


def read(paths: Sequence[Path], layout: type[T]) -> T:
    """Read a file, laid over those of the same name below it, or say what is wrong with it.

    Args:
        paths: the one below first; only one has to be there.
        layout: what comes of it.
    """
    there = [path for path in paths if path.exists()] or [paths[-1]]
    whole: Raw = {}
    for path in there:
        whole = laid_over(whole, raw_file(path))
        result = convert(path, whole, layout)
    return result


def read_intents(paths: Sequence[Path]) -> list[tuple[Path, IntentFile]]:
    """Read intents.toml, each to be joined with the one before it."""
    there = [path for path in paths if path.exists()] or [paths[-1]]
    files: list[tuple[Path, IntentFile]] = []
    below: Raw = {}
    for path in there:
        raw = raw_file(path)
        if files:
            raw.setdefault("intent", {})
        for name in _ADDED:
            if files and isinstance(raw.get(name), dict):
                under = below.get(name, {})
                raw[name] = {key: _added(under.get(key), value) for key, value in raw[name].items()}
        files.append((path, convert(path, raw, IntentFile)))
        below = laid_over(below, raw)
    return files


def raw_file(path: Path) -> Raw:
    """Read a TOML file; raises PromptFault."""
    mend = _mend(path)
    try:
        # A link may lead to a device without an end, or to a pipe that nobody writes to.
        if path.exists() and not path.is_file():
            raise PromptFault(f"{path}: is no file", mend)
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise PromptFault(f"{path}: larger than {LARGEST_FILE} bytes", mend)
        return parse(content)
    except OSError as error:
        raise PromptFault(f"{path}: {error.strerror}", mend) from error
    except (ValueError, RecursionError) as error:  # not TOML, not UTF-8, or past all measure
        raise PromptFault(f"{path}: {error}", mend) from error


def convert(path: Path, raw: Raw, layout: type[T]) -> T:
    """Return the layout's form of a table; raises PromptFault."""
    try:
        return msgspec.convert(raw, layout)
    except msgspec.ValidationError as error:
        key, reason = in_words(error, layout, FORMS)
        raise PromptFault(f"{path}: {key or 'top level'}: {reason}", _mend(path)) from error
    except (ValueError, RecursionError) as error:
        raise PromptFault(f"{path}: {error}", _mend(path)) from error


def laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> Raw:
    """Return a table with another laid over it."""
    whole = dict(below)
    for key, value in above.items():
        under = below.get(key)
        if isinstance(value, dict) and isinstance(under, dict):
            whole[key] = laid_over(under, value)
        elif _have_ids(value) and _have_ids(under):
            whole[key] = _by_id(under, value)
        else:
            whole[key] = value
    return whole


def _have_ids(value: Any) -> bool:
    tables = isinstance(value, list) and bool(value)
    return tables and all(isinstance(table, dict) and "id" in table for table in value)


def _by_id(below: Any, above: Any) -> list[Raw]:
    """Lay tables over those of the same id; others come after them."""
    over = {str(table["id"]): table for table in above}
    names = [str(table["id"]) for table in below]
    laid = [laid_over(table, over.get(name, {})) for name, table in zip(names, below, strict=True)]
    return laid + [table for table in above if str(table["id"]) not in names]


def _added(below: Any, above: Any) -> Any:
    """Return tables whose lists follow on those of the same key below."""
    if isinstance(below, dict) and isinstance(above, dict):
        added = {key: _added(below.get(key), value) for key, value in above.items()}
        return dict(below) | added
    if isinstance(below, list) and isinstance(above, list):
        return [*below, *(item for item in above if item not in below)]
    return above


def _mend(path: Path) -> str:
    return f"correct {path.name}, or restore it from the project"
