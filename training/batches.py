"""What is trained on: pieces of recordings with their words, in batches of about equal length."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor
from torch.utils.data import Dataset

from training.augment import Material, Sample, changed, noise_alone, plain
from training.features import RATE
from training.lexicon import plain as pronunciations
from training.lfmmi import Numerator, Saying
from training.network import outputs, pad
from training.store import Entry, Store
from voice_coach.vocabulary.phones import NOISE, SILENCE, Inventory

FRAMES = 100
"""Frames of features each second."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What one example is made of: samples `first` to `last` of a recording, and their words.

    Without a recording it is noise alone.
    """

    entry: Entry | None
    first: int = 0
    last: int = 0
    words: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """Its length before it is changed."""
        return (self.last - self.first) / RATE if self.entry else 3.0


class Speller:
    """Turns words into phones."""

    def __init__(self, inventory: Inventory) -> None:
        self.numbers = {base: number for number, base in enumerate(inventory.bases)}

    def saying(self, words: Sequence[str], chance: random.Random, *, noisy: bool) -> Saying:
        """Return the phones of some words, pauses (optional) around each.

        Of several pronunciations the first is the likeliest. No words are noise and silence in
        turn, any of them left out.
        """
        pause = self.numbers[NOISE if noisy else SILENCE]
        if not words:
            turns = (self.numbers[SILENCE], self.numbers[NOISE]) * 8
            return Saying(turns, (True,) * len(turns))
        phones, optional = [pause], [True]
        for word in words:
            ways = pronunciations(word)
            way = ways[0] if chance.random() < 0.6 else chance.choice(ways)
            phones += [self.numbers[phone] for phone in way] + [pause]
            optional += [False] * len(way) + [True]
        return Saying(tuple(phones), tuple(optional))


@dataclass(frozen=True)
class Batch:
    """One step's work: padded features, the outputs of each utterance, and what was said."""

    features: Tensor
    lengths: Tensor
    numerator: Numerator


class Batches(Dataset[Batch | None]):
    """The batches of one epoch; item n is the same whenever and wherever it is made.

    Args:
        groups: the pieces of each batch.
        material: what may be mixed in; None to take the recordings as they are.
        store: the sound.
        inventory: the phones.
        seed: with a batch's number, all of its chance.
    """

    def __init__(
        self,
        groups: Sequence[Sequence[Piece]],
        material: Material | None,
        store: Store,
        inventory: Inventory,
        seed: int,
    ) -> None:
        self.groups, self.material, self.store = groups, material, store
        self.speller = Speller(inventory)
        self.seed = seed

    def __len__(self) -> int:
        """Return the number of batches."""
        return len(self.groups)

    def __getitem__(self, number: int) -> Batch | None:
        """Return a batch; None if nothing in it is long enough for its words."""
        chance = random.Random(self.seed * 1_000_003 + number)
        draw = np.random.default_rng([self.seed, number])
        features, sayings = [], []
        for piece in self.groups[number]:
            sample = self._sample(piece, draw)
            saying = self.speller.saying(piece.words, chance, noisy=sample.noisy)
            if len(sample.features) and outputs(len(sample.features)) > saying.shortest:
                features.append(sample.features)
                sayings.append(saying)
        if not features:
            return None
        padded, lengths = pad(features)
        return Batch(padded, lengths, Numerator.of(sayings))

    def _sample(self, piece: Piece, draw: np.random.Generator) -> Sample:
        if piece.entry is None:
            assert self.material is not None
            return noise_alone(draw, self.material)
        sound = self.store.sound(piece.entry)[piece.first : piece.last]
        if self.material is None:
            return Sample(plain(sound), False)
        return changed(sound, draw, self.material, synthetic=piece.entry.synthetic)


def group(pieces: Sequence[Piece], frames: int, chance: random.Random) -> list[list[Piece]]:
    """Return batches of at most `frames` frames, of pieces of about equal length, shuffled."""
    margin = 0.6  # seconds of silence that are added, about
    made: list[list[Piece]] = []
    present: list[Piece] = []
    longest = 0.0
    for piece in sorted(pieces, key=lambda p: p.seconds + chance.uniform(0, 0.3)):
        longest = max(longest, piece.seconds + margin)
        if present and longest * FRAMES * (len(present) + 1) > frames:
            made.append(present)
            present, longest = [], piece.seconds + margin
        present.append(piece)
    made.append(present)
    chance.shuffle(made)
    return made


def epoch(
    whole: Sequence[Piece],
    cuts: Sequence[Sequence[Piece]],
    most: dict[str, int],
    noises: int,
    chance: random.Random,
) -> Iterator[Piece]:
    """Yield the pieces of one epoch.

    Args:
        whole: recordings, or parts of long ones.
        cuts: for each aligned recording, its words one by one; some of them stand alone or with
            the next, as nobody has recorded most words alone.
        most: the most pieces of a source in an epoch; others take turns.
        noises: examples without speech.
        chance: the source of chance.
    """
    by_source: dict[str, list[Piece]] = {}
    for piece in whole:
        assert piece.entry is not None
        by_source.setdefault(piece.entry.source, []).append(piece)
    for source, pieces in sorted(by_source.items()):
        wanted = most.get(source, len(pieces))
        yield from chance.sample(pieces, min(wanted, len(pieces)))
    for words in cuts:
        first = chance.randrange(len(words))
        last = min(len(words), first + chance.choice([1, 1, 2, 3]))
        part = words[first:last]
        said = tuple(word for piece in part for word in piece.words)
        yield Piece(part[0].entry, part[0].first, part[-1].last, said)
    yield from (Piece(None) for _ in range(noises))
