"""Which command is taken for which: a picture, and its worst cells."""

from __future__ import annotations

from collections import Counter

import numpy as np

from ..common import Cell, Report, Table
from . import pictures
from .bench import Bench, Heard
from .ears import Ear
from .takes import CLEAN, CONDITIONS, ROOM_12

NOTHING, SEVERAL = "(nothing)", "(several)"

SHOWN = 15

CONDITIONS_SHOWN = ("clean", "12 dB", "room, 12 dB")


def measure(bench: Bench) -> Report:
    """Put real and synthetic commands of one word together, clean and in noise."""
    return Report("hearing-confusion", [_table(bench, ear) for ear in bench.ears])


def _heard(bench: Bench, ear: Ear) -> list[Heard]:
    wanted = [c for c in bench.conditions(CONDITIONS) if c.name in CONDITIONS_SHOWN]
    # Those conditions that the table of synthetic voices hears anyway.
    made = [c for c in wanted if bench.options.full or c in (CLEAN, ROOM_12)]
    real = [one for c in wanted for one in bench.heard(ear, "real", c)]
    return real + [one for c in made for one in bench.heard(ear, "synthetic words", c)]


def _cells(bench: Bench, heard: list[Heard]) -> Counter[tuple[str, str]]:
    cells: Counter[tuple[str, str]] = Counter()
    for one in heard:
        words = bench.lexis.plain(one.text)
        what = words if " " not in words else SEVERAL
        cells[bench.lexis.plain(one.take.saying.words), what or NOTHING] += 1
    return cells


def _table(bench: Bench, ear: Ear) -> Table:
    cells = _cells(bench, _heard(bench, ear))
    said = sorted({word for word, _ in cells})
    columns = [*bench.lexis.commands, NOTHING, SEVERAL]
    counts = np.array([[float(cells[word, other]) for other in columns] for word in said])
    path = bench.options.pictures / f"confusion-{plain_name(ear.name)}.png"
    if pictures.available() and len(said):
        pictures.matrix(path, f"{ear.name}: said and heard", said, columns, counts)
    total = Counter({word: sum(n for (w, _), n in cells.items() if w == word) for word in said})
    wrong = [(pair, n) for pair, n in cells.items() if pair[0] != pair[1]]
    wrong.sort(key=lambda item: (-item[1], item[0]))
    rows: list[tuple[Cell, ...]] = [
        (word, other, n, 100 * n / total[word]) for (word, other), n in wrong[:SHOWN]
    ]
    return Table(
        f"{ear.name}: the worst cells, real and synthetic commands of one word",
        ("said", "heard", "clips", "% of the word's"),
        rows,
        f"{sum(total.values())} clips under {', '.join(CONDITIONS_SHOWN)}; {pictures.note(path)}",
    )


def plain_name(name: str) -> str:
    """Return a model's name as it may stand in a file's."""
    return "".join(c if c.isalnum() or c in "-." else "-" for c in name)
