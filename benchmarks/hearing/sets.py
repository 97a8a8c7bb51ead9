"""The sets of recordings: commands by people and synthetic voices, and other single words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from voice_coach import paths

from ..common import Lexis
from ..scenes.recordings import MANIFEST, Saying, evenly, is_sentence, sayings

RECORDINGS = "rehearsal"
"""Name of the voice of rehearsals/recordings, which every checkout has (flite's rms)."""


def real_commands(folder: Path, lexis: Lexis, limit: int | None) -> tuple[Saying, ...]:
    """Return one-word commands by people, evenly over the words."""
    wanted = set(lexis.commands)
    found = (s for s in sayings(folder) if s.split == "dev" and lexis.plain(s.words) in wanted)
    return evenly(found, limit, lambda s: lexis.plain(s.words))


def other_words(folder: Path, lexis: Lexis, limit: int | None) -> tuple[Saying, ...]:
    """Return single words by people that are no command, evenly over the words."""
    # "go" is among the coach's words, but by itself it is no command.
    known = set(lexis.commands)
    found = (
        s
        for s in sayings(folder)
        if s.split == "dev" and len(s.words.split()) == 1 and lexis.plain(s.words) not in known
    )
    return evenly(found, limit, lambda s: s.words)


def read_speech(folder: Path, limit: int | None) -> tuple[Saying, ...]:
    """Return read sentences, evenly over the speakers."""
    return evenly(filter(is_sentence, sayings(folder)), limit, lambda s: s.speaker)


def synthetic(folder: Path, lexis: Lexis, limit: int | None) -> tuple[Saying, ...]:
    """Return phrases by synthetic voices that training never uses.

    Args:
        folder: holds a folder for each voice; folders without a manifest, or without rows of the
            split dev, are skipped.
        lexis: the coach's words.
        limit: of each voice, half of it commands of one word; None for all.
    """
    made = _halves(_recordings(), lexis, limit)
    for voice in sorted(p.parent for p in folder.glob(f"*/{MANIFEST}")) if folder.is_dir() else ():
        # Files are numbered alike in every folder, so the name that seeds chance needs the voice.
        rows = (
            replace(s, name=f"{voice.name}/{s.name}", corpus=voice.name)
            for s in sayings(voice)
            if s.split == "dev"
        )
        made += _halves(rows, lexis, limit)
    return tuple(made)


def _halves(found: Iterable[Saying], lexis: Lexis, limit: int | None) -> list[Saying]:
    """Return one-word commands and as many longer phrases; the rest is left out."""
    rows = list(found)
    half = None if limit is None else -(-limit // 2)
    several = {lexis.plain(phrase) for phrase in lexis.phrases} - set(lexis.commands)
    made: list[Saying] = []
    for wanted in (frozenset(lexis.commands), several):
        fitting = (one for one in rows if lexis.plain(one.words) in wanted)
        made += evenly(fitting, half, lambda s: s.words)
    return made


def _recordings() -> Iterator[Saying]:
    for path in sorted(paths.data_folder("rehearsals").glob("recordings*/*.flac")):
        words = path.stem.replace("_", " ")
        yield Saying(path, f"{RECORDINGS}/{path.name}", words, RECORDINGS, RECORDINGS, "dev")


def covered(found: Iterable[Saying], lexis: Lexis) -> set[str]:
    """Return the commands that have a recording."""
    return {lexis.plain(one.words) for one in found}
