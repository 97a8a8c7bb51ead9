"""Rendering in another process: piper's 200 MB and its bursts of work stay out of the audio's way.

The process is started when something has to be rendered, and ended when it has been idle: with a
full cache the coach runs without it.
"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from voice_coach.audio.mixer import Samples
from voice_coach.speaking.sound import finish
from voice_coach.speaking.voice import Delivery, VoiceFiles, load_piper, synthesise

if TYPE_CHECKING:
    from piper import PiperVoice

_voice: PiperVoice | None = None
"""The worker process's own voice; unused in the process that renders nothing."""


def _start(files: VoiceFiles, threads: int) -> None:
    global _voice
    _voice = load_piper(files, threads)


def _render(text: str, delivery: Delivery) -> tuple[Samples, int]:
    assert _voice is not None
    samples, rate = synthesise(_voice, text, delivery)
    return finish(samples, rate), rate


class Renderer:
    """Turns text into finished sound, in `workers` processes of their own.

    A worker that dies (killed for memory, say) is replaced once per cue.
    """

    def __init__(
        self, files: VoiceFiles, delivery: Delivery, *, workers: int = 1, threads: int = 1
    ) -> None:
        files.check()
        self.delivery = delivery
        self._files = files
        self._workers = workers
        self._threads = threads
        self._pool: ProcessPoolExecutor | None = None
        self._last: Future[tuple[Samples, int]] | None = None

    def render(self, text: str) -> Future[tuple[Samples, int]]:
        """Start rendering; the future gives (samples, rate).

        The future raises BrokenProcessPool when the worker died, VoiceFault when piper failed.
        """
        try:
            self._last = self._running().submit(_render, text, self.delivery)
        except BrokenProcessPool:
            self.close()
            self._last = self._running().submit(_render, text, self.delivery)
        return self._last

    @property
    def idle(self) -> bool:
        """Whether all that was asked for has been rendered."""
        return self._last is None or self._last.done()

    @property
    def running(self) -> bool:
        """Whether a worker process is there, using memory."""
        return self._pool is not None

    def close(self) -> None:
        """End the worker processes; the next rendering starts them again."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _running(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # "spawn": a fork would copy a process with an open sound stream and its threads.
            self._pool = ProcessPoolExecutor(
                self._workers,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_start,
                initargs=(self._files, self._threads),
            )
        return self._pool
