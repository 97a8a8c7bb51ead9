"""Log-mel features as Kaldi computes them, and its MFCCs from these.

The frames are Kaldi's defaults: 25 ms every 10 ms, no frame at the edges that is not whole, the
mean removed, pre-emphasis of 0.97, the "povey" window (Hann to the power 0.85), 512 points, power;
40 triangles on the mel scale from 20 to 7600 Hz. The model's MFCCs have 40 coefficients of 40 mel
bands, so they are an invertible matrix times the log-mels and everything can be done on those.
Samples are on the scale of int16, as vosk's are. Compared with an independent implementation in
tests.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

Matrix = np.ndarray[Any, np.dtype[np.float32]]

RATE = 16000
WINDOW, SHIFT, POINTS, BANDS = 400, 160, 512, 40
LOW_HZ, HIGH_HZ = 20.0, 7600.0
LIFTER = 22.0
FLOOR = np.float32(1.1920929e-07)
"""Kaldi's smallest energy: the epsilon of float32."""
EMPHASIS = np.float32(0.97)
BELOW_DITHER = np.float32(2.0)
"""In nats: 8.7 dB. The energies of so narrow bands seldom fall lower by chance."""


def mel(hertz: Any) -> Any:
    """Return Kaldi's mel scale."""
    return 1127.0 * np.log1p(np.asarray(hertz) / 700.0)


@cache
def filters(warp: float = 1.0) -> Matrix:
    """Return the triangles, (POINTS/2 + 1, BANDS).

    Args:
        warp: every corner of a triangle is at this many times its frequency: what the voice of a
            shorter (> 1) or longer vocal tract would be heard through. Kept below HIGH_HZ.
    """
    corners = np.linspace(mel(LOW_HZ), mel(HIGH_HZ), BANDS + 2)
    if warp != 1.0:
        hertz = 700.0 * np.expm1(corners / 1127.0)
        knee = 0.8 * HIGH_HZ / max(warp, 1.0)
        # Straight above the knee, so that the highest stays where it is (as in VTLN).
        slope = (HIGH_HZ - knee * warp) / (HIGH_HZ - knee)
        bent = np.where(hertz < knee, hertz * warp, HIGH_HZ + slope * (hertz - HIGH_HZ))
        corners = mel(bent)
    points = mel(np.arange(POINTS // 2 + 1) * RATE / POINTS)[:, None]
    left, centre, right = corners[:-2], corners[1:-1], corners[2:]
    rising = (points - left) / (centre - left)
    falling = (right - points) / (right - centre)
    shapes = np.clip(np.minimum(rising, falling), 0.0, None)
    shapes[-1] = 0.0  # Kaldi leaves the last point out
    triangles: Matrix = shapes.astype(np.float32)
    return triangles


@cache
def _window() -> Matrix:
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / (WINDOW - 1))
    return (hann**0.85).astype(np.float32)


@cache
def softest() -> Matrix:
    """Return (BANDS,) log energies below which the networks hear no difference.

    `BELOW_DITHER` below those of white noise of one step, which the program adds to all that it
    hears. Digital silence is far below (log FLOOR), like no sound that a network learns from: one
    that looks back a second would be lost for as long after it.
    """
    steps = 2 * np.pi * np.arange(POINTS // 2 + 1) / POINTS
    noise = np.sum(_window() ** 2) * np.abs(1 - EMPHASIS * np.exp(-1j * steps)) ** 2
    energies: Matrix = np.log(noise @ filters()).astype(np.float32)
    return energies - BELOW_DITHER


def frames_in(samples: int) -> int:
    """Return how many frames a number of samples gives."""
    return max(0, 1 + (samples - WINDOW) // SHIFT)


def log_mels(sound: Matrix, warp: float = 1.0) -> Matrix:
    """Return (frames, BANDS) log energies.

    Args:
        sound: samples on the scale of int16.
        warp: see `filters`.
    """
    count = frames_in(len(sound))
    if not count:
        return np.zeros((0, BANDS), np.float32)
    cut = np.lib.stride_tricks.sliding_window_view(sound, WINDOW)[::SHIFT][:count]
    cut = cut - cut.mean(1, keepdims=True, dtype=np.float32)
    ahead = np.concatenate([cut[:, :1], cut[:, :-1]], 1)
    spectrum = np.fft.rfft((cut - EMPHASIS * ahead) * _window(), POINTS, axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    logs: Matrix = np.log(np.maximum(power @ filters(warp), FLOOR))
    return logs


@cache
def cepstra() -> Matrix:
    """Return the (BANDS, BANDS) matrix that turns log-mels (rows) into MFCCs: log_mels @ cepstra.

    It is the orthonormal DCT-II, liftered.
    """
    n = np.arange(BANDS)
    dct = np.sqrt(2 / BANDS) * np.cos(np.pi / BANDS * (n + 0.5) * n[:, None])
    dct[0] = np.sqrt(1 / BANDS)
    lift = 1 + 0.5 * LIFTER * np.sin(np.pi * n / LIFTER)
    lifted: Matrix = (lift[:, None] * dct).T.astype(np.float32)
    return lifted
