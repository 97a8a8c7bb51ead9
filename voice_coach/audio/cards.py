"""The sound devices of this machine, and which of them a setting means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

from voice_coach.faults import AudioFault

Role = Literal["microphone", "loudspeaker"]


@dataclass(frozen=True, slots=True)
class Card:
    """A sound device as PortAudio lists it."""

    index: int
    name: str
    host: str
    inputs: int
    outputs: int
    rate: int


def portaudio() -> ModuleType:
    """Return the sounddevice module, which loads PortAudio.

    Raises:
        AudioFault: the system library is missing.
    """
    try:
        import sounddevice
    except OSError as error:
        raise AudioFault(
            f"The sound library PortAudio is missing ({error})",
            "type `sudo apt-get install libportaudio2`",
        ) from error
    module: ModuleType = sounddevice
    return module


def cards() -> list[Card]:
    """Return the sound devices of this machine.

    Raises:
        AudioFault: PortAudio is missing or cannot start.
    """
    sd = portaudio()
    try:
        hosts = [h["name"] for h in sd.query_hostapis()]
        return [
            Card(
                index=i,
                name=d["name"],
                host=hosts[d["hostapi"]],
                inputs=d["max_input_channels"],
                outputs=d["max_output_channels"],
                rate=round(d["default_samplerate"]),
            )
            for i, d in enumerate(sd.query_devices())
        ]
    except sd.PortAudioError as error:
        raise AudioFault(
            f"PortAudio cannot list devices: {error}", "check the sound set-up"
        ) from error


def default_devices() -> tuple[int, int]:
    """Return the indices of the system's default microphone and loudspeaker, -1 for none."""
    microphone, loudspeaker = portaudio().default.device
    return microphone, loudspeaker


def choose(wanted: str, found: list[Card]) -> tuple[Card, Card]:
    """Return the microphone and the loudspeaker to use.

    Args:
        wanted: "" for the system's default, a number, or part of a name; "IN,OUT" for two devices.
        found: the cards of this machine.

    Raises:
        AudioFault: there is no such device, or it cannot play or record.
    """
    return _choose(wanted, found, "microphone"), choose_output(wanted, found)


def same(card: Card, role: Role, found: list[Card]) -> Card | None:
    """Find a known card again, whatever its number is now; None if it is gone.

    Plugging a card in again changes its number in the list, and the "(hw:1,0)" that ALSA puts in
    its name.
    """
    able = [c for c in _able(role, found) if c.host == card.host]
    alike = [c for c in able if c.name == card.name]
    alike += [c for c in able if _without_number(c.name) == _without_number(card.name)]
    return alike[0] if alike else None


def _without_number(name: str) -> str:
    return re.sub(r"\s*\(hw:\d+,\d+\)$", "", name)


def choose_output(wanted: str, found: list[Card]) -> Card:
    """Return the loudspeaker to use; see `choose`."""
    return _choose(wanted, found, "loudspeaker")


def _able(role: Role, found: list[Card]) -> list[Card]:
    return [c for c in found if (c.inputs if role == "microphone" else c.outputs) > 0]


def _choose(wanted: str, found: list[Card], role: Role) -> Card:
    listens = role == "microphone"
    able = _able(role, found)
    if not able:
        raise AudioFault(f"No {role} was found", f"plug in a {role}, then start again")
    first, comma, second = wanted.partition(",")
    name = (first if listens or not comma else second).strip()
    if not name:
        default = default_devices()[0 if listens else 1]
        fitting = [c for c in able if c.index == default] or able
    elif name.isdigit():
        fitting = [c for c in able if c.index == int(name)]
    else:
        fitting = [c for c in able if name.lower() in c.name.lower()]
    if not fitting:
        there = ", ".join(f'{c.index} "{c.name}"' for c in able)
        raise AudioFault(f'No {role} is called "{name}"', f"choose one of: {there}")
    return fitting[0]
