"""What every command is given: the settings of this call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from voice_coach.settings import Chosen, load_settings


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
