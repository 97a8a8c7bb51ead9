"""When a command has ended, and when a partial result can be trusted.

The figures for rule2, rule3 and frames-per-chunk in models/en-us-commands/conf/model.conf, and for
the table in voice_coach/understanding/early.py.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from .common import (
    Cell,
    Report,
    Scale,
    Table,
    grammars,
    high,
    main,
    middle,
    percent,
    the_parts,
)
from .ear import Rule, always, quiet
from .scenes.recordings import Clip, real, recordings, slowly, synthesised
from .tuned import Heard, Hearing, Item, Judge, Tuning, hear, present

RULE = "endpoint.{}.min-trailing-silence"
COST = "endpoint.rule2.max-relative-cost"
CHUNKS = "frames-per-chunk"

OTHER_WORDS = frozenset({"up", "down", "left", "right", "go", "bed", "cat", "happy"})
"""Real words that are not commands."""

PAUSES = (0.1, 0.2, 0.3, 0.4, 0.5)

HOMES = ("stretching", "checking, yes or no", "pain, a number", "heat", "menu")
"""A phrase is said in the first of these situations that understands it."""


def measure(scale: Scale) -> Report:
    """Hear everything with each tuning; judge the results."""
    items = list(_items(scale))
    tunings = _tunings(scale)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(len(tunings), os.cpu_count() or 1), spawn) as pool:
        heard = list(pool.map(hear, tunings, [items] * len(tunings)))
    now = next(h for h in heard if not h.tuning.lines)
    tables = [_finals(heard), _pauses(heard), _partials(now), _false_safety(now), _early(now)]
    return Report("endpoint", tables)


def _tunings(scale: Scale) -> list[Tuning]:
    conf = present(the_parts().model_folder / "conf" / "model.conf")
    made = [Tuning("as it is", {})]

    def add(name: str, lines: dict[str, str]) -> None:
        if any(conf.get(key) != value for key, value in lines.items()):
            made.append(Tuning(name, lines))

    silences = (0.15, 0.2, 0.25, 0.3, 0.4, 0.5) if scale.full else (0.2, 0.5)
    for silence in silences:
        add(f"rule2 {silence}", {RULE.format("rule2"): str(silence)})
    for silence in (0.4, 0.5, 0.8) if scale.full else ():
        add(f"rule3 {silence}", {RULE.format("rule3"): str(silence)})
    if scale.full:
        add("rule2 at any cost", {COST: "8"})
    for chunk in (3, 9, 20) if scale.full else (3,):
        add(f"chunk {chunk}", {CHUNKS: str(chunk)})
    return made


def _items(scale: Scale) -> Iterator[Item]:
    """Yield every clip in a situation that understands it."""
    parts = the_parts()
    book, sets = parts.book, grammars(parts)
    homes = [*HOMES, *(name for name in sets if name not in HOMES)]

    def placed(clip: Clip) -> Item:
        for name in homes:
            phrases = dict(book.phrases(sets[name]))
            if clip.words in phrases:
                return Item(clip, name, phrases[clip.words])
        return Item(clip, "", None)

    phrases = [p for p, _ in book.phrases(frozenset(book.intents))]
    spoken = [*recordings(), *synthesised(phrases[:: scale.pick(16, 3)], ("slt", "awb", "kal16"))]
    commands = frozenset({"yes", "no", "stop", *book.numbers})
    spoken += real(commands, scale.pick(40, 200))
    slow = [p for p in phrases if len(p.split()) > 1][:: scale.pick(16, 4)]
    made = (slowly(p, "slt", pause) for p in slow for pause in PAUSES)
    spoken += [clip for clip in made if clip is not None]
    yield from (item for item in map(placed, spoken) if item.situation)
    for clip in real(OTHER_WORDS, scale.pick(25, 100)):
        for name in ("stretching", "checking, yes or no"):
            yield Item(clip, name, None)


def _is_slow(heard: Heard) -> bool:
    return heard.item.clip.kind.startswith("slow")


def _finals(all_heard: list[Hearing]) -> Table:
    """Judge final results only."""
    judge = Judge()
    rows: list[tuple[Cell, ...]] = []
    for hearing in all_heard:
        row: list[Cell] = [hearing.tuning.name]
        whole = [h for h in hearing.heard if not _is_slow(h)]
        for kind in ("recorded", "flite", "real"):
            of_kind = [h for h in whole if h.item.intent and h.item.clip.kind.startswith(kind)]
            right = sum(judge.done(h, always(0))[0] == h.item.intent for h in of_kind)
            row.append(percent(right, len(of_kind)))
        others = [h for h in whole if h.item.intent is None]
        false = sum(judge.done(h, always(0))[0] is not None for h in others)
        row.append(percent(false, len(others)))
        said = [h for h in whole if h.item.intent]
        split = sum(sum(1 for c in h.chunks if c.final) > 1 for h in said)
        clean = [h for h in said if h.item.clip.kind != "real"]
        late = [t for h in clean for i, t in [judge.done(h, always(0))] if i == h.item.intent]
        no = [h for h in whole if h.item.clip.words in ("no", "yes")]
        late_no = [t for h in no for i, t in [judge.done(h, always(0))] if i == h.item.intent]
        row += [percent(split, len(said)), middle(late), high(late), middle(late_no), hearing.rtf]
        rows.append(tuple(row))
    count = sum(not _is_slow(h) for h in all_heard[0].heard)
    kinds = ("tuning", "recorded", "flite", "real")
    return Table(
        f"final results of {count} clips, % right and seconds after the word",
        (*kinds, "false", "split %", "final", "95 %", "yes/no", "RTF"),
        rows,
        "false: real words that are no command, taken for one; seconds without the noisy real "
        "clips, but for yes/no",
    )


def _pauses(all_heard: list[Hearing]) -> Table:
    """Judge phrases spoken with pauses between the words: right, or taken for another command."""
    judge = Judge()
    rows: list[tuple[Cell, ...]] = []
    for hearing in all_heard:
        row: list[Cell] = [hearing.tuning.name]
        for pause in PAUSES:
            slow = [h for h in hearing.heard if h.item.clip.kind == f"slow {pause:g}"]
            intents = [(judge.done(h, always(0))[0], h.item.intent) for h in slow]
            right = percent(sum(got == want for got, want in intents), len(slow))
            wrong = percent(sum(got not in (None, want) for got, want in intents), len(slow))
            row.append(None if right is None else f"{right:.0f} / {wrong:.0f}")
        rows.append(tuple(row))
    names = tuple(f"{pause:g} s" for pause in PAUSES)
    return Table(
        "phrases with pauses between their words, % right / % taken for another command",
        ("tuning", *names),
        rows,
        "single words of flite joined: harder than a person who hesitates once",
    )


def _partials(hearing: Hearing) -> Table:
    """Judge partial results seen so often in a row: safety phrases, and all else."""
    judge = Judge()
    rows: list[tuple[Cell, ...]] = []
    rules: list[tuple[str, Rule]] = [
        *((f"{n} in a row", always(n)) for n in (1, 2, 3, 4, 5, 6)),
        ("the coach, speaking", "speaking"),
        ("the coach, pacing a breath", "pacing"),
        ("the coach, at rest", "at rest"),
        ("final results only", always(0)),
    ]
    heard = [h for h in hearing.heard if not _is_slow(h)]
    for name, rule in rules:
        safe = [h for h in heard if judge.is_safety(h.item.intent)]
        done = [(judge.done(h, rule), h.item) for h in safe]
        late = [t for (i, t), item in done if i == item.intent and item.clip.kind != "real"]
        wrong = sum(i not in (None, item.intent) for (i, _), item in done)
        row: list[Cell] = [name, percent(sum(i == item.intent for (i, _), item in done), len(safe))]
        row += [percent(wrong, len(safe)), middle(late), high(late)]
        for others in (
            [h for h in heard if h.item.intent and not judge.is_safety(h.item.intent)],
            [h for h in heard if h.item.intent is None],
        ):
            taken = sum(judge.is_safety(judge.done(h, rule)[0]) for h in others)
            row.append(percent(taken, len(others)))
        rows.append(tuple(row))
    counts = [sum(judge.is_safety(h.item.intent) for h in heard), len(heard)]
    return Table(
        f"acting on partial results, {counts[0]} safety phrases of {counts[1]} clips",
        ("rule", "right %", "wrong %", "s", "95 %", "command % ", "other word %"),
        rows,
        "the last two: other commands, and real words that are none, taken for a safety word",
    )


def _false_safety(hearing: Hearing) -> Table:
    """Name the commands most often taken for a safety word by the coach's rules."""
    judge = Judge()
    counts: dict[tuple[str, str], list[int]] = {}
    rules: list[Rule] = [always(1), "pacing", "speaking", "at rest", always(0)]
    for heard in hearing.heard:
        if _is_slow(heard) or judge.is_safety(heard.item.intent):
            continue
        for column, rule in enumerate(rules):
            intent = judge.done(heard, rule)[0]
            if intent is not None and judge.is_safety(intent):
                key = (heard.item.clip.words, intent)
                counts.setdefault(key, [0] * len(rules))[column] += 1
    worst = sorted(counts.items(), key=lambda pair: (-sum(pair[1]), pair[0]))[:12]
    rows: list[tuple[Cell, ...]] = [(f"{w} -> {i}", *numbers) for (w, i), numbers in worst]
    columns = ("said -> done", "once", "pacing", "speaking", "at rest", "final")
    return Table("what is taken for a safety word, clips", columns, rows)


