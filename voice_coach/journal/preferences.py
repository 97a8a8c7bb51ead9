"""Settings that were changed by voice hold in the next session, too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from voice_coach.coach.loudness import VOLUME_LOUDEST, VOLUME_LOWEST
from voice_coach.coach.pace import PACES
from voice_coach.coach.state import Options
from voice_coach.understanding.book import MOST_BREATHS

Preferences = Mapping[str, tuple[float, float]]
"""Name of a setting -> its value when it was changed, and what it was changed to."""


def preferred(options: Options, preferences: Preferences) -> Options:
    """Return the options with what was asked for by voice.

    A setting that has been given another value since then has the last word.
    """
    was, volume = preferences.get("volume_db", (options.volume_db, options.volume_db))
    if was == options.volume_db and VOLUME_LOWEST <= volume <= VOLUME_LOUDEST:
        options = replace(options, volume_db=volume)
    was, pace = preferences.get("pace", (options.pace, options.pace))
    if was == options.pace and pace in range(len(PACES)):
        options = replace(options, pace=int(pace))
    was, breaths = preferences.get("breaths", (0, 0))
    if was == (options.breaths or 0) and breaths in range(1, MOST_BREATHS + 1):
        options = replace(options, breaths=int(breaths))
    return options
