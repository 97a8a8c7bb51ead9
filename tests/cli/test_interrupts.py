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

from voice_coach.cli.interrupts import SIGNALS, interrupts_kept
from voice_coach.cli.main import INTERRUPTED


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
