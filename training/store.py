"""All of the sound in one file, so that training reads no small ones.

`sound.i16` holds 16 kHz mono samples (little-endian int16) of one recording after another, and
`index.msgpack` where each lies and what it says. The whole is written beside and then renamed; a
store that is there and of the same recordings is used as it is. From one of other recordings those
that are still wanted are copied, since decoding is slow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import soundfile
import soxr

from training.corpora import Recording
from training.progress import progress

RATE = 16000
Sound = np.ndarray[Any, np.dtype[np.float32]]


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One recording: its first sample and number of samples in the store, and what it is."""

    start: int
    length: int
    path: str
    speaker: str
    words: tuple[str, ...]
    source: str
    split: str
    synthetic: bool


class Index(msgspec.Struct, frozen=True):
    """All recordings of a store; `key` tells which files it was made of."""

    key: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Store:
    """The sound of many recordings.

    Attributes:
        entries: what there is.
        samples: int16, all of them one after another.
    """

    entries: tuple[Entry, ...]
    samples: np.ndarray[Any, np.dtype[np.int16]]

    def sound(self, entry: Entry) -> Sound:
        """Return the samples of one recording in [-1, 1]."""
        cut = self.samples[entry.start : entry.start + entry.length]
        return cut.astype(np.float32) / np.float32(32768)


def make_store(folder: Path, recordings: Sequence[Recording]) -> Store:
    """Decode the recordings into a store in `folder`, or open the one that is there.

    A file that cannot be decoded is left out, and a line says so.
    """
    key = _key(recordings)
    old: Store | None = None
    index_path, sound_path = folder / "index.msgpack", folder / "sound.i16"
    if index_path.exists():
        index = msgspec.msgpack.decode(index_path.read_bytes(), type=Index)
        old = Store(index.entries, np.memmap(sound_path, np.int16, "r"))
        if index.key == key:
            return old
    folder.mkdir(parents=True, exist_ok=True)
    entries: list[Entry] = []
    have = {} if old is None else {e.path: _samples(old, e) for e in old.entries}
    position = 0
    beside = sound_path.with_suffix(".part")
    with open(beside, "wb") as file:
        for made in progress(recordings, "store"):
            try:
                pcm = have[str(made.path)] if str(made.path) in have else decoded(made.path)
            except soundfile.SoundFileError as error:
                # Of thousands of files one may be damaged; hours of work need not end by it.
                print(f"{made.path} is left out: {error}", flush=True)
                continue
            file.write(pcm.tobytes())
            said = (made.speaker, made.words, made.source, made.split, made.synthetic)
            entries.append(Entry(position, len(pcm), str(made.path), *said))
            position += len(pcm)
    index_path.unlink(missing_ok=True)
    beside.replace(sound_path)
    index_path.write_bytes(msgspec.msgpack.encode(Index(key, tuple(entries))))
    return Store(tuple(entries), np.memmap(sound_path, np.int16, "r"))


def _samples(store: Store, entry: Entry) -> np.ndarray[Any, np.dtype[np.int16]]:
    return store.samples[entry.start : entry.start + entry.length]


def decoded(path: Path) -> np.ndarray[Any, np.dtype[np.int16]]:
    """Return a file's sound as 16 kHz mono int16; stereo is mixed down."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = samples.mean(1)
    if rate != RATE:
        mono = soxr.resample(mono, rate, RATE, quality="HQ")
    pcm: np.ndarray[Any, np.dtype[np.int16]] = np.clip(np.rint(mono * 32768), -32768, 32767).astype(
        "<i2"
    )
    return pcm


def _key(recordings: Sequence[Recording]) -> str:
    hashed = hashlib.sha256()
    for one in recordings:
        said = (str(one.path), one.speaker, " ".join(one.words), one.source, one.split)
        hashed.update("\t".join(said).encode() + b"\n")
    return hashed.hexdigest()
