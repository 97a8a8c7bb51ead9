"""Where each word of a recording lies: training keeps near it.

A network finds the words, and too much of the silence around them, since nothing told it where a
silence ends; so what is silent at the edges of a word is taken off. Long sentences are cut into
parts of some seconds between words, which train faster, and words are cut out to stand alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch

from training.augment import plain
from training.batches import Piece, joined
from training.lexicon import plain as pronunciations
from training.lfmmi import Saying, best_path
from training.network import SUBSAMPLING, Network, outputs
from training.progress import progress
from training.store import Entry, Sound, Store
from voice_coach.teaching.features import RATE, SHIFT
from voice_coach.vocabulary.phones import NOISE, SILENCE, Inventory

LONG = 2.5
"""Seconds from which a recording is cut."""
PART = 5.0
"""Seconds of the parts that long recordings are cut into, at most."""

LASTING = 0.25
"""What each further output of a phone of speech costs: in silence a pause is as likely."""
SOFT_DB = 35.0
"""How far below a word's loudest frame its softest is, at most."""
QUIET_SHARE = 0.3
"""Of the way, in dB, from the recording's quietest frames to the loudest: silence is below it."""
CLOSURE = 20
"""Frames: the longest silence within a word."""
BEFORE, AFTER = 4, 6
"""Frames of what seems silent that are left at the edges of a word."""

Spans = list[tuple[int, int]]
Levels = np.ndarray[Any, np.dtype[np.float32]]


class Alignments(msgspec.Struct):
    """For each recording (by path) the first and last frame of its words; none if it failed."""

    words: dict[str, Spans] = {}


def align(path: Path, store: Store, network: Network, inventory: Inventory) -> Alignments:
    """Align all recordings; what `path` has from an earlier run is kept."""
    torch.set_num_threads(1)
    found = Alignments()
    if path.exists():
        found = msgspec.msgpack.decode(path.read_bytes(), type=Alignments)
    wanted = [entry for entry in store.entries if entry.split == "train"]
    missing = [entry for entry in wanted if entry.path not in found.words]
    network.eval()
    network.fast = True
    for number, entry in enumerate(progress(missing, "alignment"), 1):
        found.words[entry.path] = _spans(entry, store, network, inventory)
        if number % 1000 == 0 or number == len(missing):
            path.write_bytes(msgspec.msgpack.encode(found))
    network.fast = False
    return found


def _spans(entry: Entry, store: Store, network: Network, inventory: Inventory) -> Spans:
    sound = store.sound(entry)
    features = plain(sound)
    silence = inventory.bases.index(SILENCE)
    phones, optional, word_of = [silence], [True], [-1]
    for number, word in enumerate(entry.words):
        way = pronunciations(word)[0]
        phones += [inventory.bases.index(phone) for phone in way] + [silence]
        optional += [False] * len(way) + [True]
        word_of += [number] * len(way) + [-1]
    saying = Saying(tuple(phones), tuple(optional))
    if outputs(len(features)) <= saying.shortest:
        return []
    scores = network.scores(features)
    speech = [2 * n + 1 for n, base in enumerate(inventory.bases) if base not in (SILENCE, NOISE)]
    scores[:, speech] -= LASTING
    places = best_path(scores, saying)
    decibels = _decibels(sound, len(features))
    spans: Spans = []
    for number in range(len(entry.words)):
        inside = [t for t, place in enumerate(places) if word_of[place] == number]
        if not inside:
            return []
        first, last = inside[0] * SUBSAMPLING, (inside[-1] + 1) * SUBSAMPLING
        spans.append(_without_silence(decibels, first, min(last, len(features))))
    return spans


def _decibels(sound: Sound, frames: int) -> Levels:
    """Return the level of each frame, (frames,), on a scale of its own."""
    padded = np.zeros((frames + 2) * SHIFT, np.float32)
    padded[: len(sound)] = sound[: len(padded)]
    power = (padded.reshape(-1, SHIFT) ** 2).mean(1)
    return 10 * np.log10((power[:-2] + power[1:-1] + power[2:]) / 3 + 1e-10)


def _without_silence(decibels: Levels, first: int, last: int) -> tuple[int, int]:
    """Return what is left of a word's frames when silence is taken off its edges.

    Args:
        decibels: of all frames of the recording.
        first: the word's first.
        last: the one after its last.
    """
    low, high = np.percentile(decibels, (10, 97))
    inside = decibels[first:last]
    loudest = int(inside.argmax())
    least = max(inside[loudest] - SOFT_DB, low + QUIET_SHARE * (high - low))
    loud = np.flatnonzero(inside >= min(least, inside[loudest]))
    # A click beyond a long silence does not belong to the word.
    gaps = np.flatnonzero(np.diff(loud) > CLOSURE)
    run = np.split(loud, gaps + 1)[np.searchsorted(loud[gaps], loudest)]
    return max(first, first + int(run[0]) - BEFORE), min(last, first + int(run[-1]) + 1 + AFTER)


def pieces(entries: Sequence[Entry], found: Alignments) -> tuple[list[Piece], list[list[Piece]]]:
    """Return what to train on: recordings, or parts of long ones, and the words of the latter.

    Recordings that could not be aligned are left out.
    """
    parts: list[Piece] = []
    cuts: list[list[Piece]] = []
    for entry in entries:
        spans = found.words.get(entry.path)
        if not spans:
            continue
        words = _words(entry, spans)
        if entry.length < LONG * RATE:
            parts.append(joined(words, 0, entry.length))
        else:
            cuts.append(words)
            parts.extend(_parts(entry, words))
    return parts, cuts


def _words(entry: Entry, spans: Spans) -> list[Piece]:
    margin = 3 * SHIFT
    made: list[Piece] = []
    for word, (a, b) in zip(entry.words, spans, strict=True):
        first, last = a * SHIFT, b * SHIFT
        edges = max(0, first - margin), min(entry.length, last + margin)
        made.append(Piece(entry, *edges, (word,), ((first, last),)))
    return made


def _parts(entry: Entry, words: Sequence[Piece]) -> list[Piece]:
    """Cut a recording between words, in the middle of the pause where there is one."""
    edges = [0]
    edges += [(a.last + b.first) // 2 for a, b in pairwise(words)]
    edges.append(entry.length)
    made: list[Piece] = []
    first = 0
    for after in range(1, len(words) + 1):
        ends = after == len(words)
        if ends or edges[after + 1] - edges[first] > PART * RATE:
            made.append(joined(words[first:after], edges[first], edges[after]))
            first = after
    return made
