"""Run all benchmarks: `python -m benchmarks`, within some minutes; `--full` takes an hour."""

from __future__ import annotations

import time

from . import cancelling, endpoint, levels, matching, memory, pacing, reaction, speed, start
from .common import Scale, announce, deliver, options

ALL = (start, memory, pacing, speed, reaction, matching, endpoint, levels, cancelling)


def main() -> None:
    """Run them one after another, those that need a quiet machine first."""
    given = options(__doc__)
    announce()
    began = time.perf_counter()
    for benchmark in ALL:
        deliver(benchmark.measure(Scale(given.full)), given)
    print(f"\nall in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
