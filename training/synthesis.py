"""The step that speaks: `python -m training synthesis`.

Each voice has a folder of FLAC files and a manifest (see `corpora`). Text, manner and voice of the
n-th utterance follow from its number alone, so a run that was stopped goes on where it was, and
asking for more adds to what is there.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import soundfile
import soxr

from training.corpora import SYNTHETIC
from training.lexicon import pronunciations
from training.progress import progress
from training.texts import Texts, phrases, words_of
from training.voices import VOICES, Missing, Sound, Voice

RATE = 16000
HEAD = "path\tseconds\tspeaker\ttranscript\tlicence\tsource\tsplit\n"
MARGIN = round(0.05 * RATE)
"""Frames left before and after the speech."""


def speak_all(
    folder: Path, most: int, texts: Texts, only: Sequence[str] = (), judged: int | None = None
) -> None:
    """Fill `folder` with synthetic speech.

    Args:
        folder: a folder for each voice is made here.
        most: utterances to learn from, of all voices together.
        texts: what is said to learn from; for judging, every phrase is said once by each voice.
        only: the names of the voices; empty for all.
        judged: phrases said for judging, the single words among them first; None for all.
    """
    for voice in VOICES:
        if only and voice.name not in only:
            continue
        if voice.split == "dev":
            said = _to_judge(judged)
        else:
            said = list(_drawn(voice, most * voice.share // 1000, texts))
        try:
            _speak(folder / voice.name, voice, said)
        except Missing as missing:
            print(f"{voice.name} is left out: {missing}", flush=True)


def _to_judge(most: int | None) -> list[tuple[str, str]]:
    said = [(f"{n:05d}", text) for n, text in enumerate(phrases())]
    chance = random.Random("judged")
    order = {name: (" " in text, chance.random()) for name, text in said}
    return sorted(sorted(said, key=lambda one: order[one[0]])[:most])


def _drawn(voice: Voice, count: int, texts: Texts) -> Iterator[tuple[str, str]]:
    for number in range(count):
        yield f"{number:05d}", texts.draw(random.Random(f"{voice.name} {number} text"))


def _speak(folder: Path, voice: Voice, said: Sequence[tuple[str, str]]) -> None:
    manifest = folder / "manifest.tsv"
    done = set()
    if manifest.exists():
        done = {line.split("\t")[0] for line in manifest.read_text("utf-8").splitlines()[1:]}
    left = [(name, text) for name, text in said if f"{name}.flac" not in done]
    if not left:
        return
    engine = voice.make()
    if not manifest.exists():
        folder.mkdir(parents=True, exist_ok=True)
        manifest.write_text(HEAD, encoding="utf-8")
    with open(manifest, "a", encoding="utf-8", buffering=1) as rows:
        for name, text in progress(left, f"synthesis {voice.name}"):
            chance = random.Random(f"{voice.name} {name} manner")
            phones = [chance.choice(pronunciations(word)) for word in words_of(text)]
            samples, rate, speaker = engine(text, phones, chance)
            sound = trimmed(resampled(samples, rate))
            if len(sound) < 0.1 * RATE:
                continue
            soundfile.write(folder / f"{name}.flac", sound, RATE, subtype="PCM_16")
            row = [f"{name}.flac", f"{len(sound) / RATE:.3f}", f"{voice.name}/{speaker}", text]
            rows.write("\t".join([*row, SYNTHETIC, voice.name, voice.split]) + "\n")


def resampled(samples: Sound, rate: int) -> Sound:
    """Return the sound at RATE with its peak at 0.6."""
    sound = samples if rate == RATE else soxr.resample(samples, rate, RATE, quality="HQ")
    return np.asarray(sound * (0.6 / max(1e-4, float(np.abs(sound).max()))), np.float32)


def trimmed(sound: Sound) -> Sound:
    """Cut off the silence (40 dB below the loudest 10 ms) before and after, but for MARGIN."""
    step = RATE // 100
    blocks = sound[: len(sound) // step * step].reshape(-1, step)
    power = (blocks**2).mean(1)
    loud = np.flatnonzero(power > power.max(initial=0) * 1e-4)
    if not len(loud):
        return sound[:0]
    return sound[max(0, loud[0] * step - MARGIN) : (loud[-1] + 1) * step + MARGIN]
