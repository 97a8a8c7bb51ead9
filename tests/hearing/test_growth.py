"""The recogniser in a program that runs for months."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from voice_coach.app import Parts

STATM = Path("/proc/self/statm")

CHANGES = """
import sys
from pathlib import Path
import numpy as np
from voice_coach.audio.duplex import Block
from voice_coach.hearing import Recogniser, load_model

def megabytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

recogniser = Recogniser(load_model(Path(sys.argv[1])), 16000)
phrases = ("next", "stop", "heat", "ice", "breathe", "how much longer", "go back", "help me", "yes")
sentences = [[a, b] for a in ("you", "can", "lie") for b in ("still", "now", "on", "your", "back")]
silence = np.zeros(1600, np.float32)
for number in range(900):
    if number == 200:
        before = megabytes()
    recogniser.listen(phrases[: 5 + number % 4], sentences)
    recogniser.hear(Block(number * 1600, silence, silence))
print(megabytes() - before)
"""


@pytest.mark.long
@pytest.mark.skipif(not STATM.exists(), reason="memory is read from /proc")
def test_memory_does_not_grow_with_changes_of_grammar(parts: Parts) -> None:
    # In a process of its own: in this one, a leak would be served from what others have freed.
    done = subprocess.run(
        [sys.executable, "-c", CHANGES, str(parts.model_folder)],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    # vosk's own SetGrammar was measured to leak 3 KB each time.
    assert float(done.stdout) < 0.6
