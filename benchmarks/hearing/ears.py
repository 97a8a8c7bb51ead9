"""Recognisers as black boxes: a grammar and sound go in, the final results come out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from voice_coach.hearing import HEARING_RATE, load_model
from voice_coach.hearing.recogniser import CHUNK, LONGEST_WORD
from voice_coach.understanding.words import UNKNOWN

BLOCK_BYTES = 2 * CHUNK
"""0.1 s, as the coach gives it to vosk."""


@dataclass(frozen=True)
class Final:
    """A final result.

    Attributes:
        text: the words, with "[unk]" for unknown sound.
        span: the seconds at which its words (without unknown sound) begin and end; None without
            words.
        words: each with the seconds at which it begins and ends, unknown sound too.
    """

    text: str
    span: tuple[float, float] | None = None
    words: tuple[tuple[str, float, float], ...] = ()


Finals = tuple[Final, ...]


class Ear(Protocol):
    """A recogniser."""

    @property
    def name(self) -> str:
        """How tables call it."""
        ...

    def lacking(self, grammar: Iterable[str]) -> list[str]:
        """Return the words that it does not know, and so cannot hear."""
        ...

    def hear(self, sounds: Sequence[bytes], grammar: Sequence[str], jobs: int) -> list[Finals]:
        """Return what is heard in each of the sounds (16 bit, HEARING_RATE).

        Args:
            sounds: each is heard by itself, by a fresh recogniser.
            grammar: the phrases that may be heard; unknown sound is always possible.
            jobs: how many are heard at once.
        """
        ...


class VoskEar:
    """A vosk model.

    Args:
        folder: the model.
        name: how tables call it.

    Raises:
        ModelFault: the folder holds no usable model.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.model: Any = _loaded(folder)
        self._name = name

    @property
    def name(self) -> str:
        """How tables call it."""
        return self._name

    def lacking(self, grammar: Iterable[str]) -> list[str]:
        """Return the words that the model does not know."""
        words = {word for phrase in grammar for word in phrase.split()}
        return sorted(word for word in words if self.model.vosk_model_find_word(word) < 0)

    def hear(self, sounds: Sequence[bytes], grammar: Sequence[str], jobs: int) -> list[Finals]:
        """Return what is heard in each of the sounds; vosk releases Python's lock."""
        wanted = json.dumps([*grammar, UNKNOWN])
        with ThreadPoolExecutor(jobs) as pool:
            return list(pool.map(lambda sound: self._hear(sound, wanted), sounds))

    def _hear(self, sound: bytes, grammar: str) -> Finals:
        import vosk

        # A new one each time: after Reset, vosk still decodes frames of the last clip.
        recogniser = vosk.KaldiRecognizer(self.model, HEARING_RATE, grammar)
        recogniser.SetWords(True)
        made: list[Final] = []
        for start in range(0, len(sound), BLOCK_BYTES):
            if recogniser.AcceptWaveform(sound[start : start + BLOCK_BYTES]):
                made.append(_final(json.loads(recogniser.Result())))
        made.append(_final(json.loads(recogniser.FinalResult())))
        return tuple(final for final in made if final.text)


def _final(result: dict[str, Any]) -> Final:
    found = result.get("result", ())
    words = tuple((str(w["word"]), float(w["start"]), float(w["end"])) for w in found)
    return Final(result["text"], _span(found), words)


def _span(words: Iterable[dict[str, Any]]) -> tuple[float, float] | None:
    known = [word for word in words if word["word"] != UNKNOWN]
    if not known:
        return None
    # Like the program's recogniser: after silence, a word may seem to have begun long ago.
    begin = max(known[0]["start"], known[0]["end"] - LONGEST_WORD)
    return float(begin), float(known[-1]["end"])


@cache
def _loaded(folder: Path) -> Any:
    return load_model(folder)


def ears(folders: Iterable[Path]) -> list[VoskEar]:
    """Return an ear for each model, under names that tell them apart.

    Raises:
        ModelFault: a folder holds no usable model.
    """
    found = [folder.resolve() for folder in folders]
    made: list[VoskEar] = []
    for number, folder in enumerate(found, 1):
        alone = sum(other.name == folder.name for other in found) == 1
        name = folder.name if alone else f"{number}: {folder.parent.name}/{folder.name}"
        made.append(VoskEar(folder, name))
    return made
