"""A process that runs piper, and the thread that deals with it.

All that may take long (starting the process, waiting for what it renders, seeing that it has died)
is done in that thread. Nothing calls back: whoever wants a sentence looks at its future, so that no
code of ours ever runs under a lock of the standard library's.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import Future
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from voice_coach.audio.samples import Samples
from voice_coach.speaking.sound import finish, in_16_bits
from voice_coach.speaking.voice import Delivery, VoiceFiles, load_piper, synthesise

if TYPE_CHECKING:
    from piper import PiperVoice

TRIES = 2
"""A worker that dies (killed for memory, say) is replaced once per clip."""

Rendered = tuple[Samples, int]
"""Finished sound and its rate in frames per second."""

_TERMINAL_SIGNALS = ("SIGINT", "SIGQUIT", "SIGHUP", "SIGTSTP")
"""A terminal sends these to every process in it; they are for the coach, which ends its workers."""


class WorkerDied(RuntimeError):
    """The process that renders was ended from outside, again and again."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a worker speaks with.

    Attributes:
        files: the voice.
        delivery: how it speaks.
        threads: threads of piper.
    """

    files: VoiceFiles
    delivery: Delivery
    threads: int


@dataclass(frozen=True, slots=True)
class Job:
    """A text to be rendered, and where the sound of it goes."""

    text: str
    made: Future[Rendered]


class Crew:
    """Workers that take their jobs from one queue until they are dismissed.

    Args:
        source: what they speak with.
        size: how many there are.
    """

    def __init__(self, source: Source, size: int) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._workers = [_Worker(source, self._jobs) for _ in range(size)]

    def give(self, job: Job) -> None:
        """Have a text rendered, after those given before it; waits for nothing."""
        self._jobs.put(job)

    def dismiss(self) -> None:
        """End the processes, hanging ones too, and cancel what is left to do; waits for nothing."""
        while True:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                break
            if job is not None:
                job.made.cancel()
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
        # A daemon: a process that cannot be ended keeps nobody from leaving.
        Thread(target=self._work, name="piper", daemon=True).start()

    def dismiss(self) -> None:
        self._over = True
        job, process = self._job, self._process
        if job is not None:
            job.made.cancel()
        if process is not None:
            process.kill()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._job = job
            if not self._over:
                self._render(job)
            job.made.cancel()  # does nothing where it has been rendered
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
            except Exception as error:  # no memory or number left for a process
                self._end()
                _settle(job.made, error)
                return
            else:
                _settle(job.made, got)
                return
            if self._over:
                return
        _settle(job.made, WorkerDied("the process that renders died"))

    def _start(self) -> None:
        self._end()
        # "spawn": a fork would copy a process with an open sound stream and its threads.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(self._source, theirs), daemon=True)
        try:
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


def _settle(made: Future[Rendered], got: Rendered | BaseException) -> None:
    if not made.set_running_or_notify_cancel():
        return
    if isinstance(got, BaseException):
        made.set_exception(got)
    else:
        made.set_result(got)


# --- in the process


def _serve(source: Source, pipe: Connection) -> None:
    for name in _TERMINAL_SIGNALS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    voice: PiperVoice | None = None
    while True:
        try:
            text = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            if voice is None:
                voice = load_piper(source.files, source.threads)
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
