"""The systemd user unit: a template and what fills it in. docs/use/service.md gives the reasons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

NAME = "voice-coach.service"

TEMPLATE = Path(__file__).with_name("voice-coach.service.in")

WATCHDOG_SECONDS = 60
"""Far longer than it takes to open or close a sound card that hangs."""

NEEDS_A_PERSON = (2, 3, 4, 5, 6)
"""Exit codes of docs/use/faults.md after which another start would fail too."""

INTERRUPTED = 130

RISING_DELAYS = 254
"""The first version of systemd that can increase the delay before each restart."""

LINGER_MARK = "Lingering=turned on by voice-coach"
"""Line in the unit that tells `uninstall` to turn lingering off again."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What the unit's text depends on.

    Attributes:
        command: the program and its arguments; systemd accepts no program whose path has quotes or
            backslashes.
        writable: folders that the service may write to; all other files are read-only to it. The
            first is its working folder.
        environment: variables set for it.
        version: version of systemd.
        namespaces: whether this machine lets a user's service have its own mounts and network.
        lingering_is_ours: whether uninstalling turns lingering off.
    """

    command: tuple[str, ...]
    writable: tuple[Path, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    version: int = 252
    namespaces: bool = True
    lingering_is_ours: bool = False


def quoted(word: str) -> str:
    """Return a word quoted so that systemd reads it unchanged, whatever characters it has."""
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("\n", "\\n")):
        word = word.replace(plain, escaped)
    return f'"{word}"'


def argument(word: str) -> str:
    """Return a command argument quoted; there, systemd would also expand $NAME."""
    return quoted(word).replace("$", "$$")


def text(unit: Unit) -> str:
    """Return the unit file: the template, filled in."""
    template = TEMPLATE.read_text(encoding="utf-8")
    if not unit.namespaces:
        template = re.sub(r"#begin namespaces.*#end namespaces\n", "", template, flags=re.DOTALL)
    environment = [quoted(f"{k}={v}") for k, v in sorted(unit.environment.items())]
    filled = Template(re.sub(r"#(begin|end) namespaces\n", "", template)).substitute(
        name=NAME,
        command=" ".join([quoted(unit.command[0]), *map(argument, unit.command[1:])]),
        # After a minus: systemd starts the coach even if the folder has been removed.
        folder=str(unit.writable[0]).replace("%", "%%"),
        environment="".join(f"Environment={variable}\n" for variable in environment),
        delays="RestartSec=5\nRestartSteps=5\nRestartMaxDelaySec=120"
        if unit.version >= RISING_DELAYS
        else "RestartSec=30",
        no_restart=" ".join(map(str, NEEDS_A_PERSON)),
        interrupted=INTERRUPTED,
        watchdog=WATCHDOG_SECONDS,
        writable="".join(f"ReadWritePaths=-{quoted(str(folder))}\n" for folder in unit.writable),
        lingering=f"\n[X-VoiceCoach]\n{LINGER_MARK}" if unit.lingering_is_ours else "",
    )
    return filled.rstrip("\n") + "\n"
