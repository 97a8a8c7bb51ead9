"""Give a filter the past once more: it then knows in milliseconds what would take it seconds."""

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
    """How many blocks of the past a filter is given, and how often."""

    blocks: int
    times: int


FIRST = Replay(200, 3)
"""When the delay is first known: 1 to 2 s were heard. Makes it 10 to 13 dB better at once."""

JUMPED = Replay(150, 2)
"""When the delay has jumped, which takes 1.5 to 2 s to find."""

DRIFTED = Replay(400, 2)
"""When the drift becomes known, after 4 to 5 s: 20 dB better at once with 50 ppm."""

FRESH = Replay(150, 4)
"""For a fresh filter, where the old one seems to have gone wrong. From less than that a filter
learns the sound, not the room."""

LONGEST = max(replay.blocks for replay in (FIRST, JUMPED, DRIFTED, FRESH)) * BLOCK
"""Samples of both ends that must be kept."""


def replay_past(
    filter: Speex, replay: Replay, near: Reference, far: Reference, lag: float, growth: float
) -> float:
    """Give a filter a replay; return the power that the last repetition left per block.

    Args:
        filter: the filter.
        replay: how much, and how often.
        near: the near end, LONGEST of it kept.
        far: the far end, LONGEST and the lag of it kept.
        lag: samples by which the far end is late by now.
        growth: by how many samples that grows with each block.
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
    """Whether a microphone is switched off or lost: a filter must not learn from that.

    No microphone that hears is quiet to the last bit.
    """
    return not near.any()


POOR_DB = 12.0
"""A filter that takes away less may have gone wrong; a converged one reaches 20 dB and more."""

RECENT = 120
"""Blocks of far-end speech, 1.2 s, over which that is seen."""

TRIAL_WAIT, WAIT_GROWTH, LONGEST_TRIAL_WAIT = 150, 1.3, 3000
"""Blocks from one trial to the next; so many times more after each that failed; at most 30 s."""

BETTER_DB = 3.0
"""By so much less must a fresh filter leave of the same sound. After a change of the room it leaves
4 to 9 dB less; with a user who talks, or a loudspeaker that distorts, at most 1.5 dB."""


class FilterTrial:
    """When a filter is to be tried against a fresh one.

    Somebody moved the microphone, or opened a door: the filter unlearns the old room more slowly
    than a fresh one learns the new. That little is taken away may as well be a user who talks, or
    a loudspeaker that distorts; hence the trial.
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
        """Take the powers of a block of each."""
        self._recent.add(near, far, clean)
        self._left.append(clean)
        self._since += 1

    def better(self, left: float) -> bool:
        """Return whether a fresh filter that leaves so much power is to replace the old one."""
        by = 10 * float(np.log10((np.mean(self._left) + 1e-12) / (left + 1e-12)))
        self._since = 0
        won = by >= BETTER_DB
        self._wait = TRIAL_WAIT if won else min(self._wait * WAIT_GROWTH, LONGEST_TRIAL_WAIT)
        return won

    def settle(self) -> None:
        """Begin again: the filter is another."""
        self._recent = Erle(RECENT, RECENT)
        self._since, self._wait = 0, float(TRIAL_WAIT)
