"""Sparing the recogniser in a long quiet: it is what costs most of the processor time.

Two rules keep first words whole: the recogniser is given the last 0.7 s again when a voice is
heard, and it is spared only in a room that has been quiet for some seconds while the coach is
silent.
"""

from __future__ import annotations

QUIET_SECONDS = 5.0
"""Quiet after which the recogniser is spared. With less, words were lost in measurements."""

HANGOVER_SECONDS = 1.5
"""The same after a sound that was no word, if the quiet before it was long: a door, a cough."""


class Idle:
    """Whether the recogniser is needed."""

    def __init__(self) -> None:
        self._resting = False
        self._enough = QUIET_SECONDS

    def spares(self, quiet: float, *, silent: bool, words: bool) -> bool:
        """Return whether the recogniser need not hear the present chunk.

        Args:
            quiet: seconds since a voice was heard.
            silent: the coach says nothing.
            words: the recogniser has heard something that may be a word.
        """
        if words or not silent:
            self._enough = QUIET_SECONDS
            self._resting = False
            return False
        resting = quiet >= self._enough
        if self._resting and not resting:
            self._enough = HANGOVER_SECONDS
        self._resting = resting
        return resting
