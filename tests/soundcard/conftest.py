"""One virtual sound card for all tests, and what the program needs to run on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.soundcard import virtual
from tests.soundcard.virtual import SoundCard
from voice_coach.settings import Settings
from voice_coach.speaking import Clips


@pytest.fixture(scope="session")
def sound_card() -> Iterator[SoundCard]:
    """A card made of software; the test is skipped where there is no PipeWire."""
    lacking = virtual.missing()
    if lacking:
        pytest.skip(f"PipeWire is not installed: {lacking} (scripts/soundcard.sh installs it)")
    with virtual.sound_card() as card:
        yield card


@pytest.fixture(scope="session")
def coach_settings(settings: Settings, rendered: Callable[[int], Clips]) -> dict[str, Any]:
    """Settings for the program: nothing of the user's own, and every cue in the cache."""
    return {
        name: getattr(settings, name)
        for name in ("cache_folder", "models_folder", "prompts_folder")
    }
