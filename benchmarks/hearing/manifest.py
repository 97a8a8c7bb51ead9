"""Recordings by their manifest.tsv: who says what, where, and in which part of the material."""

from __future__ import annotations

import csv
import hashlib
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from voice_coach.audio.samples import Samples
from voice_coach.audio.wav import read_sound
from voice_coach.faults import AudioFault
from voice_coach.hearing import HEARING_RATE

MANIFEST = "manifest.tsv"

NEEDED = ("path", "speaker", "transcript", "split")


@dataclass(frozen=True)
class Saying:
    """One recording.

    Attributes:
        path: the sound file.
        name: its path in the manifest: the same on every machine, so chance is seeded by it.
        words: what is said; empty for noise.
        speaker: whose voice it is.
        corpus: the folder it comes from.
        split: train, dev or noise.
    """

    path: Path
    name: str
    words: str
    speaker: str
    corpus: str
    split: str


def seed_of(*names: object) -> int:
    """Return a seed for numpy or random that depends on the names alone."""
    text = "\0".join(map(str, names))
    return int.from_bytes(hashlib.blake2s(text.encode(), digest_size=8).digest(), "big")


@cache
def sayings(folder: Path) -> tuple[Saying, ...]:
    """Return what a manifest lists; nothing where there is no manifest.

    Raises:
        ValueError: the manifest lacks a column.
    """
    file = folder / MANIFEST
    if not file.is_file():
        return ()
    with file.open(encoding="utf-8", newline="") as lines:
        # Not csv.QUOTE_MINIMAL: a transcript may hold a quotation mark.
        reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        lacking = [name for name in NEEDED if name not in (reader.fieldnames or ())]
        if lacking:
            raise ValueError(f"{file} has no column {', '.join(lacking)}")
        # A manifest that is being written may end in half a line.
        whole = [row for row in reader if all(row[name] is not None for name in NEEDED)]
    return tuple(
        Saying(
            folder / row["path"],
            row["path"],
            row["transcript"].strip().lower(),
            row["speaker"],
            row["path"].partition("/")[0] if "/" in row["path"] else folder.name,
            row["split"],
        )
        for row in whole
    )


def sound_of(saying: Saying) -> Samples | None:
    """Return a recording at HEARING_RATE, shape (frames,); None where it is not installed."""
    try:
        return read_sound(saying.path, HEARING_RATE)
    except AudioFault:
        return None


def evenly(
    found: Iterable[Saying], limit: int | None, by: Callable[[Saying], str]
) -> tuple[Saying, ...]:
    """Return some recordings, chosen by chance but always the same, evenly over their groups.

    Args:
        found: what there is.
        limit: how many at most; None for all.
        by: gives the group of a recording, for example its word.
    """
    rows = sorted(found, key=lambda one: one.name)
    random.Random(1).shuffle(rows)
    seen: dict[str, int] = {}
    turns: list[tuple[int, Saying]] = []
    for one in rows:
        group = by(one)
        seen[group] = seen.get(group, 0) + 1
        turns.append((seen[group], one))
    turns.sort(key=lambda turn: turn[0])
    return tuple(one for _, one in turns[:limit])
