"""What is offered after heat and ice: ice, and to go on after a stop by accident."""

from __future__ import annotations

import pytest

from tests.coach.driver import MINUTE, RATE, Driver
from voice_coach.coach import understood
from voice_coach.coach.limits import (
    BACK_SECONDS,
    CAP_SECONDS,
    SLIP_SECONDS,
    Application,
    continued,
)
from voice_coach.coach.places import place
from voice_coach.understanding import Situation

ICE = "Would you like ice now?"
SLIP = "If you stopped by mistake, put it back on and say start."


@pytest.fixture
def slip(heat: Driver) -> Driver:
    """It was stopped, and taken off, in its first half minute."""
    heat.run(10).interject("stop").run(5).interject("done")
    return heat.run_until_quiet()


# --- a stop by accident


@pytest.mark.parametrize("intent", ["start", "resume", "back"])
def test_a_stop_by_accident_is_taken_back(slip: Driver, intent: str) -> None:
    assert slip.since == ["Good. The heat is off.", SLIP, "Or say next."]
    on = slip.notes[-1]
    slip.run(20).interject(intent).run_until_quiet()
    assert slip.since == ["Heat is on. 15 minutes left. Stay awake."]
    assert slip.at(Situation.HEAT)
    begun = slip.state.skin.on
    assert begun is not None
    assert begun.ends - begun.started == CAP_SECONDS["heat"] * RATE
    assert on.line == "round ended: heat" and slip.notes[-1].line == "round begun: heat"
    slip.stay_awake((begun.ends - slip.now) / RATE + 1)
    assert slip.at(Situation.ENDING)


@pytest.mark.parametrize(
    "words", ["i meant to go on", "i did not mean to stop", "go back", "start"]
)
def test_words_that_take_it_back(slip: Driver, words: str) -> None:
    can, here = understood(slip.state, slip.book), place(slip.state, slip.book)
    meaning = slip.matching.match(words, can, here)
    assert meaning.intent in ("start", "resume", "back") and meaning.value is None


@pytest.mark.parametrize("intent", ["start", "resume", "back", "yes"])
def test_a_near_match_starts_nothing(slip: Driver, intent: str) -> None:
    slip.interject(intent, certain=False).run(3)
    assert slip.state.skin.on is None
    assert slip.since[0] == SLIP


@pytest.mark.parametrize("intent", ["yes", "heat"])
def test_it_has_to_be_back_in_place_first(slip: Driver, intent: str) -> None:
    slip.interject(intent).run(5)
    assert slip.since == ["Put it back on, and say start. Or say next."]
    assert slip.state.skin.on is None
    slip.interject("not_yet").run(3)
    assert slip.since == ["Take your time."]


@pytest.mark.parametrize("intent", ["no", "next", "stop", "skip", "unsure", "done"])
def test_a_stop_that_was_meant_leads_on(slip: Driver, intent: str) -> None:
    slip.interject(intent).run_until_quiet()
    assert slip.at(Situation.PAIN)


def test_without_an_answer_the_session_goes_on(slip: Driver) -> None:
    slip.run(100)
    assert slip.at(Situation.PAIN)


def test_something_else_may_be_asked_for(slip: Driver) -> None:
    slip.interject("breathe").run(5)
    assert slip.at(Situation.BREATHING)


def test_i_meant_no_is_about_the_pad(heat: Driver) -> None:
    heat.interject("stop").run(3).interject("stop").run(3).interject("yes").run_until_quiet()
    heat.interject("back", "undo").run(5)
    assert heat.since == ["Let's try that one again.", "Is it off your skin?"]
    heat.interject("yes").run(8)
    assert SLIP in heat.since


@pytest.mark.parametrize(
    ("wait", "intent"), [(SLIP_SECONDS + 5, "stop"), (10, "done"), (10, "too_hot"), (10, "hurts")]
)
def test_what_is_no_slip_is_not_offered_again(heat: Driver, wait: int, intent: str) -> None:
    heat.run(wait).interject(intent).run(5)
    if heat.at(Situation.ENDING):
        heat.interject("done")
    assert SLIP not in heat.run(15).texts
    assert heat.at(Situation.CONFIRMING if intent == "hurts" else Situation.PAIN)


@pytest.mark.parametrize("intent", ["too_hot", "hurts", "drowsy"])
def test_who_then_says_that_it_burns_stopped_on_purpose(heat: Driver, intent: str) -> None:
    heat.run(10).interject("stop").run(3).interject(intent).run(5).interject("done").run(15)
    assert SLIP not in heat.texts


def test_in_the_alarm_only_off_counts(heat: Driver) -> None:
    heat.run(10).interject("stop").run(3)
    heat.interject("back").run(3)
    assert heat.at(Situation.ENDING)
    assert "start" not in understood(heat.state, heat.book)


