"""The host: sound devices, disk, clock, processor, and that no network is used."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from voice_coach.audio.cards import cards, choose
from voice_coach.doctor.finding import Figures, Finding
from voice_coach.faults import StorageFault
from voice_coach.journal import timestamp

DISK, CLOCK, PROCESSOR, NETWORK = "disk", "clock", "processor", "network"

LITTLE_BYTES = 200_000_000
"""Free bytes below which there is a warning: all rendered speech of one voice takes some 65 MB."""

TOO_LITTLE_BYTES = 10_000_000

RELEASED = datetime(2026, 11, 1, tzinfo=UTC)
"""When this program was written: a clock that shows an earlier time is wrong."""

YEARS_OF_USE = 30
"""A clock further ahead than this is more likely wrong than right."""

HOT_CELSIUS = 80.0
"""From this temperature on, a Raspberry Pi slows down."""

_TOOL_SECONDS = 5.0


def writable(folder: Path, setting: str) -> None:
    """Check that a folder can be written, or made, and leave nothing there.

    Raises:
        StorageFault: it cannot; the remedy names the setting that chooses another folder.
    """
    try:
        with tempfile.TemporaryFile(dir=_there(folder)) as file:
            file.write(b"0")
            file.flush()
    except OSError as error:
        raise StorageFault(
            f"The {setting.replace('_', ' ')} {folder} cannot be written: {error.strerror}",
            f"free some space, or set {setting}",
        ) from error


def _there(folder: Path) -> Path:
    """Return a folder, or the nearest one above it that there is."""
    return next((place for place in (folder, *folder.parents) if place.exists()), folder)


def disk(folders: Mapping[str, Path]) -> Finding:
    """Judge free space and permission to write.

    Args:
        folders: name of the setting -> its folder.

    Raises:
        StorageFault: a folder cannot be written, or its disk is full.
    """
    figures: Figures = {}
    for setting, folder in folders.items():
        writable(folder, setting)
        free = shutil.disk_usage(_there(folder)).free
        figures[f"{setting}_free_mb"] = round(free / 1e6)
        if free < TOO_LITTLE_BYTES:
            raise StorageFault(f"The disk of the {setting.replace('_', ' ')} is full", "free some")
    least = min((int(value or 0) for value in figures.values()), default=0)
    if least * 1e6 < LITTLE_BYTES:
        what = "There's little space left on the disk"
        return Finding(DISK, "warning", what, "delete what isn't needed", figures)
    return Finding(DISK, "ok", "There's space on the disk, and it can be written", "", figures)


def clock(now: datetime, synchronised: bool | None, *, battery: bool) -> Finding:
    """Judge the clock: the journal's dates depend on it.

    Args:
        now: the time it shows.
        synchronised: whether the network has set it; None if that is unknown.
        battery: whether it keeps running while the machine is off.
    """
    figures: Figures = {
        "time": now.isoformat(timespec="seconds"),
        "synchronised": synchronised,
        "battery": battery,
    }
    if not RELEASED <= now < RELEASED.replace(year=RELEASED.year + YEARS_OF_USE):
        return Finding(
            CLOCK,
            "warning",
            "The clock is wrong, so the journal will be too",
            "set it with `sudo date`, or connect the machine to the network once",
            figures,
        )
    if synchronised is False and not battery:
        return Finding(
            CLOCK,
            "warning",
            "The clock stops while the machine is off, and nothing sets it",
            "add a battery clock, or let the machine set it from the network now and then",
            figures,
        )
    return Finding(CLOCK, "ok", "The clock shows a likely time", "", figures)


def look_at_clock() -> Finding:
    """Judge the clock of this machine."""
    shown = _printed(["timedatectl", "show", "--property=NTPSynchronized", "--value"])
    synchronised = {"yes": True, "no": False}.get(shown)
    return clock(datetime.now(UTC), synchronised, battery=timestamp.now().steady)


LOW_VOLTAGE, CAPPED, THROTTLED, SOFT_LIMIT = 1, 2, 4, 8
"""Bits of a Raspberry Pi's get_throttled: now, and 16 bits higher since its start."""


