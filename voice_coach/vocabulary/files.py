"""Reading the small text files of a model, and the fault for a line that is invalid."""

from __future__ import annotations

from pathlib import Path

from voice_coach.faults import ModelFault
from voice_coach.toml_file import decode

REMEDY = "install voice-coach again, or build that model again"


def damaged(path: Path, where: int | str, reason: str, remedy: str = REMEDY) -> ModelFault:
    """Return the fault for a file; `where` is a line number (from 1) or a key."""
    place = f"line {where}" if isinstance(where, int) else where
    return ModelFault(f"{path}: {place}: {reason}", remedy)


def read_text(path: Path) -> str:
    """Return the text of a file.

    Raises:
        ModelFault: it is missing, cannot be read, or is not UTF-8.
    """
    try:
        return decode(path.read_bytes())
    except OSError as error:
        raise damaged(path, "whole file", error.strerror or str(error)) from error
    except ValueError as error:
        raise damaged(path, "whole file", str(error)) from error


def read_lines(path: Path) -> list[str]:
    """Return the lines of a file; raises what `read_text` does."""
    return read_text(path).splitlines()


def quoted(text: str, longest: int = 40) -> str:
    """Return a text from a person or a file in quotes, printable and on one line."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return f'"{shown}"' if len(shown) <= longest else f'"{shown[:longest]}..."'
