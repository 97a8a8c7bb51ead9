"""ERLE in rooms of many kinds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.echo import RATE, open_canceller

from ..common import Cell, Scale, Table, middle
from ..scenes.recordings import recordings, trimmed
from .echoes import NOISE_DB, USER_DB, Echo, at_level, cleaned, coach, heard, loss_db, noise, passed

CONDITIONS = {
    "echo as loud as the user": Echo(USER_DB),
    "10 dB softer": Echo(USER_DB - 10),
    "10 dB louder (as below)": Echo(),
    "15 dB louder": Echo(USER_DB + 15),
    "30 ms late": Echo(delay=480),
    "600 ms late": Echo(delay=9600),
    "RT60 0.5 s": Echo(rt60=0.5),
    "RT60 0.8 s": Echo(rt60=0.8),
    "distorted, some": Echo(drive=1.0),
    "distorted, much": Echo(drive=3.0),
    "3 ppm": Echo(ppm=3),
    "20 ppm": Echo(ppm=20),
    "50 ppm": Echo(ppm=50),
    "-100 ppm": Echo(ppm=-100),
}

JUMP = "jump by 31 ms at 8 s"
MOVED = "another room from 8 s on"
TALK = "user talks from 5 s on"

WINDOWS = ((1, 2), (2, 5), (5, 10), (10, 15), (15, 20))
"""Spans in seconds for which the loss is given."""

CONVERGED_DB = 20.0


def losses(scale: Scale) -> tuple[Table, dict[str, float]]:
    """Return the table, and the loss of each condition after adaptation."""
    far = coach(20)
    rows: list[tuple[Cell, ...]] = []
    lost: dict[str, float] = {}
    for name, echo in CONDITIONS.items():
        runs = [_loss(far, heard(far, echo, seed), seed) for seed in range(scale.pick(1, 5))]
        rows.append(_row(name, runs))
        late = 3 if echo.ppm else 2
        lost[name] = float(np.median([run.losses[late] for run in runs]))
    for name, after in ((JUMP, 500), (MOVED, 0)):
        runs = [_loss(far, _changing(far, s, after), s) for s in range(scale.pick(1, 5))]
        rows.append(_row(name, runs))
    talk = _talk(len(far))
    runs = [_loss(far, heard(far, Echo(), s), s, talk) for s in range(scale.pick(1, 5))]
    rows.append(_row(TALK, runs))
    note = (
        f"where nothing else is said: echo 10 dB louder than the user, RT60 0.3 s, 63 ms late, "
        f"room noise {NOISE_DB:g} dBFS; medians of {len(runs)} rooms"
    )
    columns = (
        "loss, dB",
        *(f"{a}-{b} s" for a, b in WINDOWS),
        f"s to {CONVERGED_DB:g} dB",
        "figure at 20 s",
        "delay off",
        "ppm found",
        "jumps",
    )
    return Table("loss of the echo (ERLE), far end in time", columns, rows, note), lost


@dataclass(frozen=True)
class _Run:
    losses: tuple[float, ...]
    converged: float
    figure: float
    delay: int
    ppm: float
    jumps: int


def _loss(far: Samples, echo: Samples, seed: int, talk: Samples | None = None) -> _Run:
    canceller = open_canceller()
    spoken = np.zeros_like(far) if talk is None else talk
    around = noise(len(far), seed=seed) + spoken
    left = cleaned(echo + around, far, canceller) - passed(around)
    seconds = range(len(far) // RATE)
    each = [loss_db(echo, left, second, second + 1) for second in seconds]
    good = [second for second, loss in enumerate(each) if loss >= CONVERGED_DB]
    canceller.close()
    return _Run(
        tuple(loss_db(echo, left, *window) for window in WINDOWS),
        float(good[0]) if good else np.inf,
        np.nan if canceller.erle_db is None else canceller.erle_db,
        -1 if canceller.delay is None else canceller.delay,
        canceller.drift_ppm,
        canceller.jumps,
    )


def _row(name: str, runs: list[_Run]) -> tuple[Cell, ...]:
    echo = CONDITIONS.get(name, Echo())
    # The true delay at the end.
    due = echo.delay + echo.ppm * 1e-6 * 20 * RATE + (500 if name == JUMP else 0)
    begun = middle(run.converged for run in runs)
    return (
        name,
        *(middle(run.losses[n] for run in runs) for n in range(len(WINDOWS))),
        None if begun is None or np.isinf(begun) else int(begun),
        middle(run.figure for run in runs),
        round(max(abs(run.delay - due) for run in runs)),
        middle(run.ppm for run in runs),
        round(middle(run.jumps for run in runs) or 0),
    )


def _changing(far: Samples, seed: int, later: int) -> Samples:
    """Return an echo whose delay, or room, changes at 8 s."""
    at = 8 * RATE
    before = heard(far, Echo(), seed)
    after = heard(far, Echo(delay=Echo().delay + later), seed if later else seed + 100)
    return np.concatenate([before[:at], after[at:]])


def _talk(frames: int) -> Samples:
    made = np.zeros(frames, np.float32)
    at = 5 * RATE
    for clip in recordings():
        word = at_level(trimmed(clip.sound), USER_DB)
        if at + len(word) > frames:
            break
        made[at : at + len(word)] += word
        at += len(word) + RATE // 2
    return made
