"""The log: what happened, on the sample clock, as one typed entry for each thing.

The session hands its entries to whoever subscribes: the transcript on screen and on disk, the
scripted listener of a rehearsal, the service's status line, tests and benchmarks. They match on
types; only `line` turns an entry into text.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TextIO, assert_never

from voice_coach.coach.activities.choices import Wish
from voice_coach.coach.events import Happened, IntentHeard, Pressed
from voice_coach.coach.outside import Request
from voice_coach.faults import StorageFault

# All entries have `at`: the frame at which the program knew of it. `start` and `end`, where an
# entry has a length, are its first frame and the frame after its last.


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the coach has its place on the clock.

    Attributes:
        key: of the text in the book.
        pacing: it is one of the short words that pace a breath.
    """

    at: int
    start: int
    end: int
    text: str
    key: str
    pacing: bool = False


@dataclass(frozen=True, slots=True)
class CutShort:
    """A sentence that was `Said` fades out by `end`; nothing of it is heard if that is `start`."""

    at: int
    start: int
    end: int
    text: str
    key: str
    pacing: bool = False

    @property
    def begun(self) -> bool:
        """Whether any of it was heard."""
        return self.end > self.start


@dataclass(frozen=True, slots=True)
class PersonSpoke:
    """A scripted listener says something: what it really says, not what is recognised."""

    at: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Understood:
    """The person's words were taken for a command or an answer.

    Attributes:
        intent: what they mean.
        how: how they were matched, for a person to read.
        early: it was acted on before the recogniser was sure that all was said.
    """

    at: int
    start: int
    end: int
    text: str
    intent: str
    how: str = ""
    early: bool = False


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """The person's words make no sense now (a no-match)."""

    at: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """The button was pressed.

    Attributes:
        press: how often.
        meant: what it was taken for; None for nothing.
    """

    at: int
    press: Pressed
    meant: IntentHeard | Wish | None


@dataclass(frozen=True, slots=True)
class Requested:
    """Another program asked for something.

    Attributes:
        done: it was done; False where only the person may ask for it now.
    """

    at: int
    request: Request
    done: bool


@dataclass(frozen=True, slots=True)
class EchoState:
    """What can be heard while the coach speaks has changed.

    Attributes:
        every_command: every command; False for safety words only.
        no_echo: the microphone doesn't hear the loudspeaker at all.
        loss_db: by how many dB the coach's voice is weakened (ERLE); None where not known.
    """

    at: int
    every_command: bool
    no_echo: bool
    loss_db: float | None


@dataclass(frozen=True, slots=True)
class Noted:
    """The coach noted something worth keeping: a pain score, heat or ice on or off."""

    at: int
    note: Happened


