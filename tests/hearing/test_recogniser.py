"""vosk on the sample clock: the right words, at the right frames, whatever the grammar does."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hearing.material import Timeline, edges, finals, recording
from voice_coach.app import Parts
from voice_coach.hearing import Front, Recogniser, vocabulary
from voice_coach.hearing.recogniser import CHUNK, likeliest, may_be_nothing, others
from voice_coach.understanding import Book
from voice_coach.understanding.early import PARTIALS_AT_REST
from voice_coach.understanding.words import Hypothesis, Reading, Word

PHRASES = ["stop", "next", "it hurts", "slower", "resume", "how much longer", "breathe", "relax"]
SPOKEN = ["resume", "it hurts", "slower", "how much longer", "next"]


def made(model: Any, book: Book, rate: int, phrases: list[str] = PHRASES) -> Recogniser:
    recogniser = Recogniser(model, rate, book.decoys)
    recogniser.listen(phrases)
    return recogniser


def known(hypotheses: list[Hypothesis]) -> list[str]:
    return [" ".join(w.text for w in h.words if w.text != "[unk]") for h in hypotheses]


@pytest.mark.parametrize("rate", [16000, 22050, 24000, 44100, 48000])
def test_words_are_heard_at_their_place_at_every_rate(
    hearing_model: Any, book: Book, rate: int
) -> None:
    timeline = Timeline(rate, 14.0)
    truth = []
    for i, words in enumerate(SPOKEN):
        sound = recording(words, rate)
        start = timeline.put(sound, 1.0 + 2.5 * i + 0.037 * i)
        first, last = edges(sound)
        truth.append((start + first, start + last))
    heard = finals(made(hearing_model, book, rate), timeline.blocks())
    assert known(heard) == SPOKEN
    tolerance = 0.15 * rate
    for hypothesis, (start, end) in zip(heard, truth, strict=True):
        assert hypothesis.start == pytest.approx(start, abs=tolerance), hypothesis
        assert hypothesis.end == pytest.approx(end, abs=tolerance), hypothesis


def test_times_stay_right_after_many_changes_of_grammar(hearing_model: Any, book: Book) -> None:
    """Chunks that are heard twice must not count twice."""
    rate = 16000
    timeline = Timeline(rate, 30.0)
    sound = recording("resume", rate)
    start = timeline.put(sound, 27.0) + edges(sound)[0]
    recogniser = made(hearing_model, book, rate)
    heard: list[Hypothesis] = []
    for i, block in enumerate(timeline.blocks()):
        if i % 100 == 50:
            recogniser.listen(PHRASES if i % 200 == 50 else [*PHRASES, "heat"])
        heard += [h for h in recogniser.hear(block) if h.final]
    assert known(heard) == ["resume"]
    # After long silence a word may seem to begin a third of a second early (docs/lab/training.md).
    assert heard[0].words[0].start == pytest.approx(start, abs=0.4 * rate)


@pytest.mark.slow
@pytest.mark.parametrize("words", ["next", "it hurts", "slower", "resume", "how much longer"])
def test_word_that_began_before_a_change_of_grammar_is_not_lost(
    hearing_model: Any, book: Book, words: str
) -> None:
    """The grammar that knows the word comes 0 to 0.3 s after the word has begun."""
    rate = 16000
    sound = recording(words, rate)
    lost = []
    for late in (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3):
        timeline = Timeline(rate, 4.0)
        begin = timeline.put(sound, 1.5) + edges(sound)[0]
        recogniser = made(hearing_model, book, rate, ["yes", "no", "seven"])
        heard: list[Hypothesis] = []
        changed = False
        for block in timeline.blocks():
            if not changed and block.start >= begin + late * rate:
                recogniser.listen(PHRASES)
                changed = True
            heard += [h for h in recogniser.hear(block) if h.final]
        if known(heard) != [words]:
            lost.append((late, known(heard)))
    assert not lost


@pytest.mark.parametrize("gap", [0.4, 0.55, 0.7, 0.85, 1.0])
@pytest.mark.parametrize("second", ["stop", "slower"])
def test_word_under_way_when_another_ends_is_not_lost_to_a_change_of_grammar(
    hearing_model: Any, book: Book, second: str, gap: float
) -> None:
    """The grammar changes with the end of an utterance, which comes after the next one began."""
    rate = 16000
    first, then = recording("relax", rate), recording(second, rate)
    timeline = Timeline(rate, 4.5)
    ends = timeline.put(first, 1.0) + edges(first)[1]
    timeline.put(then, (ends - edges(then)[0]) / rate + gap)
    recogniser = made(hearing_model, book, rate)
    heard: list[Hypothesis] = []
    for block in timeline.blocks():
        if block.start <= ends - rate // 10 < block.end:
            recogniser.listen([*PHRASES, "heat"])
        heard += [hypothesis for hypothesis in recogniser.hear(block) if hypothesis.final]
    assert " ".join(known(heard)) == f"relax {second}"


@pytest.mark.parametrize("slower", [1.0, 0.9])
def test_start_is_not_acted_on_as_stop_wherever_in_a_block_it_begins(
    hearing_model: Any, book: Book, slower: float
) -> None:
    rate = 16000
    word = recording("start", round(rate / slower))
    for late in range(0, CHUNK, CHUNK // 10):
        timeline = Timeline(rate, 3.0)
        timeline.put(word, 1.0 + late / rate)
        recogniser = Recogniser(hearing_model, rate, book.decoys)
        recogniser.listen(["start", "stop"])
        heard = [h for block in timeline.blocks() for h in recogniser.hear(block)]
        assert any(h.final for h in heard), late
        seen = [r.seen for h in heard for r in h.readings if r.text == "stop"]
        assert max(seen, default=0) < PARTIALS_AT_REST, late


@settings(
    deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(0, 590), min_size=1, max_size=40))
def test_grammar_may_change_at_any_block(
    hearing_model: Any, book: Book, changes: list[int]
) -> None:
    """vosk would end the process if it changed within an utterance."""
    rate = 16000
    timeline = Timeline(rate, 6.0)
    for i, words in enumerate(["resume", "it hurts", "slower"]):
        timeline.put(recording(words, rate), 0.5 + 1.8 * i)
    recogniser = made(hearing_model, book, rate)
    heard: list[Hypothesis] = []
    for i, block in enumerate(timeline.blocks()):
        for turn in range(changes.count(i)):
            recogniser.listen([*PHRASES, "heat", "ice"][turn % 3 :], [("we", "stop")])
        if i in changes[:2]:
            recogniser.forget()
        heard += [h for h in recogniser.hear(block) if h.final]
    frames = [w.start for h in heard for w in h.words]
    assert frames == sorted(frames)
    assert all(0 <= w.start < w.end <= 6.0 * rate for h in heard for w in h.words)


def test_partial_results_tell_how_often_they_were_seen(hearing_model: Any, book: Book) -> None:
    rate = 16000
    timeline = Timeline(rate, 4.0)
    sound = recording("stop", rate)
    start = timeline.put(sound, 1.0) + edges(sound)[0]
    recogniser = made(hearing_model, book, rate)
    at = [(b.end, h) for b in timeline.blocks() for h in recogniser.hear(b)]
    ends = {}
    for frame, partial in at[:-1]:
        assert not partial.final
        assert partial.end == frame
        assert partial.start == pytest.approx(start, abs=0.3 * rate)
        for reading in partial.readings:
            if reading.text == "stop":
                ends[reading.seen] = frame
    assert list(ends)[:3] == [1, 2, 3]
    assert ends[2] - ends[1] == ends[3] - ends[2] == CHUNK
    frame, last = at[-1]
    assert last.final and known([last]) == ["stop"] and not last.readings
    assert frame > max(ends.values())


def test_over_its_own_sentence_the_ends_of_other_words_are_readings(
    hearing_model: Any, book: Book
) -> None:
    rate = 16000
    timeline = Timeline(rate, 4.0)
    timeline.put(recording("it hurts", rate), 1.0)
    for own, readings in (((), {"it hurts"}), ([["it", "is", "on"]], {"it hurts", "hurts"})):
        recogniser = Recogniser(hearing_model, rate, book.decoys)
        recogniser.listen(PHRASES, own)
        heard = [h for block in timeline.blocks() for h in recogniser.hear(block)]
        whole = [h for h in heard if not h.final and h.text == "it hurts"]
        assert whole
        assert {r.text for h in whole for r in h.readings} == readings


def test_what_was_acted_on_is_forgotten(hearing_model: Any, book: Book) -> None:
    rate = 16000
    timeline = Timeline(rate, 5.0)
    timeline.put(recording("stop", rate), 1.0)
    timeline.put(recording("resume", rate), 3.0)
    recogniser = Recogniser(hearing_model, rate, book.decoys)
    recogniser.listen(PHRASES)
    heard: list[Hypothesis] = []
    for block in timeline.blocks():
        for hypothesis in recogniser.hear(block):
            heard.append(hypothesis)
            if Reading("stop", 2) in hypothesis.readings:
                recogniser.forget()
    assert [h.final for h in heard if "stop" in h.text] == [False, False]
    assert known([h for h in heard if h.final]) == ["resume"]


def test_word_the_model_does_not_know_is_heard_as_the_nearest_that_it_does(
    hearing_model: Any, book: Book, parts: Parts
) -> None:
    recogniser = Recogniser(hearing_model, 16000, book.decoys, vocabulary(parts.model_folder))
    assert recogniser.near("stop") == "stop"
    assert recogniser.near("breathee") == "breathe"
    assert Recogniser(hearing_model, 16000).near("breathee") == "[unk]"


def test_loud_sound_beyond_full_scale_is_clipped_not_wrapped(
    hearing_model: Any, book: Book
) -> None:
    rate = 16000
    timeline = Timeline(rate, 3.0)
    timeline.put(recording("next", rate) * np.float32(6), 1.0)
    assert known(finals(made(hearing_model, book, rate), timeline.blocks())) == ["next"]


def test_hypothesis_has_a_text() -> None:
    words = (Word("[unk]", 0, 1), Word("heat", 1, 2))
    assert Hypothesis(words, True).text == "[unk] heat"


def alternatives(*found: tuple[str, float]) -> dict[str, Any]:
    """Return a final result of vosk's with alternatives: texts, and logarithms of likelihoods."""
    made = [
        {"text": text, "confidence": score, "result": [{"word": word} for word in text.split()]}
        for text, score in found
    ]
    return {"alternatives": made}


