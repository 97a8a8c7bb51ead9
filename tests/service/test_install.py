"""Installing and removing the service, with fake systemd commands."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from voice_coach.faults import ServiceFault, StorageFault
from voice_coach.service import systemd
from voice_coach.service.systemd import described, install, status, uninstall
from voice_coach.settings import Settings

FAKE = """#!/bin/sh
name=$(basename "$0")
echo "$name $*" >>"{log}"
case "$name $*" in
    *--property=Version*) echo "{version}" ;;
    *--property=Linger*) [ -e "{home}/lingers" ] && echo yes || echo no ;;
    *enable-linger*) [ "{may_linger}" = 1 ] && touch "{home}/lingers" ;;
    *disable-linger*) [ "{may_linger}" = 1 ] && rm "{home}/lingers" ;;
    *"show voice-coach"*) printf 'ActiveState=active\\nStatusText=Listening.\\n' ;;
    systemd-run*) exit {namespaces} ;;
    sudo*) exit 1 ;;
esac
"""


@dataclass
class Machine:
    """A machine whose systemd records its requests."""

    home: Path
    log: Path

    def pretend(
        self, *, may_linger: bool = True, namespaces: bool = True, version: str = "252.39-1~deb12u2"
    ) -> None:
        commands = self.home / "bin"
        commands.mkdir(exist_ok=True)
        script = FAKE.format(
            log=self.log,
            home=self.home,
            may_linger=int(may_linger),
            namespaces=0 if namespaces else 1,
            version=version,
        )
        for name in ("systemctl", "loginctl", "systemd-run", "sudo"):
            (commands / name).write_text(script)
            (commands / name).chmod(0o755)

    def asked(self) -> list[str]:
        """Return the requests that changed something, since the last call."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.write_text("")
        return [line for line in lines if " show" not in line and "systemd-run" not in line]

    @property
    def unit(self) -> Path:
        return self.home / "config/systemd/user/voice-coach.service"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path, tmp_path / "log")
    machine.pretend()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SUDO_USER", raising=False)
    for name in ("config", "cache", "data", "state"):
        monkeypatch.setenv(f"XDG_{name.upper()}_HOME", str(tmp_path / name))
    monkeypatch.setattr(systemd, "BOOTED", tmp_path)
    return machine


def test_installing_writes_enables_lingers_and_starts(machine: Machine) -> None:
    lines = list(install(Settings()))
    written = machine.unit.read_text()
    assert f'ExecStart="{Path(sys.executable).parent}' in written
    assert written.splitlines()[written.splitlines().index("[Install]") + 1] == (
        "WantedBy=default.target"
    )
    assert [line.split("linger")[0] for line in machine.asked()] == [
        "loginctl --no-ask-password enable-",
        "systemctl --user daemon-reload",
        "systemctl --user enable voice-coach.service",
        "systemctl --user restart --no-block voice-coach.service",
    ]
    assert any("starts with the machine" in line for line in lines)


def test_installing_twice_changes_nothing(machine: Machine) -> None:
    list(install(Settings()))
    before = machine.unit.read_text()
    machine.asked()
    lines = list(install(Settings()))
    assert machine.unit.read_text() == before
    assert "(unchanged)" in lines[0]
    assert not any("daemon-reload" in line or "restart" in line for line in machine.asked())


def test_uninstalling_removes_all_that_installing_made(machine: Machine) -> None:
    list(install(Settings()))
    list(install(Settings()))  # the second must not forget whose the lingering is
    machine.asked()
    list(uninstall())
    assert machine.asked()[0] == "systemctl --user disable --now voice-coach.service"
    assert not (machine.home / "lingers").exists()
    assert not list((machine.home / "config/systemd/user").iterdir())
    assert list(uninstall()) == ["The service is not installed."]


def test_lingering_that_was_on_before_stays_on(machine: Machine) -> None:
    (machine.home / "lingers").touch()
    list(install(Settings()))
    list(uninstall())
    assert (machine.home / "lingers").exists()


def test_lingering_that_is_refused_is_told_with_its_mend(machine: Machine) -> None:
    machine.pretend(may_linger=False)
    lines = list(install(Settings()))
    assert any("sudo loginctl enable-linger" in line for line in lines)
    assert "sudo" in "".join(machine.asked())
    list(uninstall())
    assert not any("disable-linger" in line for line in machine.asked())


