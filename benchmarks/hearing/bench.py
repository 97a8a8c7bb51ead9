"""One run: the material, prepared once, and what each model hears in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ..common import Lexis, the_parts
from ..scenes.noise import Noises, noises
from ..scenes.recordings import Saying
from ..scenes.sounds import Sounds, music_sounds, noise_sounds
from ..scenes.takes import CLEAN, Condition, Take, possible, take
from . import sets
from .ears import Ear, Finals, VoskEar, ears
from .options import Options

GENERATED_SECONDS = (30, 900)
"""Seconds of each kind of generated noise and music: per 50 clips a cell, and in a full run."""

LONGER = 5
"""A sentence lasts as long as this many words, so a quick run has fewer by this factor."""

SetName = Literal["real", "other words", "speech", "synthetic words", "synthetic phrases"]

Verdict = Literal["hit", "rejected", "wrong"]


@dataclass(frozen=True)
class Heard:
    """A take, and the final results heard in it, in order."""

    take: Take
    finals: Finals

    @property
    def text(self) -> str:
        """All that was heard, with "[unk]"."""
        return " ".join(final.text for final in self.finals)


def verdict(heard: Heard, lexis: Lexis) -> Verdict:
    """Judge a command: a hit if exactly its words are heard, rejected if no word is."""
    words = lexis.plain(heard.text)
    if words == lexis.plain(heard.take.saying.words):
        return "hit"
    return "wrong" if words else "rejected"


class Bench:
    """Shared by all tables.

    Args:
        options: the choices of the run.

    Raises:
        ModelFault: a folder holds no usable model.
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self.lexis = Lexis.of(the_parts().book)
        self._takes: dict[tuple[str, Condition], tuple[Take, ...]] = {}
        self._heard: dict[tuple[int, str, Condition], list[Heard]] = {}
        self._finals: dict[tuple[int, str], list[Heard]] = {}

    @cached_property
    def ears(self) -> list[VoskEar]:
        """The models, hearing words."""
        return ears(self.options.models)

    @cached_property
    def noises(self) -> Noises:
        """The noise mixed with clips."""
        return noises(self.options.speech)

    @cached_property
    def sets(self) -> dict[SetName, tuple[Saying, ...]]:
        """The recordings of people and synthetic voices, by set."""
        given, lexis = self.options, self.lexis
        some = None if given.limit is None else -(-given.limit // 2)
        fewer = None if given.limit is None else -(-given.limit // LONGER)
        # Half as many of each voice; several voices together are more.
        made = sets.synthetic(given.synthetic, lexis, some)
        single = set(lexis.commands)
        return {
            "real": sets.real_commands(given.speech, lexis, given.limit),
            "other words": sets.other_words(given.speech, lexis, given.limit),
            "speech": sets.read_speech(given.speech, fewer),
            "synthetic words": tuple(s for s in made if lexis.plain(s.words) in single),
            "synthetic phrases": tuple(s for s in made if lexis.plain(s.words) not in single),
        }

    @cached_property
    def sounds(self) -> list[Sounds]:
        """Noise and music."""
        given = self.options
        little, much = GENERATED_SECONDS
        seconds = much if given.limit is None else little * -(-given.limit // 50)
        pieces = None if given.limit is None else -(-given.limit // 20)
        return [
            *noise_sounds(given.speech, self.noises, seconds),
            *music_sounds(given.music, pieces, seconds),
        ]

    def takes(self, name: SetName, condition: Condition = CLEAN) -> tuple[Take, ...]:
        """Return a set under a condition; every model hears the same."""
        key = (name, condition)
        if key not in self._takes:
            made = (take(one, condition, self.noises) for one in self.sets[name])
            self._takes[key] = tuple(one for one in made if one is not None)
        return self._takes[key]

    def grammar(self, name: SetName) -> tuple[str, ...]:
        """Return the grammar for a set."""
        return self.lexis.phrases if name == "synthetic phrases" else self.lexis.commands

    def heard(self, ear: Ear, name: SetName, condition: Condition = CLEAN) -> list[Heard]:
        """Return what a model hears in a set; cached."""
        key = (id(ear), name, condition)
        if key not in self._heard:
            takes = self.takes(name, condition)
            self._heard[key] = self.hear(ear, takes, self.grammar(name))
        return self._heard[key]

    def heard_in(self, ear: Ear, sounds: Sounds) -> list[Heard]:
        """Return which commands a model hears in noise or music."""
        key = (id(ear), sounds.name)
        if key not in self._finals:
            self._finals[key] = self.hear(ear, sounds.takes, self.lexis.commands)
        return self._finals[key]

    def hear(self, ear: Ear, takes: Sequence[Take], grammar: Sequence[str]) -> list[Heard]:
        """Return what is heard in some takes."""
        finals = ear.hear([one.pcm for one in takes], grammar, self.options.jobs)
        return [Heard(one, found) for one, found in zip(takes, finals, strict=True)]

    def conditions(self, wanted: Iterable[Condition]) -> tuple[Condition, ...]:
        """Return the conditions that can be made on this machine."""
        return possible(wanted)
