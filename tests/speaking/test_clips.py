"""Clips: from memory, from disk, or rendered; each only once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest

from voice_coach.audio.samples import Samples
from voice_coach.speaking import Clips, Delivery, VoiceFiles, fixed_texts
from voice_coach.speaking import clips as module
from voice_coach.speaking.cache import ClipCache
from voice_coach.speaking.render import Renderer
from voice_coach.understanding import Book

Rendered = tuple[Samples, int]


class Counting(Renderer):
    """Renders a second of noise whenever the test says so."""

    def __init__(self, voice: VoiceFiles) -> None:
        super().__init__(voice, Delivery())
        self.asked: list[str] = []
        self.given: list[Future[Rendered]] = []
        self.closed = 0

    def render(self, text: str) -> Future[Rendered]:
        self.asked.append(text)
        self.given.append(Future())
        self._last = self.given[-1]
        return self.given[-1]

    @property
    def running(self) -> bool:
        return bool(self.asked) and not self.closed

    def close(self) -> None:
        self.closed += 1

    def finish(self) -> None:
        sound = np.full(22050, 0.25, np.float32)
        for future in self.given:
            if not future.done():
                future.set_result((sound, 22050))


@pytest.fixture
def renderer(voice: VoiceFiles) -> Counting:
    return Counting(voice)


@pytest.fixture
def clips(voice: VoiceFiles, renderer: Counting, tmp_path: Path) -> Clips:
    return Clips(voice, renderer, ClipCache(tmp_path), 48000)


def test_cue_is_rendered_once_and_then_known(
    clips: Clips, renderer: Counting, voice: VoiceFiles, tmp_path: Path
) -> None:
    future = clips.get("One.")
    assert isinstance(future, Future)
    renderer.finish()
    clip = clips.take("One.", future)
    assert len(clip) == 48000, "at the rate of the session"
    assert clips.get("One.") is clip
    again = Clips(voice, renderer, ClipCache(tmp_path), 48000).get("One.")
    assert isinstance(again, np.ndarray)
    assert np.allclose(again, clip, atol=1e-4)
    assert renderer.asked == ["One."]


def test_cue_asked_for_again_while_it_is_rendered_is_not_rendered_twice(
    clips: Clips, renderer: Counting
) -> None:
    assert clips.get("One.") is clips.get("One.")
    assert renderer.asked == ["One."]


def test_memory_is_bounded_and_keeps_what_was_used_last(clips: Clips, renderer: Counting) -> None:
    for i in range(120):
        future = clips.get(f"{i}.")
        assert isinstance(future, Future)
        renderer.finish()
        clips.take(f"{i}.", future)
        clips.get("0.")
    held = sum(map(len, clips._memory.values()))
    assert held <= module.KEPT_SECONDS * 48000
    assert held > (module.KEPT_SECONDS - 2) * 48000
    assert {"0.", "119."} <= clips._memory.keys()
    assert "1." not in clips._memory


def test_missing_names_what_is_not_in_the_cache(clips: Clips, renderer: Counting) -> None:
    future = clips.get("One.")
    assert isinstance(future, Future)
    renderer.finish()
    clips.take("One.", future)
    assert clips.missing(["Two.", "One.", "Two."]) == ["Two."]


def test_prefetch_renders_one_at_a_time_and_ends_the_idle_worker(
    clips: Clips, renderer: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "IDLE_CALLS", 5)
    clips.prefetch(["One.", "Two.", "One."])
    clips.tend()
    clips.tend()
    assert renderer.asked == ["One."]
    renderer.finish()
    clips.tend()
    assert renderer.asked == ["One.", "Two."]
    renderer.finish()
    for _ in range(4):
        clips.tend()
    assert renderer.running
    for _ in range(4):
        clips.tend()
    assert not renderer.running
    assert clips.missing(["One.", "Two."]) == []


def test_prefetch_stops_at_a_fault_and_leaves_it_to_the_sentence(
    clips: Clips, renderer: Counting
) -> None:
    clips.prefetch(["One.", "Two."])
    clips.tend()
    renderer.given[0].cancel()
    clips.tend()
    clips.tend()
    assert renderer.asked == ["One."]


def test_cache_that_cannot_be_written_only_costs_time(
    voice: VoiceFiles, renderer: Counting, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    clips = Clips(voice, renderer, ClipCache(tmp_path / "file"), 48000)
    future = clips.get("One.")
    assert isinstance(future, Future)
    renderer.finish()
    clip = clips.take("One.", future)
    assert clips.get("One.") is clip
    assert clips.cache.trouble is not None


def test_all_fixed_texts_are_whole_and_urgent_ones_come_first(book: Book) -> None:
    texts = fixed_texts(book, "9 1 1")
    assert len(texts) == len(set(texts)) > 300
    assert not [t for t in texts if "{" in t or "[" in t]
    assert {"In.", "Out.", "One."} <= set(texts[:40])
    assert any("9 1 1" in t for t in texts)


def test_rendered_cues_need_no_worker(rendered: Callable[[int], Clips], book: Book) -> None:
    clips = rendered(24000)
    assert not clips.missing(fixed_texts(book, "9 1 1"))
    assert len(clips.clip("In.")) > 2000
    assert not clips.renderer.running