@dataclass(frozen=True, slots=True)
class SoundRecorded:
    """The coach had the recording of the sound switched on or off."""

    at: int
    on: bool


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The quiet hours began (`on`) or ended."""

    at: int
    on: bool


@dataclass(frozen=True, slots=True)
class Complained:
    """Something of the machine failed, or works again: one line for a person to read."""

    at: int
    text: str


Entry = (
    Said
    | CutShort
    | PersonSpoke
    | Understood
    | NotUnderstood
    | ButtonPressed
    | Requested
    | EchoState
    | Noted
    | SoundRecorded
    | QuietHours
    | Complained
)

Observer = Callable[[Entry], None]


def complaints(tell: Callable[[str], None]) -> Observer:
    """Return an observer that passes on what troubles the session, and nothing said or heard."""

    def observe(entry: Entry) -> None:
        if isinstance(entry, Complained):
            tell(entry.text)

    return observe


class Log:
    """Hands every entry to each subscriber at once, in the order of subscription.

    Args:
        observers: the first subscribers.
    """

    def __init__(self, *observers: Observer) -> None:
        self._observers = list(observers)

    def subscribe(self, observer: Observer) -> None:
        """Hand every entry from now on to one more observer."""
        self._observers.append(observer)

    def __call__(self, entry: Entry) -> None:
        """Add an entry."""
        for observer in self._observers:
            observer(entry)


def clock(frames: int, rate: int) -> str:
    """Return a place on the sample clock as minutes and seconds: "01:23.45"."""
    hundredths = round(frames * 100 / rate)
    return f"{hundredths // 6000:02}:{hundredths // 100 % 60:02}.{hundredths % 100:02}"


def line(entry: Entry, rate: int) -> str:
    """Return an entry as a line for a person to read, with its time first."""
    match entry:
        case Said():
            return f"{clock(entry.start, rate)}  coach   {entry.text}"
        case CutShort() if entry.begun:
            return f"{clock(entry.end, rate)}          (cut short: {entry.text})"
        case CutShort():
            return f"{clock(entry.at, rate)}          (not said: {entry.text})"
        case PersonSpoke():
            return f'{clock(entry.start, rate)}  person  "{entry.text}"'
        case Understood():
            words, meaning = entry.text, f"{entry.intent} ({entry.how})"
            return f'{clock(entry.start, rate)}  heard   "{words}" = {meaning}'
        case NotUnderstood():
            return f'{clock(entry.start, rate)}  unclear "{entry.text}"'
        case ButtonPressed():
            since = clock(entry.press.since, rate)
            return f"{since}  button  {entry.press.gesture} = {_meant(entry)}"
        case Requested():
            meant = entry.request if entry.done else "nothing"
            return f"{clock(entry.at, rate)}  program {entry.request} = {meant}"
        case Complained():
            return f"{clock(entry.at, rate)}  trouble {entry.text}"
        case _:
            return f"{clock(entry.at, rate)}  note    {_note(entry)}"


def _meant(entry: ButtonPressed) -> str:
    match entry.meant:
        case IntentHeard(intent=intent, value=value):
            return intent if value is None else f"{intent} {value}"
        case Wish() as wish:
            return wish.value
        case None:
            return "nothing"


def _note(entry: EchoState | Noted | SoundRecorded | QuietHours) -> str:
    match entry:
        case EchoState():
            heard = "every command" if entry.every_command else "safety words only"
            loss = "" if entry.loss_db is None else f", {entry.loss_db:.0f} dB cancelled"
            return f"heard while speaking: {heard}{', no echo' if entry.no_echo else loss}"
        case Noted():
            return entry.note.line
        case SoundRecorded():
            return f"recording: {'on' if entry.on else 'off'}"
        case QuietHours():
            return f"quiet hours: {'yes' if entry.on else 'no'}"
        case _:
            assert_never(entry)


class Writable(Protocol):
    """A screen: a text stream, or a `Screen`."""

    def write(self, text: str, /) -> object:
        """Show a text."""
        ...

    def flush(self) -> object:
        """Show it now."""
        ...


def require_writable(path: Path) -> None:
    """Check that a file can be written, without changing it.

    Raises:
        StorageFault: it cannot.
    """
    if path.is_fifo():  # to open it would wait for a reader, and to write, too
        raise StorageFault(f"{path} is a pipe", "name a file")
    there = path.exists()
    try:
        with path.open("ab"):
            pass
        if not there:
            path.unlink()
    except OSError as error:
        raise StorageFault(
            f"{path} cannot be written: {error.strerror}", "name another file"
        ) from error


class TranscriptWriter:
    """Writes entries as lines, each at once, so that a crash loses none.

    A disk that fills up leads to one line through `complain`, and a screen that is gone (a closed
    terminal, a pipe nobody reads) is not written to again; the session goes on.
    """

    def __init__(
        self, path: Path | None, screen: Writable | None, rate: int, complain: Callable[[str], None]
    ) -> None:
        self._screen = screen
        self._rate = rate
        self._complain = complain
        self._file: TextIO | None = None
        if path is not None:
            require_writable(path)
            try:
                self._file = path.open("w", encoding="utf-8", buffering=1)
            except OSError as error:
                raise StorageFault(
                    f"{path} cannot be written: {error.strerror}", "name another transcript file"
                ) from error

    def __call__(self, entry: Entry) -> None:
        """Write one entry; the words that pace the breath are not worth a line on screen."""
        text = line(entry, self._rate)
        if self._screen is not None and not _is_pacing(entry):
            try:
                self._screen.write(f"{text}\n")
                self._screen.flush()
            except (OSError, ValueError):  # ValueError: closed, or a character its encoding lacks
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


def _is_pacing(entry: Entry) -> bool:
    return isinstance(entry, (Said, CutShort)) and entry.pacing
