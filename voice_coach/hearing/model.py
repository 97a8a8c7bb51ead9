"""Loading a hearing model, and refusing one that would bring the process down later.

vosk loads models with missing or truncated files, prints about it, and then crashes the process
at the first sound (no graph/HCLr.fst, no silence phones) or hears nothing forever. So a model is
tried here on a moment of noise, and what Kaldi prints in the meantime is taken as the reason.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voice_coach.faults import ModelFault, PromptFault
from voice_coach.understanding.words import UNKNOWN

if TYPE_CHECKING:
    from vosk import Model

MEND = "`voice-coach models verify` says what is damaged; `voice-coach models fetch` gets a new one"

PARTS = (
    "am/final.mdl",
    "conf/model.conf",
    "conf/mfcc.conf",
    "graph/HCLr.fst",
    "graph/phones/word_boundary.int",
)

_SILENCE = re.compile(r"^--endpoint\.silence-phones=\d", re.MULTILINE)

_TELLTALE = re.compile(r"ERROR|Runtime graphs are not supported|Empty lattice")
"""What vosk prints about a model that it takes and cannot use."""


def load_model(folder: Path) -> Model:
    """Load a vosk model.

    Raises:
        ModelFault: the folder is missing or holds no usable model.
    """
    import vosk

    vosk.SetLogLevel(-1)
    if not (folder / "graph" / "Gr.fst").exists():
        raise ModelFault(
            f"The hearing model {folder} takes no grammar (it has no graph/Gr.fst)",
            "use a small or lgraph model",
        )
    for part in PARTS:
        if not (folder / part).is_file():
            raise ModelFault(f"The hearing model {folder} has no {part}", MEND)
    conf = (folder / "conf" / "model.conf").read_text(encoding="utf-8", errors="replace")
    if not _SILENCE.search(conf):
        # vosk would abort the process at the first sound.
        raise ModelFault(f"{folder / 'conf/model.conf'} names no endpoint.silence-phones", MEND)
    try:
        with _printed() as printed:
            model = vosk.Model(str(folder))
            _check(printed(), folder)
            recogniser = vosk.KaldiRecognizer(model, 16000, json.dumps([UNKNOWN]))
            _check(printed(), folder)
            noise = np.random.default_rng(0).standard_normal(16000) * 300
            recogniser.AcceptWaveform(noise.astype("<i2").tobytes())
            recogniser.FinalResult()
            _check(printed(), folder)
    except ModelFault:
        raise
    except Exception as error:  # vosk raises bare Exceptions
        raise ModelFault(f"The hearing model {folder} cannot be loaded", MEND) from error
    return model


def _check(printed: str, folder: Path) -> None:
    for line in printed.splitlines():
        if _TELLTALE.search(line):
            reason = "".join(c for c in line if c.isprintable())[:160]
            raise ModelFault(f"The hearing model {folder} is damaged ({reason})", MEND)


def vocabulary(folder: Path) -> tuple[str, ...]:
    """Return the words that a model says it knows; not every model does."""
    try:
        lines = (folder / "graph" / "words.txt").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ()
    return tuple(line.split()[0] for line in lines if line[:1].isalpha())


@contextmanager
def _printed() -> Iterator[Callable[[], str]]:
    """Catch what C++ code prints as an error; the function it gives returns that."""
    with tempfile.TemporaryFile() as file:
        sys.stderr.flush()
        before = os.dup(2)
        os.dup2(file.fileno(), 2)
        try:
            yield lambda: os.pread(file.fileno(), 1 << 16, 0).decode(errors="replace")
        finally:
            os.dup2(before, 2)
            os.close(before)


def check_vocabulary(
    model: Model, phrases: Iterable[tuple[str, str]], *, takes_words: bool = False
) -> tuple[str, ...]:
    """Refuse phrases with words the model does not know: vosk would quietly drop them.

    A model to which no words can be added may lack a few; its phrases with them are not listened
    for (`Recogniser.listen`), which is a fault only where nothing is left to say.

    Args:
        model: a loaded model.
        phrases: (phrase, where it stands: file and key).
        takes_words: whether words can be added to the model.

    Returns:
        The words that it lacks.

    Raises:
        PromptFault: names the first such phrase, its words and its place.
    """
    lacking: dict[str, None] = {}
    heard: dict[str, bool] = {}
    first: dict[str, tuple[str, list[str]]] = {}
    for phrase, place in phrases:
        unknown = [w for w in phrase.split() if model.vosk_model_find_word(w) < 0]
        heard[place] = heard.get(place, False) or not unknown
        if unknown:
            lacking |= dict.fromkeys(unknown)
            first.setdefault(place, (phrase, unknown))
    for place, (phrase, unknown) in first.items():
        if takes_words or not heard[place]:
            words = ", ".join(f'"{w}"' for w in dict.fromkeys(unknown))
            mend = "say it with other words, or fetch a larger hearing model"
            if takes_words:
                mend = f"run `voice-coach words add {words.replace(',', '')}`"
            raise PromptFault(
                f'{place}: "{phrase}" has a word that the hearing model does not know: {words}',
                mend,
            )
    return tuple(lacking)
