"""Rendering in another process: piper's 200 MB and its bursts of work stay out of the audio's way.

The process is started when something has to be rendered, and ended when it has been idle: with a
full cache the coach runs without it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from threading import Lock, Thread
from typing import TYPE_CHECKING
from weakref import WeakSet

from voice_coach.audio.mixer import Samples
from voice_coach.speaking.sound import finish, in_16_bits
from voice_coach.speaking.voice import Delivery, VoiceFiles, load_piper, synthesise

if TYPE_CHECKING:
    from piper import PiperVoice

TRIES = 2
"""A worker that dies (killed for memory, say) is replaced once per cue."""

_source: tuple[VoiceFiles, int] | None = None
_voice: PiperVoice | None = None
"""The worker process's own voice; unused in the process that renders nothing."""


def _start(files: VoiceFiles, threads: int) -> None:
    global _source
    _source = files, threads
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the coach, which ends us
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)


def _render(text: str, delivery: Delivery) -> tuple[Samples, int]:
    global _voice
    if _voice is None:
        # Not in _start: what fails there reaches nobody, what fails here is this cue's fault.
        assert _source is not None
        _voice = load_piper(*_source)
    samples, rate = synthesise(_voice, text, delivery)
    return in_16_bits(finish(samples, rate)), rate


class Renderer:
    """Turns text into finished sound, in `workers` processes of their own."""

    def __init__(
        self, files: VoiceFiles, delivery: Delivery, *, workers: int = 1, threads: int = 1
    ) -> None:
        files.check()
        self.delivery = delivery
        self._files = files
        self._workers = workers
        self._threads = threads
        self._pool: ProcessPoolExecutor | None = None
        self._killed: WeakSet[ProcessPoolExecutor] = WeakSet()
        self._lock = Lock()
        self._last: Future[tuple[Samples, int]] | None = None

    def render(self, text: str) -> Future[tuple[Samples, int]]:
        """Start rendering; the future gives (samples, rate).

        The future raises BrokenProcessPool when workers keep dying, OSError when none can be
        started, VoiceFault when piper failed.
        """
        self._last = made = Future[tuple[Samples, int]]()
        self._submit(text, made, TRIES)
        return made

    @property
    def idle(self) -> bool:
        """Whether all that was asked for has been rendered."""
        return self._last is None or self._last.done()

    @property
    def running(self) -> bool:
        """Whether a worker process is there, using memory."""
        return self._pool is not None

    def close(self) -> None:
        """End the worker processes, hanging ones too; the next rendering starts them again."""
        with self._lock:
            self._drop(kill=not self.idle)

    def _submit(self, text: str, made: Future[tuple[Samples, int]], tries: int) -> None:
        def settle(done: Future[tuple[Samples, int]]) -> None:
            error = None if done.cancelled() else done.exception()
            if done.cancelled() or pool in self._killed:
                made.cancel()
            elif isinstance(error, BrokenProcessPool) and tries > 1:
                self._submit(text, made, tries - 1)
            elif error is not None:
                made.set_exception(error)
            else:
                made.set_result(done.result())

        with self._lock:
            try:
                try:
                    pool = self._running()
                    job = pool.submit(_render, text, self.delivery)
                except BrokenProcessPool:
                    self._drop()
                    pool = self._running()
                    job = pool.submit(_render, text, self.delivery)
            except (OSError, RuntimeError) as error:  # no memory or number left for a process
                self._drop()
                made.set_exception(error)
                return
        job.add_done_callback(settle)

    def _drop(self, *, kill: bool = False) -> None:
        pool, self._pool = self._pool, None
        if pool is None:
            return
        workers = list((getattr(pool, "_processes", None) or {}).values())
        if kill:
            self._killed.add(pool)
        pool.shutdown(wait=False, cancel_futures=True)
        # A worker at work would be waited for when the program ends, and one that hangs for ever.
        for worker in workers if kill else ():
            worker.kill()

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