def test_the_first_alternative_is_what_was_heard() -> None:
    result = alternatives(("heat", 500.0), ("heat [unk]", 499.0))
    assert [word["word"] for word in likeliest(result)] == ["heat"]
    empty: list[dict[str, Any]] = [{"alternatives": []}, alternatives(("", 1.0)), {"text": ""}]
    for nothing in empty:
        assert not likeliest(nothing) and not others(nothing) and not may_be_nothing(nothing)
    plain = {"text": "heat", "result": [{"word": "heat"}]}
    assert list(likeliest(plain)) == [{"word": "heat"}] and not others(plain)


def test_only_alternatives_that_fit_nearly_as_well_are_kept() -> None:
    result = alternatives(("a break", 500.0), ("a brake", 499.9), ("a broom", 499.0))
    assert others(result) == ("a brake",)


@pytest.mark.parametrize(
    ("texts", "nothing"),
    [
        (["heat"], False),
        (["heat", "heat [unk]", "eat"], False),
        (["heat", "eat", "[unk] [unk]"], True),
        (["heat", ""], True),
    ],
)
def test_unknown_sound_alone_among_the_alternatives_may_be_nothing(
    texts: list[str], nothing: bool
) -> None:
    found = [(text, 500.0 - number) for number, text in enumerate(texts)]
    assert may_be_nothing(alternatives(*found)) is nothing


