"""Noise to put under speech: recorded, brown, and the babble of other people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.hearing import HEARING_RATE

from .manifest import Saying, evenly, sayings, seed_of, sound_of

BABBLERS = 5

SHARES = {"recorded": 0.5, "brown": 0.25, "babble": 0.25}
"""How often which kind lies under a clip."""

QUIETEST = 1e-4
"""RMS below which a piece of a recording is a pause, and no noise."""

TRIES = 20


def held_out(folder: Path) -> tuple[Saying, ...]:
    """Return the noise recordings that no training hears.

    In the list sorted by path, the training takes those of even index (0, 2, ...); the odd ones
    are for measuring.
    """
    return tuple(sorted((s for s in sayings(folder) if s.split == "noise"), key=lambda s: s.name))[
        1::2
    ]


def is_sentence(saying: Saying) -> bool:
    """Whether a recording is read speech of people that no training hears."""
    return saying.split == "dev" and len(saying.words.split()) >= 5


@dataclass(frozen=True)
class Noises:
    """What noise is made of.

    Attributes:
        recorded: sounds at HEARING_RATE, by their names.
        speech: (speaker, sound) of read sentences.
    """

    recorded: Mapping[str, Samples]
    speech: tuple[tuple[str, Samples], ...]

    def piece(self, frames: int, name: str, speaker: str = "") -> Samples:
        """Return noise of RMS 1, shape (frames,), always the same for a name.

        Args:
            frames: how long.
            name: what it is for.
            speaker: somebody who must not be in it, as it is that person who speaks.
        """
        return self._made(frames, name, speaker)[1]

    def kind(self, frames: int, name: str) -> str:
        """Return what lies under a clip: the name of a recording, "babble" or "brown"."""
        return self._made(frames, name, "")[0]

    def _made(self, frames: int, name: str, speaker: str) -> tuple[str, Samples]:
        chance = np.random.default_rng(seed_of("noise", name))
        there = {"recorded": bool(self.recorded), "babble": bool(self.speech), "brown": True}
        kinds = [kind for kind in SHARES if there[kind]]
        weights = np.array([SHARES[kind] for kind in kinds])
        kind = str(chance.choice(kinds, p=weights / weights.sum()))
        if kind == "recorded":
            return self._recorded(frames, chance)
        return kind, (
            self.babble(frames, chance, speaker) if kind == "babble" else brown(frames, chance)
        )

    def _recorded(self, frames: int, chance: np.random.Generator) -> tuple[str, Samples]:
        names = list(self.recorded)
        name, piece = "", np.zeros(frames, np.float32)
        for _ in range(TRIES):  # between two slams of a door there is silence
            name = names[int(chance.integers(len(names)))]
            piece = cut(self.recorded[name], frames, chance)
            if np.sqrt(np.mean(piece**2)) > QUIETEST:
                break
        return name, level(piece)

    def babble(self, frames: int, chance: np.random.Generator, speaker: str = "") -> Samples:
        """Return several people speaking at once, RMS 1."""
        others = [sound for who, sound in self.speech if who != speaker]
        chosen = chance.choice(len(others), min(BABBLERS, len(others)), replace=False)
        total = np.zeros(frames, np.float32)
        for index in chosen:
            total += level(cut(others[int(index)], frames, chance))
        return level(total)


def brown(frames: int, chance: np.random.Generator) -> Samples:
    """Return brown noise (6 dB less per octave) above 40 Hz, with a little white, RMS 1."""
    white = chance.standard_normal(frames)
    spectrum = np.fft.rfft(white)
    hertz = np.fft.rfftfreq(frames, 1 / HEARING_RATE)
    spectrum *= np.where(hertz < 40, 0.0, 40 / np.maximum(hertz, 40))
    made = level(np.fft.irfft(spectrum, frames).astype(np.float32))
    return level(made + np.float32(0.03) * chance.standard_normal(frames, np.float32))


def cut(sound: Samples, frames: int, chance: np.random.Generator) -> Samples:
    """Return a piece of a sound, from anywhere; short sounds are repeated."""
    start = int(chance.integers(len(sound)))
    return np.take(sound, np.arange(start, start + frames), mode="wrap")


def level(sound: Samples) -> Samples:
    """Return a sound at RMS 1; silence stays silence."""
    size = float(np.sqrt(np.mean(np.square(sound, dtype=np.float64))))
    return sound / np.float32(size) if size > 0 else sound


@cache
def noises(folder: Path) -> Noises:
    """Return the noise of a folder of recordings; only brown noise where there are none."""
    recorded = [(Path(saying.name).stem, sound_of(saying)) for saying in held_out(folder)]
    sentences = evenly(filter(is_sentence, sayings(folder)), 40, lambda s: s.speaker)
    spoken = [(s.speaker, sound_of(s)) for s in sentences]
    return Noises(
        {name: sound for name, sound in recorded if sound is not None},
        tuple((who, sound) for who, sound in spoken if sound is not None),
    )


def named(found: Sequence[Saying]) -> str:
    """Return the names of recordings, without their folders and endings."""
    return ", ".join(Path(one.name).stem for one in found)