def processor(name: str, bits: int | None, celsius: float | None, load: float) -> Finding:
    """Judge voltage, temperature and load of the processor.

    Args:
        name: of the machine.
        bits: a Raspberry Pi's get_throttled; None on other machines.
        celsius: temperature of its hottest part; None if unknown.
        load: processes ready to run, per core.
    """
    figures: Figures = {
        "machine": name,
        "throttled": None if bits is None else f"{bits:#x}",
        "celsius": None if celsius is None else round(celsius, 1),
        "load_per_core": round(load, 2),
    }

    def bad(what: str, remedy: str) -> Finding:
        return Finding(PROCESSOR, "warning", what, remedy, figures)

    supply = "use the power supply that is made for it, and a powered hub for USB devices"
    cooling = "give it a fan, and let air get to it"
    now, ever = (0, 0) if bits is None else (bits & 0xF, bits >> 16 & 0xF)
    if now & LOW_VOLTAGE:
        return bad("The Raspberry Pi gets too little voltage", supply)
    if now & (THROTTLED | CAPPED | SOFT_LIMIT) or (celsius or 0.0) >= HOT_CELSIUS:
        return bad("The processor is hot, and has slowed down", cooling)
    if ever & LOW_VOLTAGE:
        return bad("The Raspberry Pi has had too little voltage since it was started", supply)
    if ever:
        return bad("The processor has had to slow down since it was started", cooling)
    if bits is None and celsius is None:
        what = f"Neither voltage nor temperature can be read on this machine, {name}"
        return Finding(PROCESSOR, "skipped", what, "", figures)
    return Finding(PROCESSOR, "ok", "The processor is cool", "", figures)


def look_at_processor(root: Path = Path("/")) -> Finding:
    """Judge the processor of this machine.

    Args:
        root: folder that holds sys and proc.
    """
    model = _text(root / "proc/device-tree/model").strip("\0")
    bits = None
    for file in sorted((root / "sys/devices/platform/soc").glob("*/get_throttled")):
        bits = _number(_text(file), 16)
    if bits is None and "Raspberry Pi" in model:
        bits = _number(_printed(["vcgencmd", "get_throttled"]).partition("=")[2], 16)
    zones = sorted((root / "sys/class/thermal").glob("thermal_zone*/temp"))
    degrees = [_number(_text(zone), 10) for zone in zones]
    # An unused zone reads 0 or less.
    known = [d / 1000 for d in degrees if d is not None and d > 0]
    load = _text(root / "proc/loadavg").split()
    per_core = float(load[0]) / (os.cpu_count() or 1) if load else 0.0
    name = model or f"{platform.system()} on {platform.machine()}"
    return processor(name, bits, max(known, default=None), per_core)


_TABLES = ("tcp", "tcp6", "udp", "udp6", "udplite", "udplite6", "raw", "raw6", "icmp", "icmp6")


def network(process: Path = Path("/proc/self")) -> Finding:
    """Check that this program holds no network socket: it needs none.

    Args:
        process: the program's folder in /proc.
    """
    need = "No network is needed"
    try:
        held = {os.readlink(link) for link in (process / "fd").iterdir() if link.is_symlink()}
        inodes = set(_inodes(_text(process / "net" / table) for table in _TABLES))
    except OSError:
        return Finding(NETWORK, "ok", need, "", {"sockets": None})
    count = len(held & {f"socket:[{inode}]" for inode in inodes})
    if count:
        what = "This program holds a network connection, and it shouldn't"
        return Finding(NETWORK, "warning", what, "please report this", {"sockets": count})
    return Finding(NETWORK, "ok", f"{need}, and it is not used", "", {"sockets": 0})


def _inodes(tables: Iterable[str]) -> Iterable[str]:
    for table in tables:
        for line in table.splitlines()[1:]:
            words = line.split()
            if len(words) > 9:
                yield words[9]


def _number(text: str, base: int) -> int | None:
    try:
        return int(text.strip(), base)
    except ValueError:
        return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _printed(command: list[str]) -> str:
    """Return what a program prints; "" if it is missing or fails."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_TOOL_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


# --- sound devices

SOUND_CARD = "sound card"

_NO_CARD = "no sound card; `voice-coach run` will rehearse"


def chosen_devices(wanted: str) -> Finding:
    """Find the microphone and the loudspeaker that the setting means.

    Args:
        wanted: the device setting.

    Raises:
        AudioFault: PortAudio is missing, or there is no such device.
    """
    found = cards()
    if not found and not wanted:
        remedy = "plug one in; a USB speakerphone is best"
        return Finding(SOUND_CARD, "warning", _NO_CARD, remedy, {"devices": 0})
    microphone, loudspeaker = choose(wanted, found)
    return Finding(
        SOUND_CARD,
        "ok",
        f'microphone "{microphone.name}", loudspeaker "{loudspeaker.name}"',
        "",
        {
            "devices": len(found),
            "host": microphone.host,
            "microphone_rate_hz": microphone.rate,
            "loudspeaker_rate_hz": loudspeaker.rate,
        },
    )
