"""Audio without a sound card: a file or a scripted listener is heard, as fast as possible."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile
import soxr

from voice_coach.audio.duplex import BLOCKS_PER_SECOND, Block
from voice_coach.audio.mixer import Mixer
from voice_coach.audio.samples import Samples
from voice_coach.faults import AudioFault

ROOM_NOISE_DB = -80.0
"""Noise floor of a simulated microphone, in dBFS: a real one never gives digital zero, and the
recogniser is not made for it."""


class NearEnd(Protocol):
    """A source of near-end sound where there is no microphone."""

    def read(self, start: int, frames: int) -> Samples | None:
        """Return the block heard from frame `start` on, shape (frames,), or None after the end."""
        ...


class WavInput:
    """Plays a recording to the microphone from frame 0, then `tail` frames of silence."""

    def __init__(self, samples: Samples, tail: int = 0) -> None:
        self._samples = samples
        self._end = len(samples) + tail

    def read(self, start: int, frames: int) -> Samples | None:
        """Return the next block, or None after the end."""
        if start >= self._end:
            return None
        block = np.zeros(frames, np.float32)
        piece = self._samples[start : start + frames]
        block[: len(piece)] = piece
        return block


class WavDuplex:
    """A simulated microphone and loudspeaker on one sample counter.

    Args:
        near: what is said to the coach.
        rate: frames per second; a multiple of 100.
        echo_db: level of the loudspeaker at the microphone, relative to what it plays; None for no
            echo.
        echo_seconds: delay of that echo.
    """

    live = False
    losses = 0
    microphone_ok = True

    def __init__(
        self,
        near: NearEnd,
        rate: int,
        *,
        echo_db: float | None = None,
        echo_seconds: float = 0.03,
    ) -> None:
        self.rate = rate
        self.mixer = Mixer(rate)
        self._near = near
        self._frames = rate // BLOCKS_PER_SECOND
        self.lead = 2 * self._frames
        self._echo = 0.0 if echo_db is None else 10 ** (echo_db / 20)
        self._delay = max(1, round(echo_seconds * rate / self._frames))
        self._noise = np.random.default_rng(0)

    def blocks(self) -> Iterator[Block]:
        """Yield blocks until the near end is exhausted."""
        start = 0
        past: list[Samples] = [np.zeros(self._frames, np.float32)] * self._delay
        floor = 10 ** (ROOM_NOISE_DB / 20)
        while True:
            near = self._near.read(start, self._frames)
            if near is None:
                return
            far = self.mixer.read(start, self._frames)
            heard = near + self._noise.standard_normal(self._frames, np.float32) * np.float32(floor)
            if self._echo:
                past.append(far)
                heard += past.pop(0) * np.float32(self._echo)
            yield Block(start, heard, far)
            start += self._frames

    def close(self) -> None:
        """Nothing to release."""


def read_sound(path: Path, rate: int) -> Samples:
    """Read a WAV or FLAC file as mono sound at `rate`, shape (frames,).

    Raises:
        AudioFault: the file cannot be read as sound.
    """
    try:
        samples, native = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise AudioFault(
            f"{path} cannot be read as sound: {error}", "give a WAV or FLAC file"
        ) from error
    if not len(samples):
        raise AudioFault(f"{path} holds no sound", "give a WAV or FLAC file with sound in it")
    mono = samples.mean(axis=1, dtype=np.float32)
    return mono if native == rate else resampled(mono, native, rate)


def resampled(samples: Samples, native: int, rate: int) -> Samples:
    """Return a whole clip resampled from `native` to `rate`."""
    clip: Samples = soxr.resample(samples, native, rate).astype(np.float32, copy=False)
    return clip
