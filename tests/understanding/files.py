"""Prompt files for the tests: copies of the real ones, and small ones of one's own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PROMPTS = Path(__file__).resolve().parents[2] / "prompts" / "en"
WORDS = Path(__file__).resolve().parents[2] / "models" / "en-us-commands" / "graph" / "words.txt"


def copied(folder: Path) -> Path:
    """A copy of the prompts, to be damaged."""
    return Path(shutil.copytree(PROMPTS, folder / "en"))


def routine_text(routine: Mapping[str, Any]) -> str:
    """A routine as TOML."""
    top = {key: value for key, value in routine.items() if key != "step"}
    lines = [_pair(key, value) for key, value in top.items()]
    for step in routine["step"]:
        lines += ["", "[[step]]", *(_pair(key, value) for key, value in step.items())]
    return "\n".join(lines) + "\n"


def _pair(key: str, value: Any) -> str:
    # The strings, numbers and lists of JSON are also those of TOML.
    return f"{key} = {json.dumps(value)}"


def overlay(folder: Path, routines: Mapping[str, Mapping[str, Any]], intents: str = "") -> Path:
    """A folder of one's own prompts."""
    made = folder / "own"
    (made / "routines").mkdir(parents=True)
    for name, routine in routines.items():
        (made / "routines" / f"{name}.toml").write_text(routine_text(routine), encoding="utf-8")
    if intents:
        (made / "intents.toml").write_text(intents, encoding="utf-8")
    return made
