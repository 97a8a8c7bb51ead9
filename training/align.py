"""Where each word of a long recording lies, by the network that training starts from.

Long sentences are cut into parts of some seconds between words, which train faster, and words are
cut out to stand alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import msgspec
import torch

from training.augment import plain
from training.batches import Piece
from training.features import RATE, SHIFT
from training.lexicon import plain as pronunciations
from training.lfmmi import Saying, best_path
from training.network import SUBSAMPLING, Network, outputs
from training.progress import progress
from training.store import Entry, Store
from voice_coach.vocabulary.phones import SILENCE, Inventory

LONG = 2.5
"""Seconds from which a recording is aligned."""
PART = 5.0
"""Seconds of the parts that long recordings are cut into, at most."""

Spans = list[tuple[int, int]]


class Alignments(msgspec.Struct):
    """For each recording (by path) the first and last frame of its words; empty if it failed."""

    words: dict[str, Spans] = {}


def align(path: Path, store: Store, network: Network, inventory: Inventory) -> Alignments:
    """Align all long recordings; what `path` has from an earlier run is kept."""
    torch.set_num_threads(1)
    found = Alignments()
    if path.exists():
        found = msgspec.msgpack.decode(path.read_bytes(), type=Alignments)
    long = [e for e in store.entries if e.split == "train" and e.length >= LONG * RATE]
    missing = [entry for entry in long if entry.path not in found.words]
    network.eval()
    network.fast = True
    for number, entry in enumerate(progress(missing, "alignment"), 1):
        found.words[entry.path] = _spans(entry, store, network, inventory)
        if number % 200 == 0 or number == len(missing):
            path.write_bytes(msgspec.msgpack.encode(found))
    network.fast = False
    return found


def _spans(entry: Entry, store: Store, network: Network, inventory: Inventory) -> Spans:
    features = plain(store.sound(entry))
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
    places = best_path(network.scores(features), saying)
    spans: Spans = []
    for number in range(len(entry.words)):
        inside = [t for t, place in enumerate(places) if word_of[place] == number]
        if not inside:
            return []
        spans.append((inside[0] * SUBSAMPLING, (inside[-1] + 1) * SUBSAMPLING))
    return spans


def pieces(entries: Sequence[Entry], found: Alignments) -> tuple[list[Piece], list[list[Piece]]]:
    """Return what to train on: parts of recordings, and the words of the aligned ones.

    Recordings that could not be aligned are left out.
    """
    parts: list[Piece] = []
    cuts: list[list[Piece]] = []
    for entry in entries:
        if entry.path not in found.words:
            parts.append(Piece(entry, 0, entry.length, entry.words))
            continue
        spans = found.words[entry.path]
        if spans:
            words = _words(entry, spans)
            cuts.append(words)
            parts.extend(_parts(entry, words))
    return parts, cuts


def _words(entry: Entry, spans: Spans) -> list[Piece]:
    margin = 3 * SHIFT
    return [
        Piece(entry, max(0, a * SHIFT - margin), min(entry.length, b * SHIFT + margin), (word,))
        for word, (a, b) in zip(entry.words, spans, strict=True)
    ]


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
            said = tuple(piece.words[0] for piece in words[first:after])
            made.append(Piece(entry, edges[first], edges[after], said))
            first = after
    return made
