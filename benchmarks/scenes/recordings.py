"""Recordings of speech: people from a manifest.tsv, the rehearsals' clips, and flite's voices.

A `Saying` is a line of a manifest; a `Clip` is a sound at the level of speech.
"""

from __future__ import annotations

import csv
import hashlib
import os
import random
from collections.abc import Callable, Iterable
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

from ..common import ROOT
from . import voices

LEVEL_DB = -26.0
"""dBFS RMS of speech at the microphone, as in the rehearsals."""

END_DB = -30.0
"""dB: a word ends where its energy falls this far below its maximum for good."""

LEAD_SECONDS, TAIL_SECONDS = 0.5, 1.5
RENDERING_LEAD_SECONDS = 0.6
"""Seconds of silence before speech, and after it: a decision may come a second later."""

QUIET_DB = -60.0
"""dBFS RMS of the noise of a quiet room, under renderings."""

VOICES = ("rms", "slt", "awb", "kal16")
"""Voices of the synthesiser flite. That of the rehearsals' recordings is the first."""

SPEECH = Path(os.environ.get("BENCHMARK_SPEECH", ROOT.parent / "shared" / "speech"))
"""Folder of real speech with a manifest.tsv (path, seconds, speaker, transcript, ..., split)."""

MANIFEST = "manifest.tsv"

NEEDED = ("path", "speaker", "transcript", "split")


@dataclass(frozen=True)
class Saying:
    """One recording.

    Attributes:
        path: the sound file.
        name: its path in the manifest, which seeds chance, as it is the same on every machine.
        words: what is said; empty for noise.
        speaker: whose voice it is.
        corpus: the folder it comes from.
        split: train, dev or noise.
    """

    path: Path
    name: str
    words: str
    speaker: str
    corpus: str
    split: str


@dataclass(frozen=True)
class Clip:
    """One recording at HEARING_RATE: what is said in it, of what kind, where the words end."""

    words: str
    sound: Samples
    kind: str
    end: int
    speaker: str = ""


def seed_of(*names: object) -> int:
    """Return a seed for numpy or random that depends only on the names."""
    text = "\0".join(map(str, names))
    return int.from_bytes(hashlib.blake2s(text.encode(), digest_size=8).digest(), "big")


@cache
def sayings(folder: Path) -> tuple[Saying, ...]:
    """Return the recordings that a manifest lists; none without a manifest.

    Raises:
        ValueError: the manifest lacks a column.
    """
    file = folder / MANIFEST
    if not file.is_file():
        return ()
    with file.open(encoding="utf-8", newline="") as lines:
        # Not csv.QUOTE_MINIMAL: a transcript may contain a quotation mark.
        reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        lacking = [name for name in NEEDED if name not in (reader.fieldnames or ())]
        if lacking:
            raise ValueError(f"{file} has no column {', '.join(lacking)}")
        # A manifest that is being written may end in half a line.
        whole = [row for row in reader if all(row[name] is not None for name in NEEDED)]
    return tuple(
        Saying(
            folder / row["path"],
            row["path"],
            row["transcript"].strip().lower(),
            row["speaker"],
            row["path"].partition("/")[0] if "/" in row["path"] else folder.name,
            row["split"],
        )
        for row in whole
    )


def is_sentence(saying: Saying) -> bool:
    """Return whether a recording is read speech by people whom training never uses."""
    return saying.split == "dev" and len(saying.words.split()) >= 5


def sound_of(saying: Saying) -> Samples | None:
    """Return a recording at HEARING_RATE, shape (frames,); None where it is not installed."""
    try:
        return read_sound(saying.path, HEARING_RATE)
    except AudioFault:
        return None


def evenly(
    found: Iterable[Saying], limit: int | None, by: Callable[[Saying], str]
) -> tuple[Saying, ...]:
    """Return a random but reproducible choice of recordings, evenly over their groups.

    Args:
        found: what there is.
        limit: how many at most; None for all.
        by: returns the group of a recording, for example its word.
    """
    rows = sorted(found, key=lambda one: one.name)
    random.Random(1).shuffle(rows)
    return _in_turns(rows, limit, by)


def _in_turns(
    rows: Iterable[Saying], limit: int | None, by: Callable[[Saying], str]
) -> tuple[Saying, ...]:
    seen: dict[str, int] = {}
    turns: list[tuple[int, Saying]] = []
    for one in rows:
        group = by(one)
        seen[group] = seen.get(group, 0) + 1
        turns.append((seen[group], one))
    turns.sort(key=lambda turn: turn[0])
    return tuple(one for _, one in turns[:limit])


