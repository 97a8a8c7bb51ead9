"""Impulse responses of simulated rooms, with a speaker on the floor or in bed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from training.progress import progress
from training.store import RATE

Matrix = np.ndarray[Any, np.dtype[np.float32]]

LONGEST = round(0.5 * RATE)
"""Frames kept of each response; at an RT60 of 0.6 s the tail is then 50 dB down."""


def make_rooms(path: Path, count: int) -> Matrix:
    """Return `count` responses, (count, LONGEST), each with its direct sound first and at 1.

    They are made at the first call, some seconds each hundred, and kept in `path`.
    """
    if path.exists():
        kept: Matrix = np.load(path)
        if len(kept) >= count:
            return kept[:count]
    made = np.stack([_room(np.random.default_rng(n)) for n in progress(range(count), "rooms")])
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, made)
    return made


def _room(draw: np.random.Generator) -> Matrix:
    import pyroomacoustics

    size = [draw.uniform(2.5, 7.0), draw.uniform(2.2, 6.0), draw.uniform(2.3, 3.0)]
    absorption, order = 1.0, 0
    for wanted in (draw.uniform(0.15, 0.7), 0.7, 1.0):
        try:
            absorption, order = pyroomacoustics.inverse_sabine(wanted, size)
            break
        except ValueError:
            continue  # so large a room cannot be so dead
    material = pyroomacoustics.Material(absorption)
    room = pyroomacoustics.ShoeBox(size, fs=RATE, materials=material, max_order=min(order, 14))
    mouth = _place(draw, size, 0.15, 0.7)
    ear = _place(draw, size, 0.1, 1.3)
    while np.linalg.norm(mouth - ear) < 0.3:
        ear = _place(draw, size, 0.1, 1.3)
    room.add_source(mouth)
    room.add_microphone(ear)
    room.compute_rir()
    response = np.asarray(room.rir[0][0], np.float32)
    direct = int(np.argmax(np.abs(response) > 0.5 * np.abs(response).max()))
    kept = np.zeros(LONGEST, np.float32)
    cut = response[direct : direct + LONGEST]
    kept[: len(cut)] = cut / cut[0]
    return kept


def _place(draw: np.random.Generator, size: list[float], low: float, high: float) -> Any:
    return np.array(
        [
            draw.uniform(0.2, size[0] - 0.2),
            draw.uniform(0.2, size[1] - 0.2),
            draw.uniform(low, high),
        ]
    )