def test_with_alternatives_the_words_are_the_same(hearing_model: Any, book: Book) -> None:
    made = []
    for asked in (False, True):
        timeline = Timeline(16000, 6.0)
        timeline.put(recording("resume", 16000), 1.0)
        timeline.put(recording("next", 16000), 3.5)
        recogniser = Recogniser(hearing_model, 16000, book.decoys, alternatives=asked)
        recogniser.listen(PHRASES)
        made.append(finals(recogniser, timeline.blocks()))
    plain, several = made
    assert known(plain) == known(several) == ["resume", "next"]
    assert not any(hypothesis.others for hypothesis in plain)
    for one, two in zip(plain, several, strict=True):
        assert abs(one.words[0].start - two.words[0].start) < 1600


def test_a_word_lasts_a_second_at_most(hearing_model: Any, book: Book) -> None:
    recogniser = Recogniser(hearing_model, 16000, book.decoys)
    words = recogniser._words(
        [
            {"word": "[unk]", "start": 0.0, "end": 3.0},
            {"word": "three", "start": 3.0, "end": 5.5},
            {"word": "again", "start": 5.5, "end": 5.9},
        ]
    )
    assert [word.start for word in words] == [0, 72000, 88000]
    assert [word.end for word in words] == [48000, 88000, 94400]


class Beside(Front):
    """Remembers the stretches that it was asked about."""

    def __init__(self) -> None:
        super().__init__(16000)
        self.asked: list[tuple[int, int, bool]] = []

    def contrast(self, start: int, end: int, *, early: bool = False) -> float:
        self.asked.append((start, end, early))
        return 7.0


def test_unknown_sound_beside_words_is_not_part_of_them(hearing_model: Any) -> None:
    front = Beside()
    recogniser = Recogniser(hearing_model, 16000, front=front)
    unknown, heat = Word("[unk]", 100, 200), Word("heat", 300, 400)
    assert recogniser.contrast(Hypothesis((unknown, heat, unknown), True)) == 7.0
    assert recogniser.contrast(Hypothesis((heat, Word("please", 400, 500)), False)) == 7.0
    assert front.asked == [(300, 400, False), (300, 500, True)]
    assert recogniser.contrast(Hypothesis((unknown,), True)) == math.inf
