"""The front of hearing: from a block of both ends to what the recogniser is given.

Both ends are brought to 16 kHz, the coach's own voice is cancelled out of the near end, and a soft
voice is amplified. Everything is counted in samples at 16 kHz from the first block on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import soxr

from voice_coach.audio.duplex import Block
from voice_coach.audio.samples import Samples
from voice_coach.hearing.contrast import Contrast
from voice_coach.hearing.gain import Gain

if TYPE_CHECKING:
    from voice_coach.echo import Canceller

HEARING_RATE = 16000
"""Hz: what vosk's models are made for."""

STEP = 160
"""Samples at HEARING_RATE that are worked on at a time: 10 ms."""

GOOD_LOSS_DB = 6.0
"""With less echo return loss than this the coach takes itself for the person too often."""

NO_ECHO_DB = -25.0
"""An echo so much softer than what was played is none: headphones, or a speakerphone that cancels
by itself. Nothing is left to be cancelled then, and the loss says nothing."""

LINGER = 30
"""Steps for which the coach's voice hangs in a room after it has ended."""


class Front:
    """See the module's docstring.

    Args:
        rate: frames per second of the ring.
        canceller: cancels the coach's own voice, or None to leave it in.
        uncancelled: it should be cancelled, and cannot be.
    """

    def __init__(
        self, rate: int, canceller: Canceller | None = None, *, uncancelled: bool = False
    ) -> None:
        self._canceller = canceller
        self._uncancelled = uncancelled
        self._gain = Gain()
        self._contrast = Contrast()
        self._resamplers = None if rate == HEARING_RATE else (_resampler(rate), _resampler(rate))
        self._rate = rate
        self._near = self._far = np.zeros(0, np.float32)
        self._since_own = LINGER

    def take(self, block: Block) -> Samples:
        """Return what is new at 16 kHz; its length is a multiple of STEP, and may be 0."""
        near, far = block.near, block.far
        if self._resamplers is not None:
            near = self._resamplers[0].resample_chunk(near)
            far = self._resamplers[1].resample_chunk(far)
        self._near = np.concatenate([self._near, near])
        self._far = np.concatenate([self._far, far])
        steps = min(len(self._near), len(self._far)) // STEP
        clean = np.empty(steps * STEP, np.float32)
        for start in range(0, len(clean), STEP):
            clean[start : start + STEP] = self._step(
                self._near[start : start + STEP], self._far[start : start + STEP]
            )
        self._near, self._far = self._near[len(clean) :], self._far[len(clean) :]
        return clean

    @property
    def clear(self) -> bool:
        """Whether it is known that a person is heard through the coach's voice."""
        loss = self.loss_db
        return loss is not None and (loss >= GOOD_LOSS_DB or self.no_echo)

    @property
    def covered(self) -> bool:
        """Whether it is known that a person is not well heard through the coach's voice."""
        loss = self.loss_db
        poor = loss is not None and loss < GOOD_LOSS_DB and not self.no_echo
        return self._uncancelled or poor

    @property
    def no_echo(self) -> bool:
        """Whether it is known that the microphone does not hear the coach's voice."""
        echo = None if self._canceller is None else self._canceller.echo_db
        return echo is not None and echo < NO_ECHO_DB

    @property
    def loss_db(self) -> float | None:
        """By how much the coach's voice is weakened; None where that is not known (yet)."""
        return None if self._canceller is None else self._canceller.erle_db

    def present(self, start: int, end: int, share: float = 0.0) -> float | None:
        """Return by how many dB somebody rose above what the coach's voice and the room explain.

        None if it is not known.

        Args:
            start: first frame of the ring.
            end: the frame after the last.
            share: of the time between them in which it rose so much; 0 for a moment.
        """
        if self._canceller is None:
            return None
        return self._canceller.near_end_rise(*self._samples(start, end), share)

    def contrast(self, start: int, end: int, *, early: bool = False) -> float:
        """Return by how many dB a stretch is louder than the sound right before and after it.

        Infinity if there is nothing around it but the coach's own voice.

        Args:
            start: first frame of the ring.
            end: the frame after the last.
            early: it is the place of a partial result, which may have begun sooner.
        """
        return self._contrast.rise(*self._samples(start, end), early=early)

    def level(self, start: int, end: int) -> float | None:
        """Return how loud a stretch is, in dB; None if it is not known or the coach spoke in it.

        Args:
            start: first frame of the ring.
            end: the frame after the last.
        """
        return self._contrast.level(*self._samples(start, end))

    def _samples(self, start: int, end: int) -> tuple[int, int]:
        """Return two frames of the ring as samples at HEARING_RATE."""
        return start * HEARING_RATE // self._rate, end * HEARING_RATE // self._rate

    def _step(self, near: Samples, far: Samples) -> Samples:
        self._since_own = 0 if far.any() else self._since_own + 1
        clean = near if self._canceller is None else self._canceller.clean(near, far)
        own_speech = self._since_own < LINGER
        self._contrast.add(clean, own_speech=own_speech)
        return self._gain.apply(clean, own_speech=own_speech)


def _resampler(rate: int) -> soxr.ResampleStream:
    return soxr.ResampleStream(rate, HEARING_RATE, 1, "float32")
