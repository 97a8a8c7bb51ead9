"""Rooms by pyroomacoustics: somebody lies on the floor, the microphone stands on a table."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.hearing import HEARING_RATE

from .manifest import seed_of

COUNT = 12
"""Rooms; a clip gets one of them by its seed."""

DISTANCE = 2.0
MOUTH_HEIGHT, MICROPHONE_HEIGHT = 0.25, 0.8
REVERBERATION = (0.3, 0.6)
"""Seconds in which the sound of the room falls by 60 dB."""

WALL = 0.4
"""Metres that mouth and microphone keep from every wall."""

MOST_ORDER = 40
"""Reflections followed; more cost minutes and change nothing that is heard."""


def available() -> bool:
    """Whether pyroomacoustics is installed."""
    try:
        import pyroomacoustics  # noqa: F401
    except ImportError:
        return False
    return True


@cache
def responses(count: int = COUNT) -> tuple[Samples, ...]:
    """Return impulse responses at HEARING_RATE, the direct sound at frame 0 and of energy 1.

    Raises:
        ImportError: pyroomacoustics is not installed.
    """
    return tuple(_response(number) for number in range(count))


def _response(number: int) -> Samples:
    import pyroomacoustics

    chance = np.random.default_rng(seed_of("room", number))
    size = chance.uniform((3.4, 3.0, 2.4), (6.0, 5.0, 2.8))
    seconds = float(chance.uniform(*REVERBERATION))
    absorption, order = pyroomacoustics.inverse_sabine(seconds, size)
    room: Any = pyroomacoustics.ShoeBox(
        size,
        fs=HEARING_RATE,
        materials=pyroomacoustics.Material(absorption),
        max_order=min(order, MOST_ORDER),
        air_absorption=True,
    )
    mouth, microphone = _places(chance, size)
    room.add_source(mouth)
    room.add_microphone(microphone)
    room.compute_rir()
    whole = np.asarray(room.rir[0][0], np.float64)
    direct = int(np.argmax(np.abs(whole)))
    kept = whole[max(0, direct - 40) :]
    made: Samples = (kept / np.sqrt(np.sum(kept**2))).astype(np.float32)
    return made


def _places(
    chance: np.random.Generator, size: np.ndarray[Any, np.dtype[np.float64]]
) -> tuple[list[float], list[float]]:
    """Return mouth and microphone, DISTANCE apart through the air."""
    flat = math.sqrt(DISTANCE**2 - (MICROPHONE_HEIGHT - MOUTH_HEIGHT) ** 2)
    while True:
        x, y = (float(v) for v in chance.uniform(WALL, size[:2] - WALL))
        angle = float(chance.uniform(0, 2 * math.pi))
        other = (x + flat * math.cos(angle), y + flat * math.sin(angle))
        if all(WALL <= v <= s - WALL for v, s in zip(other, size[:2], strict=True)):
            return [x, y, MOUTH_HEIGHT], [*other, MICROPHONE_HEIGHT]


def placed(sound: Samples, response: Samples) -> Samples:
    """Return a sound as it is heard in a room, with the room's tail after it."""
    total = len(sound) + len(response) - 1
    size = 1 << (total - 1).bit_length()
    made = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(response, size), size)[:total]
    heard: Samples = made.astype(np.float32)
    return heard
