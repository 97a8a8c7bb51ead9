"""One-word commands by people whom training never used."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from ..common import Cell, Goal, Report, Table, percent
from ..scenes.takes import CLEAN, CONDITIONS, ROOM, Condition
from .bench import Bench, Heard, verdict
from .ears import Ear
from .sets import covered

WANTED = {"clean": 97.0, "12 dB": 95.0, "6 dB": 90.0}
"""The goals: % of hits."""

SHOWN = ("clean", "12 dB", "room")


def measure(bench: Bench) -> Report:
    """Hear them under every condition."""
    conditions = bench.conditions(CONDITIONS)
    if not bench.takes("real"):
        return Report("hearing-real", [skipped("real recordings", "--speech", bench)])
    tables = [_conditions(bench, conditions)]
    for ear in bench.ears:
        tables += [_words(bench, ear, conditions), _corpora(bench, ear, conditions)]
        tables += [_speakers(bench, ear, conditions), _noises(bench, ear, conditions)]
    tables.append(_uncovered(bench))
    goals = [
        Goal(f"{ear.name}: real commands, {name}", share or 0.0, WANTED[name], "%", least=True)
        for ear in bench.ears
        for name in WANTED
        for share in [hits(bench, bench.heard(ear, "real", _named(conditions, name)))]
    ]
    return Report("hearing-real", tables, goals)


def skipped(what: str, option: str, bench: Bench) -> Table:
    """Return a table that names what is not installed."""
    return Table(f"{what}: none installed, skipped (name a folder by {option})", ("",), [])


def hits(bench: Bench, heard: Iterable[Heard]) -> float | None:
    """Return the share of hits in percent."""
    found = [verdict(one, bench.lexis) for one in heard]
    return percent(found.count("hit"), len(found))


def shares(bench: Bench, heard: Sequence[Heard]) -> list[Cell]:
    """Return the number, and the percentages of hits, rejected and wrong."""
    counts = Counter(verdict(one, bench.lexis) for one in heard)
    return [len(heard), *(percent(counts[v], len(heard)) for v in ("hit", "rejected", "wrong"))]


def _named(conditions: Iterable[Condition], name: str) -> Condition:
    return next(c for c in conditions if c.name == name)


def _conditions(bench: Bench, conditions: Sequence[Condition]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (ear.name, condition.name, *shares(bench, bench.heard(ear, "real", condition)))
        for ear in bench.ears
        for condition in conditions
    ]
    lacking = "" if ROOM in conditions else "; rooms are left out: pyroomacoustics is not installed"
    return Table(
        f"one-word commands by people (split dev), {len(bench.lexis.commands)} words and [unk]",
        ("model", "condition", "n", "hits %", "rejected %", "wrong %"),
        rows,
        "the same clips under every condition, evenly over the words while they last, so that no "
        "word counts for more than another with as many; noise is "
        f"recorded (odd clips), brown or babble{lacking}",
    )


def _grouped(
    bench: Bench,
    ear: Ear,
    conditions: Sequence[Condition],
    group: Callable[[Heard], str],
) -> list[tuple[Cell, ...]]:
    """Return rows: group, n, and % of hits under each of the conditions."""
    counts: dict[str, int] = {}
    found: dict[str, list[Cell]] = defaultdict(list)
    for condition in conditions:
        groups: dict[str, list[Heard]] = defaultdict(list)
        for one in bench.heard(ear, "real", condition):
            groups[group(one)].append(one)
        for name in sorted(groups):
            counts[name] = len(groups[name])
            found[name].append(hits(bench, groups[name]))
    return [(name, counts[name], *found[name]) for name in sorted(counts)]


def _shown(conditions: Sequence[Condition]) -> list[Condition]:
    return [c for c in conditions if c.name in SHOWN]


def _words(bench: Bench, ear: Ear, conditions: Sequence[Condition]) -> Table:
    shown = _shown(conditions)
    rows = _grouped(bench, ear, shown, lambda h: bench.lexis.plain(h.take.saying.words))
    return Table(f"{ear.name}: hits % by word", ("word", "n", *(c.name for c in shown)), rows)


def _corpora(bench: Bench, ear: Ear, conditions: Sequence[Condition]) -> Table:
    shown = _shown(conditions)
    rows = _grouped(bench, ear, shown, lambda h: h.take.saying.corpus)
    return Table(f"{ear.name}: hits % by corpus", ("corpus", "n", *(c.name for c in shown)), rows)


def _speakers(bench: Bench, ear: Ear, conditions: Sequence[Condition]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for condition in _shown(conditions):
        counts: dict[str, list[bool]] = defaultdict(list)
        for one in bench.heard(ear, "real", condition):
            counts[one.take.saying.speaker].append(verdict(one, bench.lexis) == "hit")
        found = sorted(float(np.mean(right)) for right in counts.values())
        right = percent(sum(share == 1 for share in found), len(found))
        none = percent(sum(share == 0 for share in found), len(found))
        worst = found[: max(1, round(len(found) / 10))]
        rows.append((condition.name, len(found), right, none, 100 * float(np.mean(worst))))
    return Table(
        f"{ear.name}: by speaker",
        ("condition", "speakers", "all right %", "none right %", "worst tenth, hits %"),
        rows,
        "most speakers say one or two words, so the worst tenth is a matter of single clips",
    )


def _noises(bench: Bench, ear: Ear, conditions: Sequence[Condition]) -> Table:
    def under(one: Heard) -> str:
        return bench.noises.kind(len(one.take.pcm) // 2, one.take.saying.name)

    shown = [c for c in conditions if c.snr is not None and not c.room]
    rows = _grouped(bench, ear, shown, under)
    return Table(f"{ear.name}: hits % by noise", ("noise", "n", *(c.name for c in shown)), rows)


def _uncovered(bench: Bench) -> Table:
    takes = bench.takes("real", CLEAN)
    there = covered((one.saying for one in takes), bench.lexis)
    lacking = [word for word in bench.lexis.commands if word not in there]
    lines: list[tuple[Cell, ...]] = [
        (" ".join(lacking[start : start + 10]),) for start in range(0, len(lacking), 10)
    ]
    return Table(
        f"{len(lacking)} of {len(bench.lexis.commands)} commands that no human recording covers",
        ("judged by synthetic voices alone",),
        lines,
    )
