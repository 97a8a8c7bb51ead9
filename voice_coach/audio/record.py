"""Write what was said and heard to a WAV file that survives a crash.

Left channel: what the coach said (the far end). Right channel: what it heard (the near end).
"""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from voice_coach.audio.duplex import Block
from voice_coach.faults import StorageFault


class Recorder:
    """A stereo 16-bit WAV file.

    Written a second at a time, with the lengths in its header brought up to date each time: if
    the power fails, all but the last second is there and the file is whole.
    """

    def __init__(self, path: Path, rate: int) -> None:
        self._path = path
        self._rate = rate
        self._waiting: list[Block] = []
        self._frames = 0
        try:
            self._file = wave.open(str(path), "wb")  # noqa: SIM115  closed in close()
        except OSError as error:
            raise _unwritable(path, error) from error
        self._file.setnchannels(2)
        self._file.setsampwidth(2)
        self._file.setframerate(rate)

    def add(self, block: Block) -> None:
        """Take one block.

        Raises:
            StorageFault: the disk is full or gone; what was written before stays.
        """
        self._waiting.append(block)
        self._frames += len(block.near)
        if self._frames >= self._rate:
            self._write()

    def close(self) -> None:
        """Write what is left, and close the file."""
        try:
            self._write()
        finally:
            self._file.close()

    def _write(self) -> None:
        if not self._waiting:
            return
        far = np.concatenate([b.far for b in self._waiting])
        near = np.concatenate([b.near for b in self._waiting])
        self._waiting.clear()
        self._frames = 0
        both = np.clip(np.stack([far, near], axis=1), -1.0, 1.0)
        try:
            self._file.writeframes((both * 32767).astype("<i2").tobytes())
        except OSError as error:
            raise _unwritable(self._path, error) from error


def _unwritable(path: Path, error: OSError) -> StorageFault:
    return StorageFault(
        f"{path} cannot be written: {error.strerror}", "free some space, or name another file"
    )
