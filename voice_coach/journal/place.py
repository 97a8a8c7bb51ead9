"""Where the journal lies unless the settings say otherwise."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def journal_file(chosen: str = "") -> Path:
    """Return the file of the journal.

    Args:
        chosen: what the settings say, or "" for the usual one, which has a folder of its own.
    """
    if chosen:
        return Path(chosen).expanduser()
    return platformdirs.user_data_path("voice-coach") / "journal" / "journal.db"
