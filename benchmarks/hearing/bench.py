"""One run: the material, made once, and what each model hears of it."""

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
from .ears import Ear, Final, Finals, VoskEar, ears
from .options import Options

GENERATED_SECONDS = (30, 900)
"""Of each kind of generated noise and music: in a run of 50 clips a cell, and in a full one."""

LONGER = 5
"""A sentence takes as long as so many words, so there are so many times fewer in a quick run."""

SetName = Literal["real", "other words", "speech", "synthetic words", "synthetic phrases"]

Verdict = Literal["hit", "rejected", "wrong"]


@dataclass(frozen=True)
class Heard:
    """A take, and what was heard in it: final results in their order."""

    take: Take
    finals: Finals

    @property
    def text(self) -> str:
        """All that was heard, with "[unk]"."""
        return " ".join(final.text for final in self.finals)

    def accepted(self, threshold: float | None) -> tuple[Final, ...]:
        """Return the results whose gap reaches a threshold."""
        if threshold is None:
            return self.finals
        return tuple(f for f in self.finals if f.gap is None or f.gap >= threshold)


def verdict(heard: Heard, lexis: Lexis, threshold: float | None = None) -> Verdict:
    """Judge a command: a hit if exactly its words are heard, rejected if none is."""
    words = lexis.plain(" ".join(final.text for final in heard.accepted(threshold)))
    if words == lexis.plain(heard.take.saying.words):
        return "hit"
    return "wrong" if words else "rejected"


class Bench:
    """What all tables share.

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
        """The noise that lies under clips."""
        return noises(self.options.speech)

    @cached_property
    def sets(self) -> dict[SetName, tuple[Saying, ...]]:
        """The recordings of people and of synthetic voices, by the names of their sets."""
        given, lexis = self.options, self.lexis
        some = None if given.limit is None else -(-given.limit // 2)
        fewer = None if given.limit is None else -(-given.limit // LONGER)
        # Of each of several voices half as many; together they are more.
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
        """Return what is listened for in a set."""
        return self.lexis.phrases if name == "synthetic phrases" else self.lexis.commands

    def heard(self, ear: Ear, name: SetName, condition: Condition = CLEAN) -> list[Heard]:
        """Return what a model hears of a set; heard once, however often it is asked for."""
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
