"""The goals of the hearing model in one table: people, digits, unseen voices, false words, cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.hearing import HEARING_RATE

from ..common import Cell, Goal, Report, Table, grammars, percent, the_parts
from ..scenes.recordings import evenly, sayings
from ..scenes.sounds import BABBLE
from ..scenes.takes import CLEAN, NOISY, ROOM_12, Condition, Take, pcm_of, take
from . import false, footprint
from .bench import Bench, Heard, SetName, verdict
from .ears import VoskEar
from .real import hits
from .rules import Coach

TELEPHONE_HZ = (300.0, 3400.0)
"""What a telephone lets through."""

PAIN = ", a number"
"""How the situation ends that asks how bad the pain is, see `common.grammars`."""


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of one model and its goal: at least, or at most (`least` False), `wanted`."""

    what: str
    count: str
    figure: float | None
    wanted: float
    unit: str = "%"
    least: bool = True


def measure(bench: Bench) -> Report:
    """Print every goal and how near each model comes."""
    columns = [list(_rows(bench, ear)) for ear in bench.ears]
    lines: list[tuple[Cell, ...]] = []
    for several in zip(*columns, strict=True):
        one = several[0]
        sign = ">=" if one.least else "<="
        wanted = f"{sign} {one.wanted:g} {one.unit}"
        lines.append((one.what, one.count, wanted, *(row.figure for row in several)))
    table = Table(
        "goals, on people, voices and noises not learnt from",
        ("figure", "of", "goal", *(ear.name for ear in bench.ears)),
        lines,
        "clips are the same for every model; digits: the question about pain, band "
        f"{TELEPHONE_HZ[0]:g} to {TELEPHONE_HZ[1]:g} Hz; false words: speech, noise and music, "
        "babble left out",
    )
    goals = [
        Goal(f"{ear.name}: {row.what}", row.figure, row.wanted, row.unit, least=row.least)
        for ear, rows in zip(bench.ears, columns, strict=True)
        for row in rows
        if row.figure is not None
    ]
    return Report("hearing-goals", [table], goals)


def _rows(bench: Bench, ear: VoskEar) -> list[Row]:
    return [
        *_people(bench, ear),
        _digits(bench, ear),
        *_voices(bench, ear),
        *_false(bench, ear),
        *_cost(bench, ear),
    ]


def _row(bench: Bench, what: str, heard: Sequence[Heard], wanted: float) -> Row:
    return Row(what, f"{len(heard)} clips", hits(bench, heard), wanted)


def _people(bench: Bench, ear: VoskEar) -> list[Row]:
    wanted = {"clean": 98.0, "12 dB": 95.0, "6 dB": 90.0}
    conditions = {c.name: c for c in (CLEAN, *NOISY)}
    return [
        _row(bench, f"people, {name}", bench.heard(ear, "real", conditions[name]), least)
        for name, least in wanted.items()
    ]


def _digits(bench: Bench, ear: VoskEar) -> Row:
    parts = the_parts()
    intents = next(i for name, i in grammars(parts).items() if name.endswith(PAIN))
    grammar = sorted({phrase for phrase, _ in parts.book.phrases(intents)})
    takes = [narrow(one) for one in digits(bench)]
    heard = bench.hear(ear, takes, grammar)
    right = sum(verdict(one, bench.lexis) == "hit" for one in heard)
    return Row("digits by telephone", f"{len(takes)} clips", percent(right, len(takes)), 93.0)


def digits(bench: Bench) -> list[Take]:
    """Return the digits that people say, evenly over the words."""
    numbers = set(the_parts().book.numbers)
    found = [
        one for one in sayings(bench.options.speech) if one.split == "dev" and one.words in numbers
    ]
    chosen = evenly(found, bench.options.limit, lambda one: one.words)
    made = (take(one, CLEAN, bench.noises) for one in chosen)
    return [one for one in made if one is not None]


def narrow(one: Take) -> Take:
    """Return a take as a telephone passes it on."""
    return replace(one, pcm=pcm_of(band(one.sound, *TELEPHONE_HZ)))


def band(sound: Samples, low: float, high: float) -> Samples:
    """Return what a sound holds between two frequencies (Hz), 24 dB per octave less beyond."""
    spectrum = np.fft.rfft(sound)
    hertz = np.maximum(np.fft.rfftfreq(len(sound), 1 / HEARING_RATE), 1.0)
    gain = np.minimum(1.0, hertz / low) ** 4 * np.minimum(1.0, high / hertz) ** 4
    made: Samples = np.fft.irfft(spectrum * gain, len(sound)).astype(np.float32)
    return made


def _voices(bench: Bench, ear: VoskEar) -> list[Row]:
    wanted: list[tuple[SetName, Condition, float]] = [
        ("synthetic words", CLEAN, 98.0),
        ("synthetic phrases", CLEAN, 97.0),
        ("synthetic words", ROOM_12, 88.0),
        ("synthetic phrases", ROOM_12, 85.0),
    ]
    possible = bench.conditions((CLEAN, ROOM_12))
    return [
        _row(bench, f"{name}, {c.name}", bench.heard(ear, name, c), least)
        for name, c, least in wanted
        if c in possible
    ]


def _false(bench: Bench, ear: VoskEar) -> list[Row]:
    kinds = [sounds for sounds in false.everything(bench) if sounds.name != BABBLE]
    hours = sum(sounds.hours for sounds in kinds)
    words = sum(
        sum(1 for _ in false.false_words(bench, bench.heard_in(ear, sounds))) for sounds in kinds
    )
    coach = Coach(ear, bench.lexis)
    done = [act for sounds in kinds for _, act in coach.acts(sounds.takes)]
    book = the_parts().book
    unsafe = sum(book.intents[act.intent].safety for act in done)
    of = f"{60 * hours:.0f} min"
    return [
        Row("false words before the rules", of, words / hours, 10.0, "/h", False),
        Row("false commands after them", of, len(done) / hours, 1.0, "/h", False),
        Row("of these for safety", of, float(unsafe), 0.0, "", False),
    ]


def _cost(bench: Bench, ear: VoskEar) -> list[Row]:
    run = footprint.run(bench, ear.folder)
    return [
        Row("size", "", footprint.size_of(ear.folder), 10.0, "MB", False),
        Row("memory", "", run["heard"], 100.0, "MB", False),
        Row("real-time factor", "", run["rtf"], 0.04, "", False),
    ]
