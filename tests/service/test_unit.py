"""The unit's text, and systemd's own judgement of it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from voice_coach import faults, screen, watchdog
from voice_coach.cli import ending
from voice_coach.journal.store import CLOSE_SECONDS
from voice_coach.service import unit
from voice_coach.service.unit import NAME, Unit, argument, quoted, text
from voice_coach.session import LEAVE_SECONDS

EXPOSURE = 2.5
"""The bound that docs/use/service.md promises; 0 is best, 10 worst."""

HERE = Unit((sys.executable, "-m", "voice_coach", "run"), (Path("/var/tmp"),))

needs_analyze = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


def analyze(tmp_path: Path, content: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    file = tmp_path / NAME
    file.write_text(content, encoding="utf-8")
    return subprocess.run(
        ["systemd-analyze", "--user", *arguments, str(file)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path), "SYSTEMD_EMOJI": "0"},
    )


@needs_analyze
@pytest.mark.parametrize("namespaces", [True, False])
def test_systemd_finds_no_fault_in_it(tmp_path: Path, namespaces: bool) -> None:
    odd = tmp_path / 'a "folder" 100% $HOME \\x'
    odd.mkdir()
    program = tmp_path / "100% voice $coach"
    program.symlink_to(shutil.which("true") or "/bin/true")
    written = text(
        Unit(
            (str(program), "run", "--device", "50% $x"),
            (odd, tmp_path),
            {"VOICE_COACH_DEVICE": 'the "Jabra" 100%'},
            namespaces=namespaces,
            lingering_is_ours=True,
        )
    )
    result = analyze(tmp_path, written, "verify")
    assert result.returncode == 0, result.stderr
    # Other units of this machine may be complained of; ours may not.
    assert "voice-coach" not in result.stderr
    assert str(tmp_path) not in result.stderr


@needs_analyze
def test_verifying_would_notice_a_fault(tmp_path: Path) -> None:
    broken = text(HERE).replace("NoNewPrivileges=yes", "NoNewPrivileges=perhaps")
    assert "voice-coach" in analyze(tmp_path, broken, "verify").stderr


@needs_analyze
def test_its_exposure_is_as_low_as_documented(tmp_path: Path) -> None:
    result = analyze(tmp_path, text(HERE), "security", "--offline=true")
    found = re.search(r"exposure level for \S+: ([\d.]+)", result.stdout)
    assert found is not None, result.stdout + result.stderr
    print(found[0])
    assert float(found[1]) <= EXPOSURE
    page = (Path(__file__).parents[2] / "docs/use/service.md").read_text(encoding="utf-8")
    assert f"at most {EXPOSURE} " in page


def test_words_are_written_so_that_systemd_reads_them_back() -> None:
    assert quoted('a "b" 5% \\') == '"a \\"b\\" 5%% \\\\"'
    assert quoted("$HOME") == '"$HOME"'
    assert argument("$HOME") == '"$$HOME"'


def test_older_and_newer_systemd_get_what_they_know() -> None:
    old, new = text(HERE), text(Unit(HERE.command, HERE.writable, version=257))
    assert "RestartSec=30" in old and "RestartSteps" not in old
    assert "RestartSec=5" in new and "RestartMaxDelaySec=120" in new


def test_only_faults_that_need_a_person_end_the_restarts() -> None:
    kept = {
        faults.SettingsFault,
        faults.PromptFault,
        faults.ModelFault,
        faults.VoiceFault,
    }
    assert {fault.exit_code for fault in kept} | {2} == set(unit.NEEDS_A_PERSON)
    assert ending.INTERRUPTED == unit.INTERRUPTED


def test_nothing_said_reaches_a_log() -> None:
    assert "StandardOutput=null" in text(HERE).splitlines()


def test_without_namespaces_the_network_stays_forbidden() -> None:
    lines = text(Unit(HERE.command, HERE.writable, namespaces=False)).splitlines()
    assert "RestrictAddressFamilies=AF_UNIX" in lines
    assert not any(line.startswith(("Private", "Protect", "ReadWrite")) for line in lines)


def test_there_is_time_to_take_a_pad_off_when_it_is_stopped() -> None:
    found = re.search(r"^TimeoutStopSec=(\d+)$", text(HERE), re.MULTILINE)
    assert found is not None
    assert int(found[1]) > LEAVE_SECONDS + CLOSE_SECONDS + 2 * screen.CLOSE_SECONDS + 5
    assert "KillMode=mixed\n" in text(HERE), "the voice lasts until then"


def test_a_coach_that_stood_still_is_started_anew() -> None:
    assert faults.StandstillFault.exit_code not in unit.NEEDS_A_PERSON
    assert watchdog.END_SECONDS < unit.WATCHDOG_SECONDS
