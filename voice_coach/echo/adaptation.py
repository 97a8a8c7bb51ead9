"""Adaptation: replay the recent past to a filter, and decide when to try a fresh one.

Replaying takes milliseconds; adapting to live sound would take the filter seconds.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.echo.erle import Erle, power
from voice_coach.echo.reference import EARLIEST, Reference
from voice_coach.echo.speex import BLOCK, Speex


@dataclass(frozen=True, slots=True)
class Replay:
    """How many blocks of the past to replay, and how many times."""

    blocks: int
    times: int


FIRST = Replay(200, 3)
"""Once the delay is known, after 1 to 2 s of sound. Gains 10 to 13 dB at once."""

JUMPED = Replay(150, 2)
"""After a jump of the delay, which takes 1.5 to 2 s to detect."""

DRIFTED = Replay(400, 2)
"""Once the drift is known, after 4 to 5 s. Gains 20 dB at once with a drift of 50 ppm."""

FRESH = Replay(150, 4)
"""For a fresh filter, when the old one seems to have gone wrong. From fewer blocks a filter learns
the sound and not the room."""

LONGEST = max(replay.blocks for replay in (FIRST, JUMPED, DRIFTED, FRESH)) * BLOCK
"""Samples of both ends to keep for replay."""


def replay_past(
    filter: Speex, replay: Replay, near: Reference, far: Reference, lag: float, growth: float
) -> float:
    """Replay the past to a filter; return the mean residual power per block of the last pass.

    Args:
        filter: the filter.
        replay: how many blocks, and how many times.
        near: the near end; at least LONGEST samples are kept.
        far: the far end; at least LONGEST samples plus the lag are kept.
        lag: samples by which the reference is delayed now.
        growth: samples by which that delay grows per block.
    """
    left = 0.0
    for _ in range(replay.times):
        left = 0.0
        for ago in range(replay.blocks - 1, -1, -1):
            heard = near.read(0, 0, ago * BLOCK)
            if muted(heard):
                continue
            begin = max(lag - growth * (ago + 1), EARLIEST)
            end = max(lag - growth * ago, EARLIEST)
            left += power(filter.cancel(heard, far.read(begin, end, ago * BLOCK)))
    return left / replay.blocks


def muted(near: Samples) -> bool:
    """Return whether the microphone is switched off or lost: a filter must not adapt to that.

    A working microphone is never silent to the last bit.
    """
    return not near.any()


POOR_DB = 12.0
"""ERLE below which a filter may have gone wrong; a converged one reaches 20 dB and more."""

RECENT = 120
"""Blocks of far-end speech, 1.2 s, over which that ERLE is measured."""

TRIAL_WAIT, WAIT_GROWTH, LONGEST_TRIAL_WAIT = 150, 1.3, 3000
"""Blocks between trials; the factor by which a failed trial lengthens them; their maximum, 30 s."""

BETTER_DB = 3.0
"""A fresh filter replaces the old one if its residual is at least this many dB lower. After a
change in the room it is 4 to 9 dB lower; with a user talking, or a loudspeaker that distorts, at
most 1.5 dB."""


class FilterTrial:
    """Decides when to try a fresh filter against the one in use, and which of them wins.

    After somebody moves the microphone or opens a door, the filter unlearns the old room more
    slowly than a fresh one learns the new. But a low ERLE may also mean that the user is talking or
    that the loudspeaker distorts, hence the trial.
    """

    def __init__(self) -> None:
        self._recent = Erle(RECENT, RECENT)
        self._left: deque[float] = deque(maxlen=FRESH.blocks)
        self._since = 0
        self._wait = float(TRIAL_WAIT)

    @property
    def due(self) -> bool:
        """Whether a trial is due."""
        erle = self._recent.median_db
        return self._since >= self._wait and erle is not None and erle < POOR_DB

    def add(self, near: float, far: float, clean: float) -> None:
        """Take the powers of one block of near end, far end and clean sound."""
        self._recent.add(near, far, clean)
        self._left.append(clean)
        self._since += 1

    def better(self, left: float) -> bool:
        """Return whether a fresh filter with residual power `left` should replace the old one."""
        by = 10 * float(np.log10((np.mean(self._left) + 1e-12) / (left + 1e-12)))
        self._since = 0
        won = by >= BETTER_DB
        self._wait = TRIAL_WAIT if won else min(self._wait * WAIT_GROWTH, LONGEST_TRIAL_WAIT)
        return won

    def settle(self) -> None:
        """Start over, because the filter has changed."""
        self._recent = Erle(RECENT, RECENT)
        self._since, self._wait = 0, float(TRIAL_WAIT)
