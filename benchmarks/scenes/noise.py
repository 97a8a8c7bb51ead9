"""Noise: recorded, brown, the babble of people; and generated music.

The music is not real, but tonal, rhythmic and loud, unlike what speech models learn from, and the
same on every machine. Real music is measured too where some is installed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.hearing import HEARING_RATE as RATE

from .recordings import SPEECH, Saying, evenly, is_sentence, sayings, seed_of, sound_of

BABBLERS = 5

SHARES = {"recorded": 0.5, "brown": 0.25, "babble": 0.25}
"""How often each kind is mixed with a clip."""

QUIETEST = 1e-4
"""RMS below which a piece of a recording is a pause, not noise."""

TRIES = 20


def held_out(folder: Path) -> tuple[Saying, ...]:
    """Return the noise recordings that training never uses.

    Of the list sorted by path, training uses the even indices (0, 2, ...), measurements the odd
    ones.
    """
    return tuple(sorted((s for s in sayings(folder) if s.split == "noise"), key=lambda s: s.name))[
        1::2
    ]


@dataclass(frozen=True)
class Noises:
    """The sources of noise.

    Attributes:
        recorded: sounds at HEARING_RATE, by their names.
        speech: (speaker, sound) of read sentences.
    """

    recorded: Mapping[str, Samples]
    speech: tuple[tuple[str, Samples], ...]

    def piece(self, frames: int, name: str, speaker: str = "") -> Samples:
        """Return noise of RMS 1, shape (frames,), the same for the same name.

        Args:
            frames: how long.
            name: what it is for.
            speaker: the person who speaks, whose voice must not be in it.
        """
        return self._made(frames, name, speaker)[1]

    def kind(self, frames: int, name: str) -> str:
        """Return the noise mixed with a clip: the name of a recording, "babble" or "brown"."""
        return self._made(frames, name, "")[0]

    def _made(self, frames: int, name: str, speaker: str) -> tuple[str, Samples]:
        chance = np.random.default_rng(seed_of("noise", name))
        there = {"recorded": bool(self.recorded), "babble": bool(self.speech), "brown": True}
        kinds = [kind for kind in SHARES if there[kind]]
        weights = np.array([SHARES[kind] for kind in kinds])
        kind = str(chance.choice(kinds, p=weights / weights.sum()))
        if kind == "recorded":
            return self._recorded(frames, chance)
        return kind, (
            self.babble(frames, chance, speaker) if kind == "babble" else brown(frames, chance)
        )

    def _recorded(self, frames: int, chance: np.random.Generator) -> tuple[str, Samples]:
        names = list(self.recorded)
        name, piece = "", np.zeros(frames, np.float32)
        for _ in range(TRIES):  # between two slams of a door there is silence
            name = names[int(chance.integers(len(names)))]
            piece = cut(self.recorded[name], frames, chance)
            if np.sqrt(np.mean(piece**2)) > QUIETEST:
                break
        return name, level(piece)

    def babble(self, frames: int, chance: np.random.Generator, speaker: str = "") -> Samples:
        """Return several people speaking at once, RMS 1."""
        others = [sound for who, sound in self.speech if who != speaker]
        chosen = chance.choice(len(others), min(BABBLERS, len(others)), replace=False)
        total = np.zeros(frames, np.float32)
        for index in chosen:
            total += level(cut(others[int(index)], frames, chance))
        return level(total)


def brown(frames: int, chance: np.random.Generator) -> Samples:
    """Return brown noise (6 dB less per octave) above 40 Hz, with a little white, RMS 1."""
    white = chance.standard_normal(frames)
    spectrum = np.fft.rfft(white)
    hertz = np.fft.rfftfreq(frames, 1 / RATE)
    spectrum *= np.where(hertz < 40, 0.0, 40 / np.maximum(hertz, 40))
    made = level(np.fft.irfft(spectrum, frames).astype(np.float32))
    return level(made + np.float32(0.03) * chance.standard_normal(frames, np.float32))


def cut(sound: Samples, frames: int, chance: np.random.Generator) -> Samples:
    """Return a random piece of a sound; a short sound is repeated."""
    start = int(chance.integers(len(sound)))
    return np.take(sound, np.arange(start, start + frames), mode="wrap")


def level(sound: Samples) -> Samples:
    """Return a sound at RMS 1; silence stays silence."""
    size = float(np.sqrt(np.mean(np.square(sound, dtype=np.float64))))
    return sound / np.float32(size) if size > 0 else sound


@cache
def noises(folder: Path = SPEECH) -> Noises:
    """Return the noise of a folder of recordings; only brown noise without recordings."""
    recorded = [(Path(saying.name).stem, sound_of(saying)) for saying in held_out(folder)]
    sentences = evenly(filter(is_sentence, sayings(folder)), 40, lambda s: s.speaker)
    spoken = [(s.speaker, sound_of(s)) for s in sentences]
    return Noises(
        {name: sound for name, sound in recorded if sound is not None},
        tuple((who, sound) for who, sound in spoken if sound is not None),
    )


def named(found: Sequence[Saying]) -> str:
    """Return the names of recordings, without their folders and endings."""
    return ", ".join(Path(one.name).stem for one in found)


# --- music

SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 4, 7, 9))
CHORDS = ((0, 2, 4), (3, 5, 7), (4, 6, 8), (5, 7, 9))
VOWELS = (
    (730, 1090, 2440),
    (270, 2290, 3010),
    (300, 870, 2240),
    (530, 1840, 2480),
    (570, 840, 2410),
)
"""Hz of the formants of sung vowels: ah, ee, oo, eh, aw."""


def music(frames: int, chance: np.random.Generator) -> Samples:
    """Return a piece of music, shape (frames,), peak 1: some of the parts below, at one tempo.

    Args:
        frames: how long, at HEARING_RATE.
        chance: the same seed gives the same piece.
    """
    beat = int(RATE * 60 / chance.uniform(65, 150))
    scale = SCALES[int(chance.integers(len(SCALES)))]
    root = 110 * 2 ** (chance.integers(12) / 12)
    parts = [_chords, _plucked, _drums, _sung]
    wanted = chance.permutation(len(parts))[: int(chance.integers(1, len(parts) + 1))]
    made = np.zeros(frames)
    for index in wanted:
        made += chance.uniform(0.3, 1.0) * parts[int(index)](frames, beat, root, scale, chance)
    whole: Samples = (made / max(1e-9, float(np.abs(made).max()))).astype(np.float32)
    return whole


_Sound = np.ndarray[tuple[int], np.dtype[np.float64]]


def _hertz(root: float, scale: tuple[int, ...], degree: int) -> float:
    octave, step = divmod(degree, len(scale))
    return float(root * 2 ** (octave + scale[step] / 12))


def _put(made: _Sound, start: int, note: _Sound) -> None:
    kept = note[: max(0, len(made) - start)]
    made[start : start + len(kept)] += kept


def _time(frames: int) -> _Sound:
    return np.arange(frames, dtype=np.float64) / RATE


def _swell(frames: int, attack: float, decay: float) -> _Sound:
    time = _time(frames)
    fall: _Sound = np.minimum(time / attack, 1.0) * np.exp(-time / decay)
    fall[-200:] *= np.linspace(1, 0, min(200, frames))
    return fall


def _chords(
    frames: int, beat: int, root: float, scale: tuple[int, ...], chance: np.random.Generator
) -> _Sound:
    made = np.zeros(frames)
    partials = int(chance.integers(3, 12))
    bright = chance.uniform(0.8, 2.0)
    for start in range(0, frames, 4 * beat):
        chord = CHORDS[int(chance.integers(len(CHORDS)))]
        time = _time(4 * beat)
        note = np.zeros(4 * beat)
        for degree in chord:
            base = _hertz(root, scale, degree)
            wobble = 0.002 * np.sin(2 * np.pi * chance.uniform(4, 6) * time)
            for k in range(1, partials + 1):
                if k * base < 7000:
                    phase = chance.uniform(0, 2 * np.pi)
                    note += np.sin(2 * np.pi * k * base * (time + wobble / 10) + phase) / k**bright
        _put(made, start, note * _swell(4 * beat, chance.uniform(0.01, 0.3), 2.0))
    return made / max(1e-9, float(np.abs(made).max()))


def _plucked(
    frames: int, beat: int, root: float, scale: tuple[int, ...], chance: np.random.Generator
) -> _Sound:
    made = np.zeros(frames)
    for start in range(0, frames, beat // 2):
        if chance.random() < 0.75:
            base = _hertz(2 * root, scale, int(chance.integers(10)))
            _put(made, start, _string(base, 2 * beat, chance))
    return made / max(1e-9, float(np.abs(made).max()))


def _string(hertz: float, frames: int, chance: np.random.Generator) -> _Sound:
    """Return a plucked string after Karplus and Strong, a period at a time."""
    period = max(2, round(RATE / hertz))
    wave = chance.uniform(-1, 1, period)
    made = np.empty(frames + period)
    for start in range(0, frames, period):
        made[start : start + period] = wave[: len(made) - start]
        wave = 0.996 * 0.5 * (wave + np.roll(wave, 1))
    return made[:frames]


def _drums(
    frames: int, beat: int, root: float, scale: tuple[int, ...], chance: np.random.Generator
) -> _Sound:
    made = np.zeros(frames)
    size = RATE // 4
    time = _time(size)
    for number, start in enumerate(range(0, frames, beat // 2)):
        hiss = chance.standard_normal(size)
        if number % 4 == 0:
            fall = 50 + 100 * np.exp(-time / 0.03)
            _put(made, start, np.sin(2 * np.pi * np.cumsum(fall) / RATE) * np.exp(-time / 0.08))
        if number % 4 == 2:
            _put(made, start, 0.6 * hiss * np.exp(-time / 0.06))
        _put(made, start, 0.2 * np.diff(hiss, prepend=0.0) * np.exp(-time / 0.02))
    return made / max(1e-9, float(np.abs(made).max()))


def _sung(
    frames: int, beat: int, root: float, scale: tuple[int, ...], chance: np.random.Generator
) -> _Sound:
    """Return a gliding voice on vowels without words: the nearest thing to speech in music."""
    notes = -(-frames // beat)
    degrees = chance.integers(0, 8, notes)
    pitch = np.repeat([_hertz(root, scale, int(d)) for d in degrees], beat)[:frames]
    glide = np.exp(np.convolve(np.log(pitch), np.ones(RATE // 10) / (RATE // 10), "same"))
    glide *= 1 + 0.01 * np.sin(2 * np.pi * 5.5 * _time(frames))
    glide = np.maximum(glide, 60.0)
    phase = 2 * np.pi * np.cumsum(glide) / RATE
    vowels = np.repeat([VOWELS[int(v)] for v in chance.integers(0, len(VOWELS), notes)], beat, 0)
    vowels = vowels[:frames].astype(np.float64)
    made = np.zeros(frames)
    for k in range(1, 25):
        hertz = k * glide
        gain = sum(1 / (1 + ((hertz - vowels[:, f]) / (80 + 40 * f)) ** 2) for f in range(3))
        made += np.where(hertz < 7000, np.sin(k * phase) * gain / k**0.5, 0.0)
    made *= 0.6 + 0.4 * np.sin(np.pi * (np.arange(frames) % beat) / beat)
    return made / max(1e-9, float(np.abs(made).max()))
