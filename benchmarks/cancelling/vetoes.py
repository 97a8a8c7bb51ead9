"""The veto: did anybody speak at all while the coach did?"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voice_coach.audio.samples import Samples
from voice_coach.echo import BLOCK, RATE
from voice_coach.echo.canceller import REFERENCE_LEAD
from voice_coach.echo.erle import power
from voice_coach.echo.near_end import NearEndDetector

from ..common import Cell, Scale, Table, percent
from ..scenes.recordings import recordings, trimmed
from .echoes import NOISE_DB, USER_DB, Echo, at_level, blocks, cleaned, coach, heard, noise

VETO_DB = 7.0
"""dB of rise that the veto demands."""

SPAN = RATE // 20
"""Samples after a word in which its rise may appear: levels are averaged over 100 ms."""


@dataclass(frozen=True)
class _Scene:
    """Input of a veto: blocks of 10 ms, with words and without."""

    level: float
    reference: Samples
    with_words: tuple[Samples, Samples]
    echo_alone: tuple[Samples, Samples]
    spans: list[tuple[int, int]]


Veto = Callable[[Samples, Samples, Samples], npt.NDArray[np.float64]]
"""Near end, clean sound and reference -> dB per block."""


def _rises(sound: Samples) -> npt.NDArray[np.float64]:
    """Return the level of 100 ms above the lowest of the last 3 s, in dB, for each block."""
    powers = np.mean(sound.reshape(-1, BLOCK).astype(np.float64) ** 2, axis=1)
    level = 10 * np.log10(np.convolve(powers, np.ones(10) / 10)[: len(powers)] + 1e-8)
    before = np.concatenate([np.full(299, level[0]), level])
    lowest: npt.NDArray[np.float64] = np.lib.stride_tricks.sliding_window_view(before, 300).min(1)
    return level - lowest


def _aec3(near: Samples, far: Samples) -> npt.NDArray[np.float64]:
    from pywebrtc_audio import EchoCanceller

    canceller = EchoCanceller(RATE, 1, 0)
    return _rises(np.concatenate([canceller.process(n, f) for n, f in blocks(near, far)]))


def _near_end_rise(clean: Samples, far: Samples) -> npt.NDArray[np.float64]:
    near_end = NearEndDetector()
    made: list[float] = []
    for number, (left, played) in enumerate(blocks(clean, far)):
        near_end.add(power(left), power(played))
        made.append(near_end.rise(number * BLOCK, (number + 1) * BLOCK) or 0.0)
    return np.array(made)


VETOES: dict[str, Veto] = {
    "what the far end explains (used)": lambda near, clean, far: _near_end_rise(clean, far),
    "level of the clean sound": lambda near, clean, far: _rises(clean),
    "AEC3": lambda near, clean, far: _aec3(near, far),
    "AEC3 behind the filter": lambda near, clean, far: _aec3(clean, far),
}


def _scene(level: float, drive: float, rt60: float, room_noise: float, seconds: int) -> _Scene:
    far = coach(seconds)
    echo = Echo(level, rt60=rt60, drive=drive)
    alone = heard(far, echo, seed=round(rt60 * 100 - level)) + noise(len(far), room_noise)
    loud = np.convolve(np.abs(far), np.ones(1600) / 1600, "same") > 0.01
    spoken = alone.copy()
    spans: list[tuple[int, int]] = []
    at = 6 * RATE
    chance = np.random.default_rng(round(-level))
    clips = recordings()
    while at < len(far) - 2 * RATE:
        word = at_level(trimmed(clips[chance.integers(len(clips))].sound), USER_DB)
        if loud[at : at + len(word)].mean() > 0.8:
            spoken[at : at + len(word)] += word
            spans.append((at, at + len(word) + SPAN))
            at += len(word) + RATE
        at += RATE // 10
    late = echo.delay - REFERENCE_LEAD
    reference = np.concatenate([np.zeros(late, np.float32), far])[: len(far)]
    return _Scene(
        level,
        reference,
        (spoken, cleaned(spoken, far)),
        (alone, cleaned(alone, far)),
        spans,
    )


def _highest(scene: _Scene, rises: npt.NDArray[np.float64]) -> list[float]:
    return [float(rises[a // BLOCK : b // BLOCK].max()) for a, b in scene.spans]


def vetoes(scale: Scale) -> tuple[Table, Table, tuple[float, float]]:
    """Return all vetoes, the used one by level, and its hits and false alarms."""
    seconds = scale.pick(40, 120)
    levels = (USER_DB - 10, USER_DB, USER_DB + 10, USER_DB + 15)
    scenes = [
        _scene(level, drive, rt60, room_noise, seconds)
        for level in levels
        for drive, rt60, room_noise in ((0.0, 0.3, NOISE_DB), (3.0, 0.5, NOISE_DB), (0, 0.5, -52.0))
    ]
    rows: list[tuple[Cell, ...]] = []
    kept: list[tuple[float, list[float], list[float]]] = []
    missing = ""
    for name, veto in VETOES.items():
        judged: list[tuple[float, list[float], list[float]]] = []
        began = time.process_time()
        try:
            for scene in scenes:
                hit = _highest(scene, veto(*scene.with_words, scene.reference))
                false = _highest(scene, veto(*scene.echo_alone, scene.reference))
                judged.append((scene.level, hit, false))
        except ImportError:
            missing = "; AEC3 needs the package pywebrtc-audio"
            continue
        took = (time.process_time() - began) / (2 * len(scenes) * seconds)
        kept = kept or judged
        words = np.array([rise for _, hit, _ in judged for rise in hit])
        echoes = np.array([rise for _, _, false in judged for rise in false])
        needed = {share: float(np.percentile(words, 100 - share)) for share in (95, 90)}
        through = {share: 100 * float(np.mean(echoes >= least)) for share, least in needed.items()}
        order = 100 * float(np.mean(words[:, None] > echoes[None]))
        rows.append((name, order, needed[95], through[95], through[90], took))
    by_level: list[tuple[Cell, ...]] = []
    for level in levels:
        hit = [r for where, made, _ in kept if where == level for r in made]
        false = [r for where, _, made in kept if where == level for r in made]
        cells = [f(made, db) for db in (5, VETO_DB, 10) for made in (hit, false) for f in (_above,)]
        by_level.append((f"{level - USER_DB:+.0f} dB", len(hit), *cells))
    hits = [r for _, made, _ in kept for r in made]
    echoes_alone = [r for _, _, made in kept for r in made]
    return (
        Table(
            "the veto: words told from the echo alone",
            ("", "in order, %", "95 % rise, dB", "false, %", "false at 90 %", "RTF"),
            rows,
            f"{len(hits)} words while the coach speaks; false: of the same spans without the word, "
            f"those let through by the rise that 95 or 90 % of the words reach{missing}",
        ),
        Table(
            "the veto that is used, by how loud the echo is beside the user",
            (
                "echo",
                "words",
                *(f"{what} {db:g} dB" for db in (5, VETO_DB, 10) for what in ("hit", "false")),
            ),
            by_level,
            "percent of spans that rise so far",
        ),
        (_above(hits, VETO_DB) or 0.0, _above(echoes_alone, VETO_DB) or 0.0),
    )


def _above(rises: list[float], least: float) -> float | None:
    return percent(sum(rise >= least for rise in rises), len(rises))
