"""Commands that nobody said: in other people's speech, in noise and in music."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from ..common import Cell, Goal, Report, Table, most_likely_at_most, percent
from ..scenes.noise import held_out, named
from ..scenes.sounds import BABBLE, MUSIC_REAL, Sounds
from .bench import Bench, Heard
from .ears import VoskEar
from .real import skipped
from .rules import SITUATION, Coach

BEFORE_WANTED, AFTER_WANTED = 2.0, 0.1
"""The goals: false commands per hour before and after the coach's own rules."""

SPEECH = "read speech, dev"
ALL = "all but babble"

WORST = 12


def measure(bench: Bench) -> Report:
    """Count them for every kind of sound, before and after the coach's rules."""
    tables: list[Table] = []
    goals: list[Goal] = []
    rows: list[tuple[Cell, ...]] = []
    singles: list[tuple[Cell, ...]] = []
    for ear in bench.ears:
        found = list(_counted(bench, ear))
        rows += found
        before, after = found[-1][4], found[-1][7]
        for what, value, wanted in (
            ("before the rules", before, BEFORE_WANTED),
            ("after the rules", after, AFTER_WANTED),
        ):
            if isinstance(value, float):
                goals.append(Goal(f"{ear.name}: false commands, {what}", value, wanted, "/h"))
        singles.append(_single(bench, ear))
        tables.append(_worst(bench, ear))
    main = Table(
        "commands that nobody said, per hour",
        ("model", "in", "hours", "words", "/h", "at most", "after rules", "/h", "at most", "exact"),
        rows,
        "words: command words in final results, those really spoken left out; after rules: what "
        f"the coach would do in its {SITUATION}; exact: of those, whole phrases heard exactly; "
        "at most: 95 % sure. Recorded noise is of the clips of odd index in the list sorted by "
        f"path, as the training hears the others: {named(held_out(bench.options.speech))}",
    )
    other = Table(
        "single words by people that are no command, % of clips with a false one",
        ("model", "n", "before the rules %", "after %", "exact %"),
        singles,
    )
    made = [main, other, *tables]
    if not bench.sets["speech"]:
        made.append(skipped("real recordings", "--speech", bench))
    if not any(sounds.name == MUSIC_REAL for sounds in bench.sounds):
        made.append(skipped("real music", "--music", bench))
    return Report("hearing-false", made, goals)


def everything(bench: Bench) -> list[Sounds]:
    """Return read speech, noise and music."""
    speech = bench.takes("speech")
    return [*([Sounds(SPEECH, speech)] if speech else []), *bench.sounds]


def false_words(bench: Bench, heard: Iterable[Heard]) -> Iterator[str]:
    """Yield every command heard that was not said."""
    for one in heard:
        yield from bench.lexis.false_words(one.text, one.take.saying.words)


def _counted(bench: Bench, ear: VoskEar) -> Iterator[tuple[Cell, ...]]:
    coach = Coach(ear, bench.lexis)
    hours = 0.0
    # What is really said in babble is unknown, so it does not count towards the goals.
    total = [0, 0, 0]
    for sounds in everything(bench):
        done = [act for _, act in coach.acts(sounds.takes)]
        counts = [
            sum(1 for _ in false_words(bench, bench.heard_in(ear, sounds))),
            len(done),
            sum(act.exact for act in done),
        ]
        if sounds.name != BABBLE:
            hours += sounds.hours
            total = [a + b for a, b in zip(total, counts, strict=True)]
        yield _row(ear, sounds.name, sounds.hours, counts)
    yield _row(ear, ALL, hours, total)


def _row(ear: VoskEar, name: str, hours: float, counts: list[int]) -> tuple[Cell, ...]:
    words, done, exact = counts
    rates: list[Cell] = []
    for count in (words, done):
        rates += [count, count / hours, most_likely_at_most(count) / hours]
    return (ear.name, name, hours, *rates, exact)


def _single(bench: Bench, ear: VoskEar) -> tuple[Cell, ...]:
    heard = bench.heard(ear, "other words")
    before = sum(any(false_words(bench, [one])) for one in heard)
    done: dict[str, bool] = {}
    for one, act in Coach(ear, bench.lexis).acts(bench.takes("other words")):
        done[one.saying.name] = done.get(one.saying.name, False) or act.exact
    shares = (before, len(done), sum(done.values()))
    return (ear.name, len(heard), *(percent(share, len(heard)) for share in shares))


def _worst(bench: Bench, ear: VoskEar) -> Table:
    counts: Counter[str] = Counter()
    where: dict[str, Counter[str]] = {}
    kinds = [(s.name, bench.heard_in(ear, s)) for s in everything(bench)]
    for name, heard in [*kinds, ("single words", bench.heard(ear, "other words"))]:
        for word in false_words(bench, heard):
            counts[word] += 1
            where.setdefault(word, Counter())[name] += 1
    rows: list[tuple[Cell, ...]] = [
        (word, n, ", ".join(f"{name} {m}" for name, m in where[word].most_common(3)))
        for word, n in counts.most_common(WORST)
    ]
    return Table(f"{ear.name}: what is heard falsely", ("word", "times", "in"), rows)
