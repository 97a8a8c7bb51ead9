"""The coach's voice and the user's, at the rate of echo cancelling."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.hearing.material import recording
from voice_coach.audio.samples import Samples
from voice_coach.echo import RATE
from voice_coach.speaking import Clips

LISTENER_DB = -10.0
"""Gain of the user's words, relative to those of the rehearsals: -36 dBFS at the microphone."""


SENTENCES = (
    ("At the end it was about 0. It went down.", 0.342),
    ("Lately your pain was about 1 at the start.", 0.36),
    ("12 minutes of ice from now.", 0.319),
    ("Say slower, faster or how many left.", 0.56),
    ("Your skin needs a rest first. Heat again in 7 minutes.", 0.491),
    ("Heat is on. 15 minutes left. Stay awake.", 0.692),
    ("Well done. Let your breath find its own pace.", 0.326),
    ("Rest now. If it gets worse, call a doctor.", 0.727),
    ("Slowly lower the leg, and put the foot flat.", 0.4),
)
"""The coach's sentences, and the seconds of silence after each.

It does not follow the prompts, for the bounds of the tests were chosen with these."""


@pytest.fixture(scope="session")
def far(rendered: Callable[[int], Clips]) -> Samples:
    """Half a minute of the coach's sentences, with short pauses."""
    clips = rendered(RATE)
    sound = [
        piece
        for text, pause in SENTENCES
        for piece in (clips.clip(text), np.zeros(round(pause * RATE), np.float32))
    ]
    return np.concatenate(sound)[: 30 * RATE]


@pytest.fixture(scope="session")
def words() -> list[Samples]:
    """Words of a user who speaks softly."""
    gain = 10 ** (LISTENER_DB / 20)
    said = ("stop", "pause", "it hurts", "go back", "slower", "next", "how many left", "skip")
    return [(recording(w, RATE) * gain).astype("float32") for w in said]