def test_where_the_kernel_gives_no_namespaces_it_says_so(machine: Machine) -> None:
    machine.pretend(namespaces=False)
    lines = list(install(Settings()))
    assert lines[0].startswith("note")
    assert "PrivateUsers" not in machine.unit.read_text()


def test_it_may_write_where_the_settings_say_and_the_folders_are_made(machine: Machine) -> None:
    settings = Settings(
        cache_folder=str(machine.home / "elsewhere/cues"),
        journal=str(machine.home / "diary/journal.db"),
        record=str(machine.home / "sessions/last.wav"),
        transcript="last.txt",
    )
    list(install(settings, ("--set", "pace=3"), {"VOICE_COACH_DEVICE": "Jabra", "SECRET": "x"}))
    lines = machine.unit.read_text().splitlines()
    writable = {line.partition("=-")[2] for line in lines if line.startswith("ReadWritePaths")}
    for folder in ("elsewhere/cues", "diary", "sessions", "data/voice-coach", "config/voice-coach"):
        assert f'"{machine.home / folder}"' in writable
        assert (machine.home / folder).is_dir()
    assert f"WorkingDirectory=-{machine.home / 'data/voice-coach'}" in lines
    assert any(line.endswith('"--set" "pace=3" "run" "--resident"') for line in lines)
    assert 'Environment="VOICE_COACH_DEVICE=Jabra"' in lines
    assert "SECRET" not in machine.unit.read_text()


def test_a_new_systemd_gets_rising_delays(machine: Machine) -> None:
    machine.pretend(version="257.8-1~deb13u2")
    list(install(Settings()))
    assert "RestartMaxDelaySec=120" in machine.unit.read_text()


def test_without_systemd_it_says_what_to_do(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(systemd, "BOOTED", machine.home / "none")
    with pytest.raises(ServiceFault, match="does not run systemd"):
        list(install(Settings()))
    assert not machine.unit.exists()


def test_a_manager_out_of_reach_is_a_fault_with_a_mend(machine: Machine) -> None:
    fake = machine.home / "bin/systemctl"
    fake.write_text("#!/bin/sh\necho 'Failed to connect to bus: No medium found' >&2\nexit 1\n")
    with pytest.raises(ServiceFault, match=r"No medium found\. Log in as yourself"):
        list(install(Settings()))


def test_root_by_sudo_is_sent_back(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "somebody")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(ServiceFault, match="without sudo"):
        list(install(Settings()))


def test_a_folder_that_cannot_be_made_is_named(machine: Machine) -> None:
    (machine.home / "file").touch()
    with pytest.raises(StorageFault, match="file/cues"):
        list(install(Settings(cache_folder=str(machine.home / "file/cues"))))


def test_status_says_how_it_is(machine: Machine) -> None:
    assert "not installed" in "".join(status())
    list(install(Settings()))
    lines = list(status())
    assert lines[:2] == ["Running. Listening.", "It starts with the machine."]


@pytest.mark.parametrize(
    ("shown", "line"),
    [
        ({"ActiveState": "active", "StatusText": "Listening."}, "Running. Listening."),
        ({"ActiveState": "activating", "SubState": "start"}, "Starting."),
        (
            {"ActiveState": "activating", "SubState": "auto-restart", "ExecMainStatus": "7"},
            "It waits before it starts again: it ended with exit code 7, see docs/use/faults.md.",
        ),
        (
            {"ActiveState": "failed", "ExecMainStatus": "3", "Result": "exit-code"},
            "Stopped: it ended with exit code 3, see docs/use/faults.md. Fix that, then type:  "
            "systemctl --user restart voice-coach.service",
        ),
        (
            {
                "ActiveState": "activating",
                "SubState": "auto-restart",
                "Result": "watchdog",
                "NRestarts": "2",
            },
            "It waits before it starts again: it gave no sign of life. Restarts so far: 2.",
        ),
        (
            {"ActiveState": "activating", "SubState": "auto-restart", "ExecMainStatus": "203"},
            "It waits before it starts again: systemd could not start the program (code 203); "
            "install the service again.",
        ),
        (
            {"ActiveState": "inactive"},
            "Stopped. Type:  systemctl --user start voice-coach.service",
        ),
    ],
)
def test_what_systemd_shows_becomes_one_line(shown: dict[str, str], line: str) -> None:
    assert described(shown) == line
