"""What both versions hear: commands by people, and sound in which nobody speaks to the coach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from voice_coach.hearing import HEARING_RATE

from ..scenes.noise import Noises, held_out, music
from ..scenes.recordings import Saying, clip_of, evenly, is_sentence, sayings, sound_of
from ..scenes.sounds import generated, recorded, until
from ..scenes.takes import CLEAN, NOISY, Take, take

CONDITIONS = (CLEAN, *(c for c in NOISY if c.snr in (12.0, 6.0)))

LEAD_SECONDS, TAIL_SECONDS = 0.6, 1.5
"""Seconds around a command: a decision may come more than a second after it."""


@dataclass(frozen=True)
class Spoken:
    """A one-word command, said by somebody whom training never used.

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
            heard = take(one, condition, noises, LEAD_SECONDS, TAIL_SECONDS)
            if sound is not None and heard is not None and sound.any():
                end = round(LEAD_SECONDS * HEARING_RATE) + clip_of(one.words, sound, "real").end
                made.append(Spoken(one.words, heard, end))
    return made


def single_words(folder: Path) -> list[str]:
    """Return every word that somebody in the split dev says by itself."""
    found = {s.words for s in sayings(folder) if s.split == "dev" and len(s.words.split()) == 1}
    return sorted(found)


def nobody(
    folder: Path, noise: Path, others: Sequence[str], seconds: float, noises: Noises
) -> Mapping[str, list[Take]]:
    """Return sound in which nobody speaks to the coach, by its kind.

    Args:
        folder: recordings of people with a manifest; only what training never uses.
        noise: more recordings of noise with a manifest.
        others: single words that are no command anywhere.
        seconds: how much of each kind, if there is enough.
        noises: what babble is made of.
    """
    rows = sayings(folder)
    words = set(others)
    read = evenly(filter(is_sentence, rows), None, lambda s: s.speaker)
    single = [s for s in rows if s.split == "dev" and s.words in words]
    more = [s for s in sayings(noise) if s.words == "" and s.split.startswith("noise")]
    babble = generated("babble", noises.babble, "paired", "babble")
    kinds = {
        "read sentences": _takes(read, noises),
        "other single words": _takes(evenly(single, None, lambda s: s.words), noises),
        "babble of 5": babble if noises.speech else iter(()),
        "music, generated": generated("music", music, "paired", "music"),
        "household noise, kept back": recorded(held_out(folder)),
        "household noise, others": recorded(evenly(more, None, lambda s: s.speaker)),
    }
    found = {kind: list(until(seconds, takes)) for kind, takes in kinds.items()}
    return {kind: takes for kind, takes in found.items() if takes}


def _takes(found: Iterable[Saying], noises: Noises) -> Iterator[Take]:
    made = (take(one, CLEAN, noises) for one in found)
    yield from (one for one in made if one is not None)
