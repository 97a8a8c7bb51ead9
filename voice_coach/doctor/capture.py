"""Play a sound and record the microphone meanwhile: live, or in a simulated room.

Besides speech, the doctor plays test signals that are pleasant to hear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from voice_coach.audio.duplex import Block, Duplex
from voice_coach.audio.playing import playing
from voice_coach.audio.samples import Samples

ECHO_SECONDS = 0.5
"""Seconds recorded after a sound, in which its echo arrives and decays."""


@dataclass(frozen=True, slots=True)
class Take:
    """Both ends of a stretch of time.

    Attributes:
        near: what the microphone heard, shape (frames,), full scale -1 to 1.
        far: what was played meanwhile, shape (frames,).
        rate: frames per second.
        lost: xruns reported by the sound card meanwhile.
    """

    near: Samples
    far: Samples
    rate: int
    lost: int = 0

    def then(self, later: Take) -> Take:
        """Return this take followed by a later one."""
        return Take(
            np.concatenate([self.near, later.near]),
            np.concatenate([self.far, later.far]),
            self.rate,
            self.lost + later.lost,
        )


class Studio:
    """A microphone and a loudspeaker for tests.

    Args:
        duplex: both, on one clock.
        lost: returns the xruns so far.
        gain: factor on everything that is played: the coach's volume.
        devices: 1 where both are one device, else 2.
    """

    def __init__(
        self,
        duplex: Duplex,
        lost: Callable[[], int] = lambda: 0,
        *,
        gain: float = 1.0,
        devices: int = 1,
    ) -> None:
        self.rate = duplex.rate
        self.devices = devices
        self._duplex = duplex
        self._lost = lost
        self._gain = gain
        self._blocks = duplex.blocks()
        self._now = 0

    @property
    def ears(self) -> bool:
        """Whether the microphone works, as far as is known; see `audio/mic_monitor.py`."""
        return self._duplex.microphone_ok

    def play(self, sound: Samples, tail: float = ECHO_SECONDS) -> Take:
        """Play a sound; return both ends from its first frame to `tail` seconds after its last.

        Raises:
            AudioFault: the sound did not begin, or the device was lost.
        """
        if not sound.any():
            return self.listen(len(sound) / self.rate + tail)
        lost = self._lost()
        near, far = list[Samples](), list[Samples]()
        wanted = len(sound) + round(tail * self.rate)
        for block, begun in playing(self._duplex, self.blocks(), self._now, sound, self._gain):
            if not begun:
                continue
            first = 0
            if not far:  # a sound that swells begins with a sample of 0
                begins = int(np.flatnonzero(block.far)[0])
                first = max(0, begins - int(np.flatnonzero(sound)[0]))
            near.append(block.near[first:])
            far.append(block.far[first:])
            if sum(map(len, far)) >= wanted:
                break
        heard, played = (np.concatenate(end)[:wanted] for end in (near, far))
        return Take(heard, played, self.rate, self._lost() - lost)

    def listen(self, seconds: float) -> Take:
        """Return both ends of `seconds` in which nothing is played."""
        lost = self._lost()
        near, far = list[Samples](), list[Samples]()
        for block in self.for_seconds(seconds):
            near.append(block.near)
            far.append(block.far)
        none = [np.zeros(0, np.float32)]
        return Take(
            np.concatenate(near or none),
            np.concatenate(far or none),
            self.rate,
            self._lost() - lost,
        )

    def for_seconds(self, seconds: float) -> Iterator[Block]:
        """Yield the blocks of the next `seconds`."""
        left = round(seconds * self.rate)
        if left <= 0:
            return
        for block in self.blocks():
            yield block
            left -= len(block.near)
            if left <= 0:
                return

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks that follow."""
        for block in self._blocks:
            self._now = block.end
            yield block


# --- test signals

NOTES = 40
"""Notes in the run, one every NOTE_SECONDS: 2 s in all."""

NOTE_SECONDS = 0.05

NOTE_LENGTH = 0.04
"""Seconds that a note swells and fades. Neighbours differ in pitch, so they can be separated where
the room lets the first ring into the second."""

PITCHES = tuple(523.25 * 2 ** (step / 12) for step in (0, 2, 4, 7, 9, 12, 14, 16, 19, 21))
"""Hertz: two octaves of the pentatonic scale from C5 on. They sound pleasant in any order, the
smallest loudspeaker plays them, and no microphone filters them out."""

NOTE_DB = -14.0
"""dBFS at the peak of a note. Speech peaks at -3 dBFS, so nobody is startled."""

WAVE_DB = -26.0
"""dBFS, root mean square at the top of the swell."""

_ORDER = np.random.default_rng(7).integers(0, len(PITCHES), NOTES)
"""Random, so that the run resembles itself at no shift; the seed is fixed."""


def note(index: int, rate: int, quarter: int = 0) -> Samples:
    """Return a note of the run, shape (NOTE_LENGTH * rate,).

    Args:
        index: 0 to NOTES - 1.
        rate: frames per second.
        quarter: 1 for the note a quarter of a period later; the pair detects the note at any phase.
    """
    along = np.arange(round(NOTE_LENGTH * rate)) / rate
    wave = np.sin(2 * np.pi * PITCHES[_ORDER[index]] * along + quarter * np.pi / 2)
    swell = np.sin(np.pi * along / NOTE_LENGTH) ** 2
    sound: Samples = (10 ** (NOTE_DB / 20) * wave * swell).astype(np.float32)
    return sound


def run_of_notes(rate: int) -> Samples:
    """Return the run, shape (NOTES * NOTE_SECONDS * rate,)."""
    step = round(NOTE_SECONDS * rate)
    run = np.zeros(NOTES * step, np.float32)
    for index in range(NOTES):
        sound = note(index, rate)
        run[index * step : index * step + len(sound)] = sound
    return run


def sea_wave(seconds: float, rate: int) -> Samples:
    """Return the sound of a wave on a beach: soft broadband noise, shape (seconds * rate,)."""
    frames = round(seconds * rate)
    noise = np.fft.rfft(np.random.default_rng(8).standard_normal(frames))
    hertz = np.fft.rfftfreq(frames, 1 / rate)
    # 3 dB less per octave sounds soft, and it reaches as high as speech does.
    noise *= np.where((hertz > 80) & (hertz < 7000), 1 / np.sqrt(np.maximum(hertz, 80.0)), 0.0)
    sound = np.fft.irfft(noise, frames)
    sound *= 10 ** (WAVE_DB / 20) / np.sqrt(np.mean(sound**2))
    swell = np.sin(np.pi * np.arange(frames) / frames) ** 2
    return np.asarray(sound * swell, np.float32)
