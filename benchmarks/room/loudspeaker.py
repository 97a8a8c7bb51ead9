"""The echo path: from the mixer's samples to their echo at the microphone, block by block."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.speaking.sound import LEVEL_DB as CUE_DB
from voice_coach.speaking.sound import PEAK_DB, speech_level

from ..scenes.rooms import LEAD, placed, responses
from ..scenes.scene import RATE, Scene

VOLUME_DB = -6.0
"""dB of the coach's initial volume (`Options.volume_db`), for which levels are set."""

TAPS = 32
"""Taps of the interpolation between samples; its error is below -60 dB up to 7 kHz."""

BATCH = 4
"""Blocks of echo computed at a time, at a quarter of the cost of single blocks."""

LONGEST_SECONDS = 1800
"""The longest session for which the echo path has room, whatever the drift."""

MOVING_SECONDS = 6.0
"""Seconds in which the head moves away and back."""


def distorted(sound: Samples, share: float) -> Samples:
    """Return a sound with a loudspeaker's distortion: second and third harmonic in equal parts.

    Args:
        sound: the mixer's, shape (frames,).
        share: total harmonic distortion for a sine at the peaks of the coach's speech.
    """
    if share <= 0 or not sound.any():
        return sound
    peak = 10 ** ((PEAK_DB + VOLUME_DB) / 20)
    # u + 2c u^2 - 4c u^3 turns a sine into harmonics of size c, c and a fundamental of 1 - 3c.
    c = share / (math.sqrt(2) + 3 * share)
    u = np.clip(sound / np.float32(peak), -1.0, 1.0)
    bent = u + 2 * c * (u**2) - 4 * c * (u**3)
    # Above the reference the curve is straight, so that louder sound stays louder.
    made: Samples = np.float32(peak) * bent + (sound - np.float32(peak) * u)
    return made


def delay_at(scene: Scene, frame: int) -> float:
    """Return the delay of the echo's direct sound in samples for a frame at the microphone."""
    jumped = scene.jump if scene.jump and frame >= scene.jump_at * RATE else 0.0
    return (scene.delay + jumped) * RATE + scene.drift_ppm * 1e-6 * frame


def moved_share(scene: Scene, start: int, frames: int) -> Samples:
    """Return the head's displacement: 0 at rest, 1 at its farthest; shape (frames,)."""
    if not scene.moving:
        return np.zeros(frames, np.float32)
    time = (start + np.arange(frames)) / (RATE * MOVING_SECONDS)
    made: Samples = (0.5 - 0.5 * np.cos(2 * np.pi * time)).astype(np.float32)
    return made


@lru_cache(maxsize=32)
def echo_gain(scene: Scene) -> float:
    """Return the factor that brings the coach's speech to its level at the microphone."""
    assert scene.echo_db is not None
    sample = _like_speech()
    gained = speech_level(placed(sample, responses(scene).echo[0]), RATE) - speech_level(
        sample, RATE
    )
    wanted = scene.user_db + scene.echo_db - (CUE_DB + VOLUME_DB)
    return float(10 ** ((wanted - gained) / 20))


@lru_cache(maxsize=1)
def _like_speech() -> Samples:
    """Return noise with syllables and about the spectrum of the coach's voice.

    A response changes its level as it does the voice's, within 1 dB.
    """
    frames = 4 * RATE
    hertz = np.fft.rfftfreq(frames, 1 / RATE)
    white = np.fft.rfft(np.random.default_rng(0).standard_normal(frames))
    high = hertz / 600
    shape = np.where(hertz < 100, 0.0, high**0.7 / (1 + high**4) ** 0.65)
    made = np.fft.irfft(white * shape, frames)
    made *= 0.5 - 0.5 * np.cos(2 * np.pi * 4 * np.arange(frames) / RATE)
    return made.astype(np.float32)


class EchoPath:
    """The loudspeaker as the microphone hears it. Blocks must be given in order.

    It computes BATCH blocks ahead, as what is heard was played long before.

    Args:
        scene: the room.
        frames: of one block.

    Raises:
        ValueError: the delay is, or drifts, too short for that.
    """

    def __init__(self, scene: Scene, frames: int) -> None:
        self._scene = scene
        self._frames = frames
        self._batch = BATCH * frames
        gain = np.float32(echo_gain(scene))
        pair = responses(scene).echo
        used = pair if scene.moving else pair[:1]
        taps = max(map(len, used))
        self._size = 1 << (self._batch + taps - 2).bit_length()
        self._spectra = [np.fft.rfft(response * gain, self._size) for response in used]
        self._tails = [np.zeros(self._size, np.float32) for _ in used]
        delays = [delay_at(scene, frame) for frame in (0, LONGEST_SECONDS * RATE)]
        if min(delays) < self._batch + LEAD + TAPS:
            raise ValueError(f"the delay of scene {scene.name} is, or becomes, too short")
        self._past: Samples = np.zeros(math.ceil(max(delays)) + 2 * TAPS + self._batch, np.float32)
        self._ready: Samples = np.zeros(0, np.float32)
        self._quiet = self._size + len(self._past)

    def hear(self, start: int, far: Samples) -> Samples:
        """Return the echo in the block that begins at frame `start`, shape (frames,).

        Args:
            start: frame of the block.
            far: the mixer's samples of that block, shape (frames,).
        """
        frames = self._frames
        self._past[:-frames] = self._past[frames:]
        self._past[-frames:] = distorted(far, self._scene.distortion)
        self._quiet = 0 if far.any() else self._quiet + frames
        if not len(self._ready):
            self._ready = self._next_batch(start)
        made, self._ready = self._ready[:frames], self._ready[frames:]
        return made

    def _next_batch(self, start: int) -> Samples:
        if self._quiet > self._size + len(self._past):
            return np.zeros(self._batch, np.float32)  # silent for so long that no echo remains
        spectrum = np.fft.rfft(self._delayed(start), self._size)
        made: list[Samples] = []
        for tail, response in zip(self._tails, self._spectra, strict=True):
            tail += np.fft.irfft(spectrum * response, self._size)
            made.append(tail[: self._batch].copy())
            tail[: -self._batch] = tail[self._batch :]
            tail[-self._batch :] = 0.0
        if len(made) == 1:
            return made[0]
        share = moved_share(self._scene, start, self._batch)
        mixed: Samples = made[0] * (1 - share) + made[1] * share
        return mixed

    def _delayed(self, start: int) -> Samples:
        """Return the loudspeaker's samples that are heard in the batch from `start` on."""
        now = len(self._past) - self._frames  # index of the sample played at frame `start`
        begin = now - delay_at(self._scene, start) + LEAD
        if not self._scene.drift_ppm and begin == round(begin):
            return self._past[round(begin) : round(begin) + self._batch]
        # Not delay_at at the end of the batch: a jump falls between two batches.
        step = 1 - self._scene.drift_ppm * 1e-6
        places = begin + step * np.arange(self._batch)
        whole = np.floor(places).astype(np.int64)
        steps = np.arange(-TAPS // 2 + 1, TAPS // 2 + 1)[None, :]
        away = steps - (places - whole)[:, None]
        weights = np.sinc(away) * np.cos(np.pi * away / (TAPS + 2)) ** 2
        made: Samples = np.sum(self._past[whole[:, None] + steps] * weights, axis=1)
        return made.astype(np.float32)
