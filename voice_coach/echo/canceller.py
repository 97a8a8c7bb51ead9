"""Blocks in, clean sound out."""

from __future__ import annotations

import numpy as np

from voice_coach.audio.mixer import Samples
from voice_coach.echo.loss import Loss
from voice_coach.echo.speex import BLOCK, RATE, Speex

__all__ = ["BLOCK", "RATE", "Canceller", "open_canceller"]


class Canceller:
    """Takes the far end's echo out of the near end, 10 ms at a time.

    Args:
        speex: the adaptive filter.
    """

    def __init__(self, speex: Speex) -> None:
        self._speex = speex
        self._loss = Loss()

    @property
    def loss_db(self) -> float | None:
        """Echo return loss enhancement in dB (see `Loss`); None until there was enough speech."""
        return self._loss.loss_db

    @property
    def echo_db(self) -> float | None:
        """Level of the echo at the microphone relative to what was played, in dB; None at first."""
        return self._loss.echo_db

    @property
    def delay(self) -> int | None:
        """Samples by which the near end trails the far end; None while unknown."""
        return None

    @property
    def drift_ppm(self) -> float:
        """By how much the microphone's clock runs faster than the loudspeaker's."""
        return 0.0

    @property
    def jumps(self) -> int:
        """How often the delay has jumped."""
        return 0

    def clean(self, near: Samples, far: Samples) -> Samples:
        """Return the near end without the far end's echo.

        Args:
            near: what the microphone heard, shape (BLOCK,), full scale -1 to 1, at RATE.
            far: what the mixer gave for the same frames, shape (BLOCK,).
        """
        near, far = _finite(near), _finite(far)
        clean = self._speex.cancel(near, far)
        self._loss.add(near, far, clean)
        return clean

    def present(self, start: int, end: int) -> float | None:
        """Return by how many dB a near end rose above its floor in some frames; None if unknown.

        Args:
            start: first sample at RATE, counted from the first `clean`.
            end: the sample after the last.
        """
        return None

    def close(self) -> None:
        """Free what C holds."""
        self._speex.close()


def _finite(sound: Samples) -> Samples:
    # A driver's broken block must not stay in filters and averages for ever.
    if np.isfinite(sound).all():
        return sound
    return np.nan_to_num(sound, nan=0.0, posinf=1.0, neginf=-1.0)


def open_canceller(tail_seconds: float = 0.25) -> Canceller:
    """Return a canceller.

    Args:
        tail_seconds: length of the room's echo that is cancelled.

    Raises:
        EchoFault: libspeexdsp is missing.
    """
    return Canceller(Speex(round(tail_seconds * RATE)))
