"""The paced breath: on the sample, inside the limits, changed at once."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.coach.driver import RATE, Driver
from voice_coach.coach import Options
from voice_coach.coach.pace import DEFAULT_PACE, PACES, breath_at
from voice_coach.understanding import Book, Matcher, Situation


@pytest.fixture
def breathing(menu: Driver) -> Driver:
    """In the first breath."""
    menu.hear("breathe")
    return menu.run_until("reply.in")


def starts(coach: Driver, *texts: str) -> list[int]:
    return [x.start for x in coach.lines if x.say.pacing and x.text in texts]


INS, OUTS = ("In.",), ("Out.", "Out. Let your back go soft.")


@pytest.mark.parametrize("pace", range(len(PACES)))
def test_every_cue_lands_on_its_frame(book: Book, matcher: Matcher, pace: int) -> None:
    coach = Driver(book, Options(rate=RATE, emergency="9 1 1", pace=pace), matcher)
    coach.start().past_checks().hear("breathe")
    coach.run(130)
    seconds_in, seconds_out = (round(s * RATE) for s in PACES[pace])
    ins, outs = starts(coach, *INS)[:8], starts(coach, *OUTS)[:8]
    assert [b - a for a, b in pairwise(ins)] == [seconds_in + seconds_out] * 7
    assert [b - a for a, b in zip(ins, outs, strict=False)] == [seconds_in] * len(outs)


def test_the_default_is_six_breaths_a_minute() -> None:
    assert PACES[DEFAULT_PACE] == (4.0, 6.0)


def test_all_paces_are_inside_the_limits_and_get_slower() -> None:
    assert all(3 <= i <= 6 and 4 <= o <= 8 for i, o in PACES)
    assert list(PACES) == sorted(PACES)
    assert (PACES[0], PACES[-1]) == ((3.0, 4.0), (6.0, 8.0))


@given(start=st.integers(0, 10**12), pace=st.integers(0, 4), rate=st.integers(8000, 192000))
def test_the_parts_of_a_breath_follow_each_other_at_any_rate(
    start: int, pace: int, rate: int
) -> None:
    breath = breath_at(start, pace, rate)
    assert start == breath.inhale < breath.exhale < breath.count < breath.end
    assert breath.exhale - start == round(PACES[pace][0] * rate)
    assert breath.end - breath.exhale == round(PACES[pace][1] * rate)


@pytest.mark.parametrize(("words", "pace"), [("slower", 3), ("too slow", 1)])
def test_slower_and_faster_hold_from_the_next_breath_which_begins_at_once(
    breathing: Driver, words: str, pace: int
) -> None:
    said = breathing.now
    breathing.hear(words)
    breathing.run(30)
    ins = [at for at in starts(breathing, *INS) if at > said]
    assert ins[0] - said < 2 * RATE
    assert ins[1] - ins[0] == round(sum(PACES[pace]) * RATE)


@pytest.mark.parametrize(
    ("words", "said"),
    [("slower", "This is as slow as it gets."), ("faster", "This is as fast as it gets.")],
)
def test_the_limits_of_the_pace_are_said(breathing: Driver, words: str, said: str) -> None:
    for _ in PACES:
        breathing.hear(words)
    assert breathing.since == [said]
    assert PACES[breathing.state.preferences.pace] in (PACES[0], PACES[-1])


def test_every_third_breath_out_reminds_to_let_the_back_go(breathing: Driver) -> None:
    breathing.run(80)
    outs = [x.text for x in breathing.lines if x.say.pacing and x.text in OUTS]
    assert [i for i, text in enumerate(outs) if text == OUTS[1]] == [2, 5]


def test_breathing_goes_on_to_a_second_round_and_then_asks(breathing: Driver) -> None:
    breathing.run_until_quiet()
    assert breathing.texts.count("Eight.") == 2
    assert breathing.last == "Say repeat for more, or next to finish."
    breathing.answer("repeat")
    assert breathing.texts.count("Eight.") == 3
    breathing.answer("next")
    assert breathing.at(Situation.MENU)


def test_a_question_in_a_breath_does_not_lose_its_count(breathing: Driver) -> None:
    breathing.run_until("reply.count").run(2)
    breathing.hear("how many left")
    breathing.run_until_quiet()
    counts = [x.text for x in breathing.lines if x.say.key == "reply.count"]
    assert counts[:8] == ["One.", "Two.", "Three.", "Four.", "Five.", "Six.", "Seven.", "Eight."]


def test_imagery_has_its_own_words_for_in_and_out(menu: Driver) -> None:
    menu.answer("relax")
    assert starts(menu, "Out. The knot loosens.")
    assert len(starts(menu, "In. Light.")) == 5
    assert menu.last == "Say repeat for more, or next to finish."
