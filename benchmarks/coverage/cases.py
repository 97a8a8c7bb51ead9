"""What people may say, what it should lead to, and whether it did."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["utterances", "opposites"]

Verdict = Literal["right", "not understood", "wrong"]

DENIED: dict[str, frozenset[str]] = {
    "ending": frozenset({"done", "stop", "next", "yes"}),
    "taking_up": frozenset({"yes", "done", "next", "resume"}),
    "heat": frozenset({"done", "number", "hurts"}),
    "heatready": frozenset({"start", "done", "yes", "next"}),
    "ready": frozenset({"next", "start", "yes", "done"}),
    "hold": frozenset({"hurts", "stop", "quit", "done", "more_breaths"}),
    "checking": frozenset({"yes", "emergency"}),
    "emergency": frozenset({"emergency", "done", "yes"}),
    "menu": frozenset({"emergency", "quit", "heat", "ice", "stretch", "record_on"}),
    "ease": frozenset({"skip", "hurts"}),
    "confirm": frozenset({"yes"}),
}
"""Situation -> the intents that a denial must never be taken for there."""

ALARMING = frozenset({"emergency", "hurts", "stop"})
KINDRED = frozenset({"red_flag", "dizzy", "too_hot"})
"""Where one of the former is right, these are too: they stop, and ask what is wrong."""

ANYTHING = "*"
COMMITTING = frozenset({"yes", "no", "number", "heat", "ice", "done", "start", "quit"})
"""Intents that "anything that helps" excludes: answers, starts and ends."""


@dataclass(frozen=True)
class Case:
    """One thing to say.

    Attributes:
        kind: something meant, or the denial of something.
        place: the name of the situation in which it is said.
        words: what is said.
        accepted: any of these intents is right; if empty, nothing may be done. Unused for denials.
    """

    kind: Kind
    place: str
    words: str
    accepted: frozenset[str] = frozenset()


def read_cases(folder: Path, kinds: Sequence[Kind] = ("utterances", "opposites")) -> list[Case]:
    """Return the cases of `utterances.tsv` and `opposites.tsv` in a folder.

    Raises:
        OSError: a file is missing.
    """
    made: list[Case] = []
    for kind in kinds:
        with (folder / f"{kind}.tsv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                accepted = frozenset((row.get("accepted_intents") or "").split("|")) - {""}
                made.append(Case(kind, row["situation"], row["utterance"], accepted))
    return made


def judge(case: Case, intents: Sequence[str]) -> Verdict:
    """Judge the meaning.

    Args:
        case: what was said.
        intents: the intents acted on, in order; after the first, the coach is in another situation.
            None of them may be one that a denial denies.
    """
    first = intents[0] if intents else None
    if case.kind == "opposites":
        return "wrong" if DENIED.get(case.place, frozenset()) & set(intents) else "right"
    if first is None:
        return "right" if not case.accepted or ANYTHING in case.accepted else "not understood"
    wanted = case.accepted | (KINDRED if case.accepted & ALARMING else frozenset())
    helps = ANYTHING in case.accepted and first not in COMMITTING
    return "right" if first in wanted or helps else "wrong"
