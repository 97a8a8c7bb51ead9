"""Tables that compare two versions on the same sound."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import comb

from voice_coach.hearing import HEARING_RATE

from ..common import Cell, Lexis, Table, middle, percent, the_parts
from ..coverage.trees import Act, Answer
from ..scenes.takes import Take
from .material import Spoken

WORST = 25
"""How many false commands are listed."""


@dataclass(frozen=True)
class Expected:
    """The meaning of a word.

    Attributes:
        place: where it is said.
        intent, value: its meaning there.
    """

    place: str
    intent: str
    value: int | None

    def hit(self, answer: Answer) -> bool:
        """Return whether the first action matches."""
        first = answer.acts[0] if answer.acts else None
        return first is not None and (first.intent, first.value) == (self.intent, self.value)


@dataclass(frozen=True)
class Trees:
    """The answers of two versions to the same items, in order."""

    before: Sequence[Answer]
    after: Sequence[Answer]

    def differing(self, spoken: Sequence[Spoken], meant: Mapping[str, Expected]) -> Iterator[str]:
        """Yield a line for each command that only one of them understood."""
        for one, old, new in zip(spoken, self.before, self.after, strict=True):
            was, now = meant[one.word].hit(old), meant[one.word].hit(new)
            if was != now:
                what = "lost" if was else "gained"
                heard = " | ".join((new if was else old).heard)
                where = f"{one.take.condition.name}, {meant[one.word].place}"
                yield f"{what}: {one.word} ({where}); the other heard: {heard}"


def sign_test(one: int, other: int) -> float:
    """Return the two-sided p of a split of differing pairs (McNemar's exact test)."""
    total, fewer = one + other, min(one, other)
    tail = sum(comb(total, k) for k in range(fewer + 1)) / 2**total
    return min(1.0, 2.0 * float(tail))


def hit_table(spoken: Sequence[Spoken], meant: Mapping[str, Expected], both: Trees) -> Table:
    """Compare commands that were said, by condition."""
    lines: list[tuple[Cell, ...]] = []
    rows = list(zip(spoken, both.before, both.after, strict=True))
    names = list(dict.fromkeys(one.take.condition.name for one in spoken))
    for name in (*names, "all"):
        own = [row for row in rows if name in ("all", row[0].take.condition.name)]
        was = [meant[one.word].hit(old) for one, old, _ in own]
        now = [meant[one.word].hit(new) for one, _, new in own]
        lost = sum(a and not b for a, b in zip(was, now, strict=True))
        gained = sum(b and not a for a, b in zip(was, now, strict=True))
        wrong = (
            sum(bool(old.acts) for _, old, _ in own) - sum(was),
            sum(bool(new.acts) for _, _, new in own) - sum(now),
        )
        shared = [row for row, a, b in zip(own, was, now, strict=True) if a and b]
        delays = (
            middle(_delay(one, old) for one, old, _ in shared),
            middle(_delay(one, new) for one, _, new in shared),
        )
        shares = (percent(sum(was), len(own)), percent(sum(now), len(own)))
        changed = (lost, gained, sign_test(lost, gained))
        lines.append((name, len(own), *shares, *changed, *wrong, *delays))
    words = ", ".join(f"{w} {n}" for w, n in Counter(o.word for o in spoken).most_common())
    return Table(
        "commands of one word by people (split dev)",
        (
            *("condition", "n", "before %", "after %", "lost", "gained", "p"),
            *("wrong before", "wrong after", "s before", "s after"),
        ),
        lines,
        "p: sign test of lost against gained; s: median seconds from the end of the word to the "
        f"decision, where both are right; {words}",
    )


def _delay(one: Spoken, answer: Answer) -> float:
    return (answer.acts[0].at - one.end) / HEARING_RATE


def false_tables(quiet: Sequence[tuple[str, str, Take]], both: Trees) -> list[Table]:
    """Compare commands that nobody gave.

    Args:
        quiet: place, kind and sound of each item.
        both: the answers to them.
    """
    lexis = Lexis.of(the_parts().book)
    counts: Counter[tuple[str, str, str]] = Counter()
    clips: Counter[tuple[str, str, str]] = Counter()
    seconds: defaultdict[tuple[str, str], float] = defaultdict(float)
    which: Counter[tuple[str, str, str]] = Counter()
    before_it = {"before": "", "after": ""}
    last = ("", "")
    for (place, kind, take), old, new in zip(quiet, both.before, both.after, strict=True):
        if (place, kind) != last:
            before_it = {"before": "", "after": ""}
        last = (place, kind)
        seconds[last] += take.seconds
        found: dict[str, list[Act]] = {}
        for name, answer in (("before", old), ("after", new)):
            # The last words of a recording may be acted on during the next one.
            said = f" {lexis.plain(before_it[name] + ' ' + take.saying.words)} "
            found[name] = [a for a in answer.acts if f" {lexis.plain(a.words)} " not in said]
            before_it[name] = take.saying.words
            counts[place, kind, name] += len(found[name])
            for act in found[name]:
                which[f"{place}: {kind}", f"{act.words} = {act.intent}", name] += 1
        if bool(found["before"]) != bool(found["after"]):
            clips[place, kind, "before" if found["before"] else "after"] += 1
    return [_rates(seconds, counts, clips), _which(which)]


def _rates(
    seconds: Mapping[tuple[str, str], float],
    counts: Counter[tuple[str, str, str]],
    clips: Counter[tuple[str, str, str]],
) -> Table:
    lines: list[tuple[Cell, ...]] = []
    for place, kind in seconds:
        hours = seconds[place, kind] / 3600
        was, now = counts[place, kind, "before"], counts[place, kind, "after"]
        fewer, more = clips[place, kind, "before"], clips[place, kind, "after"]
        rates = (was, was / hours, now, now / hours)
        name = f"{place}: {kind}"
        lines.append((name, 60 * hours, *rates, fewer, more, sign_test(fewer, more)))
    return Table(
        "commands that nobody gave",
        (
            *("where: what", "min", "before", "/h", "after", "/h"),
            *("clips only before", "only after", "p"),
        ),
        lines,
        "words that were really said in a recording do not count as false",
    )


def _which(which: Counter[tuple[str, str, str]]) -> Table:
    rows = list(dict.fromkeys((where, what) for where, what, _ in which))
    rows.sort(key=lambda row: (row[0], -which[*row, "before"] - which[*row, "after"]))
    lines: list[tuple[Cell, ...]] = [
        (f"{where}: {what}", which[where, what, "before"], which[where, what, "after"])
        for where, what in rows[:WORST]
    ]
    return Table("which", ("heard = taken for", "before", "after"), lines)
