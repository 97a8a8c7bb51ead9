"""Leaving a stream that cannot be closed, and what C libraries print."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from voice_coach.audio import abandon


@pytest.mark.parametrize(
    ("end", "status"), [("", 0), ("sys.exit(130)", 130), ("sys.exit()", 0), ("1 / 0", 1)]
)
def test_process_with_a_stream_abandoned_ends_at_once(end: str, status: int) -> None:
    code = f"""
import sys, threading
from voice_coach.audio import abandon
class Sound:
    def _exit_handler(self): threading.Event().wait()
class Stream:
    def abort(self, ignore_errors): threading.Event().wait()
import atexit
sound = Sound()
atexit.register(sound._exit_handler)
abandon.CLOSE_SECONDS = 0.05
abandon.mute_libraries()
assert abandon.close_stream(Stream(), sound) is False
import os
os.write(2, b"noise of a library")
print("our own words", file=sys.stderr)
{end}
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == status
    assert done.stderr.startswith("our own words\n")
    assert "noise" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="stderr is handled like this on POSIX only")
def test_stderr_of_somebody_else_is_left_alone() -> None:
    before = sys.stderr
    abandon.mute_libraries()
    assert sys.stderr is before
