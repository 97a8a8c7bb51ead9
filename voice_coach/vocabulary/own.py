"""The words a person has added: own-words.txt in the models folder, with lines `word P P P`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voice_coach.models.disk import locked, storing, write_whole
from voice_coach.vocabulary.lexicon import Lexicon, read_entries

OWN_WORDS = "own-words.txt"


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """Keep other processes from changing the words in the meantime.

    Raises:
        StorageFault: the folder cannot be written.
    """
    with storing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / f".{OWN_WORDS}.lock"):
        yield


def read_own(folder: Path) -> Lexicon:
    """Return the words added so far; none if the file is absent.

    Args:
        folder: the models folder.

    Raises:
        ModelFault: the file cannot be read, or a line is invalid; names file, line and reason.
    """
    path = folder / OWN_WORDS
    if not path.exists():
        return Lexicon(())
    return Lexicon(read_entries(path, "correct that line, or delete it"))


def write_own(folder: Path, words: Lexicon) -> None:
    """Store `words` as those added; a crash leaves either the old ones or the new.

    Raises:
        StorageFault: the folder cannot be written.
    """
    with storing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / OWN_WORDS, words.text().encode())
