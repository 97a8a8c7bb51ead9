"""`voice-coach run` in a process of its own, as a person runs it, and the person in front of it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from tests.conftest import ROOT
from tests.soundcard.virtual import LOUDSPEAKER, RATE, SoundCard, until

RECORDINGS = ROOT / "rehearsals" / "recordings"

PROGRAM = Path(sys.executable).with_name("voice-coach")

INTERRUPTED = 130
"""Exit code of a program that was stopped by its terminal or a service manager."""

LISTEN_RATE = 8000

AUDIBLE = 1e-3
"""Full scale is 1."""

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the transcript.

    Attributes:
        seconds: its place on the sample clock; the transcript gives blocks of 10 ms.
        text: what happened.
    """

    seconds: float
    text: str


class Person:
    """Listens at the loudspeaker for the coach to be silent, and speaks; leaves at its end."""

    def __init__(self, card: SoundCard) -> None:
        self._card = card
        self._last_sound = time.monotonic()
        self._ear = subprocess.Popen(
            [
                "parec",
                f"--device={LOUDSPEAKER}.monitor",
                "--format=s16le",
                f"--rate={LISTEN_RATE}",
                "--channels=1",
                "--latency-msec=20",
            ],
            env=card.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def wait_for_silence(self, seconds: float = 0.4) -> None:
        """Wait until the coach has said nothing for so long."""
        until(lambda: time.monotonic() - self._last_sound > seconds, "the coach is silent", 60)

    def wait_for_speech(self, seconds: float = 0.5) -> None:
        """Wait until the coach has begun to speak, and for so long after that."""
        asked = time.monotonic()
        until(lambda: self._last_sound > asked, "the coach speaks", 60)
        time.sleep(seconds)

    def say(self, words: str) -> None:
        """Say it, and return when it was said."""
        self._card.speak(self.recording(words)).wait(20)

    def recording(self, words: str) -> Path:
        """Return the recording of some words."""
        return RECORDINGS / f"{words.replace(' ', '_')}.flac"

    def leave(self) -> None:
        """Stop listening."""
        self._ear.kill()
        self._ear.wait()

    def _listen(self) -> None:
        assert self._ear.stdout is not None
        while sound := self._ear.stdout.read(LISTEN_RATE // 50 * 2):
            if np.abs(np.frombuffer(sound, "<i2")).max() > AUDIBLE * 32768:
                self._last_sound = time.monotonic()


class Coach:
    """The running program: its transcript, line by line, and what it recorded."""

    def __init__(
        self, process: subprocess.Popen[str], transcript: Path, record: Path, printed: Path
    ) -> None:
        self.process = process
        self.printed = printed
        self.lines: list[Line] = []
        self._transcript = transcript
        self._record = record
        self._asked = 0

    def wait_for(self, pattern: str, seconds: float = 30.0) -> Line:
        """Return the next line with the pattern, after that which was last waited for.

        Raises:
            AssertionError: it did not come.
        """
        end = time.monotonic() + seconds
        while True:
            self._read()
            for i in range(self._asked, len(self.lines)):
                if re.search(pattern, self.lines[i].text):
                    self._asked = i + 1
                    return self.lines[i]
            ended = self.process.poll() is not None
            assert time.monotonic() < end and not ended, self._story(pattern)
            time.sleep(0.02)

    def told(self, pattern: str, seconds: float) -> bool:
        """Return whether a line with the pattern comes within some seconds."""
        place = self._asked
        try:
            self.wait_for(pattern, seconds)
        except AssertionError:
            return False
        finally:
            self._asked = place
        return True

    def stop(self) -> None:
        """End the program as a service manager does.

        Raises:
            AssertionError: it ended otherwise than it should.
        """
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == INTERRUPTED
        self._read()

    def recorded(self) -> tuple[Samples, Samples]:
        """Return what the coach said and what it heard, at RATE, when it has ended.

        Its clock is the transcript's: until the recording began, there is silence.
        """
        both, rate = soundfile.read(self._record, dtype="float32", always_2d=True)
        if rate != RATE:
            both = soxr.resample(both, rate, RATE)
        began = next(line.seconds for line in self.lines if line.text.endswith("recording: on"))
        both = np.concatenate([np.zeros((round(began * RATE), 2), np.float32), both])
        return both[:, 0], both[:, 1]

    def _read(self) -> None:
        text = self._transcript.read_text(encoding="utf-8") if self._transcript.exists() else ""
        whole = text[: text.rfind("\n") + 1].splitlines()
        for line in whole[len(self.lines) :]:
            found = re.match(r"(\d+):(\d+\.\d+)\s+(.*)", line)
            assert found, line
            minutes, seconds, rest = found.groups()
            self.lines.append(Line(60 * int(minutes) + float(seconds), rest))

    def _story(self, pattern: str) -> str:
        told = "\n".join(f"{line.seconds:7.2f} {line.text}" for line in self.lines)
        return f'"{pattern}" did not come. The transcript:\n{told}'


@contextmanager
def run_coach(
    card: SoundCard,
    folder: Path,
    settings: Mapping[str, Any],
    *flags: str,
    more: Mapping[str, str] | None = None,
) -> Iterator[Coach]:
    """Run the program on the card; it is gone afterwards.

    Args:
        card: the card.
        folder: it writes into a new folder there.
        settings: given to it as variables of its environment.
        flags: more words for its command line.
        more: more variables of its environment.
    """
    folder = Path(tempfile.mkdtemp(dir=folder))
    transcript, record = folder / "transcript.txt", folder / "record.wav"
    ours = {f"VOICE_COACH_{name.upper()}": str(value) for name, value in settings.items()}
    ours.setdefault("VOICE_COACH_JOURNAL", "none")  # each session begins as if it were the first
    words: list[str | Path] = ["run", "--transcript", transcript, "--record", record, *flags]
    printed = folder / "printed.txt"
    with printed.open("w") as screen:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", PROGRAM, *words],
            env={**card.environment, **ours, **(more or {})},
            cwd=folder,
            stdout=screen,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        yield Coach(process, transcript, record, printed)
    finally:
        process.kill()
        process.wait()


def found_at(clip: Path, sound: Samples, around: float) -> tuple[float, float]:
    """Return from when to when a recording is heard in a sound at RATE.

    The silence around its words counts as no part of them.

    Args:
        clip: the recording.
        sound: where to look for it.
        around: seconds; it is heard not more than 2 s before or after.
    """
    samples, rate = soundfile.read(clip, dtype="float32")
    words = soxr.resample(samples, rate, RATE)
    loud = np.flatnonzero(np.abs(words) > 0.02 * np.abs(words).max())
    words = words[loud[0] : loud[-1] + 1]
    first = max(0, round((around - 2) * RATE))
    piece = sound[first : round((around + 2) * RATE)].astype(np.float64)
    size = 1 << (len(piece) + len(words)).bit_length()
    match = np.fft.irfft(np.fft.rfft(piece, size) * np.conj(np.fft.rfft(words, size)), size)
    power = np.cumsum(np.concatenate([[0.0], piece**2]))
    energy = power[len(words) :] - power[: -len(words)] + 1e-3
    begin = first + int(np.argmax(match[: len(energy)] / np.sqrt(energy)))
    return begin / RATE, (begin + len(words)) / RATE
