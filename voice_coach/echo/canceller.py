"""The echo canceller: aligns the far end with the near end, and removes it from there."""

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
"""Samples, 20 ms, by which the reference leads its echo: an error in the delay must never put the
echo first, for a filter cannot look ahead."""

REFERENCE_LEADS = (RATE // 200, RATE * 6 // 100)
"""Samples, 5 to 60 ms, between which the lead may drift before the reference is moved: each move
costs seconds of adaptation, and the tail has room."""

AFTER = RATE // 2
"""Samples after the end of the far end, beyond the tail, in which a room still rings."""

SPOKEN = 1e-7
"""Power of the far end, -70 dBFS over half a second, above which its delay is searched for."""

_RISING = np.linspace(0, 1, BLOCK, dtype=np.float32)


class Canceller:
    """Removes the far end's echo from the near end, 10 ms at a time.

    While the far end is silent, the near end passes through unchanged.

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
        """Echo return loss enhancement in dB (see `Erle`); None until the far end spoke enough."""
        return self._erle.median_db

    @property
    def echo_db(self) -> float | None:
        """Level of the echo at the microphone, in dB relative to what was played; None at first."""
        return self._erle.echo_db

    @property
    def delay(self) -> int | None:
        """Samples by which the near end trails the far end; None while unknown."""
        found = self._delay.expected(self._count, self._drift.ppm)
        return None if found is None else round(found)

    @property
    def drift_ppm(self) -> float:
        """Growth of the delay in parts per million; 0 while unknown or too small to matter."""
        return self._drift.ppm

    @property
    def jumps(self) -> int:
        """How often the delay has jumped."""
        return self._jumps

    def clean(self, near: Samples, far: Samples) -> Samples:
        """Return the near end without the far end's echo, shape (BLOCK,).

        Args:
            near: what the microphone heard, shape (BLOCK,), full scale -1 to 1, at RATE.
            far: what the mixer played in the same frames, shape (BLOCK,).
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
        """Return by how many dB the near end rose above its expected level, see `NearEndDetector`.

        None if that is more than 12 s ago, or not heard yet.

        Args:
            start: first sample at RATE, counted from the first call of `clean`.
            end: the sample after the last.
            share: share of that time in which the rise was reached; 0 for its peak.
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
        # The filter also removes what is too low to hear: cross-fade, or it would click.
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
        """Return by how many samples the reference is delayed further with each block."""
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
            # The filter stays valid if the echo follows the reference at the same distance.
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
        """Set the delay of the reference, within bounds; return whether that changed it."""
        possible = float(min(max(EARLIEST, round(lag)), SEARCH))
        moved = possible != self._lag
        self._lag = possible
        return moved

    def _replay(self, replay: Replay) -> None:
        """Replay the last seconds to the filter, now that both ends are aligned."""
        replay_past(self._speex, replay, self._near, self._far, self._lag, self._growth())
        self._begin_again()

    def _try_afresh(self) -> None:
        """Replace the filter by a fresh one if that does better with the last seconds."""
        try:
            fresh = Speex(self._tail)
        except EchoFault:
            self._trial.settle()  # no memory left: keep the old one
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
    # A broken block from a driver must not stay in filters and averages forever.
    return np.clip(np.nan_to_num(sound, nan=0.0), -1, 1)


def open_canceller(tail_seconds: float = 0.25) -> Canceller:
    """Return a canceller.

    Args:
        tail_seconds: length of the room's echo to cancel.

    Raises:
        EchoFault: libspeexdsp is missing.
    """
    tail = round(tail_seconds * RATE)
    return Canceller(Speex(tail), tail)
