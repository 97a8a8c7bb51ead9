"""A room in place of a sound card: a loudspeaker with its habits, an echo, and a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tests.hearing.material import recording
from voice_coach.audio.duplex import BLOCKS_PER_SECOND, Block
from voice_coach.audio.mixer import Mixer, Play
from voice_coach.audio.samples import Samples

RATE = 16000

FALLS_ASLEEP = 1.0
"""Seconds of silence after which a loudspeaker that sleeps is asleep."""


@dataclass(frozen=True)
class Habits:
    """How a room is.

    Attributes:
        echo_db: level of the echo relative to what is played; None for none.
        delay: seconds until it arrives.
        swallows: seconds that the loudspeaker swallows each time it wakes.
        only_first: it never falls asleep again, once woken.
        floor_db: dBFS of the room's noise; None for exact zeros.
        drive: how much the loudspeaker distorts: tanh(drive * x) / drive.
        gain: of the microphone; it clips at full scale.
        plays: seconds after which the loudspeaker is lost.
    """

    echo_db: float | None = -6.0
    delay: float = 0.06
    swallows: float = 0.0
    only_first: bool = False
    floor_db: float | None = -70.0
    drive: float = 0.0
    gain: float = 1.0
    plays: float = 1e9


class Room:
    """See `Duplex`. The person speaks after `answer`, once the loudspeaker has been silent."""

    live = False
    losses = 0

    def __init__(self, habits: Habits, rate: int = RATE) -> None:
        self.rate = rate
        self.mixer = Mixer(rate)
        self.air = Mixer(rate)
        self.microphone_ok = True
        self._frames = rate // BLOCKS_PER_SECOND
        self.lead = 2 * self._frames
        self._habits = habits
        self._chance = np.random.default_rng(1)
        self._asleep, self._silent, self._waking = True, 0.0, 0.0
        tail = np.exp(-np.arange(round(0.15 * rate)) / (0.02 * rate))
        response = np.zeros(round(habits.delay * rate) + len(tail))
        response[-len(tail) :] = 0.1 * tail * self._chance.standard_normal(len(tail))
        response[-len(tail)] = 1.0
        self._response = response
        self._past = np.zeros(len(response) - 1)
        self._person: tuple[Samples, float] | None = None

    def answer(self, sound: Samples, after: float = 1.0) -> None:
        """Have the person say something, so many seconds after the next sound has ended."""
        self._person = sound, after

    def blocks(self) -> Iterator[Block]:
        start, heard_any = 0, False
        while True:
            far = self.mixer.read(start, self._frames)
            if start > self._habits.plays * self.rate:
                far = np.zeros(self._frames, np.float32)
            seconds = self._frames / self.rate
            self._silent = 0.0 if far.any() else self._silent + seconds
            heard_any |= bool(far.any()) and self._person is not None
            if self._person is not None and heard_any and self._silent >= self._person[1]:
                self.air.orders.put(Play(start, self._person[0]))
                self._person, heard_any = None, False
            near = self.air.read(start, self._frames) + self._echo(far)
            if self._habits.floor_db is not None:
                noise = self._chance.standard_normal(self._frames)
                near = near + noise * 10 ** (self._habits.floor_db / 20)
            near = np.clip(near * self._habits.gain, -1, 1).astype(np.float32)
            near = (np.rint(near * 32767) / 32768).astype(np.float32)
            yield Block(start, near, far)
            start += self._frames

    def close(self) -> None:
        pass

    def _echo(self, far: Samples) -> Samples:
        if self._habits.echo_db is None:
            return np.zeros(len(far), np.float32)
        sound = self._awake(far).astype(np.float64)
        if self._habits.drive:
            sound = np.tanh(self._habits.drive * sound) / self._habits.drive
        both = np.concatenate([self._past, sound])
        self._past = both[len(far) :]
        size = 1 << (len(both) + len(self._response)).bit_length()
        made = np.fft.irfft(np.fft.rfft(both, size) * np.fft.rfft(self._response, size), size)
        piece = made[len(self._response) - 1 : len(both)]
        return (piece * 10 ** (self._habits.echo_db / 20)).astype(np.float32)

    def _awake(self, far: Samples) -> Samples:
        """Return what the loudspeaker makes audible."""
        if self._silent >= FALLS_ASLEEP and not self._habits.only_first:
            self._asleep = True
        if far.any() and self._asleep:
            self._asleep, self._waking = False, self._habits.swallows
        if self._waking > 1e-9:
            self._waking -= len(far) / self.rate
            return np.zeros_like(far)
        return far


def speech(seconds: float, rate: int = RATE) -> Samples:
    """Return somebody talking without end, as loud as the coach does."""
    words = ("next", "pause", "it hurts", "go back", "slower", "how many left", "skip", "breathe")
    said = np.concatenate([recording(word, rate) for word in words])
    sound = np.tile(said, int(seconds * rate / len(said)) + 1)[: round(seconds * rate)]
    return np.asarray(sound, np.float32)
