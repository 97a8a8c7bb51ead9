"""The tables: how many cases are right, and why the others are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ..common import Cell, Table, percent
from .cases import Case, Kind, Verdict, judge
from .trees import Answer, Asked

Cause = Literal["", "meaning", "word not listened for", "cut short", "misheard", "held back"]
"""Why a case is not right. "meaning": its text is not understood either. "word not listened for":
the grammar lacks a word. "cut short": acted on before all of it was heard. "held back": heard as it
was said, but not acted on. "misheard": all others."""

UNKNOWN = "[unk]"


@dataclass(frozen=True)
class Judged:
    """A case and its outcome.

    Attributes:
        voice: who said it, or `TEXT`.
        case: what was said.
        verdict: whether that was right.
        answer: the actions, and the words heard.
        lacking: its words that the grammar lacks.
    """

    voice: str
    case: Case
    verdict: Verdict
    answer: Answer
    lacking: tuple[str, ...]


def judged(voice: str, cases: Sequence[Case], asked: Asked) -> list[Judged]:
    """Judge the outcome of all cases."""
    made: list[Judged] = []
    for case, answer in zip(cases, asked.answers, strict=True):
        verdict = judge(case, [act.intent for act in answer.acts])
        known = asked.grammar.get(case.place, frozenset())
        lacking = tuple(word for word in case.words.split() if word not in known)
        made.append(Judged(voice, case, verdict, answer, lacking))
    return made


def cause(row: Judged, read: Judged) -> Cause:
    """Return the cause of a wrong outcome by sound.

    Args:
        row: the outcome of its sound.
        read: the outcome of its text.
    """
    if row.verdict == "right":
        return ""
    if read.verdict != "right":
        return "meaning"
    if row.lacking:
        return "word not listened for"
    heard = " ".join(row.answer.heard).replace(UNKNOWN, "").split()
    said = row.case.words.split()
    if row.answer.acts and row.answer.acts[0].early and heard != said:
        first = row.answer.acts[0].words.split()
        if first == said[: len(first)]:
            return "cut short"
    return "held back" if heard == said else "misheard"


def tables(rows: Sequence[Judged], by_text: Sequence[Judged], note: str) -> list[Table]:
    """Return all tables.

    Args:
        rows: what is reported.
        by_text: what came of the words of all cases.
        note: printed below the first.
    """
    voices = list(dict.fromkeys(row.voice for row in rows))
    spoken = [row for row in rows if row.voice not in {r.voice for r in by_text}]
    made = [_by_voice(rows, voices, note), _by_place(rows, voices)]
    return [*made, _causes(spoken, by_text)] if spoken else made


def _kind(rows: Iterable[Judged], kind: Kind) -> list[Judged]:
    return [row for row in rows if row.case.kind == kind]


def _by_voice(rows: Sequence[Judged], voices: Sequence[str], note: str) -> Table:
    lines: list[tuple[Cell, ...]] = []
    for voice in voices:
        own = [row for row in rows if row.voice == voice]
        meant, denied = _kind(own, "utterances"), _kind(own, "opposites")
        counts = Counter(row.verdict for row in meant)
        taken = sum(row.verdict == "wrong" for row in denied)
        shares = (percent(counts["right"], len(meant)), counts["not understood"], counts["wrong"])
        lines.append((voice, len(meant), counts["right"], *shares, len(denied), taken))
    return Table(
        "what is meant, and denials",
        ("voice", "n", "right", "%", "not understood", "wrong", "denials", "taken for the denied"),
        lines,
        note,
    )


def _by_place(rows: Sequence[Judged], voices: Sequence[str]) -> Table:
    meant = _kind(rows, "utterances")
    lines: list[tuple[Cell, ...]] = []
    for place in dict.fromkeys(row.case.place for row in meant):
        cells: list[Cell] = []
        for voice in voices:
            own = [r for r in meant if r.voice == voice and r.case.place == place]
            cells.append(percent(sum(r.verdict == "right" for r in own), len(own)))
        number = sum(r.case.place == place and r.voice == voices[0] for r in meant)
        lines.append((place, number, *cells))
    return Table("right, %, by situation", ("situation", "n", *voices), lines)


def _causes(spoken: Sequence[Judged], by_text: Sequence[Judged]) -> Table:
    read = {(row.case.kind, row.case.place, row.case.words): row for row in by_text}
    counts = Counter(
        (r.voice, r.case.kind, cause(r, read[r.case.kind, r.case.place, r.case.words]))
        for r in spoken
    )
    names: tuple[Cause, ...] = (
        *("meaning", "word not listened for", "cut short"),
        *("misheard", "held back"),
    )
    kinds: tuple[Kind, ...] = ("utterances", "opposites")
    lines: list[tuple[Cell, ...]] = [
        (voice, kind, *(counts[voice, kind, name] for name in names))
        for kind in kinds
        for voice in dict.fromkeys(row.voice for row in spoken)
    ]
    note = (
        "meaning: not right by its words either; held back: heard as said, and not acted on; "
        "cut short: acted on before its end"
    )
    return Table("why not, by sound", ("voice", "of", *names), lines, note)


def failures(rows: Sequence[Judged], by_text: Sequence[Judged], *, every: bool) -> Iterator[str]:
    """Yield a line for each case that is not right: situation, words and outcome.

    Args:
        rows: what is reported.
        by_text: what came of the words of all cases.
        every: include cases by sound whose text is not understood either.
    """
    read = {(row.case.kind, row.case.place, row.case.words): row for row in by_text}
    for row in rows:
        of_words = read[row.case.kind, row.case.place, row.case.words]
        reason = "" if row.voice == of_words.voice else cause(row, of_words)
        if row.verdict == "right" or (reason == "meaning" and not every):
            continue
        acts = ", ".join(_told(act.intent, act.value, act.early) for act in row.answer.acts)
        heard = " | ".join(row.answer.heard)
        where = f"{row.voice}, {row.case.place}"
        kind = "denial" if row.case.kind == "opposites" else row.verdict
        yield "\t".join((where, row.case.words, kind, acts or "-", heard, reason))


def _told(intent: str, value: int | None, early: bool) -> str:
    number = "" if value is None else f" {value}"
    return f"{intent}{number}{' at once' if early else ''}"
