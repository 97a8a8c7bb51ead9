"""What the recogniser itself hears of takes, with one output layer or another."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from voice_coach.audio.duplex import Block
from voice_coach.audio.samples import Samples
from voice_coach.hearing import HEARING_RATE, Recogniser, load_model, vocabulary
from voice_coach.hearing.recogniser import CHUNK
from voice_coach.models.disk import storing
from voice_coach.teaching.body import with_output
from voice_coach.teaching.kaldi import AcousticModel, model_bytes
from voice_coach.teaching.learning import Count, Output
from voice_coach.teaching.takes import Recording
from voice_coach.understanding.words import UNKNOWN
from voice_coach.vocabulary.own_words import ACOUSTIC

if TYPE_CHECKING:
    from vosk import Model

TAIL_SECONDS = 0.9
"""Silence after a take, in which the recogniser finds the end of what was said."""

ROOM_DB = -75.0
"""dBFS of that silence."""


@dataclass(frozen=True)
class VoskJudge:
    """See `learning.Judge`.

    Attributes:
        folder: the model as it is for everybody.
        acoustic: its acoustic model.
        phrases: what is listened for, the takes' phrases among it.
        decoys: words that sound like commands, always listened for.
        alike: word -> the one that sounds the same and counts in its place.
    """

    folder: Path
    acoustic: AcousticModel
    phrases: tuple[str, ...]
    decoys: tuple[str, ...] = ()
    alike: Mapping[str, str] = field(default_factory=dict)

    def __call__(
        self, output: Output | None, takes: Sequence[Recording], noisy: Sequence[Recording]
    ) -> Count:
        """Count what is heard with an output layer.

        Raises:
            StorageFault: there is no room for a model.
        """
        (said, in_noise), false = self.heard(output, (takes, noisy), takes)
        return Count(said, in_noise, len(takes), false)

    def heard(
        self,
        output: Output | None,
        groups: Sequence[Sequence[Recording]],
        others: Sequence[Recording],
    ) -> tuple[list[int], int]:
        """Return how many of each group of takes are understood, and how many are misheard.

        Args:
            output: the output layer; None for the model's own.
            groups: takes of phrases that are listened for.
            others: takes that are heard while nothing with their words is listened for.

        Raises:
            StorageFault: there is no room for a model.
        """
        if output is None:
            return self._count(load_model(self.folder), groups, others)
        with storing(Path(tempfile.gettempdir())), tempfile.TemporaryDirectory() as place:
            tried = Path(place) / self.folder.name
            write_with(self.folder, self.acoustic, output, tried)
            return self._count(load_model(tried), groups, others)

    def _count(
        self, model: Model, groups: Sequence[Sequence[Recording]], others: Sequence[Recording]
    ) -> tuple[list[int], int]:
        hits = [
            sum(self._heard(model, one.sound, self.phrases) == one.phrase for one in takes)
            for takes in groups
        ]
        false = (self._heard(model, one.sound, self._others(one)) for one in others)
        return hits, sum(bool(set(text.split()) - set(self.decoys)) for text in false)

    def _others(self, take: Recording) -> tuple[str, ...]:
        """Return the phrases that have none of a take's words."""
        said = set(take.phrase.split())
        return tuple(phrase for phrase in self.phrases if not said & set(phrase.split()))

    def _heard(self, model: Model, sound: Samples, phrases: Sequence[str]) -> str:
        recogniser = Recogniser(
            model, HEARING_RATE, self.decoys, vocabulary(self.folder), alternatives=True
        )
        recogniser.listen(phrases)
        words = [
            word.text
            for block in _blocks(sound)
            for hypothesis in recogniser.hear(block)
            if hypothesis.final
            for word in hypothesis.words
        ]
        return " ".join(self.alike.get(word, word) for word in words if word != UNKNOWN)


def write_with(folder: Path, acoustic: AcousticModel, output: Output, out: Path) -> None:
    """Write a copy of a model with another output layer; what does not change is linked.

    Args:
        folder: the model.
        acoustic: its acoustic model.
        output: the output layer.
        out: the folder to create; its parent exists.

    Raises:
        StorageFault: a file cannot be read or written.
    """
    with storing(out):
        shutil.copytree(folder, out, copy_function=_linked)
        (out / ACOUSTIC).unlink()
        (out / ACOUSTIC).write_bytes(model_bytes(with_output(acoustic, output.weight, output.bias)))


def _linked(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:  # another disk, or another user's file
        shutil.copyfile(source, target)
    return target


def _blocks(sound: Samples) -> list[Block]:
    """Return a take between moments of a quiet room, as blocks."""
    quiet = np.random.default_rng(0).standard_normal(
        round(TAIL_SECONDS * HEARING_RATE), np.float32
    ) * np.float32(10 ** (ROOM_DB / 20))
    whole = np.concatenate([quiet[: len(quiet) // 3], sound, quiet])
    whole = np.concatenate([whole, np.zeros(-len(whole) % CHUNK, np.float32)])
    nothing = np.zeros(CHUNK, np.float32)
    return [Block(at, whole[at : at + CHUNK], nothing) for at in range(0, len(whole), CHUNK)]
