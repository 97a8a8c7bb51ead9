"""Nothing leaves the machine: the program opens no network socket while it runs."""

from __future__ import annotations

import os
import platform
import shutil
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OFFLINE = Path(__file__).with_name("offline.py")

SCRIPT = """
title = "a very short session"

[[line]]
after = "reply.menu"
says = "quit"
expects = "quit"
"""

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"),
    reason="seccomp is known here only for Linux on x86_64 and aarch64",
)


@cache
def alone() -> list[str]:
    """Return what to put before a command to run it without any network, if that is permitted."""
    command = ["unshare", "--map-root-user", "--net"]
    if shutil.which("unshare") is None:
        return []
    tried = subprocess.run([*command, "true"], capture_output=True, check=False)
    return command if tried.returncode == 0 else []


def offline(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*alone(), sys.executable, str(OFFLINE), *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=home,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOME": str(home),
            "LANG": "C.UTF-8",
        },
    )


@pytest.mark.parametrize(
    ("attempt", "code"),
    [
        ("import socket; socket.socket(socket.AF_UNIX)", 0),
        ("import socket; socket.socket()", 1),
        ("import socket; socket.getaddrinfo('localhost', 80)", 1),
        ("import ctypes; ctypes.CDLL(None).socket(2, 1, 0)", -signal.SIGSYS),
        ("import ctypes; ctypes.CDLL(None).socket(10, 2, 0)", -signal.SIGSYS),
        (
            "import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', "
            "'import socket; socket.socket()'], stderr=-3) == -31)",
            1,
        ),
    ],
)
def test_what_is_forbidden_does_not_work(tmp_path: Path, attempt: str, code: int) -> None:
    assert offline(tmp_path, "--attempt", attempt).returncode == code


@pytest.mark.slow
def test_a_session_with_a_new_voice_opens_no_network_socket(tmp_path: Path) -> None:
    """Everything in it: hearing, speech that another process renders, and the state socket."""
    script = tmp_path / "short.toml"
    recordings = ROOT / "rehearsals" / "recordings"
    script.write_text(f'voice = "{recordings}"\n{SCRIPT}')
    result = offline(tmp_path, "--set", "state_socket=s", "rehearse", str(script))
    assert result.returncode == 0, result.stderr
    assert "state socket" not in result.stderr, "it was served"
    assert "went as its script says" in result.stdout
    assert "trouble" not in result.stdout


@pytest.mark.slow
@pytest.mark.xfail(
    "ORT_DISABLE_TELEMETRY" not in (ROOT / "voice_coach/__init__.py").read_text(),
    reason="voice_coach/__init__.py does not yet turn off the telemetry of onnxruntime",
    strict=True,
)
def test_the_voices_library_reports_to_nobody(tmp_path: Path) -> None:
    """From 1.29 on, onnxruntime keeps a database of reports in the home, and sends them."""
    result = offline(tmp_path, "say", "Hello.", "--out", "hello.wav")
    assert result.returncode == 0, result.stderr
    left = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert not any("onnxruntime" in name for name in left), left
