"""All phrases of the coach, by synthetic voices that training never used."""

from __future__ import annotations

from collections import Counter, defaultdict

from voice_coach.understanding import Matcher

from ..common import Cell, Goal, Report, Table, percent, the_parts
from ..scenes.takes import CLEAN, NOISY, ROOM, ROOM_12, Condition
from .bench import Bench, Heard, SetName, verdict
from .ears import Ear
from .real import hits, shares, skipped

WANTED = {"clean": 97.0, "room, 12 dB": 93.0}
"""The goals: % of hits."""

SETS: tuple[SetName, ...] = ("synthetic words", "synthetic phrases")

WORST = 15


def measure(bench: Bench) -> Report:
    """Hear them clean, and in a room at two metres."""
    twelve = next(c for c in NOISY if c.snr == 12)
    conditions = bench.conditions((CLEAN, twelve, ROOM, ROOM_12))
    if not bench.options.full:
        conditions = tuple(c for c in conditions if c.name in WANTED)
    tables = [_voices(bench, conditions)]
    voices = {s.corpus for name in SETS for s in bench.sets[name]}
    if len(voices) < 2:
        tables.append(skipped("synthetic voices besides the rehearsals'", "--synthetic", bench))
    tables += [_worst(bench, ear, conditions) for ear in bench.ears]
    goals = [
        Goal(f"{ear.name}: synthetic, {c.name}", share or 0.0, WANTED[c.name], "%", least=True)
        for ear in bench.ears
        for c in conditions
        if c.name in WANTED
        for share in [hits(bench, _all(bench, ear, c))]
    ]
    return Report("hearing-synthetic", tables, goals)


def _all(bench: Bench, ear: Ear, condition: Condition) -> list[Heard]:
    return [one for name in SETS for one in bench.heard(ear, name, condition)]


def _voices(bench: Bench, conditions: tuple[Condition, ...]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for ear in bench.ears:
        for condition in conditions:
            groups: dict[tuple[str, str], list[Heard]] = defaultdict(list)
            for name in SETS:
                for one in bench.heard(ear, name, condition):
                    kind = name.removeprefix("synthetic ")
                    groups[one.take.saying.corpus, kind].append(one)
                    groups["all voices", kind].append(one)
            rows += [
                (
                    ear.name,
                    condition.name,
                    *key,
                    *shares(bench, groups[key]),
                    _understood(groups[key]),
                )
                for key in sorted(groups)
            ]
    return Table(
        "unseen synthetic voices",
        (
            "model",
            "condition",
            "voice",
            "said",
            "n",
            "hits %",
            "rejected %",
            "wrong %",
            "meaning %",
        ),
        rows,
        "words: commands of one word, among such; phrases: of several words, among all "
        f"{len(bench.lexis.phrases)} phrases of the coach; meaning: taken by the coach's matcher "
        "for what was meant, were everything sensible",
    )


def _understood(heard: list[Heard]) -> float | None:
    """Return the percentage whose meaning the coach's matcher finds."""
    book = the_parts().book
    matcher = Matcher(book)
    intents = frozenset(book.intents)
    meant = {book.canonical(phrase): intent for phrase, intent in book.phrases(intents)}
    right = [
        matcher.match(one.text, intents).intent == meant[book.canonical(one.take.saying.words)]
        for one in heard
    ]
    return percent(sum(right), len(right))


def _worst(bench: Bench, ear: Ear, conditions: tuple[Condition, ...]) -> Table:
    lost: Counter[str] = Counter()
    total: Counter[str] = Counter()
    instead: dict[str, Counter[str]] = defaultdict(Counter)
    for condition in conditions:
        for one in _all(bench, ear, condition):
            words = one.take.saying.words
            total[words] += 1
            if verdict(one, bench.lexis) != "hit":
                lost[words] += 1
                instead[words][bench.lexis.plain(one.text) or "nothing"] += 1
    order = sorted(lost, key=lambda w: (-lost[w] / total[w], -lost[w], w))[:WORST]
    rows: list[tuple[Cell, ...]] = [
        (
            words,
            total[words],
            percent(total[words] - lost[words], total[words]),
            ", ".join(f"{heard} {n}" for heard, n in instead[words].most_common(3)),
        )
        for words in order
    ]
    return Table(
        f"{ear.name}: the worst phrases, all conditions together",
        ("phrase", "n", "hits %", "heard instead, clips"),
        rows,
    )
