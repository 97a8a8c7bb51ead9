"""Notices that the device was lost, and that the microphone fails or works again."""

from __future__ import annotations

from voice_coach.audio.duplex import Duplex

DEAF = "The microphone gives nothing. Check that it is plugged in and not muted."
LOST = "The sound device was lost, and opened again."
HEARS = "The microphone is heard again."


class DeviceMonitor:
    """See the module's docstring.

    Args:
        duplex: what is watched.

    Attributes:
        hears: whether the microphone gave anything when it was last looked at.
    """

    def __init__(self, duplex: Duplex) -> None:
        self.hears = True
        self._duplex = duplex
        self._losses = 0

    def notice(self) -> tuple[str, str] | None:
        """Return what has happened since the last call: the trouble's name, and a line to print."""
        hears, heard_before = self._duplex.microphone_ok, self.hears
        # A device that comes back deaf is mentioned when it hears again.
        came_back = hears and heard_before and self._duplex.losses != self._losses
        self._losses = self._duplex.losses
        self.hears = hears
        if not hears and heard_before:
            return "silent_microphone", DEAF
        if came_back:
            return "audio_lost", LOST
        return ("ears_back", HEARS) if hears and not heard_before else None
