"""What is learnt is kept only if it is heard better on takes that it was not learnt from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.hearing.material import recording
from voice_coach.faults import ModelFault
from voice_coach.paths import data_folder
from voice_coach.teaching.adapting import Manner
from voice_coach.teaching.learning import Count, Output, Pupil, fit, halves, in_noise, learn
from voice_coach.teaching.takes import (
    Recording,
    noisier,
    speech_power,
    too_loud_or_soft,
    unlike,
)

MODEL = data_folder("models") / "en-us-commands"
WORDS = ("stop", "yes", "no", "help", "next", "heat", "ice", "it hurts")
ROOM = np.random.default_rng(4).standard_normal(16000).astype(np.float32) * np.float32(0.001)


@pytest.fixture(scope="module")
def pupil() -> Pupil:
    return Pupil.of(MODEL, WORDS, ("breathe", "relax"))


def takes(*words: str, number: int = 0) -> list[Recording]:
    return [Recording(word, number, recording(word, 16000)) for word in words]


class Judge:
    """Says what it is told to, before and after."""

    def __init__(self, before: Count, after: Count) -> None:
        self.counts = before, after
        self.judged: list[Sequence[Recording]] = []

    def __call__(
        self, output: Output | None, some: Sequence[Recording], noisy: Sequence[Recording]
    ) -> Count:
        assert [one.phrase for one in some] == [one.phrase for one in noisy]
        self.judged.append(some)
        return self.counts[output is not None]


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        (Count(2, 1, 2), Count(2, 2, 2), True),
        (Count(2, 2, 2), Count(2, 2, 2), False),
        (Count(2, 0, 2), Count(1, 2, 2), False),
        (Count(1, 2, 2), Count(2, 1, 2), False),
        (Count(2, 1, 2, false=0), Count(2, 2, 2, false=1), False),
        (Count(2, 1, 2, false=1), Count(2, 2, 2, false=0), True),
    ],
)
def test_it_is_kept_only_if_more_is_heard_and_nothing_worse(
    pupil: Pupil, before: Count, after: Count, kept: bool
) -> None:
    said = [*takes("stop", "yes"), *takes("stop", "yes", number=1)]
    judge = Judge(before, after)
    outcome = learn(pupil, said, ROOM, judge, Manner(rounds=1))
    assert (outcome.output is not None) == kept
    assert outcome.before == before + before
    assert {one.number for one in judge.judged[0]} == {1}, "not what it learnt from"
    assert {one.number for one in judge.judged[2]} == {0}


def test_words_asked_for_once_are_split_by_the_word() -> None:
    said = takes(*WORDS)
    for half in (0, 1):
        learnt, others = halves(said, half)
        assert len(learnt) == len(others) == 4
        assert not {one.phrase for one in learnt} & {one.phrase for one in others}


def test_too_few_words_that_fit_are_not_learnt_from(pupil: Pupil) -> None:
    right = takes(*WORDS)
    wrong = [Recording("heat", 1, recording("orange_juice", 16000)) for _ in range(9)]
    assert fit(pupil, right) == tuple(right)
    assert fit(pupil, right[:7]) == ()
    assert fit(pupil, [*right, *wrong[:5]]) == tuple(right)
    assert fit(pupil, [*right, *wrong]) == (), "who says so much else is somebody else"


@pytest.mark.parametrize("word", WORDS)
def test_a_word_resembles_itself_and_no_other(pupil: Pupil, word: str) -> None:
    sound = recording(word, 16000)
    assert pupil.resembles(Recording(word, 0, sound))
    for other in WORDS:
        if other != word:
            take = pupil.take(Recording(other, 0, sound))
            assert unlike(pupil.body, take, pupil.rivals) == "other", other


def test_noise_is_nothing(pupil: Pupil) -> None:
    noise = np.random.default_rng(5).standard_normal(16000).astype(np.float32)
    for level in (0.0003, 0.003, 0.03):
        take = pupil.take(Recording("ice", 0, noise * np.float32(level)))
        assert unlike(pupil.body, take, pupil.rivals) is not None


def test_levels() -> None:
    sound = np.full(1000, 0.5, np.float32)
    assert too_loud_or_soft(-20.0, sound) is None
    assert too_loud_or_soft(-60.0, sound) == "soft"
    assert too_loud_or_soft(-3.0, sound) == "loud"
    sound[:10] = 1.0
    assert too_loud_or_soft(-20.0, sound) == "loud"


def test_noise_is_added_at_the_level_that_is_wanted() -> None:
    sound = recording("stop", 16000)
    made = noisier(sound, ROOM, 10.0, seed=1)
    added = speech_power(sound) / float(np.mean((made - sound) ** 2))
    assert 10 * np.log10(added) == pytest.approx(10.0, abs=0.5)
    assert np.array_equal(noisier(sound, np.zeros(100, np.float32), 10.0, 1), sound)


def test_without_a_room_nothing_is_added() -> None:
    (one,) = takes("stop")
    assert in_noise(one, np.zeros(0, np.float32), 12.0) is one
    assert np.array_equal(in_noise(one, ROOM, 12.0).sound, in_noise(one, ROOM, 12.0).sound)


def test_a_model_that_is_not_ours_cannot_learn(tmp_path: Path) -> None:
    with pytest.raises(ModelFault, match="takes no words"):
        Pupil.of(tmp_path, WORDS, ())
