"""Is what a synthetic voice said what it was given? `python -m training.checked FOLDER ...`.

A synthesiser adds sounds and leaves some out, and a model that learns from that learns wrong
words. So each utterance of a folder with a `manifest.tsv` is heard by a recogniser before it is
learnt from: it must find exactly the text, among some hundred other words, and nothing behind it.
Rows that fail get the split "rejected". Which rows were heard is kept in `checked.txt`, so that a
run that was stopped goes on.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz.distance import Levenshtein

from training.corpora import REJECTED
from training.progress import progress
from training.store import RATE, Sound, decoded
from training.texts import common_words, phrases, words_of
from voice_coach.hearing import load_model
from voice_coach.paths import data_folder
from voice_coach.understanding.words import UNKNOWN
from voice_coach.vocabulary.own_words import takes_words

OTHERS = 150
"""Words that might have been said instead, for each text others."""
AROUND = round(0.4 * RATE)
"""Samples of quiet before and after, so that a word can end."""
LONG = 5
"""Words from which one may be misheard: a sentence is seldom heard whole."""


class Checker:
    """Hears one utterance at a time.

    Args:
        model: folder of a vosk model.

    Raises:
        ModelFault: the folder holds no usable model.
    """

    def __init__(self, model: Path) -> None:
        self._model: Any = load_model(model)
        single = {word for phrase in phrases() for word in words_of(phrase)}
        self._words = sorted(filter(self._known, single | set(common_words(3000))))

    def _known(self, word: str) -> bool:
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def agrees(self, sound: Sound, text: str) -> bool:
        """Whether these words are heard, the last of them last; of many one may be misheard.

        A word that the model does not know is heard rightly as unknown.

        Args:
            sound: in [-1, 1].
            text: what it was given.
        """
        said = [word if self._known(word) else UNKNOWN for word in words_of(text)]
        return matches(_once(said), _once(self.heard(sound, text).split()))

    def heard(self, sound: Sound, text: str) -> str:
        """Return what is heard among the text's words and others, [unk] among it."""
        import vosk

        said = words_of(text)
        others = random.Random(text).sample(self._words, OTHERS)
        known = list(filter(self._known, dict.fromkeys(said)))
        whole = [" ".join(said)] if len(known) == len(set(said)) else []
        grammar = [*whole, *known, *(word for word in others if word not in said), UNKNOWN]
        recogniser = vosk.KaldiRecognizer(self._model, RATE, json.dumps(grammar))
        draw = np.random.default_rng(0)
        quiet = np.zeros(AROUND, np.float32)
        samples = np.concatenate([quiet, sound, quiet]) * np.float32(20000)
        samples += 3 * draw.standard_normal(len(samples), np.float32)
        parts = []
        if recogniser.AcceptWaveform(samples.astype("<i2").tobytes()):
            parts.append(json.loads(recogniser.Result())["text"])
        parts.append(json.loads(recogniser.FinalResult())["text"])
        return " ".join(filter(None, parts))


def _once(words: Sequence[str]) -> list[str]:
    """Return words without unknown sound that follows unknown sound."""
    pairs = zip(words, ["", *words], strict=False)
    return [word for word, before in pairs if not word == before == UNKNOWN]


def matches(said: Sequence[str], heard: Sequence[str]) -> bool:
    """Whether what was heard is what was said, and ends as it does.

    Of LONG words or more one may be wrong, and two more for each unknown one among them, since
    unknown sound takes its neighbours with it.
    """
    if list(said) == list(heard):
        return True
    if len(said) < LONG or not heard or said[-1] != heard[-1]:
        return False
    return Levenshtein.distance(said, heard) <= 1 + 2 * said.count(UNKNOWN)


def check(folder: Path, checker: Checker) -> tuple[int, int]:
    """Judge the rows of a manifest that were not yet; return how many were, and how many failed."""
    manifest, done_path = folder / "manifest.tsv", folder / "checked.txt"
    head, *lines = manifest.read_text(encoding="utf-8").splitlines()
    done = set(done_path.read_text("utf-8").split()) if done_path.exists() else set()
    rows = [line.split("\t") for line in lines]
    missing = [row for row in rows if row[0] not in done and row[6] == "train"]
    failed = 0
    for row in progress(missing, f"checking {folder.name}"):
        pcm = decoded(folder / row[0])
        if not checker.agrees(pcm.astype(np.float32) / np.float32(32768), row[3]):
            row[6] = REJECTED
            failed += 1
    beside = manifest.with_suffix(".part")
    beside.write_text("\n".join([head, *("\t".join(row) for row in rows)]) + "\n", "utf-8")
    beside.replace(manifest)
    done_path.write_text("\n".join([*sorted(done), *(row[0] for row in missing)]) + "\n", "utf-8")
    return len(missing), failed


def check_all(folder: Path, model: Path) -> None:
    """Check all voices in a folder that are learnt from; a voice that is judged with has no rows.

    Args:
        folder: holds a folder for each voice.
        model: a vosk model that takes grammars. A model of another language checks nothing: every
            row stays.
    """
    if not takes_words(model):
        print(f"nothing is checked: {model} is no model of ours", flush=True)
        return
    checker = Checker(model)
    for manifest in sorted(folder.glob("*/manifest.tsv")):
        heard, failed = check(manifest.parent, checker)
        print(f"{manifest.parent.name}: {heard} heard, {failed} not understood", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Check the folders of the command line."""
    parser = argparse.ArgumentParser(prog="python -m training.checked", description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    model = data_folder("models") / "en-us-commands"
    parser.add_argument("--model", type=Path, default=model, help="of vosk, taking grammars")
    given = parser.parse_args(arguments)
    checker = Checker(given.model)
    for folder in given.folders:
        heard, failed = check(folder, checker)
        print(f"{folder.name}: {heard} heard, {failed} not understood", flush=True)


if __name__ == "__main__":
    main()
