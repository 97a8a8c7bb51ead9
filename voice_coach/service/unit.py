"""The text of the systemd user unit, from plain data. docs/use/service.md gives the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

NAME = "voice-coach.service"

WATCHDOG_SECONDS = 60
"""Far more than opening or closing a sound card that hangs takes."""

NEEDS_A_PERSON = (2, 3, 4, 5, 6)
"""Exit codes of docs/use/faults.md after which another start would go just the same."""

INTERRUPTED = 130

RISING_DELAYS = 254
"""The first version of systemd that lets the delay before a restart rise."""

LINGER_MARK = "Lingering=turned on by voice-coach"
"""Stands in the unit if uninstalling shall turn lingering off again."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What the unit's text depends on.

    Attributes:
        command: the program and its arguments; systemd takes no program whose path has quotes
            or backslashes.
        writable: folders that the service may write to; all other files are read-only to it. The
            first is its working folder.
        environment: variables set for it.
        version: of systemd.
        namespaces: whether this machine lets a user's service have its own mounts and network.
        lingering_is_ours: whether uninstalling shall turn lingering off.
    """

    command: tuple[str, ...]
    writable: tuple[Path, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    version: int = 252
    namespaces: bool = True
    lingering_is_ours: bool = False


def quoted(word: str) -> str:
    """Return a word as systemd reads it back unchanged, whatever characters it has."""
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("\n", "\\n")):
        word = word.replace(plain, escaped)
    return f'"{word}"'


def argument(word: str) -> str:
    """Return an argument of a command: there, systemd would put variables in place of $NAME."""
    return quoted(word).replace("$", "$$")


def text(unit: Unit) -> str:
    """Return the unit file."""
    lines = [
        "# Written by `voice-coach service install`, which overwrites changes made here; use",
        f"# `systemctl --user edit {NAME}` for your own.",
        "[Unit]",
        "Description=Voice coach for back spasms",
        "# A sound card may be plugged in tomorrow, and nobody can type: never give up. What keeps",
        "# the loop slow is the delay before each start.",
        "StartLimitIntervalSec=0",
        "After=pipewire.service pipewire-pulse.service wireplumber.service pulseaudio.service",
        "",
        "[Service]",
        "Type=notify",
        "NotifyAccess=main",
        f"ExecStart={' '.join([quoted(unit.command[0]), *map(argument, unit.command[1:])])}",
        # The minus: a folder that was removed since is no reason not to start.
        f"WorkingDirectory=-{str(unit.writable[0]).replace('%', '%%')}",
        "# onnxruntime, which runs the voice, would report to its maker.",
        "Environment=ORT_DISABLE_TELEMETRY=1",
        *(f"Environment={quoted(f'{k}={v}')}" for k, v in sorted(unit.environment.items())),
        "# The transcript is nobody's business; faults go to the journal.",
        "StandardOutput=null",
        "StandardError=journal",
        "",
        "Restart=always",
        *_delays(unit.version),
        "# Settings, prompts, model, voice: another start would only say the same fault again.",
        f"RestartPreventExitStatus={' '.join(map(str, NEEDS_A_PERSON))}",
        f"SuccessExitStatus={INTERRUPTED}",
        "# Fed by the ring, block by block of sound; without a sound card, by blocks of silence.",
        f"WatchdogSec={WATCHDOG_SECONDS}",
        "TimeoutStartSec=180",
        "# After SIGTERM a pad is taken off, in up to 12 s, and the journal written, in up to 5 s.",
        "# Only the coach is sent it: its voice has to last until then.",
        "TimeoutStopSec=30",
        "KillMode=mixed",
        "",
        "# A session needs 118 MB, and 327 while it renders speech.",
        "MemoryHigh=450M",
        "MemoryMax=600M",
        "MemorySwapMax=100M",
        "TasksMax=64",
        "LimitCORE=0",
        "# Sound does not wait: before what else the user runs.",
        "CPUWeight=500",
        "",
        "NoNewPrivileges=yes",
        "UMask=0077",
        "RestrictAddressFamilies=AF_UNIX",
        "RestrictNamespaces=yes",
        "RestrictSUIDSGID=yes",
        "LockPersonality=yes",
        "SystemCallArchitectures=native",
        "SystemCallFilter=@system-service",
        "SystemCallFilter=~@privileged",
        "SystemCallErrorNumber=EPERM",
    ]
    if unit.namespaces:
        lines += [
            "# All of these need the first: a user's service manager may not mount without it.",
            "PrivateUsers=yes",
            "PrivateMounts=yes",
            "PrivateNetwork=yes",
            "ProtectSystem=strict",
            "ProtectHome=read-only",
            *(f"ReadWritePaths=-{quoted(str(folder))}" for folder in unit.writable),
            "PrivateTmp=yes",
            "ProtectProc=invisible",
            "ProtectControlGroups=yes",
            "ProtectHostname=yes",
            "ProtectKernelModules=yes",
            "CapabilityBoundingSet=",
        ]
    lines += ["", "[Install]", "WantedBy=default.target"]
    if unit.lingering_is_ours:
        lines += ["", "[X-VoiceCoach]", LINGER_MARK]
    return "\n".join(lines) + "\n"


def _delays(version: int) -> list[str]:
    if version < RISING_DELAYS:
        return ["RestartSec=30"]
    return ["RestartSec=5", "RestartSteps=5", "RestartMaxDelaySec=120"]
