"""One coach for each journal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer

import pytest

from voice_coach.faults import AnotherFault
from voice_coach.journal import alone, running_since
from voice_coach.journal.lock import lock_file

fcntl = pytest.importorskip("fcntl")

HOLDER = """
import sys
from pathlib import Path
from voice_coach.journal import alone, running_since
from voice_coach.journal.lock import lock_file
with alone(Path(sys.argv[1])):
    print("mine", flush=True)
    sys.stdin.read()
"""


def test_a_second_coach_is_refused_and_told_who_the_first_is(tmp_path: Path) -> None:
    with alone(tmp_path / "new" / "journal.db"):
        with (
            pytest.raises(AnotherFault, match=f"process {os.getpid()}.*systemctl") as refused,
            alone(tmp_path / "new" / "journal.db"),
        ):
            pass
        assert refused.value.exit_code == 12
        with alone(tmp_path / "another.db"):
            pass
    with alone(tmp_path / "new" / "journal.db"):
        pass


def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    journal = tmp_path / "journal.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(journal)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "mine\n"
        with pytest.raises(AnotherFault, match=f"process {first.pid}"), alone(journal):
            pass
        first.send_signal(signal.SIGKILL)
        first.wait(10)
    with alone(journal):
        assert int(journal.with_name("journal.db.lock").read_text()) == os.getpid()


def test_looking_whether_a_coach_runs_makes_nothing_and_keeps_nobody_out(tmp_path: Path) -> None:
    journal = tmp_path / "journal.db"
    assert running_since(journal) is None
    assert list(tmp_path.iterdir()) == []
    with alone(journal):
        assert running_since(journal) == lock_file(journal).stat().st_mtime
    assert running_since(journal) is None
    with alone(journal):
        pass


def test_a_coach_that_starts_while_somebody_looks_waits_for_that(tmp_path: Path) -> None:
    journal = tmp_path / "journal.db"
    with open(lock_file(journal), "wb") as look:
        fcntl.flock(look, fcntl.LOCK_SH)
        Timer(0.03, fcntl.flock, (look, fcntl.LOCK_UN)).start()
        with alone(journal):
            pass


def test_the_lock_file_is_private(tmp_path: Path) -> None:
    with alone(tmp_path / "new" / "journal.db"):
        assert (tmp_path / "new").stat().st_mode & 0o077 == 0
        assert (tmp_path / "new" / "journal.db.lock").stat().st_mode & 0o077 == 0


def test_where_no_lock_can_be_had_nobody_is_kept_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with alone(tmp_path / "file" / "journal.db"), alone(tmp_path / "file" / "journal.db"):
        pass
