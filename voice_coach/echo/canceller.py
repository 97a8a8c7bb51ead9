"""Blocks in, clean sound out: the far end put in time with the near end, and taken out of it."""

from __future__ import annotations

import math

import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.echo.adaptation import (
    DRIFTED,
    FIRST,
    FRESH,
    JUMPED,
    LONGEST,
    FilterTrial,
    Replay,
    muted,
    replay_past,
)
from voice_coach.echo.delay import CHUNK, QUIET, SEARCH, Delay, DelayFinder, Measure
from voice_coach.echo.drift import Drift
from voice_coach.echo.erle import Erle, power
from voice_coach.echo.near_end import NearEndDetector
from voice_coach.echo.reference import EARLIEST, Reference
from voice_coach.echo.speex import BLOCK, RATE, EchoFault, Speex

__all__ = ["BLOCK", "RATE", "Canceller", "open_canceller"]

REFERENCE_LEAD = RATE // 50
"""Samples by which the reference is put before its echo, 20 ms: what cannot be known of the delay
must not make the echo come first, since no filter foresees."""

REFERENCE_LEADS = (RATE // 200, RATE * 6 // 100)
"""The lead may lie between 5 and 60 ms before the reference is moved: each move costs seconds of
learning, and the tail has room."""

AFTER = RATE // 2
"""Samples after the last of the far end, beyond the tail, in which a room still rings."""


SPOKEN = 1e-7
"""Power of the far end, -70 dBFS over half a second, from which its delay is looked for."""

_RISING = np.linspace(0, 1, BLOCK, dtype=np.float32)


class Canceller:
    """Takes the far end's echo out of the near end, 10 ms at a time.

    While the far end is silent, the near end passes as it is.

    Args:
        speex: the adaptive filter.
        tail: samples it covers.
    """

    def __init__(self, speex: Speex, tail: int) -> None:
        self._speex = speex
        self._tail = tail
        self._erle = Erle()
        self._trial = FilterTrial()
        self._near_end = NearEndDetector()
        self._finder = DelayFinder()
        self._delay = Delay()
        self._drift = Drift()
        self._far = Reference(LONGEST + SEARCH + CHUNK)
        self._near = Reference(LONGEST)
        self._lag = float(EARLIEST)
        self._count = 0
        self._jumps = 0
        self._ringing = tail + AFTER
        self._silent = self._ringing

    @property
    def erle_db(self) -> float | None:
        """Echo return loss enhancement in dB (see `Erle`); None until there was enough speech."""
        return self._erle.median_db

    @property
    def echo_db(self) -> float | None:
        """Level of the echo at the microphone relative to what was played, in dB; None at first."""
        return self._erle.echo_db

    @property
    def delay(self) -> int | None:
        """Samples by which the near end trails the far end; None while unknown."""
        found = self._delay.expected(self._count, self._drift.ppm)
        return None if found is None else round(found)

    @property
    def drift_ppm(self) -> float:
        """Parts per million by which the delay grows; 0 while unknown or too little to matter."""
        return self._drift.ppm

    @property
    def jumps(self) -> int:
        """How often the delay has jumped."""
        return self._jumps

    def clean(self, near: Samples, far: Samples) -> Samples:
        """Return the near end without the far end's echo.

        Args:
            near: what the microphone heard, shape (BLOCK,), full scale -1 to 1, at RATE.
            far: what the mixer gave for the same frames, shape (BLOCK,).
        """
        heard = power(near)
        if not math.isfinite(heard):
            near = _finite(near)
            heard = power(near)
        if not math.isfinite(power(far)):
            far = _finite(far)
        self._near.add(near)
        self._far.add(far)
        self._count += BLOCK
        clean = self._cancelled(near, self._reference(), heard)
        if self._count % CHUNK == 0:
            self._measure()
            if self._trial.due and self._silent == 0 and self._count > LONGEST:
                self._try_afresh()
        return clean

    def near_end_rise(self, start: int, end: int, share: float = 0.0) -> float | None:
        """Return by how many dB a near end rose above what explains it, see `NearEndDetector`.

        None where that is more than 12 s ago, or not heard yet.

        Args:
            start: first sample at RATE, counted from the first `clean`.
            end: the sample after the last.
            share: of the time between them in which it rose so much; 0 for a moment.
        """
        return self._near_end.rise(start, end, share)

    def close(self) -> None:
        """Free what C holds."""
        self._speex.close()

    def _cancelled(self, near: Samples, reference: Samples, heard: float) -> Samples:
        played = power(reference)
        rested = self._silent >= self._ringing
        self._silent = 0 if played > QUIET else self._silent + BLOCK
        rests = self._silent >= self._ringing
        if not heard and muted(near):
            self._near_end.skip()
            return near
        if rested and rests:
            self._near_end.add(heard, played)
            return near
        clean = self._speex.cancel(near, reference)
        # The filter takes away what is too low to hear as well: no click where it sets in or rests.
        if rested:
            clean = near + _RISING * (clean - near)
        elif rests:
            clean += _RISING * (near - clean)
        left = power(clean)
        self._erle.add(heard, played, left)
        self._trial.add(heard, played, left)
        self._near_end.add(left, played)
        return clean

    def _growth(self) -> float:
        """Return by how many samples the reference is read later with each block."""
        growth = self._drift.ppm * 1e-6 * BLOCK
        return growth if EARLIEST <= self._lag + growth <= SEARCH else 0.0

    def _reference(self) -> Samples:
        begin = self._lag
        self._lag += self._growth()
        return self._far.read(begin, self._lag)

    def _measure(self) -> None:
        far = self._far.last(SEARCH + CHUNK)
        ppm = self._drift.ppm
        before = self._delay.expected(self._count, ppm)
        late = 0 if before is None else min(max(round(before), 0), SEARCH)
        if power(far[SEARCH - late : SEARCH - late + CHUNK]) < SPOKEN:
            return
        measure = self._finder.add(self._near.last(CHUNK), far, self._count, before, ppm)
        if measure is not None:
            self._believe(measure)

    def _believe(self, measure: Measure) -> None:
        known, together = self._delay.last is not None, self._drift.ppm == 0
        jump = self._delay.take(measure, self._drift.ppm)
        if self._delay.last is not measure:
            return
        if jump is not None:
            self._jumps += 1
            self._finder.forget()
            self._drift.forget()
            # What the filter has learnt still holds, if the echo follows the reference as before.
            self._move(self._lag + jump)
        self._drift.add(measure.at, measure.delay)
        apart = together and self._drift.ppm != 0
        lead = measure.delay - self._lag
        moved = False
        # A delay that changes needs room to be followed, in the past as well.
        if not REFERENCE_LEADS[0] <= lead <= REFERENCE_LEADS[1] or (
            apart and self._lag == EARLIEST
        ):
            moved = self._move(measure.delay - REFERENCE_LEAD)
        if moved:
            self._speex.reset()
        if jump is not None:
            self._replay(JUMPED)
        elif apart:
            self._replay(DRIFTED)
        elif moved or not known:
            self._replay(FIRST)

    def _move(self, lag: float) -> bool:
        """Read the reference later or earlier, as far as that can be; return whether it is now."""
        possible = float(min(max(EARLIEST, round(lag)), SEARCH))
        moved = possible != self._lag
        self._lag = possible
        return moved

    def _replay(self, replay: Replay) -> None:
        """Give the filter the last seconds once more, now that they are in time."""
        replay_past(self._speex, replay, self._near, self._far, self._lag, self._growth())
        self._begin_again()

    def _try_afresh(self) -> None:
        """Put a fresh filter in the old one's place if it does better with the last seconds."""
        try:
            fresh = Speex(self._tail)
        except EchoFault:
            self._trial.settle()  # no memory left: the old one goes on
            return
        left = replay_past(fresh, FRESH, self._near, self._far, self._lag, self._growth())
        if self._trial.better(left):
            self._speex, fresh = fresh, self._speex
            self._begin_again()
        fresh.close()

    def _begin_again(self) -> None:
        self._erle.forget()
        self._near_end.forget()
        self._trial.settle()


def _finite(sound: Samples) -> Samples:
    # A driver's broken block must not stay in filters and averages for ever.
    return np.clip(np.nan_to_num(sound, nan=0.0), -1, 1)


def open_canceller(tail_seconds: float = 0.25) -> Canceller:
    """Return a canceller.

    Args:
        tail_seconds: length of the room's echo that is cancelled.

    Raises:
        EchoFault: libspeexdsp is missing.
    """
    tail = round(tail_seconds * RATE)
    return Canceller(Speex(tail), tail)
