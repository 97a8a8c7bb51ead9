"""What is rejected as not speech, or as not said alone: commands, whispers, false words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from voice_coach.hearing import HEARING_RATE, Speech, open_detector
from voice_coach.hearing.contrast import STEP, Contrast
from voice_coach.hearing.vad import TAIL_SECONDS, Detector
from voice_coach.understanding.evidence import ALONE_DB, SPEECH_LEAST

from ..common import Cell, Report, Table
from ..scenes.recordings import seed_of
from ..scenes.takes import CLEAN, CONDITIONS, Take, pcm_of, whispered
from .bench import Bench, Heard, SetName, verdict
from .ears import Ear, Final
from .false import everything

THRESHOLDS = (0.1, SPEECH_LEAST, 0.5)

RISES_DB = (0.0, ALONE_DB, 5.0)

SHOWN = ("clean", "12 dB", "6 dB", "room, 12 dB")

TIMED = 200
"""Chunks for which the detector is timed."""

Found = tuple[str, list[tuple[Take, Final]]]
"""The kind of sound, and the words heard in it with their takes."""

READING = (
    "Commands: those heard rightly, so that each one held back is lost; in sounds without commands "
    "each one held back is a false word less."
)

SETS: tuple[SetName, ...] = ("real", "synthetic words")


def measure(bench: Bench) -> Report:
    """Judge all commands that are heard rightly, and all that nobody said."""
    detector = open_detector()
    tables: list[Table] = []
    for ear in bench.ears:
        commands = list(_right(bench, ear))
        false = [(s.name, _false(bench, bench.heard_in(ear, s))) for s in everything(bench)]
        tables.append(_unlike_speech(ear, [*commands, *false], detector))
        tables.append(_beside_others(ear, [*commands, *false]))
    return Report("hearing-speech", tables)


def _unlike_speech(ear: Ear, found: Sequence[Found], detector: Detector) -> Table:
    def likely(take: Take, span: tuple[float, float]) -> float:
        return likelihood(take, span, detector)

    return Table(
        f"{ear.name}: words held back, as no speech is in them",
        ("in", "words", *(f"below {t:g}" for t in THRESHOLDS)),
        _rows(found, likely, THRESHOLDS),
        f"{READING} The coach's threshold is {SPEECH_LEAST:g}; words for safety always count. A "
        f"chunk of 32 ms took the detector {_chunk_ms(detector):.1f} ms",
    )


def _beside_others(ear: Ear, found: Sequence[Found]) -> Table:
    return Table(
        f"{ear.name}: words held back, as there is as loud a sound beside them",
        ("in", "words", *(f"below {t:g} dB" for t in RISES_DB)),
        _rows(found, isolated, RISES_DB),
        f"{READING} The coach's threshold is {ALONE_DB:g} dB; words for safety always count",
    )


def _rows(
    found: Sequence[Found],
    judged: Callable[[Take, tuple[float, float]], float],
    thresholds: Sequence[float],
) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    for name, words in found:
        values = [judged(take, final.span) for take, final in words if final.span]
        rows.append((name, len(values), *(sum(v < t for v in values) for t in thresholds)))
    return rows


def _chunk_ms(detector: Detector) -> float:
    """Return the milliseconds that the detector takes for a chunk, the median of many."""
    chunk, took = bytes(detector.chunk_bytes()), []
    for _ in range(TIMED):
        began = time.perf_counter()
        detector.process_chunk(chunk)
        took.append(time.perf_counter() - began)
    return 1000 * float(np.median(took))


def _right(bench: Bench, ear: Ear) -> Iterator[Found]:
    for chosen in SETS:
        for condition in bench.conditions(CONDITIONS):
            if condition.name in SHOWN:
                heard = bench.heard(ear, chosen, condition)
                yield f"{chosen}, {condition.name}", _hits(bench, heard)
        takes = [_whispered(one) for one in bench.takes(chosen, CLEAN)]
        yield f"{chosen}, whispered", _hits(bench, bench.hear(ear, takes, bench.grammar(chosen)))


def _whispered(one: Take) -> Take:
    chance = np.random.default_rng(seed_of("whisper", one.saying.name))
    return replace(one, pcm=pcm_of(whispered(one.sound, chance)))


def _hits(bench: Bench, heard: Iterable[Heard]) -> list[tuple[Take, Final]]:
    right = [one for one in heard if verdict(one, bench.lexis) == "hit"]
    return [(one.take, final) for one in right for final in one.finals if final.span]


def _false(bench: Bench, heard: Iterable[Heard]) -> list[tuple[Take, Final]]:
    return [
        (one.take, final)
        for one in heard
        for final in one.finals
        if bench.lexis.false_words(final.text, one.take.saying.words)
    ]


def likelihood(take: Take, span: tuple[float, float], detector: Detector) -> float:
    """Return the likelihood of speech between two times of a take, in seconds."""
    start, end = (round(seconds * HEARING_RATE) for seconds in span)
    speech = Speech(detector, print)
    speech.keep(take.pcm[: 2 * (end + round(TAIL_SECONDS * HEARING_RATE))])
    return speech.likelihood(start, end)


def isolated(take: Take, span: tuple[float, float]) -> float:
    """Return the contrast in dB between two times of a take, in seconds."""
    contrast = Contrast()
    for start in range(0, len(take.sound) - STEP + 1, STEP):
        contrast.add(take.sound[start : start + STEP], own_speech=False)
    start, end = (round(seconds * HEARING_RATE) for seconds in span)
    return contrast.rise(start, end)
