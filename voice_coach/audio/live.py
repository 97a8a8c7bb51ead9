"""The ring on a real sound card: one full-duplex PortAudio stream, hence one clock.

The callback only copies: microphone to a queue, mixer to the loudspeaker.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from types import ModuleType
from typing import Any, Literal

from voice_coach.audio.duplex import BLOCKS_PER_SECOND, Block
from voice_coach.audio.mixer import Mixer, Samples
from voice_coach.faults import AudioFault

LATENCY = 0.1
"""Seconds asked of PortAudio; "low" was seen to die silently on busy machines."""

WATCHDOG = 1.0
"""Seconds without a callback after which the stream counts as dead."""

LEAD = 0.05
"""Seconds a clip is sent ahead: callbacks come in bursts of some blocks."""

RATES = (48000, 44100, 32000, 24000, 22050, 16000)
"""Tried in this order when the device refuses its own default rate."""


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
            "type: sudo apt-get install libportaudio2",
        ) from error
    module: ModuleType = sounddevice
    return module


def cards() -> list[Card]:
    """Return the sound devices there are.

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
        raise AudioFault(f"PortAudio cannot list devices: {error}", "check the sound set-up") from error


def default_devices() -> tuple[int, int]:
    """Return the indices of the system's default microphone and loudspeaker, -1 for none."""
    microphone, loudspeaker = portaudio().default.device
    return microphone, loudspeaker


def choose(wanted: str, found: list[Card]) -> tuple[Card, Card]:
    """Return the cards to listen and to speak with.

    Args:
        wanted: "" for the system's default, a number, or a part of a name; "IN,OUT" for two.
        found: the cards there are.

    Raises:
        AudioFault: no such device, or one that cannot do what is asked.
    """
    return _choose(wanted, found, "microphone"), choose_output(wanted, found)


def choose_output(wanted: str, found: list[Card]) -> Card:
    """Return the card to speak with; see `choose`."""
    return _choose(wanted, found, "loudspeaker")


def _choose(wanted: str, found: list[Card], role: Literal["microphone", "loudspeaker"]) -> Card:
    listens = role == "microphone"
    able = [c for c in found if (c.inputs if listens else c.outputs) > 0]
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


class LiveDuplex:
    """One full-duplex stream.

    Args:
        wanted: the device setting; see `choose`.
        rate: frames per second, or 0 for the device's own.

    Raises:
        AudioFault: no such device, or no rate that it accepts.
    """

    live = True

    def __init__(self, wanted: str = "", rate: int = 0) -> None:
        self._sd: Any = portaudio()
        microphone, loudspeaker = choose(wanted, cards())
        self.microphone, self.loudspeaker = microphone, loudspeaker
        self.rate = self._pick_rate(microphone, loudspeaker, rate)
        self.mixer = Mixer(self.rate)
        self.lead = round(LEAD * self.rate)
        self.xruns = 0
        self._queue: SimpleQueue[tuple[int, Samples, Samples, bool]] = SimpleQueue()
        self._position = 0
        # The callback shares the interpreter with the recogniser; short turns keep it on time.
        sys.setswitchinterval(0.001)
        try:
            self._stream = self._sd.Stream(
                device=(microphone.index, loudspeaker.index),
                samplerate=self.rate,
                blocksize=self.rate // BLOCKS_PER_SECOND,
                channels=(1, min(2, loudspeaker.outputs)),
                dtype="float32",
                latency=LATENCY,
                callback=self._callback,
            )
            self._stream.start()
        except self._sd.PortAudioError as error:
            raise AudioFault(
                f'"{microphone.name}" and "{loudspeaker.name}" cannot be opened: {error}',
                "close other programs that use them, or choose another device "
                "(voice-coach devices lists them)",
            ) from error

    def _pick_rate(self, microphone: Card, loudspeaker: Card, rate: int) -> int:
        """Return a rate both ends accept; an asked-for rate is taken or refused, not replaced."""
        tried = (rate,) if rate else (microphone.rate, loudspeaker.rate, *RATES)
        for candidate in tried:
            if candidate % BLOCKS_PER_SECOND:
                continue
            try:
                self._sd.check_input_settings(microphone.index, 1, "float32", samplerate=candidate)
                self._sd.check_output_settings(
                    loudspeaker.index, min(2, loudspeaker.outputs), "float32", samplerate=candidate
                )
            except (self._sd.PortAudioError, ValueError):
                continue
            return candidate
        asked = f"{rate} Hz" if rate else "any usual rate"
        raise AudioFault(
            f'"{microphone.name}" and "{loudspeaker.name}" do not accept {asked}',
            "set rate = 0 to use the device's own, or choose another device",
        )

    def _callback(self, indata: Any, outdata: Any, frames: int, time: Any, status: Any) -> None:
        start = self._position
        self._position = start + frames
        far = self.mixer.read(start, frames)
        outdata[:] = far[:, None]
        self._queue.put((start, indata[:, 0].copy(), far, bool(status)))

    def blocks(self) -> Iterator[Block]:
        """Yield blocks as they are played and heard, until the stream is closed.

        Raises:
            AudioFault: no block came for WATCHDOG seconds.
        """
        while True:
            try:
                start, near, far, bad = self._queue.get(timeout=WATCHDOG)
            except Empty:
                raise AudioFault(
                    f'"{self.microphone.name}" gave no sound for {WATCHDOG:g} s',
                    "check that it is plugged in; the coach tries to open it again",
                ) from None
            self.xruns += bad
            yield Block(start, near, far)

    def close(self) -> None:
        """Stop the stream and release the device."""
        self._stream.abort(ignore_errors=True)
        self._stream.close(ignore_errors=True)
