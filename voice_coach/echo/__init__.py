"""Acoustic echo cancelling: take the loudspeaker out of the microphone (docs/lab/room.md)."""

from voice_coach.echo.canceller import BLOCK, RATE, Canceller, open_canceller
from voice_coach.echo.speex import EchoFault

__all__ = ["BLOCK", "RATE", "Canceller", "EchoFault", "open_canceller"]
