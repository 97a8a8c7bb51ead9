"""Disk, clock, processor and network, with files in place of a machine."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from voice_coach.doctor.finding import probed
from voice_coach.doctor.host import clock, disk, look_at_processor, network, processor

NOW = datetime(2027, 3, 1, tzinfo=UTC)


class Usage(NamedTuple):
    free: int


@pytest.mark.parametrize(
    ("free", "state", "code"), [(10**9, "ok", 0), (10**8, "warning", 0), (10**6, "fault", 8)]
)
def test_free_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: str, code: int
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(free))
    found = probed("disk", lambda: disk({"cache_folder": tmp_path / "new" / "cache"}))
    assert list(tmp_path.iterdir()) == [], "looking makes no folder"
    assert (found.state, found.code) == (state, code)
    assert bool(found.remedy) == (state != "ok")


def test_a_folder_that_cannot_be_written_names_its_setting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    found = probed("disk", lambda: disk({"cache_folder": tmp_path / "file"}))
    assert (found.state, found.code) == ("fault", 8)
    assert "set cache_folder" in found.remedy


@pytest.mark.parametrize(
    ("now", "synchronised", "battery", "state"),
    [
        (NOW, True, False, "ok"),
        (NOW, False, True, "ok"),
        (NOW, None, False, "ok"),
        (NOW, False, False, "warning"),
        (datetime(1970, 1, 1, tzinfo=UTC), True, True, "warning"),
        (datetime(2026, 10, 31, tzinfo=UTC), True, True, "warning"),
        (datetime(2106, 2, 7, tzinfo=UTC), None, True, "warning"),
    ],
)
def test_clock(now: datetime, synchronised: bool | None, battery: bool, state: str) -> None:
    found = clock(now, synchronised, battery=battery)
    assert found.state == state
    assert bool(found.remedy) == (state == "warning")


@pytest.mark.parametrize(
    ("bits", "celsius", "state", "remedy"),
    [
        (0x0, 50.0, "ok", ""),
        (0x50005, 50.0, "warning", "power supply"),
        (0x50000, 50.0, "warning", "power supply"),
        (0x4, 70.0, "warning", "fan"),
        (0x8, 70.0, "warning", "fan"),
        (0x40000, 50.0, "warning", "fan"),
        (0x0, 84.0, "warning", "fan"),
        (None, 45.0, "ok", ""),
        (None, None, "skipped", ""),
    ],
)
def test_processor(bits: int | None, celsius: float | None, state: str, remedy: str) -> None:
    found = processor("a machine", bits, celsius, 0.5)
    assert found.state == state
    assert remedy in found.remedy


def test_a_raspberry_pi_is_read(tmp_path: Path) -> None:
    def file(name: str, text: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    file("proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.4\0")
    file("proc/loadavg", "0.50 0.40 0.30 1/100 4242\n")
    file("sys/devices/platform/soc/soc:firmware/get_throttled", "50005\n")
    file("sys/class/thermal/thermal_zone0/temp", "61234\n")
    file("sys/class/thermal/thermal_zone1/temp", "-274000\n")
    found = look_at_processor(tmp_path)
    assert "voltage" in found.what
    assert found.figures["machine"] == "Raspberry Pi 4 Model B Rev 1.4"
    assert found.figures["throttled"] == "0x50005"
    assert found.figures["celsius"] == 61.2


def test_another_machine_is_skipped_by_name(tmp_path: Path) -> None:
    found = look_at_processor(tmp_path)
    assert found.state == "skipped"
    assert str(found.figures["machine"]) in found.what


@pytest.mark.skipif(not Path("/proc/self/net/udp").exists(), reason="there is no /proc")
def test_a_network_socket_is_seen() -> None:
    # In a process of its own: another test may have left a connection open in this one.
    code = """
import socket
from voice_coach.doctor.host import network
print(network().state)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
    held.bind(("127.0.0.1", 0))
    found = network()
print(found.state, found.figures["sockets"])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == ["ok", "warning", "1"]


def test_where_nothing_can_be_seen_none_is_needed(tmp_path: Path) -> None:
    found = network(tmp_path)
    assert (found.state, found.figures["sockets"]) == ("ok", None)
