"""Standard output that cannot be written: one line for a command, and no end of a session."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_commands import ROOT

FULL = Path("/dev/full")

pytestmark = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full")

COMMANDS = [
    ("--help",),
    ("--version",),
    ("check", "--settings"),
    ("models", "list"),
    ("history",),
    ("history", "--json"),
    ("understand", "heat"),
    ("words", "list"),
    ("words", "say", "heat"),
    ("run", "--help"),
]
"""Commands that do nothing but print."""


def call(
    *arguments: str, out: Path | int = FULL, folder: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    with open(out, "w", encoding="utf-8") as stdout:
        return subprocess.run(
            [sys.executable, "-m", "voice_coach", *arguments],
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            timeout=300,
            cwd=folder,
            env={
                **os.environ,
                "XDG_CONFIG_HOME": "/nonexistent",
                "XDG_DATA_HOME": "/nonexistent",
                "PYTHONPATH": str(ROOT),
                **environment,
            },
            check=False,
        )


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_full_disk_is_one_line(arguments: tuple[str, ...], unbuffered: str) -> None:
    done = call(*arguments, PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 8
    assert done.stderr.splitlines() == [
        "What is printed cannot be written: No space left on device. Free some space, or print it "
        "elsewhere."
    ]


def test_a_session_is_run_in_spite_of_it(tmp_path: Path) -> None:
    """Without a sound card, the rehearsal of one."""
    sounds = "import sounddevice; sounddevice.query_devices = lambda: []\n"
    code = (
        f"{sounds}import sys\nfrom voice_coach.__main__ import main\nsys.argv[1:] = ['run']\nmain()"
    )
    with open(FULL, "w", encoding="utf-8") as full:
        running = subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "XDG_CONFIG_HOME": "/nonexistent", "PYTHONPATH": str(ROOT)},
        )
    with running:
        assert running.stderr is not None
        assert running.stderr.readline() == (
            "The screen cannot be written to; the session goes on without it.\n"
        )
        running.terminate()
        assert running.stderr.read() == "Stopped.\n"
        assert running.wait(30) == 130


def test_a_pipe_that_is_closed_ends_a_command_quietly() -> None:
    shell = f"{sys.executable} -m voice_coach check --settings | :; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", shell], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (done.stdout, done.stderr) == ("141\n", "")


def test_a_letter_that_a_terminal_lacks_is_written_in_other_letters() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "voice_coach", "understand", "\u0141uk"],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "XDG_CONFIG_HOME": "/nonexistent", "PYTHONIOENCODING": "latin-1"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u0141uk" in done.stdout


def test_an_unknown_command_where_nothing_can_be_printed_has_its_exit_code() -> None:
    with open(FULL, "w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "voice_coach", "dance"], stdout=full, stderr=full, check=False
        )
    assert done.returncode == 2
