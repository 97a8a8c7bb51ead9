"""Voice activity, 10 ms at a time, by WebRTC's detector.

Any voice counts, other people's too. It serves two ends: in a long quiet the recogniser is spared,
and a command that is followed by quiet is over, before the recogniser says so.
"""

from __future__ import annotations

import webrtcvad

MODE = 3
"""The strictest: in white and pink noise it still finds every command at 5 dB."""

RATE = 16000
STEP_BYTES = 2 * RATE // 100
"""10 ms of 16-bit samples."""


class Activity:
    """How long it has been quiet.

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
