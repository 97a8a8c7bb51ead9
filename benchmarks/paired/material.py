"""What both versions hear: commands by people, and sound in which nobody speaks to the coach."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.hearing import HEARING_RATE

from ..hearing import music
from ..hearing.manifest import Saying, evenly, sayings, seed_of, sound_of
from ..hearing.noises import Noises, held_out, is_sentence
from ..hearing.takes import CLEAN, NOISY, Condition, Take, alone, pcm_of, silence, take
from ..material import LEVEL_DB, clip_of

CONDITIONS = (CLEAN, *(c for c in NOISY if c.snr in (12.0, 6.0)))

LEAD_SECONDS, TAIL_SECONDS = 0.6, 1.5

PIECE_SECONDS = 30

_Make = Callable[[int, np.random.Generator], Samples]


@dataclass(frozen=True)
class Spoken:
    """A command of one word, said by somebody that no training heard.

    Attributes:
        word: what is said.
        take: what the microphone hears.
        end: the frame at which the word ends in it.
    """

    word: str
    take: Take
    end: int


def commands(folder: Path, words: Sequence[str], limit: int, noises: Noises) -> list[Spoken]:
    """Return recordings of some words under each condition, evenly over the words.

    Args:
        folder: recordings with a manifest; only those of the split dev are used.
        words: what to look for.
        limit: how many recordings at most.
        noises: what lies under them.
    """
    wanted = set(words)
    found = (s for s in sayings(folder) if s.split == "dev" and s.words in wanted)
    chosen = evenly(found, limit, lambda s: s.words)
    made: list[Spoken] = []
    for condition in CONDITIONS:
        for one in chosen:
            sound = sound_of(one)
            if sound is not None and sound.any():
                made.append(_spoken(one, sound, condition, noises))
    return made


def _spoken(saying: Saying, sound: Samples, condition: Condition, noises: Noises) -> Spoken:
    """Return a command with time around it: a decision may come more than a second after it."""
    clip = clip_of(saying.words, sound, saying.corpus)
    lead, tail = (round(seconds * HEARING_RATE) for seconds in (LEAD_SECONDS, TAIL_SECONDS))
    frames = lead + len(clip.sound) + tail
    made = silence(frames, saying.name)
    made[lead : lead + len(clip.sound)] += clip.sound
    if condition.snr is not None:
        under = noises.piece(frames, saying.name, saying.speaker)
        made += under * np.float32(10 ** ((LEVEL_DB - condition.snr) / 20))
    return Spoken(saying.words, Take(saying, condition, pcm_of(made)), lead + clip.end)


def single_words(folder: Path) -> list[str]:
    """Return every word that somebody says by itself in the part for judging."""
    found = {s.words for s in sayings(folder) if s.split == "dev" and len(s.words.split()) == 1}
    return sorted(found)


def nobody(
    folder: Path, noise: Path, others: Sequence[str], seconds: float, noises: Noises
) -> Mapping[str, list[Take]]:
    """Return sound in which nobody speaks to the coach, by its kind.

    Args:
        folder: recordings of people with a manifest; only its parts for judging are used.
        noise: more recordings of noise with a manifest.
        others: single words that are no command anywhere.
        seconds: how much of each kind, if there is so much.
        noises: what babble is made of.
    """
    rows = sayings(folder)
    words = set(others)
    read = evenly(filter(is_sentence, rows), None, lambda s: s.speaker)
    single = [s for s in rows if s.split == "dev" and s.words in words]
    more = [s for s in sayings(noise) if s.words == "" and s.split.startswith("noise")]
    kinds = {
        "read sentences": _takes(read, noises),
        "other single words": _takes(evenly(single, None, lambda s: s.words), noises),
        "babble of 5": _made("babble", noises.babble) if noises.speech else iter(()),
        "music, generated": _made("music", music.piece),
        "household noise, kept back": _alone(held_out(folder)),
        "household noise, others": _alone(evenly(more, None, lambda s: s.speaker)),
    }
    found = {kind: list(_until(seconds, takes)) for kind, takes in kinds.items()}
    return {kind: takes for kind, takes in found.items() if takes}


def _takes(found: Sequence[Saying], noises: Noises) -> Iterator[Take]:
    for one in found:
        made = take(one, CLEAN, noises)
        if made is not None:
            yield made


def _alone(found: Sequence[Saying]) -> Iterator[Take]:
    for one in found:
        sound = sound_of(one)
        if sound is not None and sound.any():
            yield alone(one, sound[: PIECE_SECONDS * HEARING_RATE])


def _made(name: str, make: _Make) -> Iterator[Take]:
    number = 0
    while True:
        chance = np.random.default_rng(seed_of("paired", name, number))
        saying = Saying(Path(), f"{name} {number}", "", "none", name, "made")
        yield alone(saying, make(PIECE_SECONDS * HEARING_RATE, chance))
        number += 1


def _until(seconds: float, takes: Iterator[Take]) -> Iterator[Take]:
    total = 0.0
    for one in takes:
        yield one
        total += one.seconds
        if total >= seconds:
            return
