"""What the benchmarks listen to: the rehearsal's recordings, real speech, other synthesisers."""

from __future__ import annotations

import csv
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from voice_coach import paths
from voice_coach.audio.samples import Samples
from voice_coach.audio.wav import ROOM_NOISE_DB, read_sound
from voice_coach.faults import AudioFault
from voice_coach.hearing import HEARING_RATE
from voice_coach.speaking.sound import speech_level

from .common import ROOT

LEVEL_DB = -26.0
"""dBFS RMS of speech at the microphone; the rehearsals' own."""

END_DB = -30.0
"""A word has ended where its energy falls this far below its loudest for good."""

LEAD_SECONDS, TAIL_SECONDS = 0.5, 1.5

VOICES = ("rms", "slt", "awb", "kal16")
"""Voices of the synthesiser flite."""

SPEECH = Path(os.environ.get("BENCHMARK_SPEECH", ROOT.parent / "shared" / "speech"))
"""Folder of real speech with a manifest.tsv (path, seconds, speaker, transcript, ..., split)."""


@dataclass(frozen=True)
class Clip:
    """One recording at HEARING_RATE: what is said in it, whose it is, where the words end."""

    words: str
    sound: Samples
    kind: str
    end: int


def true_end(sound: Samples, rate: int = HEARING_RATE) -> int:
    """Return the frame after which the sound stays END_DB below its loudest 20 ms."""
    size = rate // 50
    power = np.convolve(np.square(sound, dtype=np.float64), np.ones(size) / size, "same")
    return int(np.flatnonzero(power > power.max() * 10 ** (END_DB / 10))[-1]) + 1


def clip_of(words: str, sound: Samples, kind: str) -> Clip:
    """Return a clip at LEVEL_DB."""
    gain = 10 ** ((LEVEL_DB - speech_level(sound, HEARING_RATE)) / 20)
    levelled = np.clip(sound * np.float32(gain), -1.0, 1.0).astype(np.float32)
    return Clip(words, levelled, kind, true_end(levelled))


def at_microphone(clip: Clip, shift: int = 0) -> tuple[Samples, int]:
    """Return a clip between silences with a floor of noise, and the frame at which it ends.

    Args:
        clip: the clip.
        shift: extra frames before it, so that it falls anywhere on the recogniser's grid.
    """
    lead = round(LEAD_SECONDS * HEARING_RATE) + shift
    total = lead + len(clip.sound) + round(TAIL_SECONDS * HEARING_RATE)
    noise = np.random.default_rng(0).standard_normal(total, np.float32)
    made: Samples = noise * np.float32(10 ** (ROOM_NOISE_DB / 20))
    made[lead : lead + len(clip.sound)] += clip.sound
    return made, lead + clip.end


@cache
def recordings() -> tuple[Clip, ...]:
    """Return the recordings of the rehearsals."""
    found = sorted(paths.data_folder("rehearsals").glob("recordings*/*.flac"))
    return tuple(
        clip_of(p.stem.replace("_", " "), read_sound(p, HEARING_RATE), "recorded") for p in found
    )


@cache
def real(wanted: frozenset[str] | None, limit: int, split: str = "dev") -> tuple[Clip, ...]:
    """Return real recordings of single words, or of talk; none where they are not installed.

    Args:
        wanted: the words; None for talk of five words and more.
        limit: how many at most, chosen by chance but always the same, evenly over the words.
        split: which part of the manifest.
    """
    if not (SPEECH / "manifest.tsv").is_file():
        return ()
    with (SPEECH / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["split"] == split]
    chance = random.Random(1)
    chance.shuffle(rows)
    said: dict[str, int] = {}
    chosen: list[tuple[int, str, Path]] = []
    for row in rows:
        words = row["transcript"]
        fits = len(words.split()) >= 5 if wanted is None else words in wanted
        if fits:
            said[words] = said.get(words, 0) + 1
            chosen.append((said[words], words, SPEECH / row["path"]))
    chosen.sort(key=lambda item: item[0])
    made: list[Clip] = []
    for _, words, path in chosen[:limit]:
        try:
            made.append(clip_of(words, read_sound(path, HEARING_RATE), "real"))
        except AudioFault:
            continue  # a file that is not installed is no reason to stop
    return tuple(made)


_spoken: dict[tuple[str, str], Clip] = {}


def synthesised(phrases: Iterable[str], voices: Iterable[str] = VOICES) -> list[Clip]:
    """Return phrases spoken by flite; none where it is not installed (Debian package flite)."""
    if shutil.which("flite") is None:
        return []
    wanted = [(p, v) for p in dict.fromkeys(phrases) for v in voices]
    new = [item for item in wanted if item not in _spoken]
    with (
        tempfile.TemporaryDirectory() as folder,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        names = [Path(folder) / f"{n}.wav" for n in range(len(new))]
        list(pool.map(_flite, new, names))
        for (phrase, voice), path in zip(new, names, strict=True):
            sound = read_sound(path, HEARING_RATE)
            _spoken[phrase, voice] = clip_of(phrase, sound, f"flite {voice}")
    return [_spoken[item] for item in wanted]


def _flite(item: tuple[str, str], path: Path) -> None:
    phrase, voice = item
    command = ["flite", "-voice", voice, "-t", phrase, "-o", str(path)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def slowly(phrase: str, voice: str, pause: float) -> Clip | None:
    """Return a phrase word by word, with pauses (seconds) between; None without flite."""
    words = synthesised(phrase.split(), (voice,))
    if not words:
        return None
    gap = np.zeros(round(pause * HEARING_RATE), np.float32)
    pieces: list[Samples] = []
    for clip in words:
        pieces += [trimmed(clip.sound), gap]
    return clip_of(phrase, np.concatenate(pieces[:-1]), f"slow {pause:g}")


def trimmed(sound: Samples) -> Samples:
    """Return a sound without the silence around it."""
    return sound[len(sound) - true_end(sound[::-1]) : true_end(sound)]
