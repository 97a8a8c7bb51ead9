"""Settings: from the defaults, a TOML file, the environment and flags, each overriding the last.

Every value records where it came from, and `voice-coach check --settings` prints that. An invalid
value is refused with its name, its source and the reason.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec

from voice_coach import paths
from voice_coach.coach.limits import CAP_SECONDS, MINUTE
from voice_coach.coach.pace import DEFAULT_PACE, PACES
from voice_coach.faults import SettingsFault
from voice_coach.near_names import did_you_mean, near_names
from voice_coach.quiet_hours import PATTERN as HOURS_PATTERN
from voice_coach.toml_file import as_toml, parse

LARGEST_FILE = 100_000
"""Most bytes of a settings file; a larger one is something else."""

PREFIX = "VOICE_COACH_"
"""Environment variables are this prefix and the name of the setting in capitals."""

_HEAT_MINUTES = CAP_SECONDS["heat"] / MINUTE
_ICE_MINUTES = CAP_SECONDS["ice"] / MINUTE


def _limits(low: float, high: float, meaning: str) -> Any:
    return msgspec.Meta(ge=low, le=high, description=meaning)


def _meaning(text: str) -> Any:
    return msgspec.Meta(description=text)


def _path(text: str) -> Any:
    return msgspec.Meta(description=text, extra={"path": True})


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a person may choose; `voice-coach check --settings` shows the descriptions."""

    language: Annotated[str, _meaning("folder of prompts/ to use")] = "en"
    emergency_number: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^([0-9]([ -]?[0-9]){1,11})?$",
            description='2 to 12 digits; "" for the number of the locale, or of the prompts',
        ),
    ] = ""
    hearing_model: Annotated[
        str, _path('name or folder of a vosk model; "" for an official one if fetched')
    ] = ""
    voice: Annotated[
        str, _path('name of a piper voice, or path of its .onnx; "" for one of the language')
    ] = ""
    device: Annotated[str, _meaning('sound device: a number, part of a name, "IN,OUT", ""')] = ""
    rate: Annotated[int, _limits(0, 192000, "frames per second; 0 for the device's own")] = 0
    volume_db: Annotated[float, _limits(-18, 0, "volume at the start, in dB; 0 is loudest")] = -6.0
    speech_length: Annotated[float, _limits(0.8, 2.5, "piper's length scale; more is slower")] = 1.5
    pace: Annotated[int, _limits(0, len(PACES) - 1, "breath, 0 fastest to 4 slowest")] = (
        DEFAULT_PACE
    )
    breaths: Annotated[int, _limits(0, 10, "breaths per stretch; 0 for each step's own")] = 0
    heat_minutes: Annotated[float, _limits(1, _HEAT_MINUTES, "heat; never more than 15")] = (
        _HEAT_MINUTES
    )
    ice_minutes: Annotated[float, _limits(1, _ICE_MINUTES, "ice; never more than 20")] = (
        _ICE_MINUTES
    )
    hear_all: Annotated[
        bool, _meaning("hear every command while the coach speaks (with headphones)")
    ] = False
    cancel_echo: Annotated[bool, _meaning("cancel the coach's own voice out of the microphone")] = (
        True
    )
    earcons: Annotated[bool, _meaning("answer each command with a short sound")] = True
    resident: Annotated[
        bool, _meaning("stay, asleep until woken by voice; as a service it does so")
    ] = False
    quiet_hours: Annotated[
        str,
        msgspec.Meta(
            pattern=HOURS_PATTERN, description='softer, and nothing unasked: "22:00-07:00"'
        ),
    ] = ""
    render_threads: Annotated[int, _limits(1, 8, "threads of piper while it renders")] = 1
    cache_folder: Annotated[str, _path('folder for rendered speech; "" for the usual')] = ""
    models_folder: Annotated[str, _path('folder for fetched models; "" for the usual')] = ""
    prompts_folder: Annotated[
        str, _path('folder of your own routines, added to the built-in; "" for the usual')
    ] = ""
    type_aloud: Annotated[
        bool, _meaning("`voice-coach type` speaks too, where there is a loudspeaker")
    ] = True
    journal: Annotated[str, _path('file of the journal; "" for the usual, "none" to keep none')] = (
        ""
    )
    button_pin: Annotated[int, _limits(0, 27, "GPIO number of a button; 0 for none")] = 0
    light_pin: Annotated[int, _limits(0, 27, "GPIO number of a light; 0 for none")] = 0
    hook_key: Annotated[
        bool, _meaning("the key that takes calls on a USB speakerphone is the button")
    ] = False
    state_socket: Annotated[
        str, _path('socket for other programs; "auto" for the usual path, "" for none')
    ] = ""
    mqtt_host: Annotated[str, _meaning('`voice-coach mqtt`: the broker; "" for none')] = ""
    mqtt_port: Annotated[int, _limits(0, 65535, "its port; 0 for 1883, or with TLS 8883")] = 0
    mqtt_user: Annotated[str, _meaning('user name at the broker; "" for none')] = ""
    mqtt_password_file: Annotated[
        str, _path('file whose first line is the password there; "" for none')
    ] = ""
    mqtt_tls: Annotated[bool, _meaning("speak TLS to the broker")] = False
    mqtt_ca_file: Annotated[
        str, _path('file of certificates trusted for that; "" for the system\'s')
    ] = ""
    mqtt_name: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^[A-Za-z0-9_-]{1,40}$",
            description="this coach among others: the first part of its topics",
        ),
    ] = "voice-coach"
    record: Annotated[str, _path('WAV file to record the session to; "" for none')] = ""
    show_breath: Annotated[
        bool, _meaning("show the breath on the terminal; false for a screen reader")
    ] = True
    record_megabytes: Annotated[
        int, _limits(1, 4000, "all recordings together; no more is recorded then")
    ] = 200
    transcript: Annotated[str, _path('text file for the transcript; "" for none')] = ""


