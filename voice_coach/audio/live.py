"""The ring on a real sound card: one full-duplex PortAudio stream, hence one clock.

The callback only copies: microphone to a queue, mixer to the loudspeaker. A stream that dies is
opened again, and the sample clock goes on by the time that was lost: fifteen minutes of heat are
fifteen minutes, whatever the sound card does.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np

from voice_coach.audio.cards import Card, cards, choose, choose_output, default_devices, portaudio
from voice_coach.audio.closing import close_stream, mute_libraries
from voice_coach.audio.duplex import BLOCKS_PER_SECOND, Block
from voice_coach.audio.mixer import Mixer, Samples
from voice_coach.faults import AudioFault

__all__ = [
    "Card",
    "LiveDuplex",
    "cards",
    "choose",
    "choose_output",
    "default_devices",
    "portaudio",
]

LATENCY = 0.1
"""Seconds asked of PortAudio; "low" was seen to die silently on busy machines."""

WATCHDOG = 1.0
"""Seconds without a callback after which the stream counts as dead."""

REOPEN_SECONDS = 30.0
"""For so long a dead device is tried again, once a second: plugs come out and go in."""

LEAD = 0.05
"""Seconds a clip is sent ahead: callbacks come in bursts of some blocks."""

RATES = (48000, 44100, 32000, 24000, 22050, 16000)
"""Tried in this order when the device refuses its own default rate."""


class LiveDuplex:
    """One full-duplex stream.

    Args:
        wanted: the device setting; see `choose`.
        rate: frames per second, or 0 for the device's own.

    Attributes:
        microphone: the card that is listened with.
        loudspeaker: the card that is spoken with.
        xruns: blocks at which PortAudio reported that sound was lost.
        losses: how often the device was lost and opened again.

    Raises:
        AudioFault: no such device, or no rate that it accepts.
    """

    live = True

    def __init__(self, wanted: str = "", rate: int = 0) -> None:
        self._sd: Any = portaudio()
        self._wanted = wanted
        self.microphone, self.loudspeaker = choose(wanted, cards())
        self.rate = self._pick_rate(rate)
        self.mixer = Mixer(self.rate)
        self.lead = round(LEAD * self.rate)
        self.xruns = 0
        self.losses = 0
        self._position = 0
        self._stuck = False
        # The callback shares the interpreter with the recogniser; short turns keep it on time.
        sys.setswitchinterval(0.001)
        mute_libraries()
        self._open()

    def blocks(self) -> Iterator[Block]:
        """Yield blocks as they are played and heard, until the stream is closed.

        The time for which the device was lost comes as blocks of silence.

        Raises:
            AudioFault: no block came for WATCHDOG seconds, and the device did not come back.
        """
        while True:
            try:
                start, near, far, bad = self._queue.get(timeout=WATCHDOG)
            except Empty:
                yield from self._reopened()
                continue
            self.xruns += bad
            yield Block(start, near, far)

    def close(self) -> None:
        """Stop the stream and release the device."""
        close_stream(self._stream, self._sd)

    def _reopened(self) -> Iterator[Block]:
        lost = time.monotonic() - WATCHDOG
        begin, frames = self._position, self.rate // BLOCKS_PER_SECOND
        self._stuck |= not close_stream(self._stream, self._sd)
        while True:
            try:
                if not self._stuck:
                    # PortAudio sees what was plugged in meanwhile only when it begins anew; it
                    # never would with a stream that it cannot close.
                    self._sd._terminate()
                    self._sd._initialize()
                self.microphone, self.loudspeaker = choose(self._wanted, cards())
                self._pick_rate(self.rate)
                gap = round((time.monotonic() - lost) * BLOCKS_PER_SECOND) * frames
                self._position = begin + gap
                self._open()
                break
            except AudioFault as error:
                if time.monotonic() - lost > REOPEN_SECONDS:
                    raise AudioFault(
                        f'"{self.microphone.name}" gives no sound any more',
                        "check that it is plugged in, then start again",
                    ) from error
                time.sleep(WATCHDOG)
        silence = np.zeros(frames, np.float32)
        for start in range(begin, begin + gap, frames):
            yield Block(start, silence, silence)
        self.losses += 1

    def _open(self) -> None:
        queue: SimpleQueue[tuple[int, Samples, Samples, bool]] = SimpleQueue()

        def callback(indata: Any, outdata: Any, frames: int, clock: Any, status: Any) -> None:
            if queue is not self._queue:
                outdata[:] = 0.0  # a stream thought dead has come to life again
                return
            start = self._position
            self._position = start + frames
            far = self.mixer.read(start, frames)
            outdata[:] = far[:, None]
            queue.put((start, indata[:, 0].copy(), far, bool(status)))

        self._queue = queue
        stream: Any = None
        try:
            stream = self._sd.Stream(
                device=(self.microphone.index, self.loudspeaker.index),
                samplerate=self.rate,
                blocksize=self.rate // BLOCKS_PER_SECOND,
                channels=(1, min(2, self.loudspeaker.outputs)),
                dtype="float32",
                latency=LATENCY,
                callback=callback,
            )
            stream.start()
        except self._sd.PortAudioError as error:
            if stream is not None:
                close_stream(stream, self._sd)
            raise AudioFault(
                f'"{self.microphone.name}" and "{self.loudspeaker.name}" cannot be opened: {error}',
                "close other programs that use them, or choose another device "
                "(voice-coach devices lists them)",
            ) from error
        self._stream = stream

    def _pick_rate(self, rate: int) -> int:
        """Return a rate both ends accept; an asked-for rate is taken or refused, not replaced."""
        microphone, loudspeaker = self.microphone, self.loudspeaker
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
