"""Taking back an answer: a misheard yes and a misheard no, from anywhere."""

from __future__ import annotations

import pytest

from tests.coach.driver import MINUTE, Driver
from tests.coach.test_taking_up import restarted
from voice_coach.coach import understood
from voice_coach.understanding import Situation

AGAIN = "Let's try that one again."
LAST = "Are you pregnant, or do you have weak bones, called osteoporosis?"


@pytest.mark.parametrize(
    "goes_on", [(), ("stretch",), ("stretch", "next"), ("breathe",), ("pain",)]
)
def test_a_misheard_no_is_taken_back_from_anywhere(
    checked: Driver, goes_on: tuple[str, ...]
) -> None:
    checked.answer("stop", *goes_on).mean("back", "undo")
    assert checked.since == [AGAIN, LAST]
    assert checked.state.answers.checked == {"emergency"}
    checked.answer("yes", "yes", "no")
    assert "pregnant" in checked.state.answers.flags
    assert checked.at(Situation.MENU)


@pytest.fixture
def checked(asked: Driver) -> Driver:
    """A session in which all questions were really answered, at the beginning of a stretch."""
    return asked.past_questions()


def test_after_the_question_it_goes_on_with_what_was_interrupted(checked: Driver) -> None:
    checked.mean("back", "undo").mean("no")
    assert checked.at(Situation.STRETCHING)


def test_in_the_questions_the_one_before_is_put_again(asked: Driver) -> None:
    asked.answer("no", "no").mean("back", "undo")
    assert asked.since[0] == AGAIN
    assert asked.keys[-1] == "emergency.legs.ask"
    assert asked.answer("yes", "yes").at(Situation.EMERGENCY)


def test_a_no_to_the_last_of_one_routine_is_taken_back_in_the_next(asked: Driver) -> None:
    asked.answer("no", "no", "no").mean("back", "undo")
    assert asked.keys[-1] == "emergency.chest.ask"
    assert asked.answer("yes", "yes").at(Situation.EMERGENCY)


def test_nothing_answered_yet_there_is_nothing_to_take_back(asked: Driver) -> None:
    asked.mean("back", "undo")
    assert AGAIN not in asked.since
    assert asked.at(Situation.CHECKING)


@pytest.mark.parametrize("breathing", [False, True])
def test_a_misheard_yes_that_led_to_the_emergency(asked: Driver, breathing: bool) -> None:
    asked.answer("no", "yes", "yes")
    if breathing:
        asked.answer("breathe")
    asked.mean("back", "undo")
    assert asked.since[0] == AGAIN
    assert asked.keys[-1] == "emergency.legs.both.ask"
    assert "emergency" not in asked.state.answers.flags
    assert asked.answer("no").keys[-1] == "emergency.legs.strength.ask"


def test_an_emergency_called_out_is_taken_back_as_with_go_back(menu: Driver) -> None:
    menu.mean("emergency").mean("back", "undo")
    assert menu.since[0] == "All right, it's not an emergency."
    assert menu.at(Situation.MENU)
    menu.mean("emergency").answer("breathe").mean("back", "undo")
    assert menu.at(Situation.MENU)
    assert not menu.state.answers.flags


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_the_answer_about_a_sign_is_taken_back(menu: Driver, answer: str) -> None:
    menu.mean("red_flag", "leg").mean(answer).mean("back", "undo")
    assert menu.since == [AGAIN, "Is it in both legs, or has the leg lost its strength?"]
    assert "emergency" not in menu.state.answers.flags
    assert menu.mean("yes").at(Situation.EMERGENCY)
    assert menu.mean("back", "undo").mean("no").at(Situation.MENU)


def test_a_fever_that_was_misheard_is_asked_for(menu: Driver) -> None:
    menu.mean("red_flag", "fever").mean("back")
    assert menu.since == [AGAIN, "Did you say you have a fever?"]
    menu.mean("no")
    assert "doctor" not in menu.state.answers.flags
    assert menu.answer("stretch").at(Situation.STRETCHING)


def test_plain_back_means_the_answer_only_right_after_it(asked: Driver) -> None:
    asked.past_questions().answer("medicine", "stop").mean("back")
    assert AGAIN not in asked.since


def test_a_question_of_heat_is_put_again_and_its_consequence_is_gone(menu: Driver) -> None:
    menu.answer("heat", "no", "yes", "no", "no", "yes").mean("back", "undo")
    assert menu.since == [AGAIN, "Do you have diabetes or nerve damage?"]
    assert "short" not in menu.state.answers.flags
    menu.answer("no", "yes", "start")
    assert menu.since[0] == "15 minutes of heat from now."


