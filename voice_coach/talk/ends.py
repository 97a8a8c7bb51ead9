"""The two ends of a session without sound: words come in as text, orders go out as data."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from voice_coach.audio.duplex import BLOCKS_PER_SECOND, Block
from voice_coach.audio.mixer import Mixer, Order
from voice_coach.understanding.words import Hypothesis, Word

SPOKEN_SECONDS = 0.5
"""How long typed words count as having been said: long enough to be no click."""


class TextDuplex:
    """A clock that is handed in, and orders for the loudspeaker that are taken out again.

    Args:
        rate: frames per second; a multiple of 100.
        live: time passes by itself, so that nothing waits for a sentence to be rendered.
    """

    losses = 0
    microphone_ok = True

    def __init__(self, rate: int, *, live: bool = False) -> None:
        self.rate = rate
        self.live = live
        self.frames = rate // BLOCKS_PER_SECOND
        self.lead = 2 * self.frames
        self.mixer = Mixer(rate)
        self._silence = np.zeros(self.frames, np.float32)

    def block(self, end: int) -> Block:
        """Return a silent block that ends at a frame."""
        return Block(end - self.frames, self._silence, self._silence)

    def orders(self) -> list[Order]:
        """Return the orders since the last call."""
        return [self.mixer.orders.get() for _ in range(self.mixer.orders.qsize())]

    def blocks(self) -> Iterator[Block]:
        """Yield nothing: the blocks are made one by one."""
        return iter(())

    def close(self) -> None:
        """Nothing to release."""


class Soundless:
    """What is known of the sound around typed words: nothing."""

    clear = covered = no_echo = False
    loss_db = None

    def present(self, start: int, end: int, share: float = 0.0) -> None:
        """Return None: not known."""


class TextEars:
    """Hears what it is given as text, as whole utterances beyond doubt.

    Args:
        rate: frames per second.
    """

    def __init__(self, rate: int) -> None:
        self.front = Soundless()
        self._frames = round(SPOKEN_SECONDS * rate)
        self._next: str | None = None

    def type(self, words: str) -> None:
        """Have these words heard with the next block; as a recogniser writes them, not empty."""
        self._next = words

    def hear(self, block: Block, *, silent: bool = False) -> list[Hypothesis]:
        """Return the words given since the last block, as having been said right before its end."""
        if self._next is None:
            return []
        start, end = block.end - self._frames, block.end
        words = tuple(Word(word, start, end) for word in self._next.split())
        self._next = None
        return [Hypothesis(words, final=True)]

    def listen(self, phrases: Iterable[str], own: Iterable[Sequence[str]] = ()) -> None:
        """Do nothing: anything may be typed."""

    def forget(self) -> None:
        """Do nothing: every utterance is whole."""

    def speech(self, start: int, end: int, enough: float = 1.0) -> float:
        """Return 1: what is typed is meant."""
        return 1.0

    def contrast(self, hypothesis: Hypothesis) -> float:
        """Return infinity: nothing stands beside it."""
        return math.inf

    def levels(self, hypothesis: Hypothesis) -> tuple[float, ...]:
        """Return nothing: words that are typed are equally loud."""
        return ()

    def near(self, word: str) -> str:
        """Return the word itself."""
        return word
