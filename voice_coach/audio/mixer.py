"""The loudspeaker end: clips mixed at sample offsets.

The same mixer runs in the sound card's callback (audio/live.py) and in the loop that reads and
writes WAV files (audio/wav.py). Nothing else touches its clips: orders reach it through a queue and
take effect at the next block.
"""

from __future__ import annotations

from dataclasses import dataclass
from queue import Empty, SimpleQueue

import numpy as np

from voice_coach.audio.samples import Samples

FADE_SECONDS = 0.020
"""Length of the fade-out that cuts speech short: brief enough to feel instant, long enough not to
click."""


@dataclass(frozen=True, slots=True)
class Play:
    """Mix `samples` in from frame `start` on, multiplied by `gain`.

    For those who read, `text` is what they say, or `sound` the name of an earcon; else empty.
    """

    start: int
    samples: Samples
    gain: float = 1.0
    text: str = ""
    sound: str = ""


@dataclass(frozen=True, slots=True)
class Fade:
    """Fade out what is playing within FADE_SECONDS, and drop what has not started."""


@dataclass(frozen=True, slots=True)
class Duck:
    """Turn everything down, or back up: `gain` holds until the next such order."""

    gain: float


Order = Play | Fade | Duck


@dataclass(slots=True)
class _Clip:
    start: int
    samples: Samples
    gain: float


class Mixer:
    """Sums clips into blocks, to the sample.

    Attributes:
        orders: the queue through which other threads reach the mixer.
        late: number of clips that arrived after their frame had been played; they start at once.
    """

    def __init__(self, rate: int) -> None:
        self.orders: SimpleQueue[Order] = SimpleQueue()
        self.late = 0
        self._clips: list[_Clip] = []
        self._gain = self._wanted_gain = 1.0
        self._fade = max(1, round(FADE_SECONDS * rate))

    def read(self, start: int, frames: int) -> Samples:
        """Return the block of `frames` that starts at frame `start`, shape (frames,).

        Blocks must be read in order, without gaps: `start` is the sample counter.
        """
        self._take_orders(start)
        block = np.zeros(frames, np.float32)
        if not self._clips:
            return block
        end = start + frames
        for clip in self._clips:
            first = max(start, clip.start)
            last = min(end, clip.start + len(clip.samples))
            if first < last:
                piece = clip.samples[first - clip.start : last - clip.start]
                block[first - start : last - start] += piece * clip.gain
        self._clips = [c for c in self._clips if c.start + len(c.samples) > end]
        self._turn(block)
        # Two clips may overlap; clipping is cheap, and better than wrapping round.
        return np.clip(block, -1.0, 1.0, out=block)

    def _take_orders(self, now: int) -> None:
        while True:
            try:
                order = self.orders.get_nowait()
            except Empty:
                return
            if isinstance(order, Duck):
                self._wanted_gain = order.gain
            elif isinstance(order, Fade):
                self._clips = [self._faded(c, now) for c in self._clips if c.start < now]
            else:
                begin = order.start
                if begin < now:
                    self.late += 1
                    begin = now
                self._clips.append(_Clip(begin, order.samples, order.gain))

    def _turn(self, block: Samples) -> None:
        """Move a block towards the wanted gain, slowly enough not to click."""
        if self._gain == self._wanted_gain == 1.0:
            return
        way = self._wanted_gain - self._gain
        most = len(block) / self._fade
        gain = self._gain + max(-most, min(most, way))
        block *= np.linspace(self._gain, gain, len(block), dtype=np.float32)
        self._gain = gain

    def _faded(self, clip: _Clip, now: int) -> _Clip:
        rest = clip.samples[now - clip.start :][: self._fade].copy()
        rest *= np.linspace(1.0, 0.0, self._fade, dtype=np.float32)[: len(rest)]
        return _Clip(now, rest, clip.gain)
