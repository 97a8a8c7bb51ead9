"""A process that runs piper, and the thread that manages it.

Everything that may take long (starting the process, waiting for a rendering, noticing that it has
died) happens in that thread. There are no callbacks: whoever wants a sentence polls its future, so
our code never runs under a lock of the standard library.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from voice_coach.audio.samples import Samples
from voice_coach.speaking.sound import finish, in_16_bits
from voice_coach.speaking.voice import Delivery, VoiceFiles, load_piper, synthesise

if TYPE_CHECKING:
    from piper import PiperVoice

TRIES = 2
"""Attempts per clip: a worker that dies (killed for memory, say) is replaced once."""

Rendered = tuple[Samples, int]
"""Finished sound and its rate in frames per second."""

_TERMINAL_SIGNALS = ("SIGINT", "SIGQUIT", "SIGHUP", "SIGTSTP")
"""Signals a terminal sends to all its processes. Workers ignore them; the coach ends workers."""


class WorkerDied(RuntimeError):
    """The rendering process was killed from outside, repeatedly."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a worker needs to render speech.

    Attributes:
        files: the voice.
        delivery: how it speaks.
        threads: threads of piper.
        halves: a folder for the voice cut in two, see `load_piper`; None to load it whole.
    """

    files: VoiceFiles
    delivery: Delivery
    threads: int
    halves: Path | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A text to render, and the future that gets its sound."""

    text: str
    future: Future[Rendered]


class Crew:
    """Workers that take their jobs from one queue until they are dismissed.

    Args:
        source: voice, delivery and threads.
        size: how many workers there are.
    """

    def __init__(self, source: Source, size: int) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._workers = [_Worker(source, self._jobs) for _ in range(size)]

    def give(self, job: Job) -> None:
        """Have a text rendered, after those given before it; never blocks."""
        self._jobs.put(job)

    def dismiss(self) -> None:
        """End the processes, even hanging ones, and cancel the remaining jobs; never blocks."""
        while True:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                break
            if job is not None:
                job.future.cancel()
        for worker in self._workers:
            worker.dismiss()
        for _ in self._workers:
            self._jobs.put(None)


class _Worker:
    def __init__(self, source: Source, jobs: SimpleQueue[Job | None]) -> None:
        self._source = source
        self._jobs = jobs
        self._over = False
        self._job: Job | None = None
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        # A daemon thread: a process that cannot be killed must not keep the program from exiting.
        Thread(target=self._work, name="piper", daemon=True).start()

    def dismiss(self) -> None:
        self._over = True
        job, process = self._job, self._process
        if job is not None:
            job.future.cancel()
        if process is not None:
            process.kill()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._job = job
            if not self._over:
                self._render(job)
            job.future.cancel()  # has no effect once it is rendered
            self._job = None
        self._end()

    def _render(self, job: Job) -> None:
        for _ in range(TRIES):
            try:
                if self._process is None or not self._process.is_alive():
                    self._start()
                assert self._pipe is not None
                self._pipe.send(job.text)
                got = self._pipe.recv()
            except (EOFError, ConnectionError):  # it has died
                self._end()
            except Exception as error:  # no memory or process number left
                self._end()
                _settle(job.future, error)
                return
            else:
                _settle(job.future, got)
                return
            if self._over:
                return
        _settle(job.future, WorkerDied("the process that renders died"))

    def _start(self) -> None:
        self._end()
        # "spawn": a fork would copy a process with an open sound stream and its threads.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(self._source, theirs), daemon=True)
        try:
            with _signals_held():
                process.start()
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self._process, self._pipe = process, ours
        if self._over:  # dismissed before the process was known
            process.kill()

    def _end(self) -> None:
        process, self._process = self._process, None
        pipe, self._pipe = self._pipe, None
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.kill()
            process.join()


def _settle(future: Future[Rendered], got: Rendered | BaseException) -> None:
    if not future.set_running_or_notify_cancel():
        return
    if isinstance(got, BaseException):
        future.set_exception(got)
    else:
        future.set_result(got)


@contextmanager
def _signals_held() -> Iterator[None]:
    """Hold back the signals of a terminal from a process that is started, until it ignores them.

    They would interrupt its imports, with a traceback for each process.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Starting it would lift the block.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _terminal_signals())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _terminal_signals() -> set[signal.Signals]:
    return {getattr(signal, name) for name in _TERMINAL_SIGNALS if hasattr(signal, name)}


# --- in the worker process


def _serve(source: Source, pipe: Connection) -> None:
    for number in _terminal_signals():
        signal.signal(number, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    voice: PiperVoice | None = None
    while True:
        try:
            text = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            if voice is None:
                voice = load_piper(source.files, source.threads, source.halves)
            samples, rate = synthesise(voice, text, source.delivery)
            got: Rendered | Exception = in_16_bits(finish(samples, rate)), rate
        except Exception as error:
            got = error
        _answer(pipe, got)


def _answer(pipe: Connection, got: Rendered | Exception) -> None:
    try:
        pipe.send(got)
    except OSError:
        os._exit(0)  # the coach is gone
    except Exception:  # an error that cannot be sent to another process
        pipe.send(RuntimeError(repr(got)))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)
