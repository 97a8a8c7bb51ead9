"""A microphone and a loudspeaker for a lesson: what is said is heard as in a session."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from voice_coach.audio.duplex import Block, Duplex
from voice_coach.audio.playing import playing
from voice_coach.audio.samples import Samples
from voice_coach.faults import AudioFault
from voice_coach.hearing import HEARING_RATE, Front, Recogniser
from voice_coach.understanding.words import UNKNOWN, Hypothesis

if TYPE_CHECKING:
    from voice_coach.echo import Canceller

ECHO_SECONDS = 0.3
"""Seconds after a question in which it still hangs in the room."""

BEFORE, AFTER = 0.35, 0.3
"""Seconds of the room that are kept with a word, before it and after it."""

KEPT = 12.0
"""Seconds of sound that are kept."""

PATIENCE = 5.0
"""Seconds for which an answer is waited."""


@dataclass
class Tape:
    """The last seconds of a sound, which is counted from its first frame.

    Attributes:
        longest: how many frames are kept at least.
        end: the frame after the last.
    """

    longest: int
    end: int = 0
    _pieces: deque[Samples] = field(default_factory=deque)
    _kept: int = 0

    def add(self, piece: Samples) -> None:
        """Go on with the sound."""
        self._pieces.append(piece)
        self.end += len(piece)
        self._kept += len(piece)
        while self._kept - len(self._pieces[0]) >= self.longest:
            self._kept -= len(self._pieces.popleft())

    def between(self, start: int, end: int) -> Samples:
        """Return the sound from one frame to another, as far as it is kept."""
        first = self.end - self._kept
        whole = np.concatenate([np.zeros(0, np.float32), *self._pieces])
        return whole[max(0, start - first) : max(0, end - first)]


class KeepingFront(Front):
    """A front that keeps the last of what it gives to the recogniser.

    Args:
        rate, canceller, uncancelled: see `Front`.
    """

    def __init__(
        self, rate: int, canceller: Canceller | None = None, *, uncancelled: bool = False
    ) -> None:
        super().__init__(rate, canceller, uncancelled=uncancelled)
        self.tape = Tape(round(KEPT * HEARING_RATE))

    def take(self, block: Block) -> Samples:
        """Return what is new at 16 kHz."""
        new = super().take(block)
        self.tape.add(new)
        return new


@dataclass(frozen=True)
class Heard:
    """What was heard after a question.

    Attributes:
        text: the words, "" for nothing.
        near: the microphone's own sound of them, (frames,); empty if nothing was said.
        sound: the same as the recogniser was given it, at HEARING_RATE.
    """

    text: str
    near: Samples
    sound: Samples


class Classroom:
    """See the module's docstring.

    Args:
        duplex: both ends, on one clock.
        recogniser: it has heard nothing yet.
        front: its front.
        gain: factor on what is played: the coach's volume.
    """

    def __init__(
        self, duplex: Duplex, recogniser: Recogniser, front: KeepingFront, gain: float = 1.0
    ) -> None:
        self.rate = duplex.rate
        self._duplex = duplex
        self._recogniser = recogniser
        self._front = front
        self._gain = gain
        self._taped = self._taping()
        self._now = 0
        self._tape = Tape(round(KEPT * duplex.rate))

    def say(self, sound: Samples, words: tuple[str, ...], phrases: tuple[str, ...]) -> str:
        """Play a sentence; return what was said meanwhile, "" for nothing.

        Args:
            sound: the sentence.
            words: its words, which the microphone may hear.
            phrases: what is listened for meanwhile.

        Raises:
            AudioFault: the sound has ended.
        """
        self._recogniser.listen(phrases, [words])
        for block in self._playing(sound):
            for hypothesis in self._recogniser.hear(block):
                said = [w.text for w in hypothesis.words if w.text not in (UNKNOWN, *words)]
                if hypothesis.final and said:
                    return " ".join(said)
        return ""

    def announce(self, sound: Samples) -> None:
        """Play a sentence to its end, and hear nothing from now on.

        Raises:
            AudioFault: the sound has ended.
        """
        for _ in self._playing(sound):
            pass

    def listen(self, phrases: tuple[str, ...], seconds: float = PATIENCE) -> Heard:
        """Listen until something was said, or the time is over.

        Args:
            phrases: what may be said.
            seconds: how long.

        Raises:
            AudioFault: the sound has ended.
        """
        begin = self._now
        self._recogniser.listen(phrases)
        self._recogniser.forget()  # the question, of which something may be left
        for hypothesis in self._hear_until(begin + round(seconds * self.rate)):
            words = [word for word in hypothesis.words if word.end > begin]
            if hypothesis.final and words:
                text = " ".join(word.text for word in words if word.text != UNKNOWN)
                start = max(begin, words[0].start - round(BEFORE * self.rate))
                return Heard(text, *self._cut(start, words[-1].end + round(AFTER * self.rate)))
        nothing = np.zeros(0, np.float32)
        return Heard("", nothing, nothing)

    def quiet(self, seconds: float) -> Samples:
        """Return the sound of the room for some seconds, at HEARING_RATE.

        Raises:
            AudioFault: the sound has ended.
        """
        begin = self._now
        for _ in self._hear_until(begin + round(seconds * self.rate)):
            pass
        return self._cut(begin, self._now)[1]

    def _cut(self, start: int, end: int) -> tuple[Samples, Samples]:
        """Return the microphone's sound between two frames, and what the recogniser was given."""
        first, last = (frame * HEARING_RATE // self.rate for frame in (start, end))
        return self._tape.between(start, end), self._front.tape.between(first, last)

    def _playing(self, sound: Samples) -> Iterator[Block]:
        """Play a sound; yield the blocks until its echo is over."""
        left = len(sound) + round(ECHO_SECONDS * self.rate)
        for block, begun in playing(self._duplex, self._taped, self._now, sound, self._gain):
            yield block
            left -= len(block.far) if begun else 0
            if left <= 0:
                return

    def _hear_until(self, end: int) -> Iterator[Hypothesis]:
        for block in self._taped:
            yield from self._recogniser.hear(block)
            if self._now >= end:
                return
        raise AudioFault("The sound has ended", "see that the sound card is plugged in")

    def _taping(self) -> Iterator[Block]:
        """Yield every block, kept on the tape."""
        for block in self._duplex.blocks():
            self._now = block.end
            self._tape.add(block.near)
            yield block
