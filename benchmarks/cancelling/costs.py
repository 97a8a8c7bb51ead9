"""The processor time of echo cancelling."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.echo import RATE, open_canceller
from voice_coach.echo.adaptation import DRIFTED
from voice_coach.echo.delay import CHUNK, SEARCH, DelayFinder
from voice_coach.echo.speex import Speex

from ..common import Cell, Scale, Table, high
from .echoes import Echo, blocks, cleaned, coach, heard, noise


def costs(scale: Scale) -> tuple[Table, float]:
    """Return the table, and the real-time factor while the coach speaks."""
    far = coach(20)
    near = heard(far, Echo()) + noise(len(far))
    rows: list[tuple[Cell, ...]] = []
    tries = scale.pick(2, 5)

    def timed(work: Callable[[], object], amount: float) -> float:
        took = []
        for _ in range(tries):
            began = time.process_time()
            work()
            took.append((time.process_time() - began) / amount)
        return min(took)

    filter = Speex(RATE // 4)
    rows.append(("the filter", timed(lambda: _filtered(filter, near, far), len(far) / RATE), None))
    filter.close()
    whole = timed(lambda: cleaned(near, far), len(far) / RATE)
    rows.append(("all, the coach speaks, one clock, first 20 s", whole, None))
    drifting = heard(far, Echo(ppm=50)) + noise(len(far))
    rows.append(
        (
            "all, two clocks, first 20 s",
            timed(lambda: cleaned(drifting, far), len(far) / RATE),
            None,
        )
    )
    settled = open_canceller()
    cleaned(near, far, settled)
    steady = timed(lambda: cleaned(near, far, settled), len(far) / RATE)
    rows.append(("all, the coach speaks, later", steady, None))
    silence = np.zeros_like(far)
    cleaned(near, silence, settled)
    quiet = timed(lambda: cleaned(near, silence, settled), len(far) / RATE)
    rows.append(("all, the coach is silent", quiet, None))
    settled.close()
    finder = DelayFinder()
    end = len(far)

    def find() -> None:
        finder.add(near[end - CHUNK :], far[end - SEARCH - CHUNK :], end, None, 0.0)

    one = timed(find, 1)
    rows.append(("  a measure of the delay, each 0.5 s", one * 2, 1000 * one))
    each = _slowest(drifting, far)
    rows.append(("  the slowest 10 ms (drift becomes known)", None, max(each)))
    rows.append(("  the 95th percentile of 10 ms", None, high(each)))
    note = (
        f"the slowest block gives the filter the last {DRIFTED.blocks / 100:g} s "
        f"{DRIFTED.times} times more, once"
    )
    return Table("cost, CPU time on one core", ("", "RTF", "ms"), rows, note), steady


def _filtered(filter: Speex, near: Samples, far: Samples) -> None:
    for heard_block, played in blocks(near, far):
        filter.cancel(heard_block, played)


def _slowest(near: Samples, far: Samples) -> list[float]:
    canceller = open_canceller()
    took = []
    for heard_block, played in blocks(near, far):
        began = time.process_time()
        canceller.clean(heard_block, played)
        took.append(1000 * (time.process_time() - began))
    canceller.close()
    return took
