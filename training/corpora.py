"""Readers of folders of recordings: what each file says, who speaks, and what it may be used for.

Three layouts are known. A *manifest* is a `manifest.tsv` with a heading line and the columns path
(relative to it), seconds, speaker, transcript, licence, source and split: train, dev or noise
(noise-train is the same). Rows of the splits rir-train and rejected are passed over.
*LibriSpeech* has speaker/chapter folders with `*.trans.txt`. *Speech Commands* has a folder for
each word, with files named after their speaker, and `_background_noise_`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from training.texts import words_of

SYNTHETIC = "synthetic"
"""The licence column of what a synthesiser spoke."""

REJECTED = "rejected"
"""The split of synthetic speech that a recogniser did not understand, see `checked`."""

SPLITS = {
    **{name: name for name in ("train", "dev", "noise")},
    "noise-train": "noise",
    **dict.fromkeys((REJECTED, "rir-train"), ""),
}
"""What the last column of a manifest may say, and what that is here: "" for nothing."""

DEV_PERCENT = 4
"""Share of the speakers that are kept for judging, in layouts that do not say."""


class CorpusError(Exception):
    """A corpus cannot be read; the message names the file and the reason."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One file of sound.

    Attributes:
        path: the file.
        speaker: a name that no other speaker has.
        words: what is said; empty for noise.
        source: the corpus, for shares and for figures apart.
        split: "train", "dev" or "noise".
        synthetic: a synthesiser speaks.
    """

    path: Path
    speaker: str
    words: tuple[str, ...]
    source: str
    split: str
    synthetic: bool = False


def read(folder: Path) -> list[Recording]:
    """Return the recordings in a folder, whichever of the layouts it has.

    Raises:
        CorpusError: it has none of them, or a manifest has a wrong line.
    """
    if (folder / "manifest.tsv").is_file():
        found = list(_manifest(folder))
    elif any(folder.rglob("*.trans.txt")):
        found = list(_librispeech(folder))
    elif any(folder.glob("*/*_nohash_*.wav")):
        found = list(_speech_commands(folder))
    else:
        raise CorpusError(f"{folder} is no manifest, LibriSpeech or Speech Commands folder")
    return sorted(found, key=lambda recording: str(recording.path))


def _manifest(folder: Path) -> Iterator[Recording]:
    lines = (folder / "manifest.tsv").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines[1:], 2):
        columns = line.split("\t")
        if len(columns) != 7 or columns[6] not in SPLITS:
            raise CorpusError(f"{folder / 'manifest.tsv'}, line {number}: not seven good columns")
        path, _, speaker, text, licence, source, split = columns
        split = SPLITS[split]
        # A folder of one manifest may hold several corpora: the first part of the path tells.
        corpus = path.split("/")[0] if "/" in path else source
        words = () if split == "noise" else tuple(words_of(text))
        if split and (words or split == "noise"):
            synthetic = licence == SYNTHETIC
            named = f"{corpus}/{speaker}"
            yield Recording(folder / path, named, words, corpus, split, synthetic)


def _librispeech(folder: Path) -> Iterator[Recording]:
    for listing in sorted(folder.rglob("*.trans.txt")):
        for line in listing.read_text(encoding="utf-8").splitlines():
            name, _, text = line.partition(" ")
            speaker = f"librispeech/{name.split('-')[0]}"
            path = listing.parent / f"{name}.flac"
            words = tuple(words_of(text))
            yield Recording(path, speaker, words, "librispeech", _split(speaker))


def _speech_commands(folder: Path) -> Iterator[Recording]:
    for path in sorted(folder.glob("*/*.wav")):
        if path.parent.name.startswith("_"):
            yield Recording(path, "noise", (), "speech_commands", "noise")
            continue
        speaker = f"speech_commands/{path.name.split('_')[0]}"
        words = (path.parent.name.lower(),)
        yield Recording(path, speaker, words, "speech_commands", _split(speaker))


def _split(speaker: str) -> str:
    share = int(hashlib.sha256(speaker.encode()).hexdigest(), 16) % 100
    return "dev" if share < DEV_PERCENT else "train"
