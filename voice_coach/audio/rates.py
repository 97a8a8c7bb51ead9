"""A rate of samples that both ends of a stream accept."""

from __future__ import annotations

from typing import Any

from voice_coach.audio.cards import Card, default_devices
from voice_coach.audio.duplex import BLOCKS_PER_SECOND
from voice_coach.faults import AudioFault

RATES = (48000, 44100, 32000, 24000, 22050, 16000)
"""Tried in this order when the device refuses its own default rate."""

_BUSY = "-9985"
"""PortAudio's code for a device that another program has open."""

_ANOTHER = "choose another device (`voice-coach devices` lists them)"


def with_a_rate(
    sounddevice: Any, pair: tuple[Card, Card], rate: int, found: list[Card], *, named: bool
) -> tuple[Card, Card, int]:
    """Return a microphone, a loudspeaker, and a rate that both accept.

    A microphone and a loudspeaker in two cases may have no rate in common. Devices that were named
    are not replaced then; for the system's own, one that converts rates takes their place.

    Args:
        sounddevice: the module.
        pair: the chosen microphone and loudspeaker.
        rate: frames per second that are asked for, or 0 for the devices' own.
        found: the cards of this machine.
        named: whether the person has chosen the devices.

    Raises:
        AudioFault: there is none; its remedy names what would help.
    """
    own = _common(sounddevice, *pair, rate)
    if own:
        return *pair, own
    names = " and ".join(dict.fromkeys(f'"{card.name}"' for card in pair))
    if any(_is_busy(sounddevice, *pair, each) for each in ((rate,) if rate else RATES)):
        raise AudioFault(
            f"{names} cannot be opened: in use", f"close other programs, or {_ANOTHER}"
        )
    if rate and _common(sounddevice, *pair, 0):
        raise AudioFault(
            f"{names} {_do(pair)} not accept {rate} Hz",
            "set rate = 0 to use the device's own, or choose another device",
        )
    both = [c for c in found if c.inputs and c.outputs and _common(sounddevice, c, c, rate)]
    preferred = default_devices()
    both.sort(key=lambda card: card.index not in preferred)
    if both and not named:
        return both[0], both[0], _common(sounddevice, both[0], both[0], rate)
    wanted = f"{rate} Hz" if rate else "any usual rate"
    what = f"{names} {_do(pair)} not accept {wanted}"
    if pair[0].index != pair[1].index and not rate:
        what = f"{names} have no rate in common"
    remedy = f'set device = "{both[0].name}", which accepts one' if both else _ANOTHER
    raise AudioFault(what, remedy)


def _do(pair: tuple[Card, Card]) -> str:
    return "does" if pair[0].name == pair[1].name else "do"


def _common(sounddevice: Any, microphone: Card, loudspeaker: Card, rate: int) -> int:
    """Return a rate that both ends accept, or 0; a rate that is asked for is not replaced."""
    tried = (rate,) if rate else (microphone.rate, loudspeaker.rate, *RATES)
    for candidate in tried:
        if candidate % BLOCKS_PER_SECOND:
            continue
        try:
            _check(sounddevice, microphone, loudspeaker, candidate)
        except (sounddevice.PortAudioError, ValueError):
            continue
        return candidate
    return 0


def _is_busy(sounddevice: Any, microphone: Card, loudspeaker: Card, rate: int) -> bool:
    try:
        _check(sounddevice, microphone, loudspeaker, rate)
    except (sounddevice.PortAudioError, ValueError) as error:
        return _BUSY in str(error)
    return False


def _check(sounddevice: Any, microphone: Card, loudspeaker: Card, rate: int) -> None:
    sounddevice.check_input_settings(microphone.index, 1, "float32", samplerate=rate)
    channels = min(2, loudspeaker.outputs)
    sounddevice.check_output_settings(loudspeaker.index, channels, "float32", samplerate=rate)
