"""Sparing the recogniser in a long quiet: it costs no word, and moves none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.hearing.material import Timeline, edges, recording
from voice_coach.audio.samples import Samples
from voice_coach.hearing import Idle, Recogniser
from voice_coach.hearing.vad import HANGOVER_SECONDS, IDLE_SECONDS, Activity
from voice_coach.understanding import Book
from voice_coach.understanding.words import Hypothesis

RATE = 16000
PHRASES = ["stop", "next", "it hurts", "slower", "resume", "how much longer", "breathe", "relax"]


def pcm(sound: Samples) -> bytes:
    return np.rint(sound * 32767).astype("<i2").tobytes()


def test_quiet_is_counted_from_the_end_of_a_voice() -> None:
    activity = Activity()
    timeline = Timeline(RATE, 4.0)
    sound = recording("next", RATE)
    start = timeline.put(sound, 1.0)
    activity.hear(pcm(timeline.sound[:RATE]))
    assert activity.quiet > 0.5
    end = start + edges(sound)[1]
    activity.hear(pcm(timeline.sound[RATE : RATE * 4]))
    assert activity.quiet == pytest.approx(4.0 - end / RATE, abs=0.25)


def test_it_spares_only_in_a_long_quiet_while_the_coach_is_silent() -> None:
    idle = Idle()
    assert not idle.spares(IDLE_SECONDS - 0.1, silent=True, words=False)
    assert idle.spares(IDLE_SECONDS, silent=True, words=False)
    assert not idle.spares(IDLE_SECONDS, silent=False, words=False)
    assert not idle.spares(IDLE_SECONDS, silent=True, words=True)


def test_after_a_sound_that_was_no_word_it_rests_sooner() -> None:
    idle = Idle()
    assert idle.spares(60.0, silent=True, words=False)
    assert not idle.spares(0.0, silent=True, words=False)
    assert idle.spares(HANGOVER_SECONDS, silent=True, words=False)
    assert not idle.spares(0.0, silent=True, words=True)
    assert not idle.spares(HANGOVER_SECONDS, silent=True, words=False)


def test_first_words_after_a_long_quiet_are_heard_whole_and_in_place(
    hearing_model: Any, book: Book
) -> None:
    timeline = Timeline(RATE, 60.0)
    said = {}
    for turn, words in enumerate(["next", "it hurts", "slower", "how much longer", "relax"]):
        sound = recording(words, RATE)
        start = timeline.put(sound, 9.0 + 10.37 * turn) + edges(sound)[0]
        said[words] = start
    idle = Idle()
    recogniser = Recogniser(hearing_model, RATE, book.decoys, idle=idle)
    recogniser.listen(PHRASES)
    heard: list[Hypothesis] = []
    blocks = timeline.blocks()
    spared = 0
    for block in blocks:
        heard += [h for h in recogniser.hear(block, silent=True) if h.final]
        spared += recogniser.resting
    assert [h.text for h in heard] == list(said)
    for hypothesis, start in zip(heard, said.values(), strict=True):
        assert hypothesis.start == pytest.approx(start, abs=0.4 * RATE)
    assert spared / len(blocks) > 0.25, "it was of use"


def test_nothing_is_spared_while_the_coach_speaks(hearing_model: Any, book: Book) -> None:
    recogniser = Recogniser(hearing_model, RATE, book.decoys, idle=Idle())
    recogniser.listen(PHRASES)
    for block in Timeline(RATE, 8.0).blocks():
        recogniser.hear(block, silent=False)
        assert not recogniser.resting
