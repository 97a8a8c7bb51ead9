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
            # The echo canceller's library is likely missing, too: one command for both.
            "type `sudo apt-get install libportaudio2 libspeexdsp1`",
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
        wanted: "" for the system's default, a number, a name or part of one; "IN,OUT" for two
            devices.
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
    name = _ends(wanted, found)[0 if listens else 1]
    if not name:
        default = default_devices()[0 if listens else 1]
        return next((c for c in able if c.index == default), able[0])
    fitting = _called(name, able)
    if not fitting:
        there = ", ".join(f'{c.index} "{c.name}"' for c in able)
        raise AudioFault(f'No {role} is called "{name}"', f"choose one of: {there}")
    return fitting[0]


def _ends(wanted: str, found: list[Card]) -> tuple[str, str]:
    """Return how a setting names the microphone and the loudspeaker.

    A comma separates them, unless it belongs to a name: ALSA's have one, as in "(hw:2,0)".
    """
    wanted = wanted.strip()
    ways = [
        (wanted[:at].strip(), wanted[at + 1 :].strip())
        for at, letter in enumerate(wanted)
        if letter == ","
    ]
    numbers = all(not part or part.isdecimal() for part in wanted.split(","))
    if not ways or (not numbers and _called(wanted, found)):
        return wanted, wanted
    listens, speaks = _able("microphone", found), _able("loudspeaker", found)

    def there(way: tuple[str, str]) -> tuple[int, int]:
        """Return how many ends are there, and how many letters name them."""
        ends = [
            name
            for name, able in zip(way, (listens, speaks), strict=True)
            if not name or _called(name, able)
        ]
        return len(ends), sum(map(len, ends))

    best = max(ways, key=there)
    # Where one of them is not there, a comma in parentheses belongs to a name.
    if there(best)[0] < 2:
        ways = [way for way in ways if way[0].count("(") == way[0].count(")")]
        best = max(ways, key=there, default=(wanted, wanted))
    return best


def _called(name: str, able: list[Card]) -> list[Card]:
    """Return the cards that a number or a part of a name means, the best first.

    A name in full goes before a part of another one. ALSA's number in a name may have changed.
    """
    if name.isdecimal():
        return [c for c in able if c.index == int(name)]
    name = name.lower()
    full = [c for c in able if c.name.lower() == name]
    parts = [c for c in able if name in c.name.lower()]
    plain = _without_number(name)
    renumbered = [c for c in able if plain != name and plain == _without_number(c.name.lower())]
    return [*full, *parts, *renumbered]
