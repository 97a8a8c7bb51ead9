"""How well a hearing model hears the coach's words, and what it hears falsely.

Real commands, synthetic voices, false words, sound that is not speech, other recognisers, size and
speed. Several models (`--model A --model B`) hear the same samples.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from voice_coach import paths

from ..common import Report, announce, keep, show
from . import faint, false, footprint, goals, real, rivals, speech, synthetic
from .bench import Bench
from .options import read_options

MEASURES: dict[str, Callable[[Bench], Report]] = {
    "goals": goals.measure,
    "real": real.measure,
    "synthetic": synthetic.measure,
    "false": false.measure,
    "faint": faint.measure,
    "speech": speech.measure,
    "rivals": rivals.measure,
    "footprint": footprint.measure,
}

EMBEDDED = "en-us-commands"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the chosen tables."""
    given = read_options(arguments, paths.data_folder("models") / EMBEDDED, __doc__)
    announce()
    bench = Bench(given)
    for name, measure in MEASURES.items():
        if name in given.only:
            began = time.perf_counter()
            report = measure(bench)
            show(report)
            print(f"  ({name}: {time.perf_counter() - began:.0f} s)", flush=True)
            if given.json:
                keep(report)


if __name__ == "__main__":
    main()
