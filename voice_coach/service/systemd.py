"""Install, remove and inspect the service. Only this module runs systemd's commands."""

from __future__ import annotations

import getpass
import grp
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import platformdirs

from voice_coach import emergency_number, paths
from voice_coach.app import cache_folder, models_folder
from voice_coach.faults import ServiceFault, StorageFault
from voice_coach.outside import AUTO
from voice_coach.service.unit import LINGER_MARK, NAME, Unit, text
from voice_coach.settings import PREFIX, Settings

COMMAND_SECONDS = 60.0
"""Seconds to wait for one of systemd's commands."""

BOOTED = Path("/run/systemd/system")
"""Exists only if systemd runs the machine."""

PASSED_ON = (
    *("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"),
    *emergency_number.VARIABLES,
)
"""Variables that say where a person's files are, and in which country: the service must find the
same files and name the same emergency number."""

SYSTEMDS_OWN = 200
"""Exit codes from here on are systemd's own: the program was not even started."""

TRIED = ("PrivateUsers=yes", "PrivateNetwork=yes", "ProtectSystem=strict", "ProtectProc=invisible")
"""Options that not every kernel allows in a user's service."""

_SHOWN = ("ActiveState", "SubState", "StatusText", "NRestarts", "Result", "ExecMainStatus")


def unit_file() -> Path:
    """Return the path of the unit."""
    return platformdirs.user_config_path("systemd") / "user" / NAME


def program() -> tuple[str, ...]:
    """Return the command that runs this program from this virtual environment."""
    script = Path(sys.executable).with_name("voice-coach")
    # systemd accepts no program whose path has quotes or backslashes; an argument may have them.
    if script.exists() and not set(str(script)) & set("\"'\\"):
        return (str(script),)
    return (sys.executable, "-m", "voice_coach")


def writable_folders(settings: Settings) -> tuple[Path, ...]:
    """Return the folders that a session may write to; the first is its working folder."""
    data = paths.user_models_folder().parent
    folders = [
        data,
        platformdirs.user_state_path("voice-coach"),
        paths.settings_file().parent,
        data / cache_folder(settings),
        data / models_folder(settings),
        *((data / file).parent for file in _files(settings) if file),
    ]
    unique = list(dict.fromkeys(folders))
    return tuple(f for f in unique if not any(f.is_relative_to(o) for o in unique if o != f))


def _files(settings: Settings) -> Iterator[str]:
    """Yield the files that a session writes where the settings say so."""
    if settings.journal != "none":
        yield settings.journal
    yield from (settings.record, settings.transcript)
    if settings.state_socket != AUTO:  # the unit has a folder for that
        yield settings.state_socket


def install(
    settings: Settings, options: tuple[str, ...] = (), environment: Mapping[str, str] = os.environ
) -> Iterator[str]:
    """Install the service and start it, yielding a line per step; may be repeated.

    Args:
        settings: the settings in force, which say where the service may write.
        options: command line options for each start.
        environment: variables of this process; those for the coach are written into the unit.

    Raises:
        ServiceFault: systemd is missing, cannot be reached, or refuses.
        StorageFault: a folder or the unit cannot be written.
    """
    version = _require_manager()
    folders = writable_folders(settings)
    for folder in folders:
        _make(folder)
    kept = {k: v for k, v in environment.items() if k in PASSED_ON or k.startswith(PREFIX)}
    unit = Unit((*program(), *options, "run", "--resident"), folders, kept, version)
    if not _namespaces_work():
        unit = replace(unit, namespaces=False)
        yield (
            "note  this kernel gives a user's service no namespaces: it is less confined. "
            "docs/use/service.md says what is missing."
        )
    if Path.home() in folders:
        yield (
            "note  the service may write to all of your home, because a recording or transcript "
            "goes there. Give these a folder of their own."
        )
    file = unit_file()
    before = _read(file)
    ours = before is not None and LINGER_MARK in before
    lingering = _lingers()
    if not lingering:
        lingering = ours = _set_linger("enable-linger")
    after = text(replace(unit, lingering_is_ours=ours))
    if after != before:
        _make(file.parent)
        _write(file, after)
        _systemctl("daemon-reload")
    yield f"ok    unit: {file}{' (unchanged)' if after == before else ''}"
    _systemctl("enable", NAME)
    # Loading the models takes seconds; `status` says whether it came up.
    _systemctl("start" if after == before else "restart", "--no-block", NAME)
    if lingering:
        yield "ok    it starts with the machine, even if nobody logs in"
    else:
        yield (
            "note  it starts only when you log in. Type:  "
            f"sudo loginctl enable-linger {getpass.getuser()}"
        )
    if _lacks_audio_group():
        yield (
            "note  without a login you may not use the sound card. Type:  "
            f"sudo usermod -aG audio {getpass.getuser()}  and restart the machine"
        )
    yield "ok    started; `voice-coach service status` says how it is"


def uninstall() -> Iterator[str]:
    """Stop the service and remove everything that `install` created; may be repeated.

    Raises:
        ServiceFault: systemd is missing, cannot be reached, or refuses.
        StorageFault: the unit cannot be removed.
    """
    file = unit_file()
    content = _read(file)
    if content is None:
        yield "The service is not installed."
        return
    _require_manager()
    _systemctl("disable", "--now", NAME)
    if LINGER_MARK in content:
        if _set_linger("disable-linger"):
            yield "ok    lingering is off again"
        else:
            yield (
                "note  lingering is still on. Type:  "
                f"sudo loginctl disable-linger {getpass.getuser()}"
            )
    try:
        file.unlink()
    except OSError as error:
        raise StorageFault(
            f"{file} cannot be removed: {error.strerror}", "remove it yourself"
        ) from error
    _systemctl("daemon-reload")
    _call("systemctl", "--user", "reset-failed", NAME)  # fails, harmlessly, if nothing had failed
    yield f"ok    stopped, and removed {file}"
    yield "Settings, rendered speech and recordings were left."