def true_end(sound: Samples, rate: int = HEARING_RATE) -> int:
    """Return the frame after which the sound stays END_DB below its loudest 20 ms."""
    size = rate // 50
    power = np.convolve(np.square(sound, dtype=np.float64), np.ones(size) / size, "same")
    return int(np.flatnonzero(power > power.max() * 10 ** (END_DB / 10))[-1]) + 1


def clip_of(words: str, sound: Samples, kind: str, speaker: str = "") -> Clip:
    """Return a clip at LEVEL_DB."""
    gain = 10 ** ((LEVEL_DB - speech_level(sound, HEARING_RATE)) / 20)
    levelled = np.clip(sound * np.float32(gain), -1.0, 1.0).astype(np.float32)
    return Clip(words, levelled, kind, true_end(levelled), speaker)


def at_microphone(
    clip: Clip,
    shift: int = 0,
    lead: float = LEAD_SECONDS,
    tail: float = TAIL_SECONDS,
    floor_db: float = ROOM_NOISE_DB,
) -> tuple[Samples, int]:
    """Return a clip between silences with a noise floor, and the frame at which it ends.

    Args:
        clip: the clip.
        shift: extra frames before it, which moves it against the recogniser's chunks.
        lead: seconds of silence before it.
        tail: seconds after it.
        floor_db: dBFS RMS of the noise.
    """
    before = round(lead * HEARING_RATE) + shift
    total = before + len(clip.sound) + round(tail * HEARING_RATE)
    noise = np.random.default_rng(0).standard_normal(total, np.float32)
    made: Samples = noise * np.float32(10 ** (floor_db / 20))
    made[before : before + len(clip.sound)] += clip.sound
    return made, before + clip.end


def rendering_at_microphone(path: Path) -> Samples:
    """Return a rendering (see `voices`) at the level of speech in a quiet room, shape (frames,)."""
    clip = clip_of("", read_sound(path, HEARING_RATE), "made")
    return at_microphone(clip, 0, RENDERING_LEAD_SECONDS, TAIL_SECONDS, QUIET_DB)[0]


@cache
def recordings() -> tuple[Clip, ...]:
    """Return the recordings of the rehearsals."""
    found = sorted(paths.data_folder("rehearsals").glob("recordings*/*.flac"))
    return tuple(
        clip_of(p.stem.replace("_", " "), read_sound(p, HEARING_RATE), "recorded") for p in found
    )


@cache
def real(wanted: frozenset[str] | None, limit: int | None, split: str = "dev") -> tuple[Clip, ...]:
    """Return people's recordings of some phrases, or of talk; none if they are not installed.

    Args:
        wanted: the phrases; None for talk of five words and more.
        limit: how many at most, evenly over the phrases; None for all.
        split: the part of the manifest; training never uses "dev".
    """
    rows = [one for one in sayings(SPEECH) if one.split == split]
    random.Random(1).shuffle(rows)
    if wanted is None:
        rows = [one for one in rows if len(one.words.split()) >= 5]
    else:
        rows = [one for one in rows if one.words in wanted]
    made: list[Clip] = []
    for one in _in_turns(rows, limit, lambda s: s.words):
        sound = sound_of(one)
        if sound is not None and sound.any():
            made.append(clip_of(one.words, sound, "real", one.speaker))
    return tuple(made)


@cache
def _spoken(phrase: str, voice: str) -> Clip:
    flite = voices.Voice(voice, lambda: voices.flite(voice))
    file = voices.rendered(flite, [phrase])[phrase]
    return clip_of(phrase, read_sound(file, HEARING_RATE), f"flite {voice}")


def synthesised(phrases: Iterable[str], by: Iterable[str] = VOICES) -> list[Clip]:
    """Return phrases spoken by flite; none where it is not installed (Debian package flite)."""
    wanted = [(p, v) for p in dict.fromkeys(phrases) for v in by]
    try:
        return [_spoken(*one) for one in wanted]
    except voices.Missing:
        return []


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


@cache
def commands() -> tuple[Clip, ...]:
    """Return commands spoken by the rehearsals' voice, other voices of flite, and people."""
    own = recordings()
    phrases = [clip.words for clip in own]
    people = real(frozenset(phrases), 200)
    return (*own, *synthesised(phrases, ("slt", "awb")), *people)


def said(words: Iterable[str], each: int) -> list[Clip]:
    """Return clips of some phrases, up to `each` of each, in rounds of one clip per phrase.

    Args:
        words: the phrases.
        each: how many voices.
    """
    found = {w: [c for c in commands() if c.words == w][:each] for w in dict.fromkeys(words)}
    return [clips[turn] for turn in range(each) for clips in found.values() if turn < len(clips)]