def test_it_is_too_late_after_a_while(slip: Driver) -> None:
    slip.interject("pause").run(BACK_SECONDS).interject("resume").run_until_quiet()
    slip.interject("start").run_until_quiet()
    assert slip.state.skin.on is None
    assert slip.at(Situation.PAIN)
    slip.answer("six").interject("heat").run(5)
    assert slip.since[0] == "Your skin needs a rest first. Heat again in 18 minutes."


def test_who_has_to_see_a_doctor_does_not_go_on(slip: Driver) -> None:
    slip.interject("red_flag", "fever").run_until_quiet()
    assert "start" not in understood(slip.state, slip.book) or slip.at(Situation.MENU)
    assert slip.state.skin.on is None


def test_quitting_is_not_held_up(heat: Driver) -> None:
    heat.run(10).interject("quit").run(5).interject("done").run_until_quiet()
    assert SLIP not in heat.texts


def test_slips_never_add_up_to_more_than_the_cap(heat: Driver) -> None:
    worn = 0.0
    for _ in range(2):
        begun = heat.now
        heat.run(8).interject("stop").run(3).interject("done")
        worn += (heat.now - begun) / RATE
        heat.run(15).interject("start")
    on = heat.state.skin.on
    assert on is not None
    left = (on.ends - heat.now) / RATE
    assert worn + left <= CAP_SECONDS["heat"] + 0.1


@pytest.mark.parametrize(
    ("off", "now", "ends"),
    [(10, 20, 910), (10, 130, 1020), (10, 131, None), (10, 9, None), (900, 901, None)],
)
def test_how_a_round_goes_on(off: int, now: int, ends: int | None) -> None:
    on = continued(Application("heat", 0, 900), off, now, 1)
    assert (on.ends if on else None) == ends
    assert on is None or on.ends - on.started == 900


# --- ice after heat


@pytest.mark.parametrize("intent", ["yes", "start"])
def test_ice_is_offered_when_the_pain_has_fallen(heat: Driver, intent: str) -> None:
    heat.run(60).mean("done").mean("number", 4)
    assert heat.since[-1] == ICE
    heat.mean(intent)
    assert heat.since[0].startswith("Ice, then.")
    assert heat.at(Situation.ICE)
    assert heat.state.skin.on is None, "its own questions come first"


def test_a_low_pain_hears_of_prevention_too(heat: Driver) -> None:
    heat.run(60).mean("done").mean("number", 2)
    assert heat.since[-2:] == ["When the pain is low, prevention is worth hearing.", ICE]


@pytest.mark.parametrize("intent", ["no", "next", "skip", "stop", "not_yet"])
def test_nothing_begins_without_a_yes(heat: Driver, intent: str) -> None:
    heat.run(60).mean("done").mean("number", 4).mean(intent)
    assert not heat.at(Situation.ICE)
    assert heat.run(120).at(Situation.MENU)


def test_back_from_the_offer_is_to_the_question_before(heat: Driver) -> None:
    heat.run(60).mean("done").mean("number", 4).mean("back")
    assert heat.since[-1] == "Is it off your skin?"


def test_a_doubtful_yes_is_asked_again(heat: Driver) -> None:
    heat.run(60).mean("done").mean("number", 4).mean("yes", certain=False)
    assert heat.since == [ICE]


def test_nobody_answers_the_offer(heat: Driver) -> None:
    heat.run(60).mean("done").mean("number", 4)
    said = heat.run(15).texts
    assert said[-1] == "Would you like ice? Say yes or no."
    assert heat.run(80).at(Situation.MENU)


def test_heat_may_be_asked_for_instead(heat: Driver) -> None:
    heat.run(60).mean("done").mean("number", 4).mean("breathe")
    assert heat.at(Situation.BREATHING)


@pytest.mark.parametrize("score", [6, 8, None])
def test_without_a_fall_it_is_not_offered(heat: Driver, score: int | None) -> None:
    heat.run(60).mean("done")
    if score is None:
        heat.mean("skip")
    else:
        heat.mean("number", score)
    assert ICE not in heat.texts
    assert heat.at(Situation.CONFIRMING if score == 8 else Situation.MENU)


def test_it_is_offered_once_and_not_after_ice(menu: Driver) -> None:
    menu.with_pad("ice").run(60).mean("done").mean("number", 4)
    assert ICE not in menu.texts
    menu.with_pad("heat").run(60).mean("done").mean("number", 3)
    assert ICE not in menu.texts, "the skin has to rest from ice"


def test_who_has_to_see_a_doctor_is_not_offered_it(heat: Driver) -> None:
    heat.run(60).mean("done").mean("red_flag", "fever").run(60)
    if heat.at(Situation.PAIN):
        heat.mean("number", 4)
    assert ICE not in heat.texts


def test_the_time_of_a_round_is_kept_in_other_situations_after_a_slip(slip: Driver) -> None:
    slip.interject("start").run(3).interject("breathe").run(4 * MINUTE)
    assert slip.state.skin.on is not None
