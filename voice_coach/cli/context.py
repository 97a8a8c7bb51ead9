"""What every command is given: the settings of this call."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from voice_coach.settings import Chosen, load_settings


class FileName(click.Path):
    """The name of a file on the command line.

    "~" is the home folder in it: after "=" no shell has replaced that.
    """

    def __init__(self) -> None:
        super().__init__(path_type=Path, dir_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        return super().convert(os.path.expanduser(value), param, ctx)


class Choice:
    """The settings of this call, loaded when a command first asks for them.

    Args:
        file: a settings file named on the command line.
        flags: values given on the command line.
    """

    def __init__(self, file: Path | None, flags: dict[str, Any]) -> None:
        self._file = file
        self._flags = flags

    def load(self, **more: Any) -> Chosen:
        """Return the settings; `more` are the flags of the command itself.

        Raises:
            SettingsFault: a value is wrong.
        """
        given = {name: value for name, value in more.items() if value is not None}
        return load_settings(self._file, flags={**self._flags, **given})
