"""The effect of a gate on the score: fewer false words, and fewer hits.

With several alternatives vosk gives true logarithms of likelihoods. The gap between the best
alternative and the best one without a command ("[unk]" or silence) says how sure the command is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..common import Cell, Report, Table
from ..scenes.sounds import BABBLE
from ..scenes.takes import CLEAN, NOISY, ROOM_12, Condition
from .bench import Bench, Heard, verdict
from .ears import ALTERNATIVES, LATTICE_BEAM, VoskEar, ears
from .false import everything, false_words

THRESHOLDS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0)

KEPT = 0.98
"""The share of its hits that a word keeps at the threshold suggested for it."""

ENOUGH_HITS = 15
"""Clips below which no threshold is suggested for a word."""


@dataclass(frozen=True)
class Weighed:
    """What a model hears, with gaps.

    Attributes:
        hits: condition or set -> commands.
        false: sound without commands, except babble.
        hours: how long that is.
    """

    hits: dict[str, list[Heard]]
    false: list[Heard]
    hours: float


def measure(bench: Bench) -> Report:
    """Weigh one-word commands, and everything that is no command."""
    tables: list[Table] = []
    wide = ears(bench.options.models, weighed=True)
    for plain, ear in zip(bench.ears, wide, strict=True):
        weighed = _weigh(bench, plain, ear)
        curves = _curves(bench, weighed)
        tables += [_table(ear, curves, weighed), _by_word(bench, ear, weighed)]
    return Report("hearing-gate", tables)


def _conditions(bench: Bench) -> tuple[Condition, ...]:
    twelve = next(c for c in NOISY if c.snr == 12)
    return bench.conditions((CLEAN, twelve, ROOM_12))


def _weigh(bench: Bench, plain: VoskEar, ear: VoskEar) -> Weighed:
    hits = {f"real, {c.name}": bench.heard(ear, "real", c) for c in _conditions(bench)}
    for condition in bench.conditions((CLEAN, ROOM_12)):
        heard = bench.heard(ear, "synthetic words", condition)
        hits[f"synthetic, {condition.name}"] = heard
    kinds = [sounds for sounds in everything(bench) if sounds.name != BABBLE]
    # Alternatives do not change the best result and are slow in long sounds, so only where needed.
    takes = [
        one.take
        for sounds in kinds
        for one in bench.heard_in(plain, sounds)
        if any(false_words(bench, [one]))
    ]
    false = bench.hear(ear, takes, bench.lexis.commands)
    return Weighed({k: v for k, v in hits.items() if v}, false, sum(s.hours for s in kinds))


def _false_at(bench: Bench, heard: Iterable[Heard], threshold: float) -> list[str]:
    """Return the false words that pass."""
    made: list[str] = []
    for one in heard:
        text = " ".join(final.text for final in one.accepted(threshold))
        made += bench.lexis.false_words(text, one.take.saying.words)
    return made


def _curves(bench: Bench, weighed: Weighed) -> dict[str, list[tuple[float, float, float]]]:
    """Return name -> (threshold, hits in percent, false words per hour)."""
    rates = {
        t: len(_false_at(bench, weighed.false, t)) / max(weighed.hours, 1e-9) for t in THRESHOLDS
    }
    made: dict[str, list[tuple[float, float, float]]] = {}
    for name, heard in weighed.hits.items():
        shares = [
            100 * float(np.mean([verdict(one, bench.lexis, t) == "hit" for one in heard]))
            for t in THRESHOLDS
        ]
        made[name] = [(t, s, rates[t]) for t, s in zip(THRESHOLDS, shares, strict=True)]
    return made


def _table(
    ear: VoskEar,
    curves: dict[str, list[tuple[float, float, float]]],
    weighed: Weighed,
) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for number, threshold in enumerate(THRESHOLDS):
        points = [line[number] for line in curves.values()]
        rate = points[0][2] if points else None
        rows.append((f"{threshold:g}", rate, *(point[1] for point in points)))
    return Table(
        f"{ear.name}: hits % against false words, by the gap asked for",
        ("gap", "false /h", *curves),
        rows,
        f"{ALTERNATIVES} alternatives, lattice-beam {LATTICE_BEAM:g}; false words in "
        f"{weighed.hours:.2f} h of speech, noise and music",
    )


def _gaps(heard: Sequence[Heard], bench: Bench) -> dict[str, list[float]]:
    """Return word -> the gaps of its hits, of all conditions together."""
    made: dict[str, list[float]] = defaultdict(list)
    for one in heard:
        if verdict(one, bench.lexis) == "hit":
            gaps = [f.gap for f in one.finals if f.gap is not None and bench.lexis.plain(f.text)]
            made[bench.lexis.plain(one.take.saying.words)].append(min(gaps, default=0.0))
    return made


def _by_word(bench: Bench, ear: VoskEar, weighed: Weighed) -> Table:
    """Suggest a threshold for each word: the highest that keeps nearly all of its hits."""
    hits = _gaps([one for heard in weighed.hits.values() for one in heard], bench)
    false: dict[str, list[float]] = defaultdict(list)
    single = bench.heard(ear, "other words")
    for one in [*weighed.false, *single]:
        for final in one.finals:
            for word in bench.lexis.false_words(final.text, one.take.saying.words):
                false[word].append(final.gap or 0.0)
    rows: list[tuple[Cell, ...]] = []
    for word in sorted(hits, key=lambda w: -len(false[w])):
        if len(hits[word]) < ENOUGH_HITS:
            continue
        threshold = float(np.quantile(hits[word], 1 - KEPT))
        left = sum(gap >= threshold for gap in false[word])
        middle = float(np.median(hits[word]))
        rows.append((word, len(hits[word]), middle, len(false[word]), threshold, left))
    note = f"words with {ENOUGH_HITS} hits and more; in speech, noise, music and single words"
    return Table(
        f"{ear.name}: the threshold at which a word keeps {100 * KEPT:g} % of its hits",
        ("word", "hits", "their gap, median", "false", "threshold", "false left"),
        rows,
        note,
    )
