"""Sound in which nobody speaks to the coach: read speech, noise and music."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
import soundfile

from voice_coach.audio.samples import Samples
from voice_coach.audio.wav import resampled
from voice_coach.hearing import HEARING_RATE

from .noise import Noises, brown, held_out, music
from .recordings import SPEECH, Saying, evenly, is_sentence, sayings, seed_of, sound_of
from .takes import Take, alone

BABBLE = "babble of 5 people"
MUSIC_MADE, MUSIC_REAL = "music, generated", "music, real"

MUSIC_FILES = frozenset({".flac", ".ogg", ".oga", ".opus", ".wav", ".mp3"})

PIECE_SECONDS = 30
"""Length of the excerpts of music, and of each piece of generated sound."""

Make = Callable[[int, np.random.Generator], Samples]
"""Frames and chance -> sound, shape (frames,)."""


class _Long(Protocol):
    @property
    def seconds(self) -> float: ...


_Sound = TypeVar("_Sound", bound=_Long)


def until(seconds: float, found: Iterable[_Sound]) -> Iterator[_Sound]:
    """Yield sounds until they last this many seconds in all."""
    total = 0.0
    for one in found:
        yield one
        total += one.seconds
        if total >= seconds:
            return


def pieces(make: Make, *seed: object) -> Iterator[Samples]:
    """Yield generated sounds endlessly, the same for the same seed."""
    for number in count():
        yield make(PIECE_SECONDS * HEARING_RATE, np.random.default_rng(seed_of(*seed, number)))


def generated(name: str, make: Make, *seed: object) -> Iterator[Take]:
    """Yield generated sounds as the microphone hears them, endlessly."""
    for number, sound in enumerate(pieces(make, *seed)):
        saying = Saying(Path(), f"{name} {number}", "", "none", name, "made")
        yield alone(saying, sound)


def recorded(found: Iterable[Saying], seconds: int = PIECE_SECONDS) -> Iterator[Take]:
    """Yield the beginnings of recordings, as the microphone hears them."""
    for one in found:
        sound = sound_of(one)
        if sound is not None and sound.any():
            yield alone(one, sound[: seconds * HEARING_RATE])


@dataclass(frozen=True)
class Sounds:
    """Sound that contains no command.

    Attributes:
        name: its name in tables.
        takes: what the microphone hears.
    """

    name: str
    takes: tuple[Take, ...]

    @property
    def hours(self) -> float:
        """The total length."""
        return sum(take.seconds for take in self.takes) / 3600


def noise_sounds(folder: Path, noises: Noises, seconds: int) -> Iterator[Sounds]:
    """Yield noise: recorded (the held-out part), brown, and babble if there is speech.

    Args:
        folder: the real recordings.
        noises: the sources of babble.
        seconds: how much of each generated kind, and of each recording at most.
    """
    takes = tuple(recorded(held_out(folder), seconds))
    if takes:
        yield Sounds("noise, recorded", takes)
    yield _made("noise, brown", seconds, brown)
    if noises.speech:
        yield _made(BABBLE, seconds, noises.babble)


def music_sounds(folder: Path | None, most: int | None, seconds: int) -> Iterator[Sounds]:
    """Yield music: generated, and real if a folder is given.

    Args:
        folder: sound files, also in subfolders.
        most: how many files at most; None for all.
        seconds: how much to generate.
    """
    yield _made(MUSIC_MADE, seconds, music)
    takes = tuple(_real_music(folder, most)) if folder is not None else ()
    if takes:
        yield Sounds(MUSIC_REAL, takes)


def _made(name: str, seconds: int, make: Make) -> Sounds:
    return Sounds(
        name, tuple(islice(generated(name, make, name), max(1, seconds // PIECE_SECONDS)))
    )


def _real_music(folder: Path, most: int | None) -> Iterator[Take]:
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in MUSIC_FILES and p.is_file())
    named = [
        Saying(p, p.relative_to(folder).as_posix(), "", "none", "music", "music") for p in files
    ]
    for saying in evenly(named, most, lambda s: s.corpus):
        sound = _piece(saying)
        if sound is not None:
            yield alone(saying, sound)


def _piece(saying: Saying) -> Samples | None:
    """Return a random excerpt of a piece of music; None if it cannot be read or is silent."""
    chance = np.random.default_rng(seed_of("piece", saying.name))
    try:
        # Not read_sound, which would decode and resample minutes of music for half a minute.
        with soundfile.SoundFile(saying.path) as file:
            wanted = PIECE_SECONDS * file.samplerate
            file.seek(int(chance.integers(max(1, file.frames - wanted))))
            sound = file.read(wanted, dtype="float32", always_2d=True).mean(axis=1)
            piece = resampled(sound, file.samplerate, HEARING_RATE)
    except (OSError, soundfile.SoundFileError):
        return None
    return piece if float(np.abs(piece).max(initial=0.0)) > 1e-3 else None


# --- across the room


@dataclass(frozen=True)
class Stretch:
    """A long sound in which nobody speaks to the coach.

    Attributes:
        kind: read speech, music or household noise.
        words: what is said in it.
        sound: shape (frames,).
    """

    kind: str
    words: str
    sound: Samples

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.sound) / HEARING_RATE


SPEECH_KIND, MUSIC_KIND, NOISE_KIND = "others' speech", "music", "household noise"


def strangers_speech(seconds: float) -> list[Stretch]:
    """Return read speech by people whom training never used; none if it is not installed."""
    found = evenly(filter(is_sentence, sayings(SPEECH)), None, lambda s: s.speaker)
    heard = ((one.words, sound_of(one)) for one in found)
    stretches = (Stretch(SPEECH_KIND, words, sound) for words, sound in heard if sound is not None)
    return list(until(seconds, stretches))


def some_music(seconds: float) -> list[Stretch]:
    """Return generated music, in pieces."""
    wanted = max(1, round(seconds / PIECE_SECONDS))
    return [Stretch(MUSIC_KIND, "", sound) for sound in islice(pieces(music, "room"), wanted)]


def household(seconds: float) -> list[Stretch]:
    """Return recordings of noise that training never uses; brown noise without recordings."""
    files = held_out(SPEECH)
    longest = round(seconds / max(1, len(files)) * HEARING_RATE)
    found = [sound for sound in map(sound_of, files) if sound is not None and sound.any()]
    if not found:
        chance = np.random.default_rng(seed_of("household"))
        return [Stretch(NOISE_KIND, "", brown(round(seconds * HEARING_RATE), chance))]
    return [Stretch(NOISE_KIND, "", sound[:longest]) for sound in found]
