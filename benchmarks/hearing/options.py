"""The choices of a run: what to measure, and on what material."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..common import ROOT
from ..scenes.recordings import SPEECH

GOALS = "goals"
"""The table of the goals, made only if it is asked for: the others hold all of it."""

TABLES = ("real", "synthetic", "false", "faint", "speech", "rivals", "footprint")

SYNTHETIC = ROOT / "build" / "training" / "synthetic"
"""Where training leaves its synthetic voices."""

QUICK_LIMIT = 150


@dataclass(frozen=True)
class Options:
    """The choices of one run.

    Attributes:
        models: folders of vosk models.
        speech: folder of real recordings with a manifest.tsv.
        synthetic: folder of folders of synthetic voices, each with a manifest.tsv.
        music: folder of real music, or None.
        only: the tables to print.
        limit: clips per cell of a table; None for all.
        jobs: recognisers at once.
        json: whether reports are also written as JSON.
    """

    models: tuple[Path, ...]
    speech: Path = SPEECH
    synthetic: Path = SYNTHETIC
    music: Path | None = None
    only: tuple[str, ...] = TABLES
    limit: int | None = QUICK_LIMIT
    jobs: int = 1
    json: bool = False

    @property
    def full(self) -> bool:
        """Whether all material is used."""
        return self.limit is None


def read_options(arguments: Sequence[str] | None, embedded: Path, about: str | None) -> Options:
    """Read the command line.

    Args:
        arguments: the words of the command line; None for those of the process.
        embedded: the default model.
        about: what `--help` says first.

    Raises:
        SystemExit: the command line is wrong, or asks for help.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hearing", description=about)
    add = parser.add_argument
    add("--model", type=Path, action="append", metavar="DIR", help="a vosk model; repeatable")
    add("--speech", type=Path, default=SPEECH, metavar="DIR", help="real recordings")
    synthetic = Path(os.environ.get("BENCHMARK_SYNTHETIC", SYNTHETIC))
    add("--synthetic", type=Path, default=synthetic, metavar="DIR", help="synthetic voices")
    music = os.environ.get("BENCHMARK_MUSIC")
    add("--music", type=Path, default=music, metavar="DIR", help="real music, any sound files")
    add("--limit", type=int, default=QUICK_LIMIT, metavar="N", help="clips per cell (%(default)s)")
    add("--full", action="store_true", help="all clips")
    add("--only", default=",".join(TABLES), metavar="A,B", help="of: %(default)s")
    add("--jobs", type=int, default=1, metavar="N", help="recognisers at once (%(default)s)")
    add("--json", action="store_true", help="also write benchmarks/results/hearing-*.json")
    given = parser.parse_args(arguments)
    only = tuple(name.strip() for name in given.only.split(",") if name.strip())
    for name in only:
        if name not in (*TABLES, GOALS):
            parser.error(f"there is no table {name!r}; there are {', '.join((*TABLES, GOALS))}")
    if given.limit < 1 or given.jobs < 1:
        parser.error("--limit and --jobs are at least 1")
    models = tuple(given.model or (embedded,))
    for folder in models:
        if not (folder / "am" / "final.mdl").is_file():
            parser.error(f"{folder} is no vosk model: it has no am/final.mdl")
    return Options(
        models=models,
        speech=given.speech,
        synthetic=given.synthetic,
        music=None if given.music is None else Path(given.music),
        only=only,
        limit=None if given.full else given.limit,
        jobs=given.jobs,
        json=given.json,
    )
