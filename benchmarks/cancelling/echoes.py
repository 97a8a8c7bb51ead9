"""The coach's voice at the microphone of a simulated room, and what cancelling leaves of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import soxr

from voice_coach.app import make_clips, texts_to_render
from voice_coach.audio.samples import Samples
from voice_coach.echo import BLOCK, RATE, Canceller, open_canceller
from voice_coach.echo.speex import Speex
from voice_coach.speaking import Clips
from voice_coach.speaking.sound import speech_level

from ..common import fill_cache, the_parts

Sound = npt.NDArray[np.float64]

USER_DB = -36.0
"""dBFS of the user's words at the microphone."""

NOISE_DB = -70.0
"""dBFS of the room's noise."""


@dataclass(frozen=True)
class Echo:
    """A loudspeaker in a room, as a microphone hears it.

    Attributes:
        level: dBFS of the echo's speech at the microphone.
        delay: in samples.
        rt60: seconds in which the room's tail decays by 60 dB.
        direct: dB by which the direct sound is louder than the tail.
        drive: how hard the loudspeaker is driven: tanh(drive x) / drive; 0 for not at all.
        ppm: by how much faster the microphone's clock runs.
    """

    level: float = USER_DB + 10
    delay: int = 1000
    rt60: float = 0.3
    direct: float = 3.0
    drive: float = 0.0
    ppm: float = 0.0


def heard(far: Samples, echo: Echo, seed: int = 0) -> Samples:
    """Return the echo of `far`, of the same length, in a room chosen by `seed`."""
    played = far.astype(np.float64)
    if echo.drive:
        played = np.tanh(played * echo.drive) / echo.drive
    room = _room(echo, seed)
    size = 1 << (len(played) + len(room)).bit_length()
    sound: Sound = np.fft.irfft(np.fft.rfft(played, size) * np.fft.rfft(room, size), size)
    sound = sound[: len(far) + RATE // 10]
    if echo.ppm:
        sound = soxr.resample(sound, 1e6, 1e6 + echo.ppm, "VHQ")
    sound = sound[: len(far)]
    return at_level(sound.astype(np.float32), echo.level)


def _room(echo: Echo, seed: int) -> Sound:
    length = max(1, round(echo.rt60 * RATE))
    tail = np.random.default_rng(seed).standard_normal(length)
    tail *= 10 ** (-3 * np.arange(length) / length)
    tail[:24] = 0  # no reflection comes within half a metre of the direct sound
    tail *= 10 ** (-echo.direct / 20) / np.sqrt(np.sum(tail**2))
    return np.concatenate([np.zeros(echo.delay), [1.0], tail])


def at_level(sound: Samples, level: float) -> Samples:
    """Return speech brought to a level in dBFS."""
    return sound * np.float32(10 ** ((level - speech_level(sound, RATE)) / 20))


def noise(frames: int, level: float = NOISE_DB, seed: int = 7) -> Samples:
    """Return white noise."""
    made = np.random.default_rng(seed).standard_normal(frames, np.float32)
    return made * np.float32(10 ** (level / 20))


def coach_speech(clips: Clips, seconds: float) -> Samples:
    """Return `seconds` of the coach's sentences, with pauses of 0.2 to 0.8 s."""
    chance = np.random.default_rng(3)
    texts = [t for t in texts_to_render(the_parts()) if len(t) >= 25]
    made: list[Samples] = []
    left = round(seconds * RATE)
    for number in chance.permutation(len(texts)):
        clip = clips.clip(texts[number])
        pause = np.zeros(round(chance.uniform(0.2, 0.8) * RATE), np.float32)
        made += [clip, pause]
        left -= len(clip) + len(pause)
        if left <= 0:
            break
    return np.concatenate(made)[: round(seconds * RATE)]


def blocks(*sounds: Samples) -> Iterator[tuple[Samples, ...]]:
    """Yield the blocks of sounds of equal length."""
    for start in range(0, len(sounds[0]) - BLOCK + 1, BLOCK):
        yield tuple(np.ascontiguousarray(s[start : start + BLOCK]) for s in sounds)


def cleaned(near: Samples, far: Samples, canceller: Canceller | None = None) -> Samples:
    """Return a near end after echo cancelling."""
    used = canceller or open_canceller()
    made = np.concatenate([used.clean(n, f) for n, f in blocks(near, far)])
    if canceller is None:
        used.close()
    return made


def passed(near: Samples) -> Samples:
    """Return a near end as the filter passes it without echo: high-passed.

    The high pass shifts phases up to 200 Hz, which is harmless, but would count as an error.
    """
    filter = Speex(RATE // 4)
    silence = np.zeros(BLOCK, np.float32)
    made = np.concatenate([filter.cancel(n, silence) for (n,) in blocks(near)])
    filter.close()
    return made


def loss_db(echo: Samples, left: Samples, begin: float, end: float) -> float:
    """Return the ERLE in dB between two times in seconds."""
    part = slice(round(begin * RATE), round(end * RATE))
    before, after = echo[part].astype(np.float64), left[part].astype(np.float64)
    return float(10 * np.log10((np.sum(before**2) + 1e-12) / (np.sum(after**2) + 1e-12)))


@cache
def coach(seconds: int) -> Samples:
    """Return `seconds` of the coach's sentences; cached."""
    parts = the_parts()
    fill_cache(parts)
    clips = make_clips(parts, RATE)
    try:
        return coach_speech(clips, seconds)
    finally:
        clips.renderer.close()
