"""One opened PortAudio stream: both ends, or the loudspeaker alone.

The callback only copies: microphone to a queue, mixer to the loudspeaker.
"""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Event, Lock
from typing import Any, NamedTuple

import numpy as np

from voice_coach.audio.abandon import CLOSE_SECONDS, close_stream
from voice_coach.audio.cards import Card
from voice_coach.audio.duplex import BLOCKS_PER_SECOND
from voice_coach.audio.mixer import Mixer
from voice_coach.audio.samples import Samples
from voice_coach.faults import AudioFault

LATENCY = 0.1
"""Seconds requested of PortAudio; "low" has been seen to die silently on busy machines."""

FIRST_CALLBACK = 1.0
"""Seconds to wait for a new stream's first callback: a loudspeaker may have to wake up."""


class Copied(NamedTuple):
    """One block, as a callback copied it.

    Attributes:
        start: frame of its first sample.
        near: from the microphone; zeros if there is none.
        far: to the loudspeaker.
        xrun: whether PortAudio reported lost sound.
    """

    start: int
    near: Samples
    far: Samples
    xrun: bool


class Stream:
    """An open stream that plays the mixer from a given frame on.

    Args:
        sounddevice: the module.
        mixer: what the loudspeaker plays.
        rate: frames per second.
        microphone: the card to listen with, or None to speak only.
        loudspeaker: the card to speak with.
        begin: returns the frame to start at. It is called once the stream calls back, because
            opening takes time; until then the stream plays silence.

    Attributes:
        position: the frame after the last block copied.

    Raises:
        AudioFault: the device cannot be opened.
    """

    def __init__(
        self,
        sounddevice: Any,
        mixer: Mixer,
        rate: int,
        microphone: Card | None,
        loudspeaker: Card,
        begin: Callable[[], int],
    ) -> None:
        self.position = 0
        self._sd = sounddevice
        self._mixer = mixer
        self._queue: SimpleQueue[Copied] = SimpleQueue()
        self._lock = Lock()
        self._called = Event()
        self._idle = True
        channels = min(2, loudspeaker.outputs)
        options: dict[str, Any] = {
            "samplerate": rate,
            "blocksize": rate // BLOCKS_PER_SECOND,
            "dtype": "float32",
            "latency": LATENCY,
        }
        stream: Any = None
        try:
            if microphone is None:
                stream = sounddevice.OutputStream(
                    device=loudspeaker.index, channels=channels, callback=self._speak, **options
                )
            else:
                stream = sounddevice.Stream(
                    device=(microphone.index, loudspeaker.index),
                    channels=(1, channels),
                    callback=self._both,
                    **options,
                )
            stream.start()
        except sounddevice.PortAudioError as error:
            if stream is not None:
                close_stream(stream, sounddevice)
            ends = [f'"{c.name}"' for c in (microphone, loudspeaker) if c is not None]
            raise AudioFault(
                f"{' and '.join(ends)} cannot be opened: {error}",
                "close other programs that use them, or choose another device "
                "(`voice-coach devices` lists them)",
            ) from error
        self._stream = stream
        self._called.wait(FIRST_CALLBACK)
        self.position = begin()
        self._idle = False

    def next(self, seconds: float) -> Copied | None:
        """Return the next block, or None if there is none within `seconds`."""
        try:
            return self._queue.get(timeout=seconds)
        except Empty:
            return None

    def close(self) -> list[Copied]:
        """Release the device; return the blocks copied but not taken yet.

        A stream thought dead may revive: after this it neither plays nor records.
        """
        # A callback that never returns would hold the lock forever.
        held = self._lock.acquire(timeout=CLOSE_SECONDS)
        self._idle = True
        if held:
            self._lock.release()
        rest = list[Copied]()
        while not self._queue.empty():
            rest.append(self._queue.get())
        close_stream(self._stream, self._sd)
        return rest

    def _both(self, indata: Any, outdata: Any, frames: int, clock: Any, status: Any) -> None:
        # Nobody holds this lock for long: close() only sets a flag under it.
        with self._lock:
            if self._idle:
                outdata[:] = 0.0
                self._called.set()
                return
            start = self.position
            self.position = start + frames
            far = self._mixer.read(start, frames)
            outdata[:] = far[:, None]
            self._queue.put(Copied(start, indata[:, 0].copy(), far, bool(status)))

    def _speak(self, outdata: Any, frames: int, clock: Any, status: Any) -> None:
        self._both(np.zeros((frames, 1), np.float32), outdata, frames, clock, status)
