"""Recognisers as black boxes: a grammar and sound go in, the final results come out."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from voice_coach.hearing import HEARING_RATE, load_model
from voice_coach.hearing.recogniser import CHUNK, LONGEST_WORD
from voice_coach.understanding.words import UNKNOWN

from ..common import linked_model

BLOCK_BYTES = 2 * CHUNK
"""0.1 s, as the coach gives it to vosk."""

ALTERNATIVES = 20

LATTICE_BEAM = 6.0
"""Wide enough that "[unk]" is still among the alternatives of most words. With 8, a long sound
without a pause takes vosk minutes, and more memory than its own limit."""


@dataclass(frozen=True)
class Final:
    """A final result.

    Attributes:
        text: the words, with "[unk]" for unknown sound.
        gap: how much likelier (natural logarithm) the words are than unknown sound or silence;
            None if not requested. If those are not among the alternatives, it is a lower bound:
            LATTICE_BEAM, or the gap to the last alternative.
        span: the seconds at which its words (without unknown sound) begin and end; None without
            words, and if gaps were requested.
    """

    text: str
    gap: float | None = None
    span: tuple[float, float] | None = None


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
        weighed: whether gaps are wanted; alternatives cost time, above all in long sounds.

    Raises:
        ModelFault: the folder holds no usable model.
    """

    def __init__(self, folder: Path, name: str, *, weighed: bool = False) -> None:
        self.folder = folder
        self.model: Any = _loaded_wide(folder) if weighed else _loaded(folder)
        self._name = name
        self._weighed = weighed

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
        if self._weighed:
            recogniser.SetMaxAlternatives(ALTERNATIVES)
        else:
            recogniser.SetWords(True)
        made: list[Final] = []
        for start in range(0, len(sound), BLOCK_BYTES):
            if recogniser.AcceptWaveform(sound[start : start + BLOCK_BYTES]):
                made.append(_final(json.loads(recogniser.Result())))
        made.append(_final(json.loads(recogniser.FinalResult())))
        return tuple(final for final in made if final.text)


def _final(result: dict[str, Any]) -> Final:
    if "alternatives" not in result:
        return Final(result["text"], span=_span(result.get("result", ())))
    found = [(str(a["text"]), float(a["confidence"])) for a in result["alternatives"]]
    return Final(found[0][0], _gap(found)) if found else Final("")


def _span(words: Iterable[dict[str, Any]]) -> tuple[float, float] | None:
    known = [word for word in words if word["word"] != UNKNOWN]
    if not known:
        return None
    # Like the program's recogniser: after silence, a word may seem to have begun long ago.
    begin = max(known[0]["start"], known[0]["end"] - LONGEST_WORD)
    return float(begin), float(known[-1]["end"])


def _gap(found: Sequence[tuple[str, float]]) -> float:
    """Return the margin of the first alternative over the best one without words.

    Args:
        found: (words, logarithm of the likelihood), the likeliest first.
    """
    best = found[0][1]
    nothing = [score for words, score in found if not set(words.split()) - {UNKNOWN}]
    if nothing:
        return best - max(nothing)
    # All alternatives within the beam are listed: the next is outside it.
    return LATTICE_BEAM if len(found) < ALTERNATIVES else best - found[-1][1]


@cache
def _loaded(folder: Path) -> Any:
    return load_model(folder)


@cache
def _loaded_wide(folder: Path) -> Any:
    """Load a copy of a model that keeps more alternatives."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / folder.name
        linked_model(folder, copy, {"lattice-beam": f"{LATTICE_BEAM:g}"})
        return load_model(copy)


def ears(folders: Iterable[Path], *, weighed: bool = False) -> list[VoskEar]:
    """Return an ear for each model, under names that tell them apart.

    Raises:
        ModelFault: a folder holds no usable model.
    """
    found = [folder.resolve() for folder in folders]
    made: list[VoskEar] = []
    for number, folder in enumerate(found, 1):
        alone = sum(other.name == folder.name for other in found) == 1
        name = folder.name if alone else f"{number}: {folder.parent.name}/{folder.name}"
        made.append(VoskEar(folder, name, weighed=weighed))
    return made