def _early(hearing: Hearing) -> Table:
    """Judge acting on the partial results of commands that are not for safety, at rest."""
    judge = Judge()
    rows: list[tuple[Cell, ...]] = []
    for count in (0, 2, 3, 4, 5, 6):
        row: list[Cell] = [f"{count} in a row" if count else "final results only"]
        rule = quiet(count)
        whole = [h for h in hearing.heard if not _is_slow(h)]
        said = [h for h in whole if h.item.intent]
        done = [(judge.done(h, rule), h.item) for h in said]
        row.append(percent(sum(i == item.intent for (i, _), item in done), len(said)))
        row.append(percent(sum(i not in (None, item.intent) for (i, _), item in done), len(said)))
        times = [t for (i, t), item in done if i == item.intent and item.clip.kind != "real"]
        row += [middle(times), high(times)]
        row.append(
            middle(t for (i, t), x in done if x.clip.words in ("yes", "no") and i == x.intent)
        )
        slow = [h for h in hearing.heard if _is_slow(h)]
        right = sum(judge.done(h, rule)[0] == h.item.intent for h in slow)
        others = [h for h in whole if h.item.intent is None]
        false = sum(judge.done(h, rule)[0] is not None for h in others)
        rows.append((*row, percent(right, len(slow)), percent(false, len(others))))
    return Table(
        "acting on partial results of every command not for safety, once it is quiet",
        ("rule", "right %", "wrong %", "s", "95 %", "yes/no s", "with pauses %", "false %"),
        rows,
    )


if __name__ == "__main__":
    main(measure, __doc__)
