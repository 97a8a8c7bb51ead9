"""Rendering in another process: piper's 140 MB and bursts of work stay out of the audio's way.

The process starts when something has to be rendered, and ends after a while of idling: with a full
cache the coach runs without it.
"""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

from voice_coach.speaking.voice import Delivery, VoiceFiles
from voice_coach.speaking.worker import Crew, Job, Rendered, Source


class Renderer:
    """Turns text into finished sound, in `workers` separate processes.

    No method blocks, and no other thread calls into this object.

    Args:
        files: the voice.
        delivery: how it speaks.
        workers: how many processes there are.
        threads: threads of piper in each.
        halves: a folder for the voice cut in two, see `load_piper`; None to load it whole.
    """

    def __init__(
        self,
        files: VoiceFiles,
        delivery: Delivery,
        *,
        workers: int = 1,
        threads: int = 1,
        halves: Path | None = None,
    ) -> None:
        files.check()
        self.delivery = delivery
        self._source = Source(files, delivery, threads, halves)
        self._workers = workers
        self._crew: Crew | None = None
        self._last: Future[Rendered] | None = None

    def render(self, text: str) -> Future[Rendered]:
        """Start rendering; the future yields (samples, rate).

        The future raises WorkerDied if workers keep dying, OSError if none can be started, and
        VoiceFault if piper fails. `close` cancels it.
        """
        if self._crew is None:
            self._crew = Crew(self._source, self._workers)
        self._last = future = Future[Rendered]()
        self._crew.give(Job(text, future))
        return future

    @property
    def idle(self) -> bool:
        """Whether everything requested has been rendered."""
        return self._last is None or self._last.done()

    @property
    def running(self) -> bool:
        """Whether there is a worker process, using memory."""
        return self._crew is not None

    def close(self) -> None:
        """End the worker processes, even hanging ones; the next rendering starts them again."""
        crew, self._crew = self._crew, None
        if crew is not None:
            crew.dismiss()
