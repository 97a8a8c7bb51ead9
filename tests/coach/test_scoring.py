"""What delays nothing is said and asked later: the rest of the menu, what to bring, the pain."""

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


# --- the menu


def test_who_does_not_answer_the_menu_hears_more_and_then_is_asked_the_pain(fresh: Driver) -> None:
    fresh.run_until_quiet()
    assert fresh.run(4).keys[-1] == "reply.menu", "time to answer"
    assert fresh.run(15).keys[-2:] == ["reply.menu_more", "reply.gather"]
    assert "louder" in " ".join(fresh.texts)
    assert fresh.run(30).keys[-1] == "pain.score.ask"
    assert fresh.answer("seven").keys[-1] == "reply.menu"
    assert fresh.run(60).keys.count("reply.gather") == 1
    assert fresh.keys.count("pain.score.ask") == 1


def test_a_pain_score_left_out_is_not_asked_again_in_the_menu(fresh: Driver) -> None:
    fresh.run_until_quiet().run(45).hear("skip")
    assert fresh.run(90).keys.count("pain.score.ask") == 1


@pytest.mark.parametrize("wish", ["heat", "ice"])
def test_what_to_bring_is_said_before_the_questions_of_heat_and_ice(
    fresh: Driver, wish: str
) -> None:
    fresh.run_until_quiet().run(1).hear(wish)
    keys = fresh.run_until_quiet().keys
    assert keys[-3:] == ["reply.gather", "emergency.first.say", "emergency.below.ask"]
    assert fresh.past_questions().keys.count("reply.gather") == 1


def test_what_to_bring_is_said_after_a_stretch(fresh: Driver) -> None:
    fresh.run(2).hear("stretch")
    fresh.past_questions()
    assert "reply.gather" not in fresh.keys
    fresh.answer("stop")
    assert "reply.gather" not in fresh.keys, "the choices are short the first time"
    assert fresh.run(20).keys[-1] == "reply.gather"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("i'm lying on it", "Roll off it. Lay it on top of you instead."),
        ("it is not off", "15 minutes left."),
    ],
)
def test_what_is_said_of_the_pad_is_understood_while_the_pain_is_asked(
    warm: Driver, words: str, said: str
) -> None:
    warm.answer(words)
    assert said in " ".join(warm.since)
    assert warm.at(Situation.PAIN)
    assert warm.state.skin.on is not None
