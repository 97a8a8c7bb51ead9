"""The sets of recordings: commands by people and by machines, and all that is no command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile

from voice_coach import paths
from voice_coach.audio.samples import Samples
from voice_coach.audio.wav import resampled
from voice_coach.hearing import HEARING_RATE

from . import music
from .lexis import Lexis
from .manifest import MANIFEST, Saying, evenly, sayings, seed_of, sound_of
from .noises import Noises, brown, held_out, is_sentence
from .takes import Take, alone

_Make = Callable[[int, np.random.Generator], Samples]

RECORDINGS = "rehearsal"
"""Name of the voice of rehearsals/recordings, which every checkout has (flite's rms)."""

BABBLE = "babble of 5 people"
MUSIC_MADE, MUSIC_REAL = "music, generated", "music, real"

SOUNDS = frozenset({".flac", ".ogg", ".oga", ".opus", ".wav", ".mp3"})

PIECE_SECONDS = 30
"""How much is taken of a piece of music, and how long a piece of generated noise is."""


def real_commands(folder: Path, lexis: Lexis, limit: int | None) -> tuple[Saying, ...]:
    """Return the commands of one word that people say, evenly over the words."""
    wanted = set(lexis.commands)
    found = (s for s in sayings(folder) if s.split == "dev" and lexis.plain(s.words) in wanted)
    return evenly(found, limit, lambda s: lexis.plain(s.words))


def other_words(folder: Path, lexis: Lexis, limit: int | None) -> tuple[Saying, ...]:
    """Return single words by people that are no command, evenly over the words."""
    # "go" is a word of the coach's, but by itself it is no command.
    known = set(lexis.commands)
    found = (
        s
        for s in sayings(folder)
        if s.split == "dev" and len(s.words.split()) == 1 and lexis.plain(s.words) not in known
    )
    return evenly(found, limit, lambda s: s.words)


def read_speech(folder: Path, limit: int | None) -> tuple[Saying, ...]:
    """Return read sentences, evenly over the speakers."""
    return evenly(filter(is_sentence, sayings(folder)), limit, lambda s: s.speaker)


def synthetic(folder: Path, lexis: Lexis, limit: int | None) -> tuple[Saying, ...]:
    """Return the phrases said by synthetic voices that no training hears.

    Args:
        folder: holds a folder for each voice; those without a manifest, or without a row of the
            split dev, are passed over.
        lexis: the coach's words.
        limit: of each voice, half of it commands of one word; None for all.
    """
    made = _halves(_recordings(), lexis, limit)
    for voice in sorted(p.parent for p in folder.glob(f"*/{MANIFEST}")) if folder.is_dir() else ():
        # Numbered alike in every folder, so the name that seeds chance needs the voice.
        rows = (
            replace(s, name=f"{voice.name}/{s.name}", corpus=voice.name)
            for s in sayings(voice)
            if s.split == "dev"
        )
        made += _halves(rows, lexis, limit)
    return tuple(made)


def _halves(found: Iterable[Saying], lexis: Lexis, limit: int | None) -> list[Saying]:
    """Return commands of one word and as many phrases; what is neither is left out."""
    rows = list(found)
    half = None if limit is None else -(-limit // 2)
    several = {lexis.plain(phrase) for phrase in lexis.phrases} - set(lexis.commands)
    made: list[Saying] = []
    for wanted in (frozenset(lexis.commands), several):
        fitting = (one for one in rows if lexis.plain(one.words) in wanted)
        made += evenly(fitting, half, lambda s: s.words)
    return made


def _recordings() -> Iterator[Saying]:
    for path in sorted(paths.data_folder("rehearsals").glob("recordings*/*.flac")):
        words = path.stem.replace("_", " ")
        yield Saying(path, f"{RECORDINGS}/{path.name}", words, RECORDINGS, RECORDINGS, "dev")


@dataclass(frozen=True)
class Sounds:
    """Something in which no command is said.

    Attributes:
        name: how tables call it.
        takes: what the microphone hears.
    """

    name: str
    takes: tuple[Take, ...]

    @property
    def hours(self) -> float:
        """How much there is."""
        return sum(take.seconds for take in self.takes) / 3600


def noise_sounds(folder: Path, noises: Noises, seconds: int) -> Iterator[Sounds]:
    """Yield noise: recorded (the part held out), brown, and babble where there is speech.

    Args:
        folder: the real recordings.
        noises: what babble is made of.
        seconds: how much of each generated kind, and of each recording at most.
    """
    recorded = [(s, sound_of(s)) for s in held_out(folder)]
    longest = seconds * HEARING_RATE
    takes = tuple(alone(s, sound[:longest]) for s, sound in recorded if sound is not None)
    if takes:
        yield Sounds("noise, recorded", takes)
    yield _made("noise, brown", seconds, lambda frames, chance: brown(frames, chance))
    if noises.speech:
        yield _made(BABBLE, seconds, noises.babble)


def music_sounds(folder: Path | None, pieces: int | None, seconds: int) -> Iterator[Sounds]:
    """Yield music: generated, and real where a folder of it is given.

    Args:
        folder: sound files, however deep.
        pieces: how many files at most; None for all.
        seconds: how much to generate.
    """
    yield _made(MUSIC_MADE, seconds, music.piece)
    takes = tuple(_real_music(folder, pieces)) if folder is not None else ()
    if takes:
        yield Sounds(MUSIC_REAL, takes)


def _made(name: str, seconds: int, make: _Make) -> Sounds:
    takes: list[Take] = []
    for number in range(max(1, seconds // PIECE_SECONDS)):
        chance = np.random.default_rng(seed_of(name, number))
        saying = Saying(Path(), f"{name} {number}", "", "none", name, "made")
        takes.append(alone(saying, make(PIECE_SECONDS * HEARING_RATE, chance)))
    return Sounds(name, tuple(takes))


def _real_music(folder: Path, pieces: int | None) -> Iterator[Take]:
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SOUNDS and p.is_file())
    named = [
        Saying(p, p.relative_to(folder).as_posix(), "", "none", "music", "music") for p in files
    ]
    for saying in evenly(named, pieces, lambda s: s.corpus):
        sound = _piece(saying)
        if sound is not None:
            yield alone(saying, sound)


def _piece(saying: Saying) -> Samples | None:
    """Return a piece from anywhere in a piece of music; None if it is none or is silent there."""
    chance = np.random.default_rng(seed_of("piece", saying.name))
    try:
        # Not read_sound: minutes of music would be decoded and resampled for half a minute.
        with soundfile.SoundFile(saying.path) as file:
            wanted = PIECE_SECONDS * file.samplerate
            file.seek(int(chance.integers(max(1, file.frames - wanted))))
            sound = file.read(wanted, dtype="float32", always_2d=True).mean(axis=1)
            piece = resampled(sound, file.samplerate, HEARING_RATE)
    except (OSError, soundfile.SoundFileError):
        return None
    return piece if float(np.abs(piece).max(initial=0.0)) > 1e-3 else None


def covered(found: Iterable[Saying], lexis: Lexis) -> set[str]:
    """Return the commands that some recording says."""
    return {lexis.plain(one.words) for one in found}