def test_a_refusal_that_was_misheard(menu: Driver) -> None:
    menu.answer("heat", "no", "yes", "yes").mean("back", "undo")
    assert menu.keys[-1] == "heat.skin.numb.ask"
    menu.answer("no")
    assert menu.keys[-1] == "heat.skin.broken.ask"


def test_with_heat_on_diabetes_shortens_the_round(menu: Driver) -> None:
    menu.answer("heat", "no", "yes", "no", "no", "no", "yes", "start").mean("back", "undo")
    assert menu.keys[-1] == "heat.alone.ask"
    menu.mean("back").mean("yes")
    menu.answer("no", "no", "yes")
    begun = menu.state.skin.on
    assert begun is not None
    assert begun.ends - begun.started == 10 * 60 * 1000
    assert menu.at(Situation.HEAT)
    assert "start" not in menu.last


def test_with_heat_on_the_corrected_answer_that_changes_nothing_returns_to_it(menu: Driver) -> None:
    menu.with_pad("heat").mean("back", "undo").mean("yes")
    assert menu.at(Situation.HEAT)
    assert menu.last.startswith("Heat is on.")


def test_with_ice_on_and_the_question_open_the_time_still_ends(menu: Driver) -> None:
    menu.with_pad("ice").stay_awake(19 * MINUTE).interject("back", "undo").run(2 * MINUTE)
    assert menu.at(Situation.ENDING)


def test_with_a_pad_on_the_corrected_answer_still_has_it_taken_off(menu: Driver) -> None:
    menu.with_pad("heat").answer("breathe").run(3).mean("red_flag", "leg").mean("no").mean(
        "back", "undo"
    ).mean("yes")
    while menu.at(Situation.ENDING):
        menu.mean("done")
    assert menu.at(Situation.EMERGENCY)


def test_a_pad_that_is_still_on_after_all_is_said_to_come_off(menu: Driver) -> None:
    menu.with_pad("heat").mean("stop").mean("stop").mean("yes").mean("back", "undo")
    assert menu.since == [AGAIN, "Is it off your skin?"]
    menu.mean("no")
    assert menu.since[0] == "If heat or ice is on your skin, take it off now."
    assert menu.at(Situation.PAIN)
    menu.mean("back", "undo").mean("yes")
    assert menu.keys[-1] == "pain.score.ask"


def test_after_a_power_cut_the_last_safety_question_is_put_again(menu: Driver) -> None:
    after = restarted(menu, MINUTE).mean("yes").mean("back", "undo")
    assert after.since[0] == AGAIN
    assert after.keys[-1] == "emergency.below.ask"


def test_a_paused_or_eased_session_is_taken_back_too(menu: Driver) -> None:
    menu.answer("stretch", "next", "pause").mean("back", "undo")
    assert menu.at(Situation.CHECKING)
    menu.past_questions().answer("next").mean("hurts").mean("no").mean("back", "undo")
    assert menu.at(Situation.CONFIRMING)


def test_where_no_answer_can_be_meant_back_says_the_choices_again(menu: Driver) -> None:
    menu.answer("medicine", "stop", "pause").mean("back")
    assert menu.since == ["Paused. Say resume to go on."]


# --- not sure, and in other words


def test_not_sure_gets_the_plainer_question_once(asked: Driver) -> None:
    asked.answer("not sure")
    assert asked.since == [asked.book.texts["emergency.below.plain"][0][0]]
    assert asked.answer("no").keys[-1] == "emergency.legs.ask"
    asked.answer("not sure", "not sure")
    assert asked.keys[-1] == "emergency.legs.both.ask"
    assert asked.answer("not sure", "not sure").at(Situation.EMERGENCY)


def test_what_asks_in_other_words_and_back(asked: Driver) -> None:
    plain = asked.book.texts["emergency.below.plain"][0][0]
    first = asked.book.texts["emergency.below.ask"][0][0]
    said = [asked.mean("repeat").since for _ in range(3)]
    assert said == [[plain], [first], [plain]]
    assert asked.mean("louder").since == ["Louder.", plain]
    asked.answer("not sure")
    assert asked.keys[-1] == "emergency.below.numb.ask", "it had been put plainly"


def test_an_answer_is_acknowledged_without_the_words_that_answer(fresh: Driver) -> None:
    for key in ("reply.not_that", "reply.wish_later"):
        for variant in fresh.book.texts[key]:
            words = {w.strip(".,!?").lower() for text in variant for w in text.split()}
            assert not words & {"yes", "no", "know"}
    fresh.to_questions()
    assert understood(fresh.state, fresh.book) >= {"yes", "no"}
