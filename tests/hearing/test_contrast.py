"""By how much words stand out of what is beside them, told from sound of known levels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hearing.material import Timeline, at_level, edges, recording
from voice_coach.audio.duplex import Block
from voice_coach.audio.samples import Samples
from voice_coach.hearing import Front
from voice_coach.hearing.contrast import EARLY, KEPT, STEP, Contrast
from voice_coach.understanding.evidence import ALONE_DB

RATE = 16000


def heard(*parts: tuple[float, float], own: bool = False) -> Contrast:
    """Return what was heard: (seconds, dBFS) of noise, in turns."""
    draw = np.random.default_rng(0)
    made = Contrast()
    for seconds, level in parts:
        gain = np.float32(10 ** (level / 20))
        for _ in range(round(seconds * RATE / STEP)):
            made.add(draw.standard_normal(STEP, np.float32) * gain, own_speech=own)
    return made


def rise(made: Contrast, start: float, end: float, *, early: bool = False) -> float:
    return made.rise(round(start * RATE), round(end * RATE), early=early)


@given(st.floats(-60, -10), st.floats(-60, -10), st.floats(-60, -10))
def test_it_is_the_distance_to_the_louder_side(before: float, word: float, after: float) -> None:
    made = heard((1, before), (0.4, word), (1, after))
    assert rise(made, 1.0, 1.4) == pytest.approx(word - max(before, after), abs=1.5)


@pytest.mark.parametrize("gap", [0.4, 1.0])
def test_what_was_said_a_moment_before_is_not_beside_it(gap: float) -> None:
    made = heard((0.5, -30), (gap, -70), (0.4, -30), (0.5, -70))
    assert rise(made, 0.5 + gap, 0.9 + gap) > 35


def test_word_in_the_middle_of_speech_does_not_stand_out() -> None:
    made = heard((2, -30))
    assert rise(made, 0.8, 1.2) < ALONE_DB


def test_place_of_a_partial_result_may_be_late() -> None:
    late = EARLY * STEP / RATE - 0.02
    made = heard((1, -70), (0.4, -30), (0.2, -70))
    assert rise(made, 1.0 + late, 1.6) < 0, "the word itself is beside what is left of it"
    assert rise(made, 1.0 + late, 1.6, early=True) > 35


def test_the_coachs_own_voice_is_no_neighbour() -> None:
    made = heard((1, -20), own=True)
    for sound in (np.full(STEP, 0.05, np.float32), np.zeros(STEP, np.float32)):
        for _ in range(40):
            made.add(sound, own_speech=False)
    assert rise(made, 1.0, 1.4) > 60


def test_nothing_is_held_against_what_was_long_ago_or_at_the_very_beginning() -> None:
    made = heard((0.4, -30))
    assert rise(made, 0.0, 0.4) == math.inf
    made = heard(((KEPT + 100) * STEP / RATE, -30))
    assert rise(made, 0.2, 0.6) == math.inf


def blocks(near: Samples, far: Samples) -> list[Block]:
    return [
        Block(start, near[start : start + STEP], far[start : start + STEP])
        for start in range(0, len(near) - STEP + 1, STEP)
    ]


@pytest.mark.parametrize("level_db", [-26.0, -55.0], ids=["level", "soft"])
def test_every_command_stands_out_of_a_quiet_room_before_any_gain(level_db: float) -> None:
    """The gain brings a room up more than a word: levels are those before it."""
    timeline = Timeline(RATE, 12.0)
    places = []
    for number, words in enumerate(("next", "heat", "how much longer", "breathe")):
        sound = recording(words, RATE) * np.float32(10 ** ((level_db + 26.0) / 20))
        begin = timeline.put(sound, 1.0 + 2.5 * number)
        first, last = edges(sound)
        places.append((begin + first, begin + last))
    front = Front(RATE)
    for block in blocks(timeline.sound, np.zeros_like(timeline.sound)):
        front.take(block)
    for start, end in places:
        assert front.contrast(start, end) > 15


def test_answer_right_behind_the_coachs_sentence_counts() -> None:
    """Even where nothing of its voice is cancelled."""
    timeline = Timeline(RATE, 4.0)
    own = at_level(np.random.default_rng(1).standard_normal(2 * RATE).astype(np.float32), RATE)
    timeline.put(own * 3, 0.0)
    answer = recording("yes", RATE)
    begin = timeline.put(answer, 2.1)
    far = np.zeros_like(timeline.sound)
    far[: 2 * RATE] = own
    front = Front(RATE)
    for block in blocks(timeline.sound, far):
        front.take(block)
    first, last = edges(answer)
    assert front.contrast(begin + first, begin + last) > 10
