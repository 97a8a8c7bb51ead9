"""Clips of the book's sentences: from memory, from the cache on disk, or rendered now."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from itertools import product
from math import prod
from pathlib import Path

from voice_coach.audio.samples import Samples
from voice_coach.audio.wav import resampled
from voice_coach.faults import VoiceFault
from voice_coach.speaking.cache import ClipCache
from voice_coach.speaking.readiness import Readiness
from voice_coach.speaking.render import Renderer
from voice_coach.speaking.sound import VERSION
from voice_coach.speaking.voice import VoiceFiles, clip_key, voice_hash
from voice_coach.understanding.book import Book
from voice_coach.understanding.plural import SLOT

KEPT_SECONDS = 90.0
"""Seconds of recently used speech kept in memory: 17 MB at 48 kHz."""

IDLE_CALLS = 6000
"""Calls of `Clips.tend`, one every 10 ms, after which an idle worker is ended: one minute."""

MOST_COMBINATIONS = 60
"""A sentence whose slots have more combinations of values than this is rendered when needed."""


class Clips:
    """Provides the sound of a sentence at a given rate.

    Args:
        files: the piper voice.
        renderer: renders what the cache does not hold.
        cache: the cache on disk.
        rate: frames per second of the clips.
        voice: hash of the voice, if it is known already.

    Attributes:
        readiness: what is held back until certain sentences are rendered; None for nothing.
    """

    readiness: Readiness | None = None

    def __init__(
        self,
        files: VoiceFiles,
        renderer: Renderer,
        cache: ClipCache,
        rate: int,
        voice: str | None = None,
    ) -> None:
        self.cache = cache
        self.renderer = renderer
        self._files = files
        self._rate = rate
        self._voice = voice or voice_hash(files, cache.folder)
        self._memory: OrderedDict[str, Samples] = OrderedDict()
        self._kept = 0
        self._pending: dict[str, Future[tuple[Samples, int]]] = {}
        self._ahead: deque[str] = deque()
        self._calls_idle = 0
        self._rendering: tuple[str, Future[tuple[Samples, int]]] | None = None

    def at(self, rate: int) -> Clips:
        """Return the same voice, cache and renderer at another rate."""
        return Clips(self._files, self.renderer, self.cache, rate, self._voice)

    def get(self, text: str) -> Samples | Future[tuple[Samples, int]]:
        """Return the clip, or the future of its rendering, to be passed to `take`."""
        clip = self._memory.get(text)
        if clip is not None:
            self._memory.move_to_end(text)
            return clip
        found = self.cache.get(self._key(text))
        if found is not None:
            return self._keep(text, *found)
        if text not in self._pending:  # else requested before, and hushed before it was done
            self._pending[text] = self.renderer.render(text)
        return self._pending[text]

    def known(self, text: str) -> Samples | None:
        """Return the clip if it is in memory or on disk; never renders."""
        clip = self._memory.get(text)
        if clip is None and (found := self.cache.get(self._key(text))) is not None:
            clip = self._keep(text, *found)
        return clip

    def take(self, text: str, future: Future[tuple[Samples, int]]) -> Samples:
        """Return the clip of a rendering, waiting for it if need be, and store it.

        Raises:
            VoiceFault: the voice could not be loaded, or made no sound.
        """
        self._pending.pop(text, None)
        try:
            samples, rate = future.result()
        except VoiceFault:
            raise
        except Exception as error:  # a dead worker shows in many ways
            raise VoiceFault(
                f'"{text}" could not be rendered ({type(error).__name__})',
                "check free memory; `voice-coach models verify` checks the voice",
            ) from error
        self.cache.put(self._key(text), samples, rate)
        return self._keep(text, samples, rate)

    def give_up(self, text: str) -> VoiceFault:
        """Give up on a rendering that hangs and end its worker; return the fault to report."""
        self._pending.pop(text, None)
        self.renderer.close()
        return VoiceFault(
            f'"{text}" was not rendered in time',
            "check free memory; `voice-coach render` renders all sentences beforehand",
        )

    def clip(self, text: str) -> Samples:
        """Return the clip, waiting for it to be rendered if need be.

        Raises:
            VoiceFault: see `take`.
        """
        got = self.get(text)
        return self.take(text, got) if isinstance(got, Future) else got

    def forget(self) -> None:
        """Drop the clips from memory, so that they are read from the cache again."""
        self._memory.clear()
        self._kept = 0

    def missing(self, texts: Iterable[str]) -> list[str]:
        """Return the texts that would have to be rendered, without repeats."""
        return [t for t in dict.fromkeys(texts) if not self.cache.has(self._key(t))]

    def render_all(self, texts: list[str], each: Callable[[str], object]) -> None:
        """Render texts into the cache, as many at a time as there are workers.

        Args:
            texts: what to render.
            each: called with each text once it is done.

        Raises:
            VoiceFault: see `take`.
        """
        futures = [(text, self.renderer.render(text)) for text in texts]
        for text, future in futures:
            self.take(text, future)
            each(text)

    def render_soon(self, texts: Iterable[str], seconds: float) -> VoiceFault | None:
        """Render texts into the cache, waiting for at most `seconds`.

        Returns:
            What went wrong; None if all of them are cached.
        """
        end = time.monotonic() + seconds
        for text, future in self.ask_for(texts):
            wait((future,), max(0.0, end - time.monotonic()))
            if not future.done():
                return self.give_up(text)
            try:
                self.take(text, future)
            except VoiceFault as fault:
                return fault
        return None

    def ask_for(self, texts: Iterable[str]) -> list[tuple[str, Future[tuple[Samples, int]]]]:
        """Start rendering what is missing of some texts, unless it has been started; never blocks.

        Returns:
            Each missing text with its rendering.
        """
        asked = [(text, self.get(text)) for text in self.missing(texts)]
        return [(text, got) for text, got in asked if isinstance(got, Future)]

    def prefetch(self, texts: Iterable[str]) -> None:
        """Queue texts to be rendered into the cache in the background, by `tend`."""
        self._ahead.extend(texts)

    def tend(self) -> None:
        """Continue with `prefetch`; to be called often.

        Texts are rendered one at a time, so that a sentence needed at once waits for at most one
        other. After a minute without rendering the worker is ended, which frees its memory.
        """
        if self._rendering is not None:
            text, future = self._rendering
            if not future.done():
                return
            self._rendering = None
            if not future.cancelled() and future.exception() is None:
                self.cache.put(self._key(text), *future.result())
            else:
                self._ahead.clear()  # the fault will be reported when a sentence is needed
        while self._ahead:
            text = self._ahead.popleft()
            if not self.cache.has(self._key(text)):
                self._rendering = (text, self.renderer.render(text))
                return
        self._calls_idle = self._calls_idle + 1 if self.renderer.idle else 0
        if self._calls_idle >= IDLE_CALLS and self.renderer.running:
            self.renderer.close()

    def _key(self, text: str) -> str:
        return clip_key(self._voice, text, self.renderer.delivery, VERSION)

    def _keep(self, text: str, samples: Samples, rate: int) -> Samples:
        clip = samples if rate == self._rate else resampled(samples, rate, self._rate)
        self._kept += len(clip) - len(self._memory.get(text, ()))
        self._memory[text] = clip
        while self._kept > KEPT_SECONDS * self._rate and len(self._memory) > 1:
            _, old = self._memory.popitem(last=False)
            self._kept -= len(old)
        return clip


FIRST = ("reply.in", "reply.out", "reply.count", "reply.hurts", "reply.red", "welcome.")
"""Keys rendered before all others: what paces a breath, what is urgent, what is said first."""


def fixed_texts(book: Book, emergency: str) -> list[str]:
    """Return every sentence of the book with all usual values of its slots, the urgent ones first.

    Args:
        book: the book.
        emergency: the emergency number as it is spoken.
    """
    keys = sorted(book.texts, key=lambda key: not key.startswith(FIRST))
    return filled_texts({key: book.texts[key] for key in keys}, book, emergency)


def filled_texts(
    texts: Mapping[str, Sequence[Sequence[str]]], book: Book, emergency: str
) -> list[str]:
    """Return sentences with all usual values of their slots, without repeats.

    Args:
        texts: key -> variants, each a list of sentences.
        book: gives the values.
        emergency: the emergency number as it is spoken.
    """
    filled = (
        text
        for key, variants in texts.items()
        if not key.endswith(".title")
        for variant in variants
        for sentence in variant
        for text in _filled(sentence, book, emergency)
    )
    return list(dict.fromkeys(filled))


def _filled(sentence: str, book: Book, emergency: str) -> Iterator[str]:
    names = tuple(dict.fromkeys(SLOT.findall(sentence)))
    choices: Iterable[tuple[str, ...]]
    if set(names) == {"n", "total"}:
        choices = ((n, t) if names[0] == "n" else (t, n) for n, t in _places(book))
    else:
        ranges = [_values(name, book, emergency) for name in names]
        if prod(map(len, ranges)) > MOST_COMBINATIONS:
            return
        choices = product(*ranges)
    for values in choices:
        yield book.filled(sentence, dict(zip(names, values, strict=True)))


def _values(name: str, book: Book, emergency: str) -> list[str]:
    if name == "emergency":
        return [emergency]
    low, high = book.slots.get(name, (0, -1))
    return [str(n) for n in range(low, high + 1)]


def _places(book: Book) -> list[tuple[str, str]]:
    """Return every (step, steps) that "Step 2 of 5." can say."""
    lengths = {len(r.step) for r in book.routines.values()}
    lengths |= {sum(not s.unless for s in r.step) for r in book.routines.values()}
    return [(str(n), str(length)) for length in sorted(lengths) for n in range(1, length + 1)]


def clip_folder(cache: Path) -> Path:
    """Return the folder of rendered clips inside a cache folder."""
    return cache / "cues"
