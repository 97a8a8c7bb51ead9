"""The pain is asked where it delays nothing: with heat or ice on, for the first time."""

from __future__ import annotations

import pytest

from tests.coach.driver import Driver
from voice_coach.coach.events import ApplicationEnded, PainScored
from voice_coach.understanding import Situation

ASKED = "From zero to ten, how bad is the pain now?"


@pytest.fixture
def warm(fresh: Driver) -> Driver:
    """Heat has just begun, for somebody who asked for it at once."""
    fresh.run(2)
    return fresh.with_pad("heat")


def test_the_pain_is_asked_once_heat_is_on(warm: Driver) -> None:
    assert warm.at(Situation.PAIN)
    assert warm.keys[-2:] == ["reply.heat_on", "pain.score.ask"]
    warm.answer("seven")
    assert warm.since == ["Thank you. 7 out of ten.", "Heat is on. 15 minutes left. Stay awake."]
    assert warm.at(Situation.HEAT)
    assert PainScored(7) in warm.notes


def test_a_score_told_before_is_not_asked_for_again(menu: Driver) -> None:
    assert menu.with_pad("heat").keys[-1] == "reply.heat_on"


def test_without_an_answer_it_is_asked_no_more_until_the_heat_is_off(warm: Driver) -> None:
    warm.run(20)
    assert warm.since[-1] == "Heat is on. 15 minutes left. Stay awake."
    assert warm.at(Situation.HEAT)
    assert warm.run(60).texts.count(ASKED) == 1
    warm.answer("stop", "done")
    assert warm.since[-1] == ASKED


def test_left_out_it_goes_on(warm: Driver) -> None:
    assert warm.answer("skip").at(Situation.HEAT)


def test_stop_takes_the_heat_off_and_may_be_a_slip(warm: Driver) -> None:
    warm.answer("stop")
    assert warm.at(Situation.ENDING)
    warm.answer("done")
    assert "say start" in " ".join(warm.since)
    warm.answer("start")
    assert warm.at(Situation.HEAT)
    assert warm.state.skin.on is not None


def test_too_hot_takes_it_off(warm: Driver) -> None:
    warm.answer("too hot")
    assert warm.at(Situation.ENDING)
    assert [note for note in warm.answer("done").notes if isinstance(note, ApplicationEnded)]
    assert warm.since[-1] == ASKED


def test_ice_is_offered_where_the_pain_fell(warm: Driver) -> None:
    warm.answer("seven").stay_awake(16 * 60)
    warm.answer("done", "four")
    assert warm.since[-1] == "Would you like ice now?"


def test_quit_takes_it_off_first(warm: Driver) -> None:
    warm.answer("quit")
    assert warm.at(Situation.ENDING)
