"""Shared by all benchmarks: the machine, tables, goals, the program's parts and words."""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from voice_coach.app import Parts, assemble, make_clips, make_options, texts_to_render
from voice_coach.coach import understood
from voice_coach.coach.activities import TABLE
from voice_coach.coach.activities.step_by_step import ANSWERS
from voice_coach.coach.in_routine import Position, beats
from voice_coach.coach.places import state_at, state_of
from voice_coach.rehearsal.run import RATE
from voice_coach.settings import Settings
from voice_coach.understanding import Book
from voice_coach.understanding.words import UNKNOWN

RESULTS = Path(__file__).resolve().parent / "results"
"""Where `--json` writes; git ignores it."""

ROOT = Path(__file__).resolve().parent.parent

Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """One printed table."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    note: str = ""


@dataclass(frozen=True)
class Goal:
    """A figure and what it should be: at least (`least`) or at most `wanted`."""

    what: str
    measured: float
    wanted: float
    unit: str = ""
    least: bool = False

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.measured >= self.wanted if self.least else self.measured <= self.wanted


@dataclass(frozen=True)
class Report:
    """The result of a benchmark."""

    name: str
    tables: list[Table]
    goals: list[Goal] = field(default_factory=list)


@dataclass(frozen=True)
class Scale:
    """How much to measure; `full` for the figures of docs/lab/figures.md."""

    full: bool

    def pick(self, quick: int, full: int) -> int:
        """Return one of two amounts."""
        return full if self.full else quick


def machine() -> dict[str, str]:
    """Return the kind of machine, without its name."""
    name = platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next((x.split(":")[1].strip() for x in lines if x.startswith("model name")), name)
    except OSError:
        pass  # not Linux: the kind of processor must do
    return {
        "cores": str(os.cpu_count()),
        "processor": name,
        "python": platform.python_version(),
        "load": f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "?",
    }


def middle(values: Iterable[float]) -> float | None:
    """Return the median; None without values."""
    kept = list(values)
    return float(np.median(kept)) if kept else None


def high(values: Iterable[float]) -> float | None:
    """Return the 95th percentile; None without values."""
    kept = list(values)
    return float(np.percentile(kept, 95)) if kept else None


def percent(part: int, whole: int) -> float | None:
    """Return a share in percent; None if the whole is 0."""
    return 100.0 * part / whole if whole else None


def text(cell: Cell) -> str:
    """Return a cell as printed: about three significant figures."""
    if cell is None:
        return "-"
    if not isinstance(cell, float):
        return str(cell)
    size = abs(cell)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    return f"{cell:.{4 if 0 < size < 0.01 else digits}f}"


def show(report: Report) -> None:
    """Print a report as plain text."""
    for table in report.tables:
        print(f"\n{report.name}: {table.title}")
        cells = [table.columns, *(tuple(map(text, row)) for row in table.rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        for row in cells:
            left = row[0].ljust(widths[0])
            right = (c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))
            print("  " + "  ".join([left, *right]).rstrip())
        if table.note:
            print(f"  {table.note}")
    for goal in report.goals:
        sign = ">=" if goal.least else "<="
        word = "met" if goal.met else "MISSED"
        figures = f"{text(goal.measured)} {goal.unit}".strip()
        print(f"  goal {word}: {goal.what}: {figures} ({sign} {goal.wanted:g})")
    sys.stdout.flush()


def keep(report: Report) -> None:
    """Write a report as JSON into RESULTS."""
    RESULTS.mkdir(exist_ok=True)
    made = {"machine": machine(), **asdict(report)}
    path = RESULTS / f"{report.name}.json"
    path.write_text(json.dumps(made, indent=1), encoding="utf-8")


def announce() -> None:
    """Print the machine."""
    print(", ".join(f"{k} {v}" for k, v in machine().items()), flush=True)


def options(about: str | None) -> argparse.Namespace:
    """Read the two flags every benchmark has."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--full", action="store_true", help="more material and repeats: minutes")
    add_keeping(parser)
    return parser.parse_args()


