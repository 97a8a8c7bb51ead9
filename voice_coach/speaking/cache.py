"""Rendered clips on disk: 16-bit PCM with a checksum.

A file consists of its rate (4 bytes), a SHA-256 of key, rate and samples (32 bytes), and the
samples, all little endian. A file that is damaged, truncated or belongs to another clip counts as
absent: the clip is rendered again.
"""

from __future__ import annotations

import hashlib
import struct
import tempfile
from pathlib import Path

import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.faults import StorageFault

_HEAD = struct.Struct("<I32s")


class ClipCache:
    """A folder of rendered clips.

    Attributes:
        trouble: the first fault while writing, or None. A cache that cannot be written is no reason
            to stop: clips are then kept in memory only, and rendered again at each start.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trouble: StorageFault | None = None

    def get(self, key: str) -> tuple[Samples, int] | None:
        """Return (samples, rate) of a clip, or None if it is absent or damaged."""
        try:
            raw = self._path(key).read_bytes()
        except OSError:
            return None
        if len(raw) <= _HEAD.size:
            return None
        rate, digest = _HEAD.unpack_from(raw)
        body = raw[_HEAD.size :]
        if _digest(key, rate, body) != digest or len(body) % 2 or not 8000 <= rate <= 192000:
            return None
        return np.frombuffer(body, "<i2").astype(np.float32) / np.float32(32768), rate

    def put(self, key: str, samples: Samples, rate: int) -> None:
        """Store a clip. A failure is recorded in `trouble`, not raised."""
        body = np.clip(samples * 32768, -32768, 32767).astype("<i2").tobytes()
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                try:
                    file.write(_HEAD.pack(rate, _digest(key, rate, body)) + body)
                    file.flush()
                    Path(file.name).replace(path)
                except OSError:
                    Path(file.name).unlink(missing_ok=True)
                    raise
        except OSError as error:
            if self.trouble is None:
                self.trouble = StorageFault(
                    f"The clip cache {self.folder} cannot be written: {error.strerror}",
                    "free some space or set cache_folder; the coach goes on, and renders each time",
                )

    def has(self, key: str) -> bool:
        """Return whether a clip is stored (reading it checks the checksum)."""
        return self._path(key).is_file()

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.cue"


def _digest(key: str, rate: int, body: bytes) -> bytes:
    return hashlib.sha256(f"{key} {rate} ".encode() + body).digest()