def status() -> Iterator[str]:
    """Yield a few lines on the state of the service.

    Raises:
        ServiceFault: systemd is missing or cannot be reached.
    """
    if _read(unit_file()) is None:
        yield "The service is not installed. Type:  voice-coach service install"
        return
    _require_manager()
    shown = _systemctl("show", NAME, f"--property={','.join(_SHOWN)}").splitlines()
    yield described(dict(line.partition("=")[::2] for line in shown))
    yield (
        "It starts with the machine."
        if _lingers()
        else f"It starts when you log in. Type:  sudo loginctl enable-linger {getpass.getuser()}"
    )
    yield f"Its faults are shown by:  journalctl --user --unit={NAME} --lines=20"


def described(shown: Mapping[str, str]) -> str:
    """Return the properties that systemd shows of the service as one line for a person."""
    active, sub = shown.get("ActiveState", ""), shown.get("SubState", "")
    code = shown.get("ExecMainStatus", "0")
    if shown.get("Result") == "watchdog":
        why = "it gave no sign of life"
    elif code.isdecimal() and int(code) >= SYSTEMDS_OWN:
        why = f"systemd could not start the program (code {code}); install the service again"
    else:
        why = f"it ended with exit code {code}, see docs/use/faults.md"
    if sub == "auto-restart":
        line = f"It waits before it starts again: {why}."
    elif active == "active":
        line = f"Running. {shown.get('StatusText', '')}".strip()
    elif active == "activating":
        line = "Starting."
    elif active == "failed":
        line = f"Stopped: {why}. Fix that, then type:  systemctl --user restart {NAME}"
    else:
        line = f"Stopped. Type:  systemctl --user start {NAME}"
    restarts = shown.get("NRestarts", "0")
    return line if restarts in ("", "0") else f"{line} Restarts so far: {restarts}."


def _require_manager() -> int:
    """Return systemd's version; raise ServiceFault if the user's manager cannot be reached."""
    if shutil.which("systemctl") is None or not BOOTED.is_dir():
        raise ServiceFault(
            "This machine does not run systemd, so there is no service to set up",
            "start `voice-coach run` with whatever starts programs here",
        )
    if os.geteuid() == 0 and os.environ.get("SUDO_USER"):
        raise ServiceFault(
            "The service belongs to a user, not to root", "repeat this without sudo, as yourself"
        )
    answer = _call("systemctl", "--user", "show", "--property=Version", "--value")
    if answer.returncode != 0:
        raise ServiceFault(
            f"Your service manager cannot be reached: {_last_line(answer)}",
            "log in as yourself, at the machine or by ssh (not by su), and try again",
        )
    number = re.match(r"\d+", answer.stdout)
    return int(number[0]) if number else 0


def _namespaces_work() -> bool:
    tried = [f"--property={name}" for name in TRIED]
    try:
        result = _call("systemd-run", "--user", "--wait", "--quiet", "--collect", *tried, "true")
    except ServiceFault:
        return False
    return result.returncode == 0


def _lingers() -> bool:
    shown = _call("loginctl", "show-user", getpass.getuser(), "--property=Linger", "--value")
    return shown.stdout.strip() == "yes"


def _set_linger(verb: str) -> bool:
    """Turn lingering on or off without asking for a password; return whether that worked."""
    command = ("loginctl", "--no-ask-password", verb, getpass.getuser())
    if _call(*command).returncode == 0:
        return True
    return shutil.which("sudo") is not None and _call("sudo", "-n", *command).returncode == 0


def _lacks_audio_group() -> bool:
    try:
        audio = grp.getgrnam("audio")
    except KeyError:
        return False
    return os.geteuid() != 0 and audio.gr_gid not in {*os.getgroups(), os.getegid()}


def _systemctl(*arguments: str) -> str:
    result = _call("systemctl", "--user", *arguments)
    if result.returncode != 0:
        raise ServiceFault(
            f"`systemctl --user {' '.join(arguments)}` failed: {_last_line(result)}",
            f"look at `systemctl --user status {NAME}`",
        )
    return result.stdout


def _call(*command: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ServiceFault(
            f"{command[0]} does not work: {error}", "look whether systemd runs here"
        ) from error


def _last_line(result: subprocess.CompletedProcess[str]) -> str:
    lines = (result.stderr or result.stdout).strip().splitlines()
    return lines[-1].strip().rstrip(".") if lines else f"exit code {result.returncode}"


def _read(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageFault(
            f"{file} cannot be read: {error.strerror}", "check who owns it"
        ) from error


def _write(file: Path, content: str) -> None:
    new = file.with_name(f".{file.name}.new")
    try:
        new.write_text(content, encoding="utf-8", errors="surrogateescape")
        new.replace(file)  # the whole new file, or the old one
    except OSError as error:
        raise StorageFault(
            f"{file} cannot be written: {error.strerror}", "free some space, or check its folder"
        ) from error


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageFault(
            f"The folder {folder} cannot be created: {error.strerror}",
            "free some space, or check the folder above it",
        ) from error
