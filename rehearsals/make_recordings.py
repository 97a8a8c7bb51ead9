"""Make the recordings of the rehearsal's listener: every phrase of every script here.

The listener must not sound like the coach, so another synthesiser speaks: flite, with its voice
"rms" (Debian package flite; the voice was made from the CMU ARCTIC recordings, free for any use).
The British ones are Kokoro's "bm_lewis" (Apache-2.0; benchmarks/scenes/voices.py says what it
needs). Only missing recordings are made.

    python rehearsals/make_recordings.py
"""

from __future__ import annotations

import subprocess
import tempfile
import tomllib
from pathlib import Path

import soundfile

HERE = Path(__file__).resolve().parent
VOICES = {"recordings": "rms", "recordings_slt": "slt", "en-gb/recordings": "bm_lewis"}


def main() -> None:
    """Make what is missing."""
    for path in sorted(HERE.glob("**/*.toml")):
        script = tomllib.loads(path.read_text(encoding="utf-8"))
        folder = path.parent / script.get("voice", "recordings")
        folder.mkdir(exist_ok=True)
        for words in sorted({line["says"] for line in script["line"] if "says" in line}):
            target = folder / f"{words.replace(' ', '_')}.flac"
            if not target.exists():
                record(words, VOICES[folder.relative_to(HERE).as_posix()], target)
                print(target.relative_to(HERE))


def record(words: str, voice: str, target: Path) -> None:
    """Speak some words into a FLAC file, 16 kHz mono."""
    if voice == "bm_lewis":
        from benchmarks.scenes.voices import BRITISH, rendered

        speaker = next(one for one in BRITISH if one.name == voice)
        samples, rate = soundfile.read(rendered(speaker, [words])[words], dtype="int16")
        soundfile.write(target, samples, rate, subtype="PCM_16")
        return
    with tempfile.NamedTemporaryFile(suffix=".wav") as wav:
        subprocess.run(["flite", "-voice", voice, "-t", words, "-o", wav.name], check=True)
        samples, rate = soundfile.read(wav.name, dtype="int16")
    soundfile.write(target, samples, rate, subtype="PCM_16")


if __name__ == "__main__":
    main()
