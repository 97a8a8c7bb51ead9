"""Every way to end the program from outside, and a loop that stands still: with a pad on.

The real program in a process of its own, on a pretended sound card (program.py).
"""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.faults.program import FRAME, PLAYED, RATE, clips_cache, leave_pad_on
from tests.faults.session import Tones
from tests.faults.tally import TRACEBACK, Tally, one_line
from voice_coach.app import Parts, first_texts, texts_in_order, urgent_texts
from voice_coach.cli.ending import INTERRUPTED
from voice_coach.faults import StandstillFault
from voice_coach.journal.database import connect
from voice_coach.journal.reading import last_left
from voice_coach.speaking import Clips

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there are no signals"),
]

PATIENCE = 45.0
"""Seconds; what takes longer hangs."""

TAKE_OFF = "Take the heat off now"
FIRST_WORDS = "Is the heat off now?"
NO_PAD_WORDS = "Hello"


@dataclass
class Running:
    """The running program.

    Attributes:
        process: it.
        folder: where it writes.
    """

    process: subprocess.Popen[bytes]
    folder: Path

    def transcript(self) -> str:
        with suppress(OSError):
            return (self.folder / "transcript.txt").read_text(encoding="utf-8")
        return ""

    def errors(self) -> str:
        return (self.folder / "errors.txt").read_text(encoding="utf-8")

    def played(self) -> Any:
        return np.fromfile(self.folder / PLAYED, "<i2")

    def until(self, happened: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not happened():
            assert self.process.poll() is None, f"it ended: {self.errors()}"
            assert time.monotonic() < end, f"{what}: {self.transcript()} {self.errors()}"
            time.sleep(0.02)

    def says(self, words: str) -> None:
        self.until(lambda: words in self.transcript(), words)

    def goes_on(self, seconds: float = 0.5) -> None:
        """See that the loop goes through that much more sound."""
        before = self.last_frame()
        self.until(lambda: self.last_frame() >= before + seconds, "the loop goes on")

    def last_frame(self) -> float:
        """Return to how many seconds of sound the loop has come."""
        with suppress(OSError, ValueError):
            return int((self.folder / FRAME).read_text()) / RATE
        return 0.0

    def ends(self) -> int:
        return self.process.wait(PATIENCE)


@contextmanager
def running(
    folder: Path,
    *,
    pad: bool = True,
    begin: Callable[[Sequence[str], dict[str, str], Any], subprocess.Popen[bytes]] | None = None,
    **fault: object,
) -> Iterator[Running]:
    """Run the program; it is gone afterwards.

    Args:
        folder: where it writes.
        pad: the session before it was cut off with heat on.
        begin: starts the process, where standard output is something special.
        fault: variables for program.py.
    """
    journal = folder / "journal.db"
    if pad and not journal.exists():
        leave_pad_on(journal)
    settings = {
        "JOURNAL": journal,
        "CACHE_FOLDER": folder / "cache",
        "MODELS_FOLDER": folder / "models",
        "TRANSCRIPT": folder / "transcript.txt",
        "HEARING_MODEL": ROOT / "models" / "en-us-commands",
    }
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("VOICE_COACH_")},
        **{f"VOICE_COACH_{name}": str(value) for name, value in settings.items()},
        **{name: str(value) for name, value in fault.items()},
        "PYTHONPATH": str(ROOT),
        "XDG_CONFIG_HOME": str(folder),
    }
    command = [sys.executable, "-m", "tests.faults.program", str(folder), "run"]
    with (folder / "errors.txt").open("wb") as errors:
        if begin is None:
            process = subprocess.Popen(
                command,
                env=environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
        else:
            process = begin(command, environment, errors)
    try:
        yield Running(process, folder)
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGQUIT"])
def test_a_pad_comes_off_before_the_end(tmp_path: Path, name: str, tally: Tally) -> None:
    number = getattr(signal, name)
    with running(tmp_path) as coach:
        coach.says(FIRST_WORDS)
        coach.process.send_signal(number)
        coach.says(TAKE_OFF)
        if name != "SIGTERM":  # a second one isn't waited for
            coach.process.send_signal(number)
        assert coach.ends() == INTERRUPTED
        assert TRACEBACK not in coach.errors()
        assert coach.errors().rstrip().endswith("Stopped.")
    left = last_left(connect(tmp_path / "journal.db"))
    assert left is not None and left.kept.application is not None, "the next session asks about it"
    tally.count("ended from outside with heat on: INT, TERM, QUIT")


def test_without_a_pad_it_ends_at_once(tmp_path: Path, tally: Tally) -> None:
    with running(tmp_path, pad=False) as coach:
        coach.says(NO_PAD_WORDS)
        coach.process.send_signal(signal.SIGTERM)
        assert coach.ends() == INTERRUPTED
        assert one_line(coach.errors().splitlines()) == "Stopped."
        assert "off now" not in coach.transcript()
    tally.count("ended from outside with nothing on the skin")


@pytest.mark.parametrize("name", ["SIGHUP", "SIGTSTP", "SIGTTOU", "SIGUSR1", "SIGUSR2", "SIGPIPE"])
def test_other_signals_end_nothing(tmp_path: Path, name: str, tally: Tally) -> None:
    with running(tmp_path) as coach:
        coach.says(FIRST_WORDS)
        coach.process.send_signal(getattr(signal, name))
        coach.goes_on()
        assert not coach.errors()
    tally.count("signals that end nothing: HUP, TSTP, TTOU, USR1, USR2, PIPE")


def test_a_terminal_that_is_closed(tmp_path: Path, tally: Tally) -> None:
    ours, theirs = pty.openpty()

    def begin(
        command: Sequence[str], environment: dict[str, str], errors: Any
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            env=environment,
            cwd=ROOT,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )

    with running(tmp_path, begin=begin) as coach:
        os.close(theirs)
        coach.says(FIRST_WORDS)
        os.close(ours)  # the window is closed: the program is sent SIGHUP, and its writes fail
        coach.goes_on(3.0)
        coach.process.send_signal(signal.SIGTERM)
        coach.says(TAKE_OFF)
        coach.process.send_signal(signal.SIGTERM)
        assert coach.ends() == INTERRUPTED
    tally.count("screen: its terminal closed, with heat on")


def test_a_pipe_that_nobody_reads(tmp_path: Path, tally: Tally) -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writing, bytes(4096))
    os.set_blocking(writing, True)

    def begin(
        command: Sequence[str], environment: dict[str, str], errors: Any
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=writing,
        )

    with running(tmp_path, begin=begin) as coach:
        coach.says(FIRST_WORDS)
        coach.goes_on(1.0)
        coach.process.send_signal(signal.SIGTERM)
        coach.says(TAKE_OFF)
        assert coach.ends() == INTERRUPTED
    os.close(reading)
    os.close(writing)
    tally.count("screen: a pipe that nobody reads, with heat on")


