"""Rendering in another process: piper's 200 MB and its bursts of work stay out of the audio's way.

The process is started when something has to be rendered, and ended when it has been idle: with a
full cache the coach runs without it.
"""

from __future__ import annotations

from concurrent.futures import Future

from voice_coach.speaking.voice import Delivery, VoiceFiles
from voice_coach.speaking.worker import Crew, Job, Rendered, Source


class Renderer:
    """Turns text into finished sound, in `workers` processes of their own.

    Nothing in it waits, and nothing in it is called by another thread.
    """

    def __init__(
        self, files: VoiceFiles, delivery: Delivery, *, workers: int = 1, threads: int = 1
    ) -> None:
        files.check()
        self.delivery = delivery
        self._source = Source(files, delivery, threads)
        self._workers = workers
        self._crew: Crew | None = None
        self._last: Future[Rendered] | None = None

    def render(self, text: str) -> Future[Rendered]:
        """Start rendering; the future gives (samples, rate).

        The future raises WorkerDied when workers keep dying, OSError when none can be started,
        VoiceFault when piper failed. It is cancelled by `close`.
        """
        if self._crew is None:
            self._crew = Crew(self._source, self._workers)
        self._last = made = Future[Rendered]()
        self._crew.give(Job(text, made))
        return made

    @property
    def idle(self) -> bool:
        """Whether all that was asked for has been rendered."""
        return self._last is None or self._last.done()

    @property
    def running(self) -> bool:
        """Whether a worker process is there, using memory."""
        return self._crew is not None

    def close(self) -> None:
        """End the worker processes, hanging ones too; the next rendering starts them again."""
        crew, self._crew = self._crew, None
        if crew is not None:
            crew.dismiss()