class Chosen(msgspec.Struct, frozen=True):
    """The settings, and the source of each."""

    settings: Settings
    sources: dict[str, str]


def load_settings(
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
    flags_from: str = "command line",
) -> Chosen:
    """Return the settings in force.

    Args:
        file: a settings file that must exist, or None for the usual one, which need not exist.
        environment: the environment; None for the process's own.
        flags: values from the command line; None for a flag that was not given.
        flags_from: where they come from, if not from there.

    Raises:
        SettingsFault: a value is invalid; names the setting, its source and the reason.
    """
    values: dict[str, Any] = {}
    sources = dict.fromkeys(Settings.__struct_fields__, "default")
    path = file or paths.settings_file()
    if file is not None or path.exists():
        for name, value in _read(path).items():
            values[name] = _checked(name, value, str(path), strict=True)
            sources[name] = str(path)
    env = os.environ if environment is None else environment
    for key in sorted(k for k in env if k.startswith(PREFIX)):
        name = key.removeprefix(PREFIX).lower()
        values[name] = _checked(name, env[key], f"environment variable {key}", strict=False)
        sources[name] = f"environment variable {key}"
    for name, value in (flags or {}).items():
        if value is not None:
            values[name] = _checked(name, value, flags_from, strict=False)
            sources[name] = flags_from
    return Chosen(Settings(**values), sources)


def _read(path: Path) -> dict[str, Any]:
    try:
        # Reading a pipe that nobody writes to would block forever.
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise SettingsFault(f"The settings file {path} is not a file", "choose a regular file")
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise SettingsFault(
                f"The settings file {path} is larger than {LARGEST_FILE} bytes",
                "choose one that holds settings",
            )
        return parse(content)
    except OSError as error:
        raise SettingsFault(
            f"The settings file {path} cannot be read: {error.strerror}",
            "name a file that exists, or leave it out",
        ) from error
    except (ValueError, RecursionError) as error:  # not TOML, not UTF-8, or nested too deeply
        raise SettingsFault(
            f"The settings file {path} is not TOML: {error}", "correct it"
        ) from error


_FORMS = {
    "emergency_number": '2 to 12 digits in quotes, like "112"; spaces or hyphens between them are '
    "fine",
    "mqtt_name": '1 to 40 letters, digits, hyphens and underscores in quotes, like "bedroom"',
    "quiet_hours": 'two times of day in quotes, like "22:00-07:00"',
}
"""What a text must be for which its type says too little."""

_FIELDS = {field.name: field for field in msgspec.structs.fields(Settings)}


def _checked(name: str, value: Any, source: str, *, strict: bool) -> Any:
    field = _FIELDS.get(name)
    if field is None:
        near = near_names(name, _FIELDS)
        hint = did_you_mean(near) if near else f"the settings are {', '.join(_FIELDS)}"
        raise SettingsFault(f'{source}: there is no setting "{name}"', hint)
    if isinstance(value, str) and not value.isprintable():
        # Many of the calls that use it would raise something other than OSError, or abort.
        reason = "contains a character that cannot be printed"
        raise SettingsFault(f"{source}: {name} = {as_toml(value)}: {reason}", f"correct {name}")
    try:
        checked = msgspec.convert(value, field.type, strict=strict)
    except msgspec.ValidationError as error:
        reason = f"must be {_wanted(field)}"
        raise SettingsFault(
            f"{source}: {name} = {as_toml(value)}: {reason}", f"correct {name}"
        ) from error
    if any((meta.extra or {}).get("path") for meta in _metas(field)):
        return _expanded(name, checked, source)
    return checked


def _wanted(field: msgspec.structs.FieldInfo) -> str:
    """Return what a setting takes, for people: "a whole number from 0 to 4"."""
    if field.name in _FORMS:
        return _FORMS[field.name]
    kind = field.type.__origin__
    if kind is str or kind is bool:
        return "text in quotes" if kind is str else "true or false"
    meta = _metas(field)[0]
    return f"a {'whole ' if kind is int else ''}number from {meta.ge:g} to {meta.le:g}"


def _expanded(name: str, value: str, source: str) -> str:
    """Return a path in which "~" has become the home folder, as a shell would have it."""
    path = os.path.expanduser(value)
    if path.startswith("~"):
        user = path[1:].partition("/")[0]
        raise SettingsFault(
            f'{source}: {name} = {as_toml(value)}: there is no user "{user}"',
            f"correct {name}; if the name begins with ~, write ./ before it",
        )
    return path


def _metas(field: msgspec.structs.FieldInfo) -> list[msgspec.Meta]:
    return [meta for meta in field.type.__metadata__ if isinstance(meta, msgspec.Meta)]


def described() -> list[tuple[str, str, Any]]:
    """Return (name, meaning, default) of every setting."""
    return [
        (field.name, _metas(field)[0].description or "", field.default)
        for field in _FIELDS.values()
    ]
