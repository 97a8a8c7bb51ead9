"""A fresh process that loads one model, hears a minute, and prints the cost as JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from ..resident import resident


def look(folder: Path, grammar: list[str], sound: bytes) -> dict[str, float]:
    """Return MB (VmRSS) and seconds at every stage.

    Args:
        folder: the vosk model.
        grammar: the phrases to listen for.
        sound: 16 bit samples at HEARING_RATE.
    """
    import vosk

    from voice_coach.hearing import HEARING_RATE

    from .ears import BLOCK_BYTES

    vosk.SetLogLevel(-1)
    made = {"empty": resident("self")["Rss"]}
    began = time.perf_counter()
    model = vosk.Model(str(folder))
    made["load s"] = time.perf_counter() - began
    made["loaded"] = resident("self")["Rss"]
    began = time.perf_counter()
    recogniser: Any = vosk.KaldiRecognizer(model, HEARING_RATE, json.dumps(grammar))
    made["grammar s"] = time.perf_counter() - began
    began = time.process_time()
    for start in range(0, len(sound), BLOCK_BYTES):
        if recogniser.AcceptWaveform(sound[start : start + BLOCK_BYTES]):
            recogniser.Result()
        recogniser.PartialResult()
    made["rtf"] = (time.process_time() - began) / (len(sound) / 2 / HEARING_RATE)
    made["heard"] = resident("self")["Rss"]
    return made


def main() -> None:
    """Read the command line: the model's folder, and files with the grammar (JSON) and samples."""
    folder, grammar, file = map(Path, sys.argv[1:])
    found = look(folder, json.loads(grammar.read_text(encoding="utf-8")), file.read_bytes())
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
