"""A fake sounddevice module: a test can drive, lose and restore its streams."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np


class PortAudioError(Exception):
    pass


def until_begun(stream: Any) -> None:
    """Wait until a stream with callbacks has started, so that no block of a test is lost."""
    end = time.monotonic() + 1
    while stream._idle and time.monotonic() < end:
        time.sleep(0.0001)


@dataclass
class FakeStream:
    """Calls back with input blocks of 0.5, in a thread, until a test silences it."""

    callback: Any
    blocksize: int
    channels: tuple[int, int]
    sound: FakeSound
    names: tuple[str, ...]
    running: bool = False
    closed: bool = False
    played: list[Any] = field(default_factory=list)

    @property
    def listens(self) -> bool:
        return self.channels[0] > 0

    def start(self) -> None:
        if self.sound.refuses_to_start:
            raise PortAudioError("Device unavailable [PaErrorCode -9985]")
        self.running = True
        threading.Thread(
            target=self._run, args=(self.sound.blocks_until_lost,), daemon=True
        ).start()

    def _run(self, blocks: int) -> None:
        if not (self.listens and self.sound.deaf):
            self.one_block()
            until_begun(self.callback.__self__)
        for _ in range(blocks):
            if self.closed or (self.listens and self.sound.deaf):
                break
            self.one_block()
            time.sleep(self.sound.block_seconds)
        self.running = False

    def one_block(self) -> None:
        out = np.full((self.blocksize, self.channels[1]), 9.0, np.float32)
        status = self.sound.status
        if self.listens:
            heard = np.full((self.blocksize, 1), self.sound.heard, np.float32)
            self.callback(heard, out, self.blocksize, None, status)
        else:
            self.callback(out, self.blocksize, None, status)
        self.played.append(out)

    def abort(self, ignore_errors: bool = True) -> None:
        self.sound.hang.wait(self.sound.hang_seconds)

    def close(self, ignore_errors: bool = True) -> None:
        self.closed = True


@dataclass
class FakeSound:
    """Stands in for the module: one card, "USB", that accepts certain rates.

    Attributes:
        cards: name, inputs and outputs of each card; the first is the system's default.
        rates: that every card accepts.
        rates_of: those that single cards accept instead.
        busy: cards that another program has open.
        blocks_until_lost: after so many blocks a stream falls silent.
        block_seconds: time that a block takes.
        heard: what the microphone gives.
        deaf: streams that listen open, and never call back.
        hang_seconds: how long closing a stream takes, unless `hang` is set sooner.
    """

    cards: list[tuple[str, int, int]] = field(default_factory=lambda: [("USB", 1, 2)])
    rates: frozenset[int] = frozenset({16000, 48000})
    rates_of: dict[str, frozenset[int]] = field(default_factory=dict)
    busy: frozenset[str] = frozenset()
    own_rate: int = 48000
    blocks_until_lost: int = 10
    block_seconds: float = 0.0
    heard: float = 0.5
    deaf: bool = False
    refuses_to_start: bool = False
    status: bool = False
    hang_seconds: float = 0.0
    hang: threading.Event = field(default_factory=threading.Event)
    streams: list[FakeStream] = field(default_factory=list)
    restarts: int = 0
    PortAudioError: Any = PortAudioError

    class default:
        device = (0, 0)

    def query_hostapis(self) -> list[dict[str, Any]]:
        return [{"name": "ALSA"}]

    def query_devices(self) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "hostapi": 0,
                "max_input_channels": inputs,
                "max_output_channels": outputs,
                "default_samplerate": float(self.own_rate),
            }
            for name, inputs, outputs in self.cards
        ]

    def check_input_settings(self, device: int, channels: int, dtype: str, samplerate: int) -> None:
        name = self.cards[device][0]
        if name in self.busy:
            raise PortAudioError("Device unavailable [PaErrorCode -9985]")
        if samplerate not in self.rates_of.get(name, self.rates):
            raise PortAudioError("Invalid sample rate [PaErrorCode -9997]")

    check_output_settings = check_input_settings

    def Stream(self, **options: Any) -> FakeStream:
        return self._stream(options, options["channels"], options["device"])

    def OutputStream(self, **options: Any) -> FakeStream:
        return self._stream(options, (0, options["channels"]), (options["device"],))

    def _stream(
        self, options: dict[str, Any], channels: tuple[int, int], devices: tuple[int, ...]
    ) -> FakeStream:
        names = tuple(self.cards[i][0] for i in devices)
        stream = FakeStream(options["callback"], options["blocksize"], channels, self, names)
        self.streams.append(stream)
        return stream

    def _terminate(self) -> None:
        self.restarts += 1

    def _initialize(self) -> None:
        pass

    def _exit_handler(self) -> None:
        pass
