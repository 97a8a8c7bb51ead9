"""Finished clips: one loudness, bounded peaks, tight ends, no clicks. On real piper's clips."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from voice_coach.audio.samples import Samples
from voice_coach.speaking import Clips, fixed_texts
from voice_coach.speaking.sound import LEVEL_DB, finish, limited, speech_level
from voice_coach.understanding import Book

RATE = 24000


@pytest.fixture(scope="module")
def clips(rendered: Callable[[int], Clips], book: Book) -> dict[str, Samples]:
    """Every tenth sentence of the coach and its shortest ones, as they are played."""
    clips = rendered(RATE)
    texts = fixed_texts(book, "9 1 1")
    chosen = {*texts[::10], *sorted(texts, key=len)[:10], *sorted(texts, key=len)[-3:]}
    return {text: clips.clip(text) for text in sorted(chosen)}


def db(value: float) -> float:
    return float(20 * np.log10(value + 1e-12))


def test_all_cues_are_equally_loud(clips: dict[str, Samples]) -> None:
    assert len(clips) > 40
    levels = {text: speech_level(clip, RATE) for text, clip in clips.items()}
    wrong = {t: x for t, x in levels.items() if abs(x - LEVEL_DB) > 1.0}
    assert not wrong


def test_no_cue_peaks_above_minus_3_dbfs(clips: dict[str, Samples]) -> None:
    wrong = {t: db(np.abs(c).max()) for t, c in clips.items() if np.abs(c).max() > 10 ** (-3 / 20)}
    assert not wrong


def test_cues_begin_and_end_without_a_click(clips: dict[str, Samples]) -> None:
    for text, clip in clips.items():
        assert max(abs(float(clip[0])), abs(float(clip[-1]))) < 10 ** (-60 / 20), text


def test_cues_begin_and_end_with_their_sound(clips: dict[str, Samples]) -> None:
    for text, clip in clips.items():
        loud = np.flatnonzero(np.abs(clip) > np.abs(clip).max() * 10 ** (-46 / 20))
        assert loud[0] < 0.03 * RATE, text
        assert len(clip) - loud[-1] < 0.03 * RATE, text


def test_silence_stays_silence() -> None:
    assert not finish(np.zeros(1000, np.float32), RATE).any()
    assert len(finish(np.zeros(0, np.float32), RATE)) == 0


def test_shortest_sound_is_finished_too() -> None:
    clip = finish(np.array([0.0, 0.5, 0.0], np.float32), RATE)
    assert len(clip) == 3
    assert np.isfinite(clip).all()


def test_pauses_do_not_make_a_sentence_louder() -> None:
    voice = np.random.default_rng(1).standard_normal(RATE).astype(np.float32) * np.float32(0.1)
    spaced = np.concatenate([voice, np.zeros(RATE, np.float32), voice])
    assert speech_level(spaced, RATE) == pytest.approx(speech_level(voice, RATE), abs=0.1)


def test_limiter_bends_only_what_is_loud_and_keeps_the_order() -> None:
    ramp = np.linspace(-2, 2, 4001, dtype=np.float32)
    bent = limited(ramp)
    quiet = np.abs(ramp) < 10 ** (-3 / 20) / 2
    assert np.array_equal(bent[quiet], ramp[quiet])
    assert (np.diff(bent) >= 0).all()
    assert np.abs(bent).max() <= 10 ** (-3 / 20)
