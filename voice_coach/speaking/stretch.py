"""Speech made slower or faster without a change of its pitch, at the moment it is played.

WSOLA (Verhelst and Roelands, 1993): windows of the sound are laid over each other at another
distance, each taken from where it goes on best from the one before it. A rendered voice has no
noise and one speaker, which is where this does well. Rendering each sentence again at another
length scale would make a changed rate wait for piper, which takes ten seconds to start on a
Raspberry Pi, in the middle of a session, and need a cache for each rate.
"""

from __future__ import annotations

import numpy as np

from voice_coach.audio.samples import Samples

WINDOW_SECONDS = 0.030
"""Two periods of a low voice and more."""

SEARCH_SECONDS = 0.010
"""How far a window may be moved to go on well, to each side: a period of 50 Hz both ways."""

SEARCHED_RATE = 8000
"""Frames per second at which that is searched for; little changes in an eighth of a millisecond."""


def stretched(samples: Samples, length: float, rate: int) -> Samples:
    """Return samples that last `length` times as long, at the same pitch.

    Args:
        samples: speech, shape (frames,).
        length: above 1 is slower; 0.5 to 2 sound well.
        rate: frames per second.
    """
    window = 2 * round(WINDOW_SECONDS * rate / 2)
    search = round(SEARCH_SECONDS * rate)
    half, step = window // 2, max(1, round(rate / SEARCHED_RATE))
    if length == 1.0 or len(samples) < 2 * window:
        return samples
    source = np.concatenate(
        [np.zeros(search, np.float32), samples, np.zeros(window + 2 * search, np.float32)]
    )
    count = round(len(samples) * length) // half + 1
    shape = np.hanning(window + 1)[:window].astype(np.float32)
    joined = np.zeros((count + 1) * half, np.float32)
    at = search
    for number in range(count):
        if number > 0:
            wanted = at + half  # what came next in the source
            middle = min(search + round(number * half / length), len(source) - window - search - 1)
            first, after = max(0, middle - search), source[wanted : wanted + half]
            at = _best(source, after, first, 2 * search, step)
        piece = source[at : at + window] * shape
        if number == 0:
            piece[:half] = source[at : at + half]  # nothing lies under its first half
        joined[number * half : number * half + window] += piece
    return joined[: round(len(samples) * length)]


def _best(source: Samples, wanted: Samples, first: int, places: int, step: int) -> int:
    """Return where the source goes on most like `wanted`: one of the places from `first`.

    Only each `step`th sample is looked at, and each `step`th place.
    """
    area = source[first : first + places + len(wanted) : step]
    wanted = wanted[::step]
    at = np.lib.stride_tricks.sliding_window_view(area, len(wanted))
    sums = np.concatenate([[0.0], np.cumsum(np.square(area, dtype=np.float64))])
    power = sums[len(wanted) :] - sums[: len(sums) - len(wanted)]
    return first + step * int(np.argmax(at @ wanted / np.sqrt(power + 1e-9)))
