"""Collections of sounds without speech, measured rooms among them, and what of them is kept back.

A manifest (see `corpora`) whose rows are of the splits noise-train and rir-train names the class of
each sound in its column of speakers: "noise:dog", "rir:church".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from training.corpora import Recording
from training.rooms import LONGEST
from training.store import decoded

Matrix = np.ndarray[Any, np.dtype[np.float32]]

KEPT = 4
"""Of so many sounds of a class one is kept for judging: the last of each such run, by path."""

GROUPS = {
    "animals": ("dog", "cat", "rooster", "animal", "birds", "crickets"),
    "weather": ("rain", "waves", "wind", "thunder", "water", "fire_crackling"),
    "machines": ("helicopter", "chainsaw", "traffic", "motor"),
    "people": ("baby_cry", "sneeze", "groan", "laugh", "snoring", "crowd", "applause"),
    "indoors": ("door", "doorbell", "bell", "footsteps", "toys", "writing", "clock_tick"),
    "blows": ("bang", "glass", "impact"),
}
"""Classes that count together as one source of noise; all others are one more."""

OTHERS = "surroundings"


def sounds_in(folder: Path, kept: bool = False) -> list[Recording]:
    """Return the sounds of a manifest that are learnt from, or those that are kept back.

    Args:
        folder: holds `manifest.tsv`.
        kept: return what is kept for judging instead.
    """
    group_of = {name: group for group, names in GROUPS.items() for name in names}
    made = []
    for name, paths in sorted(_classes(folder, "noise-train").items()):
        group = group_of.get(name, OTHERS)
        made += [
            Recording(path, "noise", (), group, "noise")
            for number, path in enumerate(paths)
            if (number % KEPT == KEPT - 1) == kept
        ]
    return made


def measured_rooms(folder: Path, kept: bool = False) -> Matrix:
    """Return measured responses, (rooms, LONGEST), as `rooms.make_rooms` returns simulated ones.

    Args:
        folder: holds `manifest.tsv`.
        kept: return those that are kept for judging instead.
    """
    made = []
    for paths in _classes(folder, "rir-train").values():
        made += [
            _response(path)
            for number, path in enumerate(paths)
            if (number % KEPT == KEPT - 1) == kept
        ]
    return np.stack(made) if made else np.zeros((0, LONGEST), np.float32)


def _classes(folder: Path, split: str) -> dict[str, list[Path]]:
    found: defaultdict[str, list[Path]] = defaultdict(list)
    for line in _lines(folder):
        path, _, name, _, _, _, which = line.split("\t")
        if which == split:
            found[name.split(":")[-1]].append(folder / path)
    return {name: sorted(paths) for name, paths in found.items()}


def _lines(folder: Path) -> Iterator[str]:
    yield from (folder / "manifest.tsv").read_text(encoding="utf-8").splitlines()[1:]


def _response(path: Path) -> Matrix:
    """Return a response with its direct sound first and at 1."""
    sound = decoded(path).astype(np.float32)
    direct = int(np.argmax(np.abs(sound) > 0.5 * np.abs(sound).max()))
    cut = sound[direct : direct + LONGEST]
    made = np.zeros(LONGEST, np.float32)
    made[: len(cut)] = cut / cut[0]
    return made
