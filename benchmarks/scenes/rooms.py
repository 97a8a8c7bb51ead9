"""Impulse responses of rooms, by pyroomacoustics' image sources.

`responses` are those of a scene: to the person, to the loudspeaker, to other people. Without
pyroomacoustics they are the direct sound and decaying noise; figures are then comparable with each
other, but not with those of real rooms. `table_responses` are those of many rooms in which somebody
lies on the floor and the microphone stands on a table; they need pyroomacoustics.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np

from voice_coach.audio.samples import Samples

from .recordings import seed_of
from .scene import RATE, Scene

LEAD = 20
"""Samples before the direct sound: the front of its band-limited impulse."""

LOUDSPEAKER = 0.25
"""Metres between loudspeaker and microphone."""

MOUTH = 0.25
"""Metres above the floor, on which the person lies."""

MICROPHONE, TABLE = 0.4, 0.8
"""Metres above the floor of the microphone in a scene, where it stands on something low, and of the
one on a table."""

OTHERS = 1.5
"""Metres above the floor of other people's mouths; they stand or sit, across the room."""

WALL = 0.3
"""Least distance in metres from every wall, in a scene."""

MOST_ORDER = 60
"""Order of reflections: later ones are below the noise."""

TAIL_DB = 65.0
"""dB: a response ends where the rest is this far below the whole."""

BODY = 0.3
"""Metres: strength of the reflection of the loudspeaker from the person's body."""

LOWEST_HZ = 150.0
"""Below this a small loudspeaker falls off by 6 dB per octave."""

SPEED = 343.0
"""Metres per second."""

TABLE_ROOMS = 12
"""Rooms with a microphone on a table; a clip gets one of them by its seed."""

TABLE_DISTANCE, TABLE_WALL, TABLE_ORDER = 2.0, 0.4, 40
"""In these rooms: metres to the microphone, least metres to a wall, order of reflections."""

TABLE_RT60 = (0.3, 0.6)
"""Seconds in which the sound of these rooms falls by 60 dB."""

Place = tuple[float, float, float]
Size = tuple[float, float, float]


def available() -> bool:
    """Whether pyroomacoustics is installed."""
    try:
        import pyroomacoustics  # noqa: F401
    except ImportError:
        return False
    return True


def placed(sound: Samples, response: Samples) -> Samples:
    """Return a sound as heard in a room, with the room's tail."""
    total = len(sound) + len(response) - 1
    size = 1 << (total - 1).bit_length()
    made = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(response, size), size)[:total]
    heard: Samples = made.astype(np.float32)
    return heard


def _shoebox(
    size: Size, rt60: float, sources: Sequence[Place], microphone: Place, most_order: int
) -> list[np.ndarray[Any, np.dtype[np.float64]]]:
    """Return the response from each source to the microphone."""
    import pyroomacoustics

    absorption, order = pyroomacoustics.inverse_sabine(rt60, size)
    room: Any = pyroomacoustics.ShoeBox(
        size,
        fs=RATE,
        materials=pyroomacoustics.Material(absorption),
        max_order=min(order, most_order),
        air_absorption=True,
    )
    for source in sources:
        room.add_source(source)
    room.add_microphone(microphone)
    room.compute_rir()
    return [np.asarray(whole, np.float64) for whole in room.rir[0]]


# --- rooms with the microphone on a table


@cache
def table_responses(count: int = TABLE_ROOMS) -> tuple[Samples, ...]:
    """Return impulse responses at RATE, the direct sound at frame 0 and of energy 1.

    Raises:
        ImportError: pyroomacoustics is not installed.
    """
    return tuple(_table_response(number) for number in range(count))


def _table_response(number: int) -> Samples:
    chance = np.random.default_rng(seed_of("room", number))
    length, width, height = (float(v) for v in chance.uniform((3.4, 3.0, 2.4), (6.0, 5.0, 2.8)))
    seconds = float(chance.uniform(*TABLE_RT60))
    mouth, microphone = _table_places(chance, (length, width))
    size = (length, width, height)
    (whole,) = _shoebox(size, seconds, [mouth], microphone, TABLE_ORDER)
    direct = int(np.argmax(np.abs(whole)))
    kept = whole[max(0, direct - 40) :]
    made: Samples = (kept / np.sqrt(np.sum(kept**2))).astype(np.float32)
    return made


def _table_places(chance: np.random.Generator, size: tuple[float, float]) -> tuple[Place, Place]:
    """Return mouth and microphone, TABLE_DISTANCE apart through the air."""
    flat = math.sqrt(TABLE_DISTANCE**2 - (TABLE - MOUTH) ** 2)
    high = np.array(size) - TABLE_WALL
    while True:
        x, y = (float(v) for v in chance.uniform(TABLE_WALL, high))
        angle = float(chance.uniform(0, 2 * math.pi))
        u, v = x + flat * math.cos(angle), y + flat * math.sin(angle)
        if all(TABLE_WALL <= c <= s for c, s in zip((u, v), high, strict=True)):
            return (x, y, MOUTH), (u, v, TABLE)


# --- the room of a scene


@dataclass(frozen=True)
class Responses:
    """Impulse responses at RATE, each shape (taps,), the direct sound at LEAD and of size 1.

    Attributes:
        person: from the person lying still, and from where their head moves to.
        echo: from the loudspeaker, with the person's body in either place.
        others: from somebody across the room.
    """

    person: tuple[Samples, Samples]
    echo: tuple[Samples, Samples]
    others: Samples


