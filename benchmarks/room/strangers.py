"""Nobody speaks to the coach: other people's speech, music and household noise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from voice_coach.coach import State
from voice_coach.coach.in_routine import BeatKind
from voice_coach.understanding.book import Situation

from ..common import Cell, Goal, Lexis, Report, Scale, Table, most_likely_at_most
from ..scenes.scene import RATE
from ..scenes.sounds import Stretch, household, some_music, strangers_speech
from .duplex import RoomDuplex
from .interruptions import MAIN
from .program import (
    Act,
    Script,
    WatchedSession,
    in_routine,
    in_situation,
    the_program,
)

PER_HOUR_WANTED = 0.1

BELOW_DB = 6.0
"""dB by which all of this is softer at the microphone than the person."""

PAUSE_SECONDS = 0.7
"""Seconds of silence between two stretches."""

SPEAKING = "speaking"
"""The situation in which the coach itself talks meanwhile, with an echo of +10 dB."""

TALK: tuple[tuple[str, int], ...] = (
    ("medicine.care.say", 0),
    ("stretch.knee_right.say", 0),
    ("imagery.light.say", 0),
)
"""What it says there, over and over."""


def situations() -> dict[str, State]:
    """Return the situations in which it is overheard: name -> state."""
    return {
        "menu": in_situation(Situation.MENU),
        "a safety question": in_routine("emergency", "below", BeatKind.ASK),
        "heat, are you ready": in_routine("heat", "on", BeatKind.READY),
        "stretching, at rest": in_routine("stretch", "knee_right", BeatKind.READY),
        SPEAKING: in_routine("stretch", "knee_right"),
    }


@dataclass(frozen=True)
class Overheard:
    """False commands from one kind of sound in one situation.

    Attributes:
        kind: of sound.
        situation: by its name here.
        seconds: of that sound.
        acts: the actions it would have taken.
        said: how many of them somebody really said.
    """

    kind: str
    situation: str
    seconds: float
    acts: tuple[Act, ...]
    said: int


def measure(scale: Scale) -> Report:
    """Count false intents for every kind of sound and situation."""
    seconds = scale.pick(40, 1800)
    kinds = [
        found
        for found in (
            strangers_speech(scale.pick(60, 1800)),
            some_music(min(seconds, 900)),
            household(min(seconds, 600)),
        )
        if found
    ]
    rows = [
        overheard(name, state, stretches)
        for name, state in situations().items()
        for stretches in kinds
    ]
    by_kind = [_sum(rows, kind[0].kind, None) for kind in kinds]
    by_place = [_sum(rows, None, name) for name in situations()]
    total = _sum(rows, None, None)
    columns = ("in", "hours", "false", "/h", "at most", "timer", "end", "safety", "really said")
    main = Table(
        "false intents per hour, nobody speaking to the coach",
        columns,
        [_row(o.kind, o) for o in by_kind]
        + [_row(o.situation, o) for o in by_place]
        + [_row("all", total)],
        "at most: 95 % sure; timer, end, safety: would have begun heat or ice, ended the session, "
        "or answered or passed a safety question; really said: words that the others did say. All "
        f"of it {BELOW_DB:g} dB softer than the person, from across the room",
    )
    goals = [
        Goal("false intents", _rate(total), PER_HOUR_WANTED, "/h"),
        Goal(
            "false intents that begin a timer, end a session or pass a safety question",
            float(sum(bool(a.harm) for a in total.acts)),
            0.0,
        ),
    ]
    return Report("room-strangers", [main, _which(rows)], goals)


def overheard(name: str, state: State, stretches: Sequence[Stretch]) -> Overheard:
    """Play stretches one after another while the coach is in a situation."""
    scene = replace(MAIN, name=name) if name == SPEAKING else replace(MAIN, echo_db=None, name=name)
    duplex = RoomDuplex(scene)
    session = WatchedSession(duplex, obeys=False)
    heard: list[tuple[Act, Stretch]] = []
    session.follow(_playing(session, duplex, state, stretches, heard))
    lexis = Lexis.of(the_program().parts.book)
    said = sum(
        f" {lexis.plain(act.words)} " in f" {lexis.plain(stretch.words)} " for act, stretch in heard
    )
    acts = tuple(act for act, _ in heard)
    return Overheard(stretches[0].kind, name, sum(s.seconds for s in stretches), acts, said)


def _playing(
    session: WatchedSession,
    duplex: RoomDuplex,
    state: State,
    stretches: Sequence[Stretch],
    heard: list[tuple[Act, Stretch]],
) -> Script:
    talk = _endless()
    yield RATE
    session.place(state)
    for stretch in stretches:
        first = len(session.acts)
        start = session.now + RATE // 10
        duplex.play(start, stretch.sound, duplex.scene.user_db - BELOW_DB)
        end = start + len(stretch.sound) + round(PAUSE_SECONDS * RATE)
        while session.now < end:
            if duplex.scene.name == SPEAKING and session.silent:
                key, variant = next(talk)
                for sentence in range(len(the_program().parts.book.texts[key][variant])):
                    session.say(key, variant, sentence)
            yield min(end, session.now + RATE // 2)
        heard += [(act, stretch) for act in session.acts[first:]]
    yield session.now + RATE


def _endless() -> Iterator[tuple[str, int]]:
    while True:
        yield from TALK


def _sum(rows: Sequence[Overheard], kind: str | None, situation: str | None) -> Overheard:
    chosen = [r for r in rows if kind in (None, r.kind) and situation in (None, r.situation)]
    return Overheard(
        kind or "",
        situation or "",
        sum(r.seconds for r in chosen),
        tuple(act for r in chosen for act in r.acts),
        sum(r.said for r in chosen),
    )


def _rate(heard: Overheard) -> float:
    return len(heard.acts) * 3600 / max(heard.seconds, 1e-9)


def _row(name: str, heard: Overheard) -> tuple[Cell, ...]:
    harms = Counter(act.harm for act in heard.acts)
    hours = heard.seconds / 3600
    return (
        name,
        hours,
        len(heard.acts),
        _rate(heard),
        most_likely_at_most(len(heard.acts)) / hours,
        *(harms[h] for h in ("timer", "end", "safety")),
        heard.said,
    )


def _which(rows: Sequence[Overheard]) -> Table:
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        for act in row.acts:
            counts[act.words, act.intent, f"{row.situation}: {row.kind}"] += 1
    lines: list[tuple[Cell, ...]] = [(*what, n) for what, n in counts.most_common(15)]
    return Table("which", ("words", "taken for", "where", "times"), lines)
