"""Write both ends to a WAV file that survives a crash.

Left channel: the far end (what the coach said). Right channel: the near end (what it heard).
"""

from __future__ import annotations

import contextlib
import os
import stat
import wave
from pathlib import Path

import numpy as np

from voice_coach.audio.duplex import Block
from voice_coach.faults import StorageFault

MOST_BYTES = 2**32 - 2**20
"""The most a WAV file can hold: its lengths are 32-bit numbers."""


class Recorder:
    """A stereo 16-bit WAV file that only its owner may read.

    It is written a second at a time, and the lengths in its header are updated each time: if the
    program is killed, the file is valid and lacks at most the last second.

    Raises:
        StorageFault: the file cannot be created.
    """

    def __init__(self, path: Path, rate: int) -> None:
        self._path = path
        self._rate = rate
        self._waiting: list[Block] = []
        self._frames = 0
        self._bytes = 0
        if path.is_fifo():  # opening it would wait for a reader, and so would writing
            raise StorageFault(f"{path} is a pipe", "name a file for the recording")
        try:
            # Opened here: a Wave_write that fails to open its file prints an error when deleted.
            self._disk = open(path, "wb", opener=_private)  # noqa: SIM115
        except OSError as error:
            raise _unwritable(path, error.strerror) from error
        self._file: wave.Wave_write | None = wave.open(  # noqa: SIM115  closed in close()
            self._disk, "wb"
        )
        self._file.setnchannels(2)
        self._file.setsampwidth(2)
        self._file.setframerate(rate)

    def add(self, block: Block) -> None:
        """Take one block.

        Raises:
            StorageFault: the disk is full or gone, or the file has grown too large. What has been
                written stays; later blocks are ignored. Raised once.
        """
        if self._file is None:
            return
        self._waiting.append(block)
        self._frames += len(block.near)
        if self._frames >= self._rate:
            self._write(self._file)

    def close(self) -> None:
        """Write the rest and close the file.

        Raises:
            StorageFault: the disk is full or gone.
        """
        if self._file is None:
            return
        self._write(self._file)
        self._end()

    def _write(self, file: wave.Wave_write) -> None:
        if not self._waiting:
            return
        far = np.concatenate([b.far for b in self._waiting])
        near = np.concatenate([b.near for b in self._waiting])
        self._waiting.clear()
        self._frames = 0
        both = np.clip(np.stack([far, near], axis=1), -1.0, 1.0)
        sound = (both * 32767).astype("<i2").tobytes()
        self._bytes += len(sound)
        if self._bytes > MOST_BYTES:
            self._end()
            raise _unwritable(self._path, "a WAV file holds no more than 4 GiB")
        try:
            file.writeframes(sound)
        except OSError as error:
            self._end()
            raise _unwritable(self._path, error.strerror) from error

    def _end(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            for part in (file, self._disk):
                with contextlib.suppress(OSError):  # on a full disk, closing fails too
                    part.close()


def _private(path: str, flags: int) -> int:
    """Open a file, new or existing, with mode 0600; the mode of a device is left alone."""
    number = os.open(path, flags, 0o600)
    if stat.S_ISREG(os.fstat(number).st_mode):
        with contextlib.suppress(OSError):  # a file system without owners or modes
            os.fchmod(number, 0o600)
    return number


def _unwritable(path: Path, reason: str | None) -> StorageFault:
    return StorageFault(
        f"{path} cannot be written: {reason}", "free some space, or name another file"
    )
