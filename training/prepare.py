"""From folders of sound to what is trained on."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training import corpora, noises, rooms
from training.align import Alignments, pieces
from training.augment import Material
from training.batches import Piece
from training.corpora import Recording
from training.sounds import measured_rooms, sounds_in
from training.store import Entry, Store, make_store
from training.train import Lesson

OWN_VOICE = "piper_joe"
"""The synthetic voice that the coach speaks with."""


@dataclass(frozen=True)
class Sources:
    """Where everything is.

    Attributes:
        work: the folder that all steps write to.
        speech: folders of recordings, see `corpora`.
        noise: further folders of sounds without speech: with a manifest, see `sounds`; without
            one, searched for sound files.
        share: of each corpus and split, and of each group of noises.
        made_noises, rooms: how many to make.
    """

    work: Path
    speech: tuple[Path, ...]
    noise: tuple[Path, ...] = ()
    share: float = 1.0
    made_noises: int = 240
    rooms: int = 400


def store_of(sources: Sources) -> Store:
    """Return the store of all recordings, synthetic speech and noises."""
    found: list[Recording] = []
    for folder in sources.speech:
        found += corpora.read(folder)
    # Every second recording of noise is kept for judging.
    kept = {one.path for one in sorted_noise(found)[1::2]}
    found = [one for one in found if one.path not in kept]
    for folder in sources.noise:
        found += noises_in(folder)
    found = part_of(found, sources.share)
    for folder in sorted((sources.work / "synthetic").glob("*/manifest.tsv")):
        found += [one for one in corpora.read(folder.parent) if one.split == "train"]
    made = noises.make_noises(sources.work / "noises", sources.made_noises)
    # Music counts as much as all else that is made.
    found += [
        Recording(path, "noise", (), "music" if "music" in path.name else "made", "noise")
        for path in made
    ]
    return make_store(sources.work / "store", found)


def noises_in(folder: Path) -> list[Recording]:
    """Return the sounds of a folder, by its manifest where it has one."""
    if (folder / "manifest.tsv").is_file():
        return sounds_in(folder)
    paths = sorted(p for p in folder.rglob("*") if p.suffix in (".flac", ".wav", ".ogg", ".opus"))
    return [Recording(path, "noise", (), folder.name, "noise") for path in paths]


def part_of(found: Sequence[Recording], share: float) -> list[Recording]:
    """Return a share of the recordings of each source and split, one of each at least."""
    if share >= 1:
        return list(found)
    groups: dict[tuple[str, str], list[Recording]] = {}
    for one in found:
        groups.setdefault((one.source, one.split), []).append(one)
    kept: list[Recording] = []
    for (source, split), group in groups.items():
        count = max(1, round(share * len(group)))
        kept += random.Random(f"{source} {split}").sample(group, count)
    return kept


def some_of(store: Store, most: Mapping[str, int]) -> Store:
    """Return a store without what no epoch would get to: so it need not be aligned either.

    Args:
        store: all there is.
        most: the most recordings of a source in an epoch; half as many again are kept.
    """
    by_kind: dict[tuple[str, str], list[Entry]] = {}
    for entry in store.entries:
        by_kind.setdefault((entry.source, entry.split), []).append(entry)
    kept: list[Entry] = []
    for (source, split), entries in by_kind.items():
        wanted = round(1.5 * most[source]) if split == "train" and source in most else len(entries)
        kept += random.Random(source).sample(entries, min(len(entries), wanted))
    return Store(tuple(kept), store.samples)


def sorted_noise(found: Sequence[Recording]) -> list[Recording]:
    """Return the recordings of noise in the order of their paths."""
    return sorted((one for one in found if one.split == "noise"), key=lambda one: str(one.path))


def material_of(sources: Sources, store: Store) -> Material:
    """Return what is mixed into the recordings."""
    train = [entry for entry in store.entries if entry.split == "train"]
    simulated = rooms.make_rooms(sources.work / "rooms.npy", sources.rooms)
    measured = [
        measured_rooms(folder) for folder in sources.noise if (folder / "manifest.tsv").is_file()
    ]
    return Material(
        store,
        by_source(entry for entry in store.entries if entry.split == "noise"),
        [entry for entry in train if not entry.synthetic and len(entry.words) > 3] or train,
        [entry for entry in train if entry.source == OWN_VOICE],
        np.concatenate([simulated, *measured, *measured]),
    )


def by_source(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Return entries in groups, one of each source."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.source, []).append(entry)
    return list(groups.values())


def lesson_of(store: Store, found: Alignments, material: Material) -> Lesson:
    """Return what to learn from and to judge with.

    Raises:
        CorpusError: there is nothing to learn from.
    """
    train = [entry for entry in store.entries if entry.split == "train"]
    whole, cuts = pieces(train, found)
    lost = sum(not found.words.get(entry.path) for entry in train)
    print(f"{lost} of {len(train)} recordings could not be aligned, and are left out", flush=True)
    if not whole:
        raise corpora.CorpusError("no recording to learn from is left")
    dev = [
        Piece(entry, 0, entry.length, entry.words)
        for entry in store.entries
        if entry.split == "dev" and entry.length < 160_000
    ]
    return Lesson(whole, cuts, dev[::6], material, store)
