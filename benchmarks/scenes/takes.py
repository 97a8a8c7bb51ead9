"""Recordings as the microphone hears them: levelled, in a room, under noise, whispered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from voice_coach.audio.duplex import Block
from voice_coach.audio.samples import Samples
from voice_coach.audio.wav import ROOM_NOISE_DB
from voice_coach.hearing import HEARING_RATE
from voice_coach.hearing.recogniser import CHUNK
from voice_coach.speaking.sound import speech_level

from . import rooms
from .noise import Noises
from .recordings import LEVEL_DB, Saying, seed_of, sound_of

LEAD_SECONDS, TAIL_SECONDS = 0.3, 0.6

NOISE_DB = -32.0
"""dBFS RMS of noise or music without speech: 6 dB below speech."""


@dataclass(frozen=True)
class Condition:
    """The conditions under which a clip is heard.

    Attributes:
        name: its name in tables.
        snr: dB of speech above noise; None for only the microphone's own noise.
        room: two metres away in a room.
    """

    name: str
    snr: float | None = None
    room: bool = False


CLEAN = Condition("clean")
ROOM = Condition("room", room=True)
ROOM_12 = Condition("room, 12 dB", 12.0, True)
NOISY = tuple(Condition(f"{snr:g} dB", snr) for snr in (24.0, 18.0, 12.0, 6.0))
CONDITIONS = (CLEAN, *NOISY, ROOM, ROOM_12)


def possible(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """Return the conditions available on this machine: rooms need pyroomacoustics."""
    return tuple(c for c in conditions if not c.room or rooms.available())


@dataclass(frozen=True)
class Take:
    """What the microphone hears: 16 bit samples at HEARING_RATE, little-endian."""

    saying: Saying
    condition: Condition
    pcm: bytes

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.pcm) / 2 / HEARING_RATE

    @property
    def sound(self) -> Samples:
        """The samples as numbers from -1 to 1, shape (frames,)."""
        made: Samples = np.frombuffer(self.pcm, "<i2").astype(np.float32) / np.float32(32768)
        return made


def take(
    saying: Saying,
    condition: Condition,
    noises: Noises,
    lead: float = LEAD_SECONDS,
    tail: float = TAIL_SECONDS,
) -> Take | None:
    """Return a recording under a condition, always the same; None if it is not installed.

    The noise and the room of a clip are the same at every level of noise.

    Args:
        saying: the recording.
        condition: how it is heard.
        noises: mixed with it.
        lead: seconds before it.
        tail: seconds after it.

    Raises:
        ImportError: a room is wanted and pyroomacoustics is not installed.
    """
    sound = sound_of(saying)
    if sound is None:
        return None
    if condition.room:
        choice = seed_of("which room", saying.name)
        found = rooms.table_responses()
        sound = rooms.placed(sound, found[choice % len(found)])
    before = round(lead * HEARING_RATE)
    frames = before + len(sound) + round(tail * HEARING_RATE)
    made = silence(frames, saying.name)
    gain = _gain(LEVEL_DB - speech_level(sound, HEARING_RATE))
    made[before : before + len(sound)] += sound * gain
    if condition.snr is not None:
        made += noises.piece(frames, saying.name, saying.speaker) * _gain(LEVEL_DB - condition.snr)
    return Take(saying, condition, pcm_of(made))


def alone(saying: Saying, sound: Samples) -> Take:
    """Return noise or music without speech as the microphone hears it, at NOISE_DB."""
    size = float(np.sqrt(np.mean(np.square(sound, dtype=np.float64))))
    made = silence(len(sound), saying.name)
    if size > 0:
        made += sound * np.float32(10 ** (NOISE_DB / 20) / size)
    return Take(saying, CLEAN, pcm_of(made))


def blocks_of(sound: Samples, size: int = CHUNK) -> Iterator[Block]:
    """Yield the blocks of `size` frames of a sound, while nothing is played."""
    nothing = np.zeros(size, np.float32)
    for start in range(0, len(sound) - size + 1, size):
        yield Block(start, sound[start : start + size], nothing)


def silence(frames: int, name: str) -> Samples:
    """Return the microphone's own noise: no real one yields digital zero."""
    noise = np.random.default_rng(seed_of("floor", name)).standard_normal(frames, np.float32)
    made: Samples = noise * _gain(ROOM_NOISE_DB)
    return made


def pcm_of(sound: Samples) -> bytes:
    """Return samples as 16 bit, clipped at full scale as a sound card does."""
    return np.clip(np.rint(sound * 32767), -32768, 32767).astype("<i2").tobytes()


def _gain(decibels: float) -> np.float32:
    return np.float32(10 ** (decibels / 20))


# --- whispers

LENGTH, STEP = 480, 240
"""Samples of a window, and from one to the next: 30 and 15 ms at 16 kHz."""

ORDER = 20
"""Coefficients: two for each of the resonances below 8 kHz, and some."""

EMPHASIS = 0.9
"""Pre-emphasis: a voice falls off towards high frequencies, breath does not."""


def whispered(sound: Samples, chance: np.random.Generator) -> Samples:
    """Return a sound at 16 kHz as if whispered, with the same peak.

    Linear prediction finds the resonances of each window, and noise is sent through them. It is not
    quite a whisper: people whisper more slowly, and higher. There are no recordings of whispers.
    """
    from scipy.linalg import solve_toeplitz
    from scipy.signal import lfilter

    window = np.hanning(LENGTH)
    bright: Any = lfilter([1, -EMPHASIS], 1, sound)
    made = np.zeros(len(sound))
    for start in range(0, len(sound) - LENGTH + 1, STEP):
        moment = bright[start : start + LENGTH] * window
        likeness = np.correlate(moment, moment, "full")[LENGTH - 1 : LENGTH + ORDER]
        if likeness[0] < 1e-9:
            continue
        likeness[0] *= 1.0001  # or a pure tone would have no solution
        ahead = solve_toeplitz(likeness[:-1], likeness[1:])
        left = max(float(likeness[0] - ahead @ likeness[1:]), 1e-12)
        breath = chance.standard_normal(LENGTH) * window
        gain = np.sqrt(left / np.sum(window**2))
        made[start : start + LENGTH] += lfilter([gain], [1, *-ahead], breath)
    highest = float(np.abs(made).max(initial=0.0))
    scale = float(np.abs(sound).max(initial=0.0)) / highest if highest > 0 else 0.0
    return (made * scale).astype(np.float32)
