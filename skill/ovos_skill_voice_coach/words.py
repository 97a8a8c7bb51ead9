"""The words that pace a breath, in the assistant's voice; of all else, only the length."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from voice_coach.audio.samples import Samples
from voice_coach.audio.wav import read_sound
from voice_coach.speaking import ReadingTime
from voice_coach.understanding import Book

Render = Callable[[str], Path]
"""Renders some words in the assistant's voice; returns the file."""

SLACK = 1.5
"""By how much the length of a sentence is guessed too long: the assistant reports its end, and the
guess only stands in for that."""

LONGEST = 1.5
"""Seconds: a word that takes longer would run into the next, and is left to the tones."""


class AssistantWords(ReadingTime):
    """See the module's docstring.

    Args:
        book: the language.
        rate: frames per second.
        length: piper's length scale, for the guess.
        render: renders a word; None if that can't be done here, so that tones alone pace a breath.

    Attributes:
        words: each word with its rendering.
    """

    def __init__(self, book: Book, rate: int, length: float, render: Render | None) -> None:
        super().__init__(rate, length * SLACK)
        self._pool = ThreadPoolExecutor(1, "words")
        self.words: dict[str, Future[Samples]] = {}
        for text in pacing_texts(book) if render is not None else ():
            self.words[text] = self._pool.submit(_rendered, render, text, rate)

    def get(self, text: str) -> Samples:
        """Return a word's sound if it is rendered, else silence for as long as it may take."""
        word = self.words.get(text)
        if word is None or not word.done() or word.cancelled() or word.exception() is not None:
            return super().get(text)
        return word.result()

    def close(self) -> None:
        """Render no more."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def pacing_texts(book: Book) -> tuple[str, ...]:
    """Return what is said in time with a breath: in, out, and the count."""
    keys = [
        key for key in book.texts if key == "reply.count" or key.split(".")[-1] in ("in", "out")
    ]
    said = (book.sentence(key, i, 0, {}) for key in keys for i in range(len(book.texts[key])))
    return tuple(dict.fromkeys(said))


def _rendered(render: Render | None, text: str, rate: int) -> Samples:
    if render is None:
        raise ValueError("there is nothing to render with")
    sound = read_sound(render(text), rate)
    if len(sound) > LONGEST * rate:
        raise ValueError(f'"{text}" takes too long to say')
    return sound
