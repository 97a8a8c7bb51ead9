"""What a session needs of whatever gives it words: a recogniser, or somebody who types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from voice_coach.audio.duplex import Block
from voice_coach.understanding.words import Hypothesis


class Surroundings(Protocol):
    """What is known of the sound around the words; `Front` explains each."""

    @property
    def clear(self) -> bool:
        """Whether a person is known to be heard through the coach's voice."""
        ...

    @property
    def covered(self) -> bool:
        """Whether the coach's voice covers the person's."""
        ...

    @property
    def no_echo(self) -> bool:
        """Whether the microphone doesn't hear the loudspeaker at all."""
        ...

    @property
    def loss_db(self) -> float | None:
        """By how many dB the coach's voice is weakened; None where not known."""
        ...

    def present(self, start: int, end: int, share: float = 0.0) -> float | None:
        """Return by how many dB the near end rose between two frames; None where not known."""
        ...


class Ears(Protocol):
    """Gives hypotheses, block by block; `Recogniser` explains each method."""

    @property
    def front(self) -> Surroundings:
        """What is known of the sound around the words."""
        ...

    def listen(self, phrases: Iterable[str], own: Iterable[Sequence[str]] = ()) -> None:
        """Listen for these phrases, and for the coach's own sentences."""
        ...

    def hear(self, block: Block, *, silent: bool = False) -> list[Hypothesis]:
        """Return the hypotheses that a block brings."""
        ...

    def forget(self) -> None:
        """Forget the utterance under way: it has been acted on."""
        ...

    def speech(self, start: int, end: int, enough: float = 1.0) -> float:
        """Return the probability that somebody spoke between two frames."""
        ...

    def contrast(self, hypothesis: Hypothesis) -> float:
        """Return by how many dB the words stand out from the sound beside them."""
        ...

    def levels(self, hypothesis: Hypothesis) -> tuple[float, ...]:
        """Return how loud each word is, in dB; none where that is not known."""
        ...

    def near(self, word: str) -> str:
        """Return the known word nearest to a word."""
        ...
