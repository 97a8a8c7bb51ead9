"""Where the journal lies unless the settings say otherwise."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def journal_file() -> Path:
    """Return the usual file of the journal; it has a folder of its own, for the user alone."""
    return platformdirs.user_data_path("voice-coach") / "journal" / "journal.db"
