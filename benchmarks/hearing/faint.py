"""Words of a noise or of others beside the person's: what is gained by leaving out fainter ones.

Only the edges of an utterance are looked at, as `voice_coach.understanding.evidence` does it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voice_coach.hearing import HEARING_RATE
from voice_coach.hearing.contrast import LOUD, STEP
from voice_coach.understanding.evidence import FAINT_DB, without_faint
from voice_coach.understanding.grammar import covering
from voice_coach.understanding.words import UNKNOWN

from ..common import Cell, Report, Table, percent
from ..scenes.takes import CLEAN, NOISY, ROOM_12
from .bench import Bench, Heard, SetName

THRESHOLDS = (4.0, 6.0, FAINT_DB, 10.0, 12.0)
"""dB by which a word at the edge is fainter than the loudest."""

Word = tuple[str, float]
"""A word, and how loud it is, in dB."""


def measure(bench: Bench) -> Report:
    """Print what would be right without the faint words, and what they would be taken from."""
    conditions = bench.conditions((CLEAN, *(c for c in NOISY if c.snr in (12.0, 6.0)), ROOM_12))
    rows: list[tuple[Cell, ...]] = []
    names: tuple[SetName, ...] = ("real", "synthetic words", "synthetic phrases")
    phrases = list(covering(list(bench.lexis.phrases)))
    for name in names:
        for condition in conditions:
            grammar = phrases if name == "synthetic phrases" else bench.lexis.commands
            heard = bench.hear(bench.ears[0], bench.takes(name, condition), grammar)
            if heard:
                rows.append((name, condition.name, len(heard), *_row(bench, heard)))
    what = "dB fainter: right without, cut off a phrase that was right"
    columns = [f"{threshold:g}" for threshold in THRESHOLDS]
    title = f"{bench.ears[0].name}: words beside the person's, % of clips"
    table = Table(
        title,
        ("set", "condition", "clips", "right", "more words", *columns),
        rows,
        f"{what}; the program leaves out words only where the whole means nothing",
    )
    return Report("hearing-faint", [table])


def _row(bench: Bench, heard: Sequence[Heard]) -> tuple[Cell, ...]:
    count, right, more = len(heard), 0, 0
    gained = dict.fromkeys(THRESHOLDS, 0)
    cut = dict.fromkeys(THRESHOLDS, 0)
    for one in heard:
        said = bench.lexis.plain(one.take.saying.words).split()
        words = _words(one)
        texts, levels = [word for word, _ in words], [level for _, level in words]
        known = [word for word in texts if word != UNKNOWN]
        whole = known == said
        right += whole
        more += not whole and len(known) > len(said) and set(said) <= set(known)
        for threshold in THRESHOLDS:
            left = [w for w in without_faint(texts, levels, threshold) if w != UNKNOWN]
            gained[threshold] += not whole and left == said
            cut[threshold] += whole and left != said
    shares = (f"+{_tenth(gained[t], count)}, {_tenth(cut[t], count)}" for t in THRESHOLDS)
    return percent(right, count), percent(more, count), *shares


def _tenth(part: int, count: int) -> str:
    return f"{100 * part / count:.1f}"


def _words(heard: Heard) -> list[Word]:
    sound = heard.take.sound
    power = (sound[: len(sound) // STEP * STEP].reshape(-1, STEP) ** 2).mean(1)
    levels = 10 * np.log10(np.maximum(power, 1e-10))

    def level(begin: float, end: float) -> float:
        first, last = (round(seconds * HEARING_RATE / STEP) for seconds in (begin, end))
        inside = levels[first : max(last, first + 1)]
        return float(np.quantile(inside, LOUD)) if len(inside) else -100.0

    return [(word, level(a, b)) for final in heard.finals for word, a, b in final.words]
