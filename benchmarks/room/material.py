"""What people say in the scenes: recorded commands, synthetic voices, other people, noise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.understanding import Book

from ..hearing import music
from ..hearing.manifest import evenly, sayings, seed_of, sound_of
from ..hearing.noises import Noises, brown, held_out, is_sentence, noises
from ..material import SPEECH, Clip, clip_of, real, recordings, synthesised
from .scene import RATE

VOICES = ("slt", "awb")
"""Voices of flite beside that of the rehearsals' recordings (rms)."""


def the_noise(folder: Path = SPEECH) -> Noises:
    """Return the noise that is installed; only brown noise where none is."""
    return noises(folder)


@cache
def commands() -> tuple[Clip, ...]:
    """Return commands by the rehearsals' voice, by flite's others, and by people where there are.

    People's are of the split dev, which no training hears.
    """
    own = recordings()
    phrases = [clip.words for clip in own]
    people = real(frozenset(phrases), 200)
    return (*own, *synthesised(phrases, VOICES), *people)


def said(words: Iterable[str], each: int) -> list[Clip]:
    """Return clips that say some words, up to `each` of each, in turns: one of each, another...

    Args:
        words: the phrases.
        each: how many voices.
    """
    found = {w: [c for c in commands() if c.words == w][:each] for w in dict.fromkeys(words)}
    return [clips[turn] for turn in range(each) for clips in found.values() if turn < len(clips)]


@cache
def real_commands(phrases: frozenset[str], limit: int | None) -> tuple[Clip, ...]:
    """Return people's recordings (split dev) of some phrases, evenly over them.

    Args:
        phrases: what to look for.
        limit: how many at most; None for all.
    """
    rows = (s for s in sayings(SPEECH) if s.split == "dev" and s.words in phrases)
    made: list[Clip] = []
    for one in evenly(rows, limit, lambda s: s.words):
        sound = sound_of(one)
        if sound is not None and sound.any():
            made.append(clip_of(one.words, sound, one.speaker))
    return tuple(made)


def meaning_of(phrase: str, book: Book) -> tuple[str, int | None] | None:
    """Return the intent of a phrase, and its value where it is a number; None for no command."""
    for found, intent in book.phrases(frozenset(book.intents)):
        if found == phrase:
            value = next((book.numbers[w] for w in phrase.split() if w in book.numbers), None)
            return intent, value if intent == "number" else None
    return None


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
        return len(self.sound) / RATE


SPEECH_KIND, MUSIC_KIND, NOISE_KIND = "others' speech", "music", "household noise"


def strangers_speech(seconds: float) -> list[Stretch]:
    """Return read speech of people that no training heard; none where it is not installed."""
    made: list[Stretch] = []
    for one in evenly(filter(is_sentence, sayings(SPEECH)), None, lambda s: s.speaker):
        sound = sound_of(one)
        if sound is not None:
            made.append(Stretch(SPEECH_KIND, one.words, sound))
        if sum(s.seconds for s in made) >= seconds:
            break
    return made


def some_music(seconds: float) -> list[Stretch]:
    """Return generated music, in pieces of 30 s."""
    pieces = range(max(1, round(seconds / 30)))
    return [
        Stretch(MUSIC_KIND, "", music.piece(30 * RATE, np.random.default_rng(seed_of("room", n))))
        for n in pieces
    ]


def household(seconds: float) -> list[Stretch]:
    """Return recordings of noise that no training hears; brown noise where there are none."""
    made: list[Stretch] = []
    files = held_out(SPEECH)
    longest = round(seconds / max(1, len(files)) * RATE)
    for one in files:
        sound = sound_of(one)
        if sound is not None and sound.any():
            made.append(Stretch(NOISE_KIND, "", sound[:longest]))
    if not made:
        chance = np.random.default_rng(seed_of("household"))
        made = [Stretch(NOISE_KIND, "", brown(round(seconds * RATE), chance))]
    return made
