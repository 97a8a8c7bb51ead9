"""How similar is similar enough: the doubtful band of voice_coach/understanding/match.py.

Every phrase is altered as a recogniser and a person would alter it, in the grammar of each
situation; talk that is not meant for the coach is matched too. Then the bounds `likely` and `sure`
of [near] in intents.toml are varied.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

import msgspec

from voice_coach.app import load_hearing
from voice_coach.understanding import Book, Matcher
from voice_coach.understanding.intents import Near
from voice_coach.understanding.words import UNKNOWN

from .common import Cell, Report, Scale, Table, grammars, main, middle, percent, the_parts
from .ear import Ear
from .scenes.recordings import at_microphone, real, recordings, synthesised

THRESHOLDS = (56, 60, 64, 68, 70, 72, 74, 76, 78, 80, 84, 88, 92, 96, 100)

_BOUNDS = Near()
"""Those of English, from which tables mark what holds now."""

FILLERS = ("the", "and", "you", "of")
"""Decoys that stand for a person's "uh", as the recogniser hears it."""


@dataclass(frozen=True)
class Case:
    """Words as they reach the matcher; `intent` is the intent meant, None for none."""

    kind: str
    situation: str
    heard: str
    intent: str | None


@dataclass(frozen=True)
class Scored:
    """A case with the scores of the right intent and of the best wrong one."""

    case: Case
    right: float
    wrong: float
    taken: str | None
    score: float
    costly: bool
    exact: bool


def measure(scale: Scale) -> Report:
    """Score every case, then vary the thresholds."""
    book = the_parts().book
    cases = list(dict.fromkeys([*_damaged(book, scale), *_heard(scale)]))
    open_to_all = msgspec.structs.replace(book.understood.near, likely=0.0)
    understood = replace(book.understood, near=open_to_all)
    scored = _scored(replace(book, understood=understood), cases)
    near = [s for s in scored if not s.exact]
    return Report(
        "matching",
        [_distribution(scored), _thresholds(near), _bands(near), _situations(near), _worst(near)],
    )


def _damaged(book: Book, scale: Scale) -> Iterator[Case]:
    chance = random.Random(4)
    for situation, intents in grammars(the_parts()).items():
        phrases = dict(book.phrases(intents))
        words = sorted({word for phrase in phrases for word in phrase.split()})
        for phrase, intent in phrases.items():
            parts = phrase.split()
            for _ in range(scale.pick(1, 3)):
                at = chance.randrange(len(parts))
                gap = chance.randrange(len(parts) + 1)
                other = chance.choice([w for w in words if w != parts[at]])
                made = {
                    "word dropped": parts[:at] + parts[at + 1 :],
                    "unknown added": [*parts[:gap], UNKNOWN, *parts[gap:]],
                    "filler added": [*parts[:gap], chance.choice(FILLERS), *parts[gap:]],
                    "word replaced": [*parts[:at], other, *parts[at + 1 :]],
                    "word unknown": [*parts[:at], UNKNOWN, *parts[at + 1 :]],
                    "stutter": [*parts[: at + 1], *parts[at:]],
                    "false start": [chance.choice(words), *parts],
                }
                for kind, heard in made.items():
                    left = [w for w in heard if w != UNKNOWN]
                    if left and " ".join(left) not in phrases:
                        yield Case(kind, situation, " ".join(heard), intent)
            made_up = " ".join(chance.choice(words) for _ in range(chance.randint(1, 3)))
            if made_up not in phrases:
                yield Case("words by chance", situation, made_up, None)


def _heard(scale: Scale) -> Iterator[Case]:
    """Yield real results of the recogniser, for commands and for talk."""
    parts = the_parts()
    ear = Ear(load_hearing(parts), parts.book)
    chance = random.Random(5)
    talk = real(None, scale.pick(6, 60))
    for situation, intents in grammars(parts).items():
        if not scale.full and situation not in ("menu", "stretching", "checking, yes or no"):
            continue
        phrases = dict(parts.book.phrases(intents))
        ear.listen(phrases)
        synthetic = synthesised(phrases, ("rms", "slt", "awb", "kal16"))
        some = chance.sample(synthetic, min(len(synthetic), scale.pick(20, 60)))
        known = [clip for clip in (*recordings(), *some) if clip.words in phrases]
        words = frozenset({"yes", "no", "stop", *parts.book.numbers})
        known += [clip for clip in real(words, scale.pick(15, 60)) if clip.words in phrases]
        for clip in (*known, *chance.sample(talk, min(len(talk), scale.pick(6, 12)))):
            finals = [c.final for c in ear.hear(at_microphone(clip)[0]) if c.final]
            intent = phrases.get(clip.words)
            kind = "vosk, talk" if intent is None else f"vosk, {clip.kind.split()[0]}"
            for final in finals:
                if set(final.split()) != {UNKNOWN}:
                    yield Case(kind, situation, final, intent)


def _scored(book: Book, cases: list[Case]) -> list[Scored]:
    sets = grammars(the_parts())
    matcher = Matcher(book)
    made: list[Scored] = []
    for case in cases:
        intents = sets[case.situation]
        meant = frozenset({case.intent} if case.intent else ())
        best = matcher.match(case.heard, intents)
        right = matcher.match(case.heard, meant).score if meant else 0.0
        wrong = matcher.match(case.heard, intents - meant).score
        costly = best.intent is not None and book.intents[best.intent].costly
        exact = matcher.is_phrase(case.heard, intents)
        made.append(Scored(case, right, wrong, best.intent, best.score, costly, exact))
    return made


