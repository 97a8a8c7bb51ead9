"""What the detector of speech lets through: commands, whispers, and words heard in mere noise."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from voice_coach.attention import SPEECH_LEAST
from voice_coach.hearing import HEARING_RATE, Speech, open_detector
from voice_coach.hearing.speech import TAIL_SECONDS, Detector

from ..common import Cell, Report, Table
from .bench import Bench, Heard, SetName, verdict
from .ears import Ear, Final
from .false import everything
from .manifest import seed_of
from .takes import CLEAN, CONDITIONS, Take, pcm_of
from .whisper import whispered

THRESHOLDS = (0.1, SPEECH_LEAST, 0.5)

SHOWN = ("clean", "12 dB", "6 dB", "room, 12 dB")

TIMED = 200
"""Chunks for which the detector is timed."""

SETS: tuple[SetName, ...] = ("real", "synthetic words")


def measure(bench: Bench) -> Report:
    """Ask the detector about all commands that are heard rightly, and all that nobody said."""
    detector = open_detector()
    return Report("hearing-speech", [_table(bench, ear, detector) for ear in bench.ears])


def _table(bench: Bench, ear: Ear, detector: Detector) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for name, found in _right(bench, ear):
        likely = _likelihoods(found, detector)
        rows.append((name, len(likely), *(sum(p < t for p in likely) for t in THRESHOLDS)))
    for sounds in everything(bench):
        false = _false(bench, bench.heard_in(ear, sounds))
        likely = _likelihoods(false, detector)
        rows.append((sounds.name, len(likely), *(sum(p < t for p in likely) for t in THRESHOLDS)))
    return Table(
        f"{ear.name}: words held back, as no speech is in them",
        ("in", "words", *(f"below {t:g}" for t in THRESHOLDS)),
        rows,
        "commands: those heard rightly, so that each one held back is lost; in sounds without "
        f"commands each one held back is a false word less. The coach's threshold is "
        f"{SPEECH_LEAST:g}; words for safety always count. A chunk of 32 ms took the detector "
        f"{_chunk_ms(detector):.1f} ms",
    )


def _chunk_ms(detector: Detector) -> float:
    """Return the milliseconds that the detector takes for a chunk, the median of many."""
    chunk, took = bytes(detector.chunk_bytes()), []
    for _ in range(TIMED):
        began = time.perf_counter()
        detector.process_chunk(chunk)
        took.append(time.perf_counter() - began)
    return 1000 * float(np.median(took))


def _right(bench: Bench, ear: Ear) -> Iterator[tuple[str, list[tuple[Take, Final]]]]:
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


def _likelihoods(found: Sequence[tuple[Take, Final]], detector: Detector) -> list[float]:
    return [likelihood(take, final.span, detector) for take, final in found if final.span]


def likelihood(take: Take, span: tuple[float, float], detector: Detector) -> float:
    """Return how likely it is that somebody speaks between two seconds of a take."""
    start, end = (round(seconds * HEARING_RATE) for seconds in span)
    speech = Speech(detector, print)
    speech.keep(take.pcm[: 2 * (end + round(TAIL_SECONDS * HEARING_RATE))])
    return speech.likelihood(start, end)
