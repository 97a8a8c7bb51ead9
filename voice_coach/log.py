"""What happened, on the sample clock: one entry for each thing said, heard or noted.

The ring tells entries to whoever listens: the transcript on screen and on disk, the scripted
listener of a rehearsal, the tests.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TextIO

from voice_coach.faults import StorageFault

Kind = Literal["said", "hushed", "heard", "unclear", "note", "trouble", "person"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened.

    Attributes:
        kind: said (a cue has its place on the clock), hushed (it was cut short at `end`), heard
            (words with a meaning), unclear (words without), note, trouble, and person (what a
            scripted listener really said).
        start: frame at which it began.
        end: frame after its end.
        text: the words.
        key: for said and hushed, the key of the text in the book; for heard, the intent.
        detail: for heard, how it was matched; for said, "pacing" or "".
        at: frame at which the program knew of it.
    """

    kind: Kind
    start: int
    end: int
    text: str
    key: str = ""
    detail: str = ""
    at: int = 0


Observer = Callable[[Entry], None]


def clock(frames: int, rate: int) -> str:
    """Return a place on the sample clock as minutes and seconds: "01:23.45"."""
    hundredths = round(frames * 100 / rate)
    return f"{hundredths // 6000:02}:{hundredths // 100 % 60:02}.{hundredths % 100:02}"


def line(entry: Entry, rate: int) -> str:
    """Return an entry as a line for a person to read."""
    time = clock(entry.start, rate)
    match entry.kind:
        case "said":
            return f"{time}  coach   {entry.text}"
        case "hushed" if entry.end <= entry.start:
            return f"{clock(entry.at, rate)}          (not said: {entry.text})"
        case "hushed":
            return f"{clock(entry.end, rate)}          (cut short: {entry.text})"
        case "person":
            return f'{time}  person  "{entry.text}"'
        case "heard":
            return f'{time}  heard   "{entry.text}" = {entry.key} ({entry.detail})'
        case "unclear":
            return f'{time}  unclear "{entry.text}"'
        case _:
            return f"{time}  {entry.kind:<7} {entry.text}"


class Writable(Protocol):
    """A screen: a text stream, or a `Screen`."""

    def write(self, text: str, /) -> object:
        """Show a text."""
        ...

    def flush(self) -> object:
        """Show it now."""
        ...


class TranscriptWriter:
    """Writes entries as lines, each at once, so that a crash loses none.

    A disk that fills up is told once, through `complain`, and a screen that is gone (a terminal
    that was closed, a pipe nobody reads) is written to no more; the session goes on.
    """

    def __init__(
        self, path: Path | None, screen: Writable | None, rate: int, complain: Callable[[str], None]
    ) -> None:
        self._screen = screen
        self._rate = rate
        self._complain = complain
        self._file: TextIO | None = None
        if path is not None:
            if path.is_fifo():  # to open it would wait for a reader, and to write, too
                raise StorageFault(f"{path} is a pipe", "name a file for the transcript")
            try:
                self._file = path.open("w", encoding="utf-8", buffering=1)
            except OSError as error:
                raise StorageFault(
                    f"{path} cannot be written: {error.strerror}", "name another transcript file"
                ) from error

    def __call__(self, entry: Entry) -> None:
        """Write one entry; the words that pace the breath are not worth a line on screen."""
        text = line(entry, self._rate)
        if self._screen is not None and entry.detail != "pacing":
            try:
                self._screen.write(f"{text}\n")
                self._screen.flush()
            except (OSError, ValueError):  # ValueError: closed, or a letter that it has not got
                self._lose_screen()
        if self._file is None:
            return
        try:
            self._file.write(text + "\n")
        except OSError as error:
            # Closed here, which fails again: later Python would print a traceback for it.
            file, self._file = self._file, None
            with contextlib.suppress(OSError):
                file.close()
            self._complain(f"The transcript cannot be written: {error.strerror}.")

    def _lose_screen(self) -> None:
        self._screen = None
        with contextlib.suppress(OSError, ValueError):  # it may be the same terminal
            self._complain("The screen cannot be written to; the session goes on without it.")

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
