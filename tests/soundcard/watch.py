"""Runs in a process of its own: the sound alone, and a line for each thing it notices.

python -m tests.soundcard.watch DEVICE
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np

from voice_coach.audio.live import LiveDuplex
from voice_coach.audio.mixer import Play

SPEECH_SECONDS = 1.2
"""Of every SENTENCE_SECONDS the loudspeaker is given sound for so long."""

SENTENCE_SECONDS = 3.0

REPORT_SECONDS = 0.5


def main() -> None:
    """Print the state whenever it changes, and twice a second."""
    duplex = LiveDuplex(
        sys.argv[1], tell=lambda line: print(json.dumps({"told": line}), flush=True)
    )
    noise = np.random.default_rng(0).standard_normal(round(SPEECH_SECONDS * duplex.rate))
    speech = (0.1 * noise).astype(np.float32)
    sentence = round(SENTENCE_SECONDS * duplex.rate)
    begin = time.monotonic()
    expected = placed = reported = 0
    before: dict[str, int | bool] = {}
    for block in duplex.blocks():
        if block.start != expected:
            raise AssertionError(f"block {block.start} came after {expected}")
        expected = block.end
        if block.end > placed - duplex.rate:
            placed += sentence
            duplex.mixer.orders.put(Play(placed, speech))
        state = {
            "microphone": duplex.microphone_ok,
            "loudspeaker": duplex.loudspeaker_ok,
            "losses": duplex.losses,
            "xruns": duplex.xruns,
        }
        if state != before or block.end - reported >= REPORT_SECONDS * duplex.rate:
            before, reported = state, block.end
            clock = {
                "seconds": block.end / duplex.rate,
                "passed": time.monotonic() - begin,
                "hears": bool(block.near.any()),
            }
            print(json.dumps(state | clock), flush=True)


if __name__ == "__main__":
    main()
