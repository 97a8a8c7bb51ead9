"""What a person says of how they are that is no warning sign, and whether they need a doctor."""

from __future__ import annotations

import pytest

from tests.coach.driver import Driver
from voice_coach.coach.activities import TABLE
from voice_coach.coach.concerns import CONCERNS
from voice_coach.understanding import Book, Situation

GLAD = ("I'm glad.", "Good to hear.", "That's good.", "Good. If I misheard you, say what's wrong.")
PRAISE = [
    "i feel much better",
    "that feels better",
    "that's easing",
    "it helps",
    "my legs are fine",
]


@pytest.mark.parametrize("words", PRAISE)
def test_praise_gets_a_word_and_the_hold_goes_on(menu: Driver, words: str) -> None:
    menu.answer("stretch").past_questions().answer("next")
    menu.hear(words)
    assert menu.run(4).since[0] in GLAD
    assert menu.at(Situation.STRETCHING)


@pytest.mark.parametrize("words", [*PRAISE, "my chest is fine", "it's better"])
def test_praise_answers_no_safety_question(fresh: Driver, words: str) -> None:
    fresh.to_questions()
    question = fresh.lines[-1].say.key
    before = fresh.state.answers
    fresh.answer(words)
    assert fresh.since[0] in GLAD and fresh.at(Situation.CHECKING)
    assert fresh.lines[-1].say.key == question and fresh.state.answers == before


@pytest.mark.parametrize("words", [*PRAISE, "i'm cold", "i'm thirsty", "should i see a doctor"])
def test_with_heat_on_nothing_of_it_ends_it(heat: Driver, words: str) -> None:
    on = heat.state.skin.on
    heat.answer(words)
    assert heat.state.skin.on == on and heat.at(Situation.HEAT)


@pytest.mark.parametrize("words", PRAISE)
def test_praise_does_not_say_that_somebody_is_awake(heat: Driver, words: str) -> None:
    heat.run(5 * 60 + 2)
    assert heat.at(Situation.AWAKE)
    heat.interject("good_news" if "fine" not in words else "all_well").run(8)
    assert heat.at(Situation.AWAKE)
    assert heat.run(90).at(Situation.ENDING), "without an answer it comes off"


@pytest.mark.parametrize("intent", CONCERNS)
def test_nothing_of_it_ends_the_alarm(heat: Driver, intent: str) -> None:
    heat.answer("stop")
    assert heat.at(Situation.ENDING)
    heat.interject(intent, "cold" if intent == "need" else None).run(6)
    assert heat.at(Situation.ENDING) and heat.state.skin.on is not None
    assert heat.since[0].lower().startswith(("take the heat off", "heat off"))


@pytest.mark.parametrize("intent", CONCERNS)
def test_in_an_emergency_the_call_comes_first(menu: Driver, intent: str) -> None:
    menu.mean("emergency").mean(intent, "thirsty" if intent == "need" else None)
    assert menu.since[0].startswith("Call 9 1 1") and menu.at(Situation.EMERGENCY)


def test_who_is_cold_hears_of_a_blanket_and_gets_no_ice(menu: Driver) -> None:
    menu.answer("i am cold")
    assert menu.since[0].startswith("Then keep warm.") and menu.at(Situation.MENU)


def test_who_is_cold_under_ice_hears_how_to_say_that_it_is_too_cold(menu: Driver) -> None:
    menu.with_pad("ice").answer("i'm cold")
    assert menu.since[0] == "If the ice is too cold, say too cold."
    assert menu.since[1].startswith("Then keep warm.") and menu.state.skin.on is not None


def test_of_a_need_of_ones_own_somebody_is_told(menu: Driver) -> None:
    menu.mean("need", "tea")
    assert "Say call out, and I'll shout for you." in menu.since


def test_who_is_thirsty_hears_of_water(menu: Driver) -> None:
    menu.answer("i'm thirsty")
    assert menu.since[0] == "Have some water, if you can reach it."


@pytest.mark.parametrize(
    "words",
    ["should i see a doctor", "do i need a doctor", "when should i call a doctor", "is it serious"],
)
def test_who_asks_for_a_doctor_hears_when_and_goes_on(menu: Driver, words: str) -> None:
    menu.answer(words)
    assert menu.since[0].startswith("Call 9 1 1 if it's numb between the legs")
    assert any(text.startswith("See a doctor soon if") for text in menu.since)
    assert menu.at(Situation.MENU)


def test_who_needs_a_doctor_is_in_an_emergency(menu: Driver) -> None:
    menu.answer("i need a doctor")
    assert menu.at(Situation.EMERGENCY)


@pytest.mark.parametrize("words", ["can i get up", "i want to sit up", "how do i get up"])
def test_who_wants_up_is_told_to_stay_and_whom_to_call(menu: Driver, words: str) -> None:
    menu.answer(words)
    assert menu.since[0] == "Stay where you are. Rest, and breathe."


def test_stop_and_give_me_heat_stops(menu: Driver) -> None:
    menu.answer("stretch").past_questions().answer("next").hear("stop and give me heat")
    assert menu.run(3).at(Situation.MENU) and menu.state.skin.on is None


@pytest.mark.parametrize("intent", CONCERNS)
def test_over_heat_the_calling_goes_on_after_it(heat: Driver, intent: str) -> None:
    heat.answer("call out")
    assert heat.at(Situation.CALLING)
    calls = heat.starts("reply.calling")
    heat.interject(intent, "cold" if intent == "need" else None).run(90)
    assert heat.at(Situation.CALLING) and len(heat.starts("reply.calling")) > len(calls) + 2


@pytest.mark.parametrize("intent", CONCERNS)
def test_over_heat_the_question_is_put_again_after_it(heat: Driver, intent: str) -> None:
    heat.run_until_quiet()
    assert heat.mean("pain").at(Situation.PAIN)
    question = heat.lines[-1].say.key
    heat.interject(intent, "cold" if intent == "need" else None).run_until_quiet()
    assert heat.at(Situation.PAIN) and heat.lines[-1].say.key == question


def test_it_is_understood_wherever_a_session_goes_on(book: Book) -> None:
    silent = {Situation.SLEEPING, Situation.OVER}
    silent |= {Situation.CHOOSING, Situation.AWAKE}  # in these, by what lies below
    assert all(set(CONCERNS) <= TABLE[s].keys() for s in TABLE if s not in silent)
