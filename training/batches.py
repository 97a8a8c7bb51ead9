"""What is trained on: pieces of recordings with their words, in batches of about equal length."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor
from torch.utils.data import Dataset

from training.augment import Draw, Material, Sample, Timing, changed, noise_alone, plain
from training.lexicon import plain as pronunciations
from training.lfmmi import ALWAYS, Numerator, Saying
from training.network import SUBSAMPLING, outputs, pad
from training.store import Entry, Store
from voice_coach.teaching.features import RATE, SHIFT
from voice_coach.vocabulary.phones import NOISE, SILENCE, Inventory

FRAMES = 100
"""Frames of features each second."""

SILENCE_AROUND = (0.2, 1.0)
LONG_SILENCE = (1.0, 3.0)
"""Seconds of silence put around a piece in most batches, and in some."""

EARLY, LATE = 3, 3
"""Outputs by which a word may begin before its span, and end after it: a room goes on."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What one example is made of.

    Attributes:
        entry: the recording; None for noise alone.
        first, last: which of its samples.
        words: what is said in them.
        spans: the first and the last sample (in the recording) of each word; none if not known.
    """

    entry: Entry | None
    first: int = 0
    last: int = 0
    words: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def seconds(self) -> float:
        """Its length before it is changed."""
        return (self.last - self.first) / RATE if self.entry else 3.0


class Speller:
    """Turns words into phones."""

    def __init__(self, inventory: Inventory) -> None:
        self.numbers = {base: number for number, base in enumerate(inventory.bases)}

    def saying(
        self,
        words: Sequence[str],
        chance: random.Random,
        *,
        noisy: bool,
        spans: Sequence[tuple[float, float]] = (),
    ) -> Saying:
        """Return the phones of some words, pauses (optional) around each.

        Of several pronunciations the first is the likeliest. No words are noise and silence in
        turn, any of them left out.

        Args:
            words: what is said.
            chance: the source of chance.
            noisy: pauses are noise.
            spans: where each word begins and ends, in outputs; without them, anywhere.
        """
        pause = self.numbers[NOISE if noisy else SILENCE]
        if not words:
            turns = (self.numbers[SILENCE], self.numbers[NOISE]) * 8
            return Saying(turns, (True,) * len(turns))
        phones, optional, counts = [pause], [True], []
        for word in words:
            ways = pronunciations(word)
            way = ways[0] if chance.random() < 0.6 else chance.choice(ways)
            phones += [self.numbers[phone] for phone in way] + [pause]
            optional += [False] * len(way) + [True]
            counts.append(len(way))
        return Saying(tuple(phones), tuple(optional), _windows(spans, counts) if spans else None)


def _windows(
    spans: Sequence[tuple[float, float]], counts: Sequence[int]
) -> tuple[tuple[int, int], ...]:
    """Return the windows of a saying's phones and pauses, see `Saying`.

    Args:
        spans: where each word begins and ends, in outputs.
        counts: the phones of each word.
    """
    made: list[tuple[int, int]] = []
    paused = 0
    for (begin, end), count in zip(spans, counts, strict=True):
        first, last = math.floor(begin), math.ceil(end)
        made.append((paused, first + EARLY))
        made += [(first - EARLY, last + LATE)] * count
        paused = last - EARLY
    return (*made, (paused, ALWAYS))


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
        # The same for all of a batch, since it takes the time of its longest.
        silence = chance.uniform(*(LONG_SILENCE if chance.random() < 0.2 else SILENCE_AROUND))
        features, sayings = [], []
        for piece in self.groups[number]:
            sample = self._sample(piece, draw, silence)
            spans = placed(piece, sample.timing)
            saying = self.speller.saying(piece.words, chance, noisy=sample.noisy, spans=spans)
            count = outputs(len(sample.features))
            if count > saying.shortest and saying.fits(count):
                features.append(sample.features)
                sayings.append(saying)
        if not features:
            return None
        padded, lengths = pad(features)
        return Batch(padded, lengths, Numerator.of(sayings))

    def _sample(self, piece: Piece, draw: Draw, silence: float) -> Sample:
        if piece.entry is None:
            assert self.material is not None
            return noise_alone(draw, self.material)
        sound = self.store.sound(piece.entry)[piece.first : piece.last]
        if self.material is None:
            return Sample(plain(sound), False)
        synthetic = piece.entry.synthetic
        return changed(sound, draw, self.material, synthetic=synthetic, silence=silence)


def placed(piece: Piece, timing: Timing) -> list[tuple[float, float]]:
    """Return where the words of a changed piece begin and end, in outputs."""
    size = SHIFT * SUBSAMPLING

    def output(sample: int) -> float:
        return timing.place(sample - piece.first) / size

    return [(output(begin), output(end)) for begin, end in piece.spans]


def joined(words: Sequence[Piece], first: int, last: int) -> Piece:
    """Return samples `first` to `last` of a recording, in which some words of it are said."""
    said = tuple(word for piece in words for word in piece.words)
    spans = tuple(span for piece in words for span in piece.spans)
    return Piece(words[0].entry, first, last, said, spans)


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
        yield joined(part, part[0].first, part[-1].last)
    yield from (Piece(None) for _ in range(noises))