@pytest.mark.parametrize("pad", [True, False])
def test_a_loop_that_stands_still(tmp_path: Path, pad: bool, tally: Tally) -> None:
    still_from = 4.0 if pad else 0.8  # before the first word
    with running(tmp_path, pad=pad, STAND_STILL=still_from, PATIENCE=2) as coach:
        assert coach.ends() == StandstillFault.exit_code
        line = one_line(coach.errors().splitlines())
        assert "stood still" in line and "Start it again" in line
        after = coach.played()[round((still_from + 1.5) * RATE) :]
    loud = np.abs(after).max() > 1000
    assert loud == pad, "the alarm is heard while a pad is on, and nothing otherwise"
    tally.count("the loop stands still")
    if pad:
        with running(tmp_path) as coach:
            coach.says(FIRST_WORDS)


def test_a_process_that_was_stopped_has_not_stood_still(tmp_path: Path, tally: Tally) -> None:
    """As a machine that was suspended."""
    with running(tmp_path, PATIENCE=1) as coach:
        coach.says(FIRST_WORDS)
        coach.process.send_signal(signal.SIGSTOP)
        time.sleep(4.5)
        coach.process.send_signal(signal.SIGCONT)
        coach.goes_on(2.0)
        assert "stood still" not in coach.errors()
    tally.count("the process is stopped, and goes on")


def test_what_is_said_first_is_rendered_before_the_first_word_and_then_what_is_urgent(
    parts: Parts, tmp_path: Path, tally: Tally
) -> None:
    """From a cold cache, with speech that takes its time."""
    urgent = urgent_texts(parts)
    number = [text for text in urgent if "9 1 1" in text]
    assert len(number) >= 6 and any(TAKE_OFF in text for text in urgent)
    others = [text for text in texts_in_order(parts) if text not in urgent][60:]
    with running(tmp_path, pad=False, SLOW_SPEECH=0.2) as coach:
        coach.until(lambda: coach.last_frame() > 0, "sound flows")
        clips = Clips(
            parts.voice, Tones(parts.voice), clips_cache(tmp_path / "cache"), RATE, "tones"
        )
        assert clips.missing(first_texts(parts)) == []
        assert clips.missing(urgent) != []
        coach.until(lambda: not clips.missing(urgent), "what is urgent is rendered")
        assert clips.missing(others) == others
    tally.count("clip cache: cold at the start, and a slow voice")


@pytest.mark.parametrize("setting", ["transcript", "record"])
def test_a_pipe_in_place_of_a_file_is_refused(tmp_path: Path, setting: str, tally: Tally) -> None:
    """To open it would wait for a reader for ever."""
    from voice_coach.audio.recorder import Recorder
    from voice_coach.faults import StorageFault
    from voice_coach.log import TranscriptWriter

    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(StorageFault, match="is a pipe"):
        if setting == "record":
            Recorder(path, RATE)
        else:
            TranscriptWriter(path, None, RATE, print)
    tally.count("transcript or recording: a pipe in its place")