def _kinds(scored: list[Scored]) -> dict[str, list[Scored]]:
    groups: dict[str, list[Scored]] = defaultdict(list)
    for one in scored:
        groups[one.case.kind].append(one)
    return groups


def _distribution(scored: list[Scored]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for kind, group in _kinds(scored).items():
        near = [s for s in group if not s.exact]
        meant = [s.right for s in near if s.case.intent]
        wrong = [s.wrong for s in near]
        right = sum(s.taken == s.case.intent for s in near if s.case.intent)
        row: list[Cell] = [kind, len(group), percent(len(group) - len(near), len(group))]
        row += [middle(meant), middle(wrong)]
        row += [
            percent(sum(w >= _BOUNDS.likely for w in wrong), len(wrong)),
            percent(right, len(meant)),
        ]
        rows.append(tuple(row))
    return Table(
        "similarity of what was not exact: of the intent meant, and of the best other",
        (
            "damage",
            "n",
            "exact %",
            "meant",
            "other",
            f"other >= {_BOUNDS.likely:g} %",
            "meant first %",
        ),
        rows,
        "each different case counts once, so that exact ones seem rarer than they are",
    )


def _share(near: list[Scored], right: bool, low: float, high: float = 101.0) -> float | None:
    """Return the percentage that scores in [low, high) and is right, or is wrong."""
    within = [s for s in near if s.taken and low <= s.score < high]
    return percent(sum((s.taken == s.case.intent) == right for s in within), len(near))


def _groups(near: list[Scored]) -> dict[str, list[Scored]]:
    """Return the cases by group: made by rule, really heard, and not meant for the coach."""
    meant = [s for s in near if s.case.intent]
    return {
        "made": [s for s in meant if not s.case.kind.startswith("vosk")],
        "vosk": [s for s in meant if s.case.kind.startswith("vosk")],
        "chance": [s for s in near if s.case.kind == "words by chance"],
        "talk": [s for s in near if s.case.kind == "vosk, talk"],
    }


def _thresholds(near: list[Scored]) -> Table:
    groups = _groups(near)
    rows: list[tuple[Cell, ...]] = []
    for low in THRESHOLDS:
        row: list[Cell] = [f"{low}" + (" now" if low == _BOUNDS.likely else "")]
        for name in ("made", "vosk"):
            row += [_share(groups[name], True, low), _share(groups[name], False, low)]
        row += [_share(groups["chance"], False, low), _share(groups["talk"], False, low)]
        rows.append(tuple(row))
    sizes = ", ".join(f"{name} {len(group)}" for name, group in groups.items())
    return Table(
        "LIKELY: acted on, % of what was not exact",
        ("LIKELY", "made right", "wrong", "vosk right", "wrong", "chance", "talk"),
        rows,
        f"chance and talk were meant for nobody: all of it is wrong; cases: {sizes}",
    )


def _bands(near: list[Scored]) -> Table:
    """Vary the end of the doubtful band: what is confirmed, and what is done unasked."""
    meant = [s for s in near if s.case.intent]
    rows: list[tuple[Cell, ...]] = []
    for sure in (76, 80, 84, 86, 88, 90, 92, 96):
        row: list[Cell] = [f"{sure}" + (" now" if sure == _BOUNDS.sure else "")]
        for costly in (True, False):
            group = [s for s in meant if s.costly == costly]
            above = [s for s in group if s.score >= sure]
            wrong = sum(s.taken != s.case.intent for s in above)
            row += [len(above), percent(wrong, len(above))]
        doubtful = [s for s in meant if s.costly and _BOUNDS.likely <= s.score < sure]
        rightly = sum(s.taken == s.case.intent for s in doubtful)
        row += [len(doubtful), percent(rightly, len(doubtful))]
        rows.append(tuple(row))
    return Table(
        "SURE: near phrases done unasked, and costly ones asked about",
        ("SURE", "costly unasked", "wrong %", "others", "wrong %", "asked", "rightly %"),
        rows,
        "only costly intents (heat, ice, quit, emergency) are asked about",
    )


def _situations(near: list[Scored]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for situation in grammars(the_parts()):
        here = [s for s in near if s.case.situation == situation]
        meant = [s for s in here if s.case.intent]
        nobody = [s for s in here if not s.case.intent]
        row: list[Cell] = [situation, len(here)]
        for low in (64, 72, 80):
            row += [_share(meant, True, low), _share(meant, False, low), _share(nobody, False, low)]
        rows.append(tuple(row))
    columns = ("situation", "n", "64 right", "wrong", "nobody", "72 right", "wrong", "nobody")
    return Table(
        "by situation, % of what was not exact: right, wrong, and meant for nobody, acted on",
        (*columns, "80 right", "wrong", "nobody"),
        rows,
    )


def _worst(near: list[Scored]) -> Table:
    """List words really heard that were taken for another intent."""
    bad: dict[tuple[str, str, str], float] = {}
    for s in near:
        if s.case.kind.startswith("vosk") and s.taken not in (None, s.case.intent):
            bad[s.case.heard, str(s.case.intent), str(s.taken)] = s.score
    top = sorted(bad.items(), key=lambda pair: -pair[1])[:15]
    rows: list[tuple[Cell, ...]] = [(h, want, got, score) for (h, want, got), score in top]
    return Table("really heard, taken for another", ("heard", "meant", "taken", "score"), rows)


if __name__ == "__main__":
    main(measure, __doc__)
