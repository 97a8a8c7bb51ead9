"""`voice-coach type` in a terminal: a pseudo-terminal, as over SSH."""

from __future__ import annotations

import os
import re
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

fcntl = pytest.importorskip("fcntl")
pty = pytest.importorskip("pty")
termios = pytest.importorskip("termios")

PATIENCE = 60.0
"""Seconds to wait for what has to come: the program has to start on a busy machine."""


class Program:
    """The program in a pseudo-terminal.

    Attributes:
        shown: all that has come from it.
    """

    def __init__(self, *arguments: str, folder: Path, terminal: str = "dumb") -> None:
        self.shown = ""
        self._closed = False
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "voice_coach", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=_take_terminal,
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "XDG_CONFIG_HOME": "/nonexistent",
                "VOICE_COACH_JOURNAL": str(folder / "journal.db"),
                "TERM": terminal,
                "LC_ALL": "C.UTF-8",
            },
        )
        os.close(theirs)

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def until(self, pattern: str) -> str:
        """Wait until something is shown after what was last waited for; return it all."""
        end = time.monotonic() + PATIENCE
        found = re.compile(pattern)
        begin = len(self.shown)
        while found.search(self.shown, begin) is None:
            assert time.monotonic() < end, f"{pattern!r} did not come: {self.shown}"
            if not self._read():
                break
        assert found.search(self.shown, begin), self.shown
        return self.shown[begin:]

    def end(self) -> int:
        """Wait for its end; return the exit code."""
        end = time.monotonic() + PATIENCE
        while self._read() and time.monotonic() < end:
            pass
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        """End it as a power cut does."""
        if not self._closed:
            self._closed = True
            self.process.kill()
            self.process.wait()
            os.close(self._ours)

    def _read(self) -> bool:
        if not select.select([self._ours], [], [], 0.1)[0]:
            return self.process.poll() is None
        try:
            new = os.read(self._ours, 4096)
        except OSError:  # as Linux has it, once the other end is closed
            return False
        self.shown += new.decode().replace("\r\n", "\n")
        return bool(new)


def _take_terminal() -> None:
    """Be the program that Ctrl-C in this terminal means."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    begun: list[Program] = []

    def begin(*arguments: str, terminal: str = "dumb") -> Program:
        begun.append(Program(*arguments, folder=tmp_path, terminal=terminal))
        return begun[-1]

    yield begin
    for program in begun:
        program.close()


def silent(start: Callable[..., Program], **more: str) -> Program:
    program = start("type", "--silent", **more)
    program.until("Hello")
    return program


def test_a_session_in_plain_lines_that_quits(start: Callable[..., Program], tmp_path: Path) -> None:
    program = silent(start)
    program.type("I cant feel my legs\n")
    program.until("9 1 1")
    program.type("?\n")
    assert "You can type now: " in program.until("stop")
    program.type("\x04")
    assert program.end() == 0
    assert "\x1b" not in program.shown, "no cursor is moved, nothing is coloured"
    rows = sqlite3.connect(tmp_path / "journal.db").execute("SELECT count(*) FROM heard").fetchone()
    assert rows[0] > 0, "the journal was kept"


def test_half_a_line_is_there_again_after_what_the_coach_says(
    start: Callable[..., Program],
) -> None:
    program = silent(start)
    program.type("emer")
    shown = program.until(r"\nemer$")
    assert re.search(r"emer\n[A-Z][^\n]*\nemer$", shown), shown
    program.type("gency\n")
    program.until("9 1 1")


def test_a_line_can_be_edited(start: Callable[..., Program]) -> None:
    program = silent(start, terminal="xterm")
    program.type("mergency\x01e\n")  # Ctrl-A: to the beginning
    program.until("9 1 1")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_leaves_the_terminal_as_it_was(
    start: Callable[..., Program], number: signal.Signals
) -> None:
    program = start("type", "--silent")
    before = termios.tcgetattr(program._ours)
    program.until("Hello")
    program.type("half")
    program.until("half")
    if number == signal.SIGINT:
        program.type("\x03")
    else:
        program.process.send_signal(number)
    assert program.end() == 130
    assert program.shown.endswith("half\nStopped.\n")
    assert termios.tcgetattr(program._ours) == before


def test_what_was_interrupted_is_taken_up(start: Callable[..., Program]) -> None:
    interrupted = silent(start)
    interrupted.type("stretch\n")
    interrupted.until(r"\?\n")
    interrupted.type("no\n")
    interrupted.until(r"\?\n")
    interrupted.close()
    program = start("type", "--silent")
    program.until("Something stopped me|go on from there")


def test_words_may_come_through_a_pipe(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "voice_coach", "type", "--silent"],
        input="emergency\n",
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={
            **os.environ,
            "XDG_CONFIG_HOME": "/nonexistent",
            "VOICE_COACH_JOURNAL": str(tmp_path / "journal.db"),
        },
        cwd=ROOT,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""


def test_run_without_a_sound_card_offers_it(start: Callable[..., Program]) -> None:
    from voice_coach.audio.live import cards

    if cards():
        pytest.skip("this machine has a sound card")
    program = start("run")
    program.until("voice-coach type")
