"""Recordings of sessions: one file each, with a cap on their total size."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from glob import escape
from pathlib import Path
from typing import Literal

from voice_coach.audio.duplex import Block
from voice_coach.audio.recorder import Recorder
from voice_coach.faults import StorageFault

FRAME_BYTES = 4
"""Two channels of 16 bits."""


RecordingOver = Literal["full", "failed"]
"""Why a recording ended by itself, or never began."""


class RecordingsFull(StorageFault):
    """The recordings have reached their cap."""


class Recordings:
    """Starts and ends recordings, and never overwrites one.

    Args:
        chosen: file of the first recording; later ones are NAME-2.wav and so on. None for files in
            `folder`, named after the time they start.
        folder: where those go; created when the first one starts.
        rate: frames per second.
        most_bytes: cap on the total size, earlier runs included.
        clock: returns the local time.
    """

    def __init__(
        self,
        chosen: Path | None,
        folder: Path,
        rate: int,
        most_bytes: int,
        clock: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._chosen = chosen
        self._folder = folder
        self._rate = rate
        self._most = most_bytes
        self._clock = clock
        self._recorder: Recorder | None = None
        self._left = 0

    def begin(self) -> Path:
        """Start a recording and return its file.

        Raises:
            RecordingsFull: the cap has been reached.
            StorageFault: the file cannot be created.
        """
        self.end()
        try:
            first = self._first()
            used = sum(file.stat().st_size for file in first.parent.glob(self._pattern))
        except OSError as error:
            raise StorageFault(
                f"Nothing can be recorded in {self._folder}: {error.strerror}",
                "name another file by the setting record",
            ) from error
        self._left = self._most - used
        if self._left <= 0:
            raise self._full()
        path, number = first, 1
        while path.is_file():
            number += 1
            path = first.with_stem(f"{first.stem}-{number}")
        self._recorder = Recorder(path, self._rate)
        return path

    def add(self, block: Block) -> None:
        """Add a block to the recording, if one is running.

        Raises:
            RecordingsFull: the cap has been reached; the recording has ended and is kept.
            StorageFault: the disk is full or gone; what was recorded is kept.
        """
        recorder = self._recorder
        if recorder is None:
            return
        self._left -= len(block.near) * FRAME_BYTES
        if self._left < 0:
            self.end()
            raise self._full()
        try:
            recorder.add(block)
        except StorageFault:
            self._recorder = None
            raise

    def end(self) -> None:
        """End the recording, if one is running.

        Raises:
            StorageFault: its last second cannot be written.
        """
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            recorder.close()

    @property
    def _pattern(self) -> str:
        if self._chosen is None:
            return "*.wav"
        return f"{escape(self._chosen.stem)}*{escape(self._chosen.suffix)}"

    def _first(self) -> Path:
        if self._chosen is not None:
            return self._chosen
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        return self._folder / f"{self._clock():%Y-%m-%d-%H%M%S}.wav"

    def _full(self) -> RecordingsFull:
        return RecordingsFull(
            f"The recordings have reached {self._most / 1e6:.0f} MB; no more is recorded",
            "delete some, or raise record_megabytes",
        )


class RecordingSwitch:
    """Records while it is switched on; a fault ends the recording, never the session.

    Args:
        recordings: where the sound goes.
        show: called with the line that says where.
        complain: called with the line that says why recording has ended.
    """

    def __init__(
        self,
        recordings: Recordings,
        show: Callable[[str], None],
        complain: Callable[[str], None],
    ) -> None:
        self._recordings = recordings
        self._show = show
        self._complain = complain
        self._over: RecordingOver | None = None

    def switch(self, on: bool) -> None:
        """Begin a recording, or end it."""
        try:
            if on:
                self._show(f"Recording to {self._recordings.begin()}.")
            else:
                self._recordings.end()
        except StorageFault as fault:
            self._end(fault)

    def add(self, block: Block) -> None:
        """Take a block, if anything is being recorded."""
        try:
            self._recordings.add(block)
        except StorageFault as fault:
            self._end(fault)

    def over(self) -> RecordingOver | None:
        """Return why the recording ended by itself since this was last asked, or None."""
        why, self._over = self._over, None
        return why

    def _end(self, fault: StorageFault) -> None:
        self._complain(str(fault))
        self._over = "full" if isinstance(fault, RecordingsFull) else "failed"
