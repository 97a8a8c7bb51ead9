"""A pretended sounddevice module: a stream that can be driven, lost and brought back by a test."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

import numpy as np


class PortAudioError(Exception):
    pass


@dataclass
class FakeStream:
    """Calls back with blocks of 0.5 in, in a thread, until it is told to fall silent."""

    callback: Any
    blocksize: int
    channels: tuple[int, int]
    sound: FakeSound
    running: bool = False
    closed: bool = False
    played: list[Any] = field(default_factory=list)

    def start(self) -> None:
        if self.sound.refuses_to_start:
            raise PortAudioError("Device unavailable [PaErrorCode -9985]")
        self.running = True
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        for _ in range(self.sound.blocks_until_lost):
            if self.closed:
                return
            self.one_block()
        self.running = False

    def one_block(self) -> None:
        heard = np.full((self.blocksize, 1), 0.5, np.float32)
        out = np.full((self.blocksize, self.channels[1]), 9.0, np.float32)
        self.callback(heard, out, self.blocksize, None, self.sound.status)
        self.played.append(out)

    def abort(self, ignore_errors: bool = True) -> None:
        self.sound.hang.wait(self.sound.hang_seconds)

    def close(self, ignore_errors: bool = True) -> None:
        self.closed = True


@dataclass
class FakeSound:
    """Stands in for the module: one card, "USB", that takes certain rates."""

    rates: frozenset[int] = frozenset({16000, 48000})
    own_rate: int = 48000
    blocks_until_lost: int = 10
    refuses_to_start: bool = False
    status: bool = False
    hang_seconds: float = 0.0
    hang: threading.Event = field(default_factory=threading.Event)
    streams: list[FakeStream] = field(default_factory=list)
    begun_anew: int = 0
    unplugged: bool = False
    PortAudioError: Any = PortAudioError

    class default:
        device = (0, 0)

    def query_hostapis(self) -> list[dict[str, Any]]:
        return [{"name": "ALSA"}]

    def query_devices(self) -> list[dict[str, Any]]:
        if self.unplugged:
            return []
        card = {
            "name": "USB",
            "hostapi": 0,
            "max_input_channels": 1,
            "max_output_channels": 2,
            "default_samplerate": float(self.own_rate),
        }
        return [card]

    def check_input_settings(self, device: int, channels: int, dtype: str, samplerate: int) -> None:
        if samplerate not in self.rates:
            raise PortAudioError("Invalid sample rate [PaErrorCode -9997]")

    check_output_settings = check_input_settings

    def Stream(self, **options: Any) -> FakeStream:
        stream = FakeStream(options["callback"], options["blocksize"], options["channels"], self)
        self.streams.append(stream)
        return stream

    def _terminate(self) -> None:
        self.begun_anew += 1

    def _initialize(self) -> None:
        pass

    def _exit_handler(self) -> None:
        pass
