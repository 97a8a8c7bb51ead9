"""The keys, at a terminal that a test types into."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from voice_coach.controls.keyboard import Keyboard, open_keyboard
from voice_coach.controls.presses import Touch, Touched

RATE = 16000

ROOT = Path(__file__).resolve().parents[2]

CHILD = """
import time
from voice_coach.controls import Pins, open_panel
from voice_coach.coach.events import Gesture
panel = open_panel(16000, Pins(), print)
begun = time.monotonic()
print("ready", flush=True)
end = time.monotonic() + 20
while time.monotonic() < end:
    for press in panel.poll(round(16000 * (time.monotonic() - begun))):
        print("<" + press.gesture + ">", flush=True)
        if press.gesture is Gesture.HOLD:
            panel.close()
            raise SystemExit
    time.sleep(0.01)
"""


def eventually(ask: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not ask():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_space_is_a_press_enter_a_hold_and_other_keys_are_nothing() -> None:
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    keys = Keyboard(theirs, RATE, lambda: True)
    got: list[Touched] = []

    def took(number: int) -> bool:
        got.extend(keys.touches(0))
        return len(got) == number

    for number, typed in ((2, b" "), (3, b"\r")):
        os.write(ours, b"x")
        time.sleep(0.05)
        os.write(ours, typed)
        eventually(partial(took, number))
    assert [touched.touch for touched in got] == [Touch.DOWN, Touch.UP, Touch.HELD]
    keys.close()
    assert termios.tcgetattr(theirs) == before
    os.close(ours)
    os.close(theirs)


def test_a_space_bar_that_is_held_down_repeats_and_is_a_hold() -> None:
    ours, theirs = pty.openpty()
    keys = Keyboard(theirs, RATE, lambda: True)
    times = [1.0, *(1.5 + n / 30 for n in range(20)), 4.0]
    got: list[Touched] = []
    for at in times:
        keys._pressed.put(Touch.DOWN)
        got += keys.touches(round(at * RATE))
    touches = [touched.touch for touched in got]
    pressed = [Touch.DOWN, Touch.UP]
    assert touches == [*pressed, *pressed, Touch.HELD, *pressed]
    keys.close()
    os.close(ours)
    os.close(theirs)


def test_in_the_background_no_key_is_taken() -> None:
    ours, theirs = pty.openpty()
    keys = Keyboard(theirs, RATE, lambda: False)
    os.write(ours, b" ")
    time.sleep(0.4)
    assert list(keys.touches(0)) == []
    keys.close()
    os.close(ours)
    os.close(theirs)


def test_a_terminal_that_goes_away_ends_the_reading() -> None:
    ours, theirs = pty.openpty()
    keys = Keyboard(theirs, RATE, lambda: True)
    os.close(ours)
    eventually(lambda: not keys._thread.is_alive())
    keys.close()
    os.close(theirs)


def test_a_pipe_is_no_keyboard() -> None:
    reading, writing = os.pipe()
    with pytest.raises(OSError):
        Keyboard(reading, RATE)
    os.close(reading)
    os.close(writing)


def test_without_a_terminal_there_are_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path(os.devnull).open() as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        assert open_keyboard(RATE) is None
    monkeypatch.setattr(sys, "stdin", None)
    assert open_keyboard(RATE) is None


def test_a_process_at_its_own_terminal_hears_the_keys() -> None:
    process, terminal = pty.fork()
    if process == 0:  # in the child: only exec is safe here
        os.chdir(ROOT)
        os.execv(sys.executable, [sys.executable, "-c", CHILD])
    shown = b""

    def seen(word: bytes) -> None:
        nonlocal shown
        while word not in shown:
            shown += os.read(terminal, 1024)

    seen(b"ready")
    os.write(terminal, b" ")
    seen(b"<one press>")
    os.write(terminal, b"\r")
    seen(b"<held>")
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    os.close(terminal)


def test_a_process_with_closed_input_starts() -> None:
    code = CHILD.replace("+ 20", "+ 0.05")
    result = subprocess.run(
        [sys.executable, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, cwd=ROOT
    )
    assert result.returncode == 0, result.stderr