def responses(scene: Scene) -> Responses:
    """Return a scene's responses; the last few are kept."""
    return _responses(scene.size, scene.rt60, scene.distance, scene.moving, scene.seed)


@lru_cache(maxsize=16)
def _responses(size: Size, rt60: float, distance: float, moving: float, seed: int) -> Responses:
    chance = np.random.default_rng(seed_of("room", size, rt60, distance, seed))
    microphone, mouth, loudspeaker, other = _places(chance, size, distance)
    moved = _moved(mouth, size, moving)
    sources = [mouth, moved, loudspeaker, other]
    if available():
        whole = _shoebox(size, rt60, sources, microphone, MOST_ORDER)
        person, elsewhere, echo, others = map(_from_direct, whole)
    else:
        person, elsewhere, echo, others = (
            _by_chance(rt60, math.dist(source, microphone), chance) for source in sources
        )
    small = _small_loudspeaker()
    echoes = [
        placed(_with_body(echo, where, loudspeaker, microphone), small) for where in (mouth, moved)
    ]
    return Responses((person, elsewhere), (echoes[0], echoes[1]), others)


def _places(
    chance: np.random.Generator, size: Size, distance: float
) -> tuple[Place, Place, Place, Place]:
    """Return the places of microphone, mouth, loudspeaker and another person."""
    flat = math.sqrt(max(0.0, distance**2 - (MICROPHONE - MOUTH) ** 2))
    high = np.array(size[:2]) - WALL
    for _ in range(10_000):
        x, y, u, v = (float(c) for c in chance.uniform(WALL, (*high, *high)))
        angle, turn = (float(a) for a in chance.uniform(0, 2 * math.pi, 2))
        mouth = (x + flat * math.cos(angle), y + flat * math.sin(angle), MOUTH)
        beside = (x + LOUDSPEAKER * math.cos(turn), y + LOUDSPEAKER * math.sin(turn), MICROPHONE)
        inside = all(
            WALL <= c <= h for place in (mouth, beside) for c, h in zip(place, high, strict=False)
        )
        if inside and math.dist((u, v), (x, y)) > 1.0:
            return (x, y, MICROPHONE), mouth, beside, (u, v, OTHERS)
    raise ValueError(f"a room of {size} m holds nobody at {distance} m")


def _moved(mouth: Place, size: Size, metres: float) -> Place:
    """Return a place this many metres closer to the middle of the room."""
    away = size[0] / 2 - mouth[0], size[1] / 2 - mouth[1]
    share = metres / max(math.hypot(*away), 1e-6)
    return (mouth[0] + share * away[0], mouth[1] + share * away[1], mouth[2])


def _from_direct(whole: np.ndarray[Any, np.dtype[np.float64]]) -> Samples:
    # The loudest of the first few milliseconds: two reflections together may be louder later.
    first = int(np.flatnonzero(np.abs(whole) > 0.3 * np.abs(whole).max())[0])
    direct = first + int(np.argmax(np.abs(whole[first : first + LEAD])))
    kept = np.concatenate([np.zeros(max(0, LEAD - direct)), whole[max(0, direct - LEAD) :]])
    left = np.cumsum(np.square(kept)[::-1])[::-1]
    kept = kept[: int(np.flatnonzero(left > left[0] * 10 ** (-TAIL_DB / 10))[-1]) + 1]
    made: Samples = (kept / kept[LEAD]).astype(np.float32)
    return made


def _by_chance(rt60: float, metres: float, chance: np.random.Generator) -> Samples:
    taps = round(min(rt60, 0.5) * RATE)
    time = np.arange(taps) / RATE
    tail = chance.standard_normal(taps) * 10 ** (-3 * time / rt60)
    # As loud as the direct sound at one metre, about the critical distance of a small room.
    tail *= metres / math.sqrt(float(np.sum(tail**2)))
    tail[: LEAD + RATE // 500] = 0.0
    tail[LEAD] = 1.0
    made: Samples = tail.astype(np.float32)
    return made


def _with_body(echo: Samples, body: Place, loudspeaker: Place, microphone: Place) -> Samples:
    """Return the echo's response with the one reflection that moves: from the person's body."""
    straight = math.dist(loudspeaker, microphone)
    to, back = math.dist(loudspeaker, body), math.dist(body, microphone)
    late = LEAD + (to + back - straight) / SPEED * RATE
    size = BODY * straight / (to * back)
    made = echo.copy()
    whole = int(late)
    if whole + 1 < len(made):
        share = late - whole
        made[whole] += np.float32(size * (1 - share))
        made[whole + 1] += np.float32(size * share)
    return made


def _small_loudspeaker() -> Samples:
    """Return the response of a high pass of the first order."""
    keep = math.exp(-2 * math.pi * LOWEST_HZ / RATE)
    made = -(1 - keep) * keep ** np.arange(RATE // 20)
    made[0] += 1.0
    return made.astype(np.float32)


def heard_in(sound: Samples, pair: tuple[Samples, Samples], share: Samples) -> Samples:
    """Return a sound as heard while its source moves between two places.

    Args:
        sound: shape (frames,).
        pair: the responses of the two places.
        share: how much of the second, from 0 to 1, shape (frames + taps - 1,).
    """
    here = placed(sound, pair[0])
    if pair[0] is pair[1] or not share.any():
        return here
    there = placed(sound, pair[1])
    total = max(len(here), len(there), len(share))
    made: Samples = np.zeros(total, np.float32)
    made[: len(here)] += here * (1 - share[: len(here)])
    made[: len(there)] += there * share[: len(there)]
    return made
