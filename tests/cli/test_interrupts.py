"""Ctrl-C and SIGTERM are not lost, whatever the program is doing when they come."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
import soundfile

from voice_coach.cli.ending import INTERRUPTED
from voice_coach.cli.interrupts import SIGNALS, interrupts_kept
from voice_coach.speaking.worker import _signals_held


class Freed:
    """Is sent a signal while it is freed."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __del__(self) -> None:
        os.kill(os.getpid(), self._number)


@pytest.mark.parametrize("number", SIGNALS)
def test_signal_in_the_wrong_moment_takes_effect_at_the_next_block(number: int) -> None:
    with interrupts_kept() as check:
        check()
        Freed(number)
        with pytest.raises(KeyboardInterrupt):
            check()


def test_second_signal_takes_effect_at_once() -> None:
    with interrupts_kept():
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)


def test_handlers_are_put_back() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with interrupts_kept():
        assert [signal.getsignal(number) for number in SIGNALS] != before
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_other_threads_leave_signals_alone() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    seen = list[object]()

    def run() -> None:
        with interrupts_kept() as check:
            check()
            seen.extend(signal.getsignal(number) for number in SIGNALS)

    thread = Thread(target=run)
    thread.start()
    thread.join()
    assert seen == before


@pytest.mark.parametrize("number", SIGNALS)
def test_rehearsal_that_is_stopped_leaves_its_sound_whole(tmp_path: Path, number: int) -> None:
    wav, transcript = tmp_path / "sound.wav", tmp_path / "words.txt"
    files = ["--wav", str(wav), "--transcript", str(transcript)]
    command = [sys.executable, "-m", "voice_coach", "rehearse", "session", *files]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None and running.stderr is not None
        said = [running.stdout.readline() for _ in range(6)]
        running.send_signal(number)
        complaint = running.stderr.read()
        assert running.wait(60) == INTERRUPTED
    assert b"Stopped." in complaint
    assert all(said)
    assert soundfile.info(wav).duration > 3
    assert len(transcript.read_text(encoding="utf-8").splitlines()) >= 6


BEGINNING = """
import os, signal, sys
import voice_coach.__main__ as program
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            os.kill(os.getpid(), {number})
sys.meta_path.insert(0, Finder())
sys.argv = ["voice-coach", "run"]
program.main()
"""
"""The program, sent a signal while it imports a module."""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    "name",
    [
        "voice_coach.cli.main",
        "click",
        "voice_coach.cli.run",
        "numpy",
        "voice_coach.understanding.match",
        "voice_coach.speaking.voice",
        "numpy.linalg",
    ],
)
def test_signal_while_the_program_is_imported_ends_it_without_a_traceback(
    tmp_path: Path, name: str, number: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BEGINNING.format(name=name, number=int(number))],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "XDG_CONFIG_HOME": "/nonexistent"},
        check=False,
        timeout=180,
    )
    assert (done.returncode, done.stderr) == (INTERRUPTED, "Stopped.\n")


LATER = """
import os, signal, sys
from voice_coach.cli import main as module
import click
@click.command()
def hurt():
    {body}
module.add_commands = lambda: module.cli.add_command(hurt)
sys.argv = ["voice-coach", "hurt"]
module.main()
"""
"""A command that is sent a signal in the midst of something."""


@pytest.mark.parametrize(
    "body",
    [
        "os.kill(os.getpid(), signal.SIGINT)",
        "os.kill(os.getpid(), signal.SIGTERM)",
        # As a library's module in C has it, when the signal comes while it is initialised.
        """
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt as interrupt:
        raise ImportError("initialization failed") from interrupt""",
        # Python only reports what is raised while an object is freed.
        """
    class Freed:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGINT)
    Freed()
    import time
    time.sleep(30)""",
    ],
    ids=["interrupt", "terminate", "turned into an error", "while an object is freed"],
)
def test_signal_in_a_command_ends_it_without_a_traceback(body: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LATER.format(body=body)],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    # click begins a new line, after the "^C" of a terminal.
    assert (done.returncode, done.stderr.lstrip()) == (INTERRUPTED, "Stopped.\n")


def test_a_program_in_the_background_goes_on_ignoring_ctrl_c() -> None:
    body = "os.kill(os.getpid(), signal.SIGINT); print('on')"
    code = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)" + LATER.format(body=body)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "on\n")


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="no masks of signals")
def test_a_process_that_renders_is_started_with_the_signals_of_a_terminal_held() -> None:
    with _signals_held():
        held = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    assert {signal.SIGINT, signal.SIGQUIT} <= held
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
