"""How soft a voice may be: hits of one-word commands by level, with and without the gain.

The figures for voice_coach/hearing/gain.py. Recordings of people if installed, else those of the
rehearsals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from voice_coach.app import load_hearing
from voice_coach.audio.duplex import BLOCKS_PER_SECOND, Block
from voice_coach.audio.samples import Samples
from voice_coach.hearing import HEARING_RATE, Front, Recogniser
from voice_coach.understanding import Book

from .common import Cell, Report, Scale, Table, main, percent, the_parts
from .scenes.recordings import LEVEL_DB, Clip, real, recordings
from .scenes.takes import blocks_of

LEVELS_DB = (-26.0, -40.0, -50.0, -56.0, -62.0, -68.0)
"""dBFS of the louder half of the words."""

FLOOR_DB = -80.0
"""dBFS of the noise of a good microphone. A poor one masks soft voices at any gain."""

PAUSE_SECONDS = 1.2


class Plain(Front):
    """A front end without gain."""

    def _step(self, near: Samples, far: Samples) -> Samples:
        return near


def measure(scale: Scale) -> Report:
    """Hear the same words at each level."""
    book = the_parts().book
    words = frozenset(p for p, _ in book.phrases(frozenset(book.intents)) if " " not in p)
    people = real(words, scale.pick(60, 300))
    clips = people or tuple(c for c in recordings() if c.words in words)
    rows: list[tuple[Cell, ...]] = []
    for level in LEVELS_DB:
        share = partial(_share, level=level, clips=clips, book=book, words=words)
        rows.append((f"{level:.0f} dBFS", share(Plain), share(Front)))
    return Report(
        "levels",
        [
            Table(
                f"{len(clips)} single commands, % heard right",
                ("level", "as it is", "with gain"),
                rows,
                f"one voice after another at the same level, noise at {FLOOR_DB:.0f} dBFS",
            )
        ],
    )


def _share(
    front: type[Front], level: float, clips: Sequence[Clip], book: Book, words: frozenset[str]
) -> float | None:
    recogniser = Recogniser(
        load_hearing(the_parts()), HEARING_RATE, book.decoys, front=front(HEARING_RATE)
    )
    recogniser.listen(words)
    right = 0
    for clip in clips:
        heard = [
            book.canonical(word.text)
            for block in _blocks(clip, level)
            for heard_now in recogniser.hear(block)
            if heard_now.final
            for word in heard_now.words
        ]
        right += heard == [book.canonical(clip.words)]
        recogniser.forget()
    return percent(right, len(clips))


def _blocks(clip: Clip, level: float) -> Iterator[Block]:
    gain = np.float32(10 ** ((level - LEVEL_DB) / 20))
    pause = np.zeros(round(PAUSE_SECONDS * HEARING_RATE), np.float32)
    sound = np.concatenate([pause, clip.sound * gain, pause])
    noise = np.random.default_rng(1).standard_normal(len(sound), np.float32)
    sound += noise * np.float32(10 ** (FLOOR_DB / 20))
    return blocks_of(sound, HEARING_RATE // BLOCKS_PER_SECOND)


if __name__ == "__main__":
    main(measure, __doc__)
