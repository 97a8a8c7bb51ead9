"""The coach's voice and the listener's, at the rate at which echo is cancelled."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.cancelling.echoes import coach_speech
from tests.hearing.material import recording
from voice_coach.audio.mixer import Samples
from voice_coach.echo import RATE
from voice_coach.speaking import Cues

LISTENER_DB = -10.0
"""The listener's words, relative to those of the rehearsals: -36 dBFS at the microphone."""


@pytest.fixture(scope="session")
def far(rendered: Callable[[int], Cues]) -> Samples:
    """Half a minute of the coach's sentences, with short pauses."""
    return coach_speech(rendered(RATE), 30.0)


@pytest.fixture(scope="session")
def words() -> list[Samples]:
    """Words of a listener who does not speak up."""
    gain = 10 ** (LISTENER_DB / 20)
    said = ("stop", "pause", "it hurts", "go back", "slower", "next", "how many left", "skip")
    return [(recording(w, RATE) * gain).astype("float32") for w in said]
