"""The whole program in simulated rooms: `python -m benchmarks.room`; `--full` takes half an hour.

Each part runs the real program on the sample clock, and prints tables with its goals. With
BENCHMARK_SOUNDS=folder the sound of every scene is stored there, loudspeaker left, microphone
right.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence

from ..common import Report, Scale, add_keeping, announce, deliver
from ..scenes import rooms
from . import acceptance, alarm, cost, interruptions, selftalk, strangers

MEASURES: dict[str, Callable[[Scale], Report]] = {
    "interruptions": interruptions.measure,
    "selftalk": selftalk.measure,
    "strangers": strangers.measure,
    "acceptance": acceptance.measure,
    "alarm": alarm.measure,
    "cost": cost.measure,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the chosen parts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.room", description=__doc__)
    parser.add_argument("--only", default=",".join(MEASURES), help="of: %(default)s")
    parser.add_argument("--full", action="store_true", help="more of everything: half an hour")
    add_keeping(parser)
    given = parser.parse_args(arguments)
    wanted = [name.strip() for name in given.only.split(",") if name.strip()]
    for name in wanted:
        if name not in MEASURES:
            parser.error(f"there is no part {name!r}; there are {', '.join(MEASURES)}")
    announce()
    if not rooms.available():
        print("pyroomacoustics is not installed: rooms are noise that decays, no real ones")
    began = time.perf_counter()
    for name in wanted:
        started = time.perf_counter()
        deliver(MEASURES[name](Scale(given.full)), given)
        print(f"  ({name}: {time.perf_counter() - started:.0f} s)", flush=True)
    print(f"\nall in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