def add_keeping(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where a report goes besides the screen; see `deliver`."""
    parser.add_argument("--json", action="store_true", help="also write benchmarks/results/*.json")
    parser.add_argument("--keep", action="store_true", help="put it into docs/lab/figures.toml")


def deliver(report: Report, given: argparse.Namespace) -> None:
    """Print a report, and keep it where the options say."""
    show(report)
    if given.json:
        keep(report)
    if given.keep:
        from . import figures

        figures.keep(report)


def main(measure: Callable[[Scale], Report], about: str | None) -> None:
    """Run one benchmark from the command line."""
    given = options(about)
    announce()
    deliver(measure(Scale(given.full)), given)


@cache
def the_parts() -> Parts:
    """Return the program's parts with default settings."""
    return assemble(Settings())


def fill_cache(parts: Parts) -> None:
    """Render the clips that the cache lacks, so that only `start` waits for piper."""
    clips = make_clips(parts, RATE, workers=os.cpu_count() or 1)
    missing = clips.missing(texts_to_render(parts))
    if missing:
        print(f"rendering {len(missing)} clips first", flush=True)
        clips.render_all(missing, lambda text: None)
    clips.renderer.close()


def grammars(parts: Parts) -> dict[str, frozenset[str]]:
    """Return the sets of intents that the program listens for, by the name of the situation.

    A situation that awaits an answer listens for more: "checking, yes or no".
    """
    book = parts.book
    options = make_options(parts, RATE)
    made: dict[str, frozenset[str]] = {}
    for situation, row in TABLE.items():
        routines = [(n, r) for n, r in book.routines.items() if r.situation is situation]
        if not row:
            continue
        if not routines:
            made[situation.value] = understood(state_of(situation, book, options), book)
        for name, routine in routines:
            for number, step in enumerate(routine.step):
                for beat in range(len(beats(step))):
                    state = state_at(Position(name, number, beat), book, options)
                    intents = understood(state, book)
                    made.setdefault(_label(situation.value, intents), intents)
    return made


def _label(situation: str, intents: frozenset[str]) -> str:
    if "yes" in intents:
        return f"{situation}, yes or no"
    return f"{situation}, a number" if intents & ANSWERS else situation


def meaning_of(phrase: str, book: Book) -> tuple[str, int | None] | None:
    """Return the intent of a phrase, and its value if it is a number; None if it is no command."""
    for found, intent in book.phrases(frozenset(book.intents)):
        if found == phrase:
            value = next((book.numbers[w] for w in phrase.split() if w in book.numbers), None)
            return intent, value if intent == "number" else None
    return None


def linked_model(source: Path, target: Path, conf: Mapping[str, str]) -> None:
    """Create a hearing model of links to another, with changed lines in its conf/model.conf.

    Args:
        source: the model.
        target: the folder to create.
        conf: keys, without the leading dashes, and values; other lines stay.
    """
    for path in source.rglob("*"):
        place = target / path.relative_to(source)
        if not path.is_dir() and path.name != "model.conf":
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(path.resolve())
    (target / "conf").mkdir(parents=True, exist_ok=True)
    lines = (source / "conf" / "model.conf").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.split("=")[0].lstrip("-") not in conf]
    made = "\n".join([*kept, *(f"--{key}={value}" for key, value in conf.items()), ""])
    (target / "conf" / "model.conf").write_text(made, encoding="utf-8")


def safety_of(book: Book, intents: frozenset[str]) -> frozenset[str]:
    """Return the intents among these that are acted on at once."""
    return frozenset(i for i in intents if book.intents[i].safety)


@dataclass(frozen=True)
class Lexis:
    """Every phrase that the coach understands.

    Attributes:
        commands: its one-word phrases, numbers included, homophones counted once.
        phrases: all of its phrases.
        alike: word -> its homophone.
    """

    commands: tuple[str, ...]
    phrases: tuple[str, ...]
    alike: dict[str, str]

    @classmethod
    def of(cls, book: Book) -> Lexis:
        """Return the words of a book."""
        every = [phrase for phrase, _ in book.phrases(frozenset(book.intents))]
        alike = dict(book.alike)
        single = {alike.get(phrase, phrase) for phrase in every if " " not in phrase}
        return cls(tuple(sorted(single)), tuple(sorted(set(every))), alike)

    def plain(self, text: str) -> str:
        """Return words without "[unk]", homophones replaced.

        Unlike the matcher's `canonical`, this keeps repeats: a word heard twice was misheard.
        """
        return " ".join(self.alike.get(w, w) for w in text.lower().split() if w != UNKNOWN)

    def false_words(self, heard: str, spoken: str) -> list[str]:
        """Return the words heard but not spoken; repeats count."""
        extra = Counter(self.plain(heard).split()) - Counter(self.plain(spoken).split())
        return list(extra.elements())


SURE = 0.95


def most_likely_at_most(count: int, share: float = SURE) -> float:
    """Return the upper confidence bound of the mean of a count of rare events.

    No event in an hour means fewer than 3 per hour with 95 % confidence; 0.1 takes 30 hours.

    Args:
        count: the number of events.
        share: the confidence.
    """
    low, high = 0.0, 10.0 + 3.0 * count
    for _ in range(60):
        middle = (low + high) / 2
        below = sum(
            math.exp(n * math.log(middle) - middle - math.lgamma(n + 1)) for n in range(count + 1)
        )
        low, high = (middle, high) if below > 1 - share else (low, middle)
    return high
