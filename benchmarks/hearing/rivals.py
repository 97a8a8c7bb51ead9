"""Other recognisers on the same samples: pocketsphinx, and vosk models that are installed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from voice_coach import models, paths
from voice_coach.app import models_folder
from voice_coach.settings import Settings

from ..common import Cell, Report, Table, percent
from ..scenes.takes import CLEAN, NOISY, ROOM_12
from .bench import Bench
from .ears import Ear, Final, Finals, VoskEar
from .false import false_words
from .real import shares

THRESHOLD = 1e-1
"""Threshold of pocketsphinx' keywords. Smaller ones let more pass: at 1e-5, nine of ten words that
are no command are taken for one."""

Mode = Literal["grammar", "keywords"]


class PocketEar:
    """pocketsphinx 5 with its own en-us model.

    A grammar (JSGF) with a loop of phones for unknown sound would match ours, but with all commands
    it is many times slower than real time. So there are two modes:

    Args:
        mode: "grammar", one command and nothing else, which rejects nothing; or "keywords", its
            keyword search, which rejects by a threshold.

    Raises:
        ImportError: pocketsphinx is not installed.
    """

    def __init__(self, mode: Mode) -> None:
        self._mode: Mode = mode

    @property
    def name(self) -> str:
        """How tables call it."""
        return f"pocketsphinx, {self._mode}"

    @cached_property
    def _decoder(self) -> Any:
        import pocketsphinx

        return pocketsphinx.Decoder(lm=None, loglevel="FATAL")

    def lacking(self, grammar: Iterable[str]) -> list[str]:
        """Return the words that its dictionary lacks."""
        words = {word for phrase in grammar for word in phrase.split()}
        return sorted(word for word in words if self._decoder.lookup_word(word) is None)

    def hear(self, sounds: Sequence[bytes], grammar: Sequence[str], jobs: int) -> list[Finals]:
        """Return what is heard in each of the sounds, one after another."""
        lacking = set(self.lacking(grammar))
        known = [phrase for phrase in grammar if lacking.isdisjoint(phrase.split())]
        if self._mode == "grammar":
            rules = f"#JSGF V1.0; grammar all; public <all> = {' | '.join(known)};"
            self._decoder.add_jsgf_string("all", rules)
        else:
            with TemporaryDirectory() as folder:
                file = Path(folder) / "keywords"
                lines = (f"{phrase} /{THRESHOLD:g}/\n" for phrase in known)
                file.write_text("".join(lines), encoding="utf-8")
                self._decoder.add_kws("all", str(file))
        self._decoder.activate_search("all")
        return [self._hear(sound) for sound in sounds]

    def _hear(self, sound: bytes) -> Finals:
        self._decoder.start_utt()
        self._decoder.process_raw(sound, False, True)
        self._decoder.end_utt()
        if self._mode == "keywords":
            return tuple(map(Final, self._best()))
        found = self._decoder.hyp()
        return (Final(found.hypstr),) if found and found.hypstr else ()

    def _best(self) -> Iterator[str]:
        """Yield the keywords found; of those that overlap, the likeliest."""
        found = [(s.prob, s.start_frame, s.end_frame, s.word) for s in self._decoder.seg() or ()]
        kept: list[tuple[int, int, str]] = []
        for _, start, end, word in sorted(found, reverse=True):
            if all(end < other or start > last for other, last, _ in kept):
                kept.append((start, end, word))
        for _, _, word in sorted(kept):
            yield word.strip()


def measure(bench: Bench) -> Report:
    """Let all of them hear real commands, and words that are none."""
    others, absent = _others(bench)
    rows: list[tuple[Cell, ...]] = []
    lacking: list[str] = []
    for ear in [*bench.ears, *others]:
        rows.append(_row(bench, ear))
        words = ear.lacking(bench.lexis.commands)
        lacking += [f"{ear.name} lacks {', '.join(words)}"] if words else []
    table = Table(
        "other recognisers, one-word commands",
        ("", "real", *_names(bench), "synthetic", "other words %", "CPU s for a second"),
        rows,
        "hits %; other words: real single words taken for a command; "
        + "; ".join([*lacking, *absent]),
    )
    return Report("hearing-rivals", [table])


def _names(bench: Bench) -> list[str]:
    return [f"{c.name} %" for c in bench.conditions((CLEAN, *NOISY[2:], ROOM_12))]


def _row(bench: Bench, ear: Ear) -> tuple[Cell, ...]:
    conditions = bench.conditions((CLEAN, *NOISY[2:], ROOM_12))
    found: list[Cell] = [shares(bench, bench.heard(ear, "real", c))[1] for c in conditions]
    synthetic = shares(bench, bench.heard(ear, "synthetic words"))[1]
    single = bench.heard(ear, "other words")
    false = sum(any(false_words(bench, [one])) for one in single)
    takes = bench.takes("real")[:20]
    began = time.process_time()
    bench.hear(ear, takes, bench.lexis.commands)
    took = (time.process_time() - began) / max(1e-9, sum(take.seconds for take in takes))
    return (
        ear.name,
        len(bench.takes("real")),
        *found,
        synthetic,
        percent(false, len(single)),
        took,
    )


def _others(bench: Bench) -> tuple[list[Ear], list[str]]:
    """Return the installed recognisers, and the names of missing ones."""
    made: list[Ear] = []
    absent: list[str] = []
    try:
        import pocketsphinx  # noqa: F401

        made += [PocketEar("grammar"), PocketEar("keywords")]
    except ImportError:
        absent.append("pocketsphinx is not installed")
    folder = models_folder(Settings())
    for entry in models.load_manifest(paths.data_folder("models") / "manifest.toml").models:
        if entry.kind != "hearing" or entry.embedded or not entry.language.startswith("en"):
            continue
        if models.state(entry, folder) == "installed":
            made.append(VoskEar(models.place(entry, folder), entry.name))
        else:
            absent.append(f"{entry.name} is not installed")
    return made, absent
