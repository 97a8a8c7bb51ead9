"""Clips of the coach, mixed into one sound and written to a file that an assistant can play."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.talk import Clip


def mixed(clips: Sequence[Clip], begin: int) -> Samples:
    """Return clips as one sound, exact to the sample, shape (frames,).

    Args:
        clips: they may overlap.
        begin: the frame at which the sound begins; what comes before it is left out.
    """
    sound = np.zeros(max((clip.end - begin for clip in clips), default=0), np.float32)
    for clip in clips:
        first = max(clip.start, begin)
        if first < clip.end:
            sound[first - begin : clip.end - begin] += (
                clip.samples[first - clip.start :] * clip.gain
            )
    return np.clip(sound, -1.0, 1.0)


def write_wav(path: Path, sound: Samples, rate: int) -> None:
    """Write a sound as 16 bit PCM, mono.

    Raises:
        OSError: it cannot be written.
    """
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((sound * 32767).astype("<i2").tobytes())
