"""A session that was interrupted is taken up: emergency first, then the pad, then the place."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.coach.driver import GAP, MINUTE, RATE, Driver
from voice_coach.coach.events import SessionResumed
from voice_coach.coach.limits import CAP_SECONDS, REST_SECONDS, Kind, application_left, rest_from
from voice_coach.coach.past import Past, Unfinished
from voice_coach.coach.safety import FRESH_SECONDS, QUESTIONS
from voice_coach.coach.snapshot import past_of, snapshot
from voice_coach.understanding import Situation

HOUR = 60 * MINUTE
ALL = frozenset(QUESTIONS)


def restarted(driver: Driver, down: float, *, certain: bool = True) -> Driver:
    """The same person's next session, some seconds after the last."""
    past = past_of(
        snapshot(driver.state, driver.book),
        driver.now,
        ago=down,
        certain=down if certain else None,
        rested_at_least=down if certain else 0.0,
    )
    return Driver(driver.book, driver.options, driver.matcher).start(past)


def test_without_a_past_it_is_the_usual_welcome(fresh: Driver) -> None:
    assert fresh.run(1).keys == ["welcome.breathe.say"]


def test_a_greeting_that_was_cut_short_begins_again(fresh: Driver) -> None:
    after = restarted(fresh.run(2), 5)
    assert after.at(Situation.BREATHING)
    assert after.run(1).keys == ["welcome.breathe.say"]


def test_with_nothing_to_go_on_with_all_questions_are_put_again(fresh: Driver) -> None:
    """One was answered, then "stop", and the power was lost: nobody was asked whether it holds."""
    fresh.to_questions().answer("no").hear("stop")
    after = restarted(fresh.run_until_quiet(), 0.0, certain=False).run(2)
    assert after.at(Situation.BREATHING) and after.state.position is not None
    assert after.state.position.routine == "welcome"
    after.hear("stop")
    after.answer("heat")
    asked = [key for key in after.keys if key.endswith(".ask")]
    assert asked[-1] == "emergency.below.ask"


def test_it_says_where_it_was_and_goes_on_at_that_step(menu: Driver) -> None:
    menu.answer("stretch", "next", "next")
    assert menu.state.position is not None
    place = menu.state.position.step
    after = restarted(menu, MINUTE).run_until_quiet()
    assert after.texts == [
        "Something stopped me. I'm back.",
        "We were stretching.",
        "Left knee to chest.",
        "If anything has changed, say no.",
        "Shall we go on from there?",
    ]
    after.hear("yes")
    after.run(4)
    assert after.since[:2] == [
        "All right, here we go.",
        "Now slowly bring your left knee towards your chest.",
    ]
    assert after.state.position is not None and after.state.position.step == place
    assert SessionResumed() in after.notes
    assert after.state.answers.pain == 6


def test_no_is_the_usual_beginning(menu: Driver) -> None:
    after = restarted(menu.answer("stretch"), MINUTE).answer("no")
    assert "Hello. I'm here to help." in after.since
    assert not after.state.answers.checked
    after.past_checks()
    assert after.at(Situation.MENU)


def test_unsure_is_no(menu: Driver) -> None:
    assert restarted(menu.answer("stretch"), MINUTE).answer("not sure").at(Situation.MENU)


def test_between_exercises_it_returns_to_the_menu(menu: Driver) -> None:
    after = restarted(menu, MINUTE).run_until_quiet()
    assert "We were between two exercises." in after.texts
    assert after.answer("yes").at(Situation.MENU)


@pytest.mark.parametrize("answered", [1, 2, 3, 4, 5])
def test_the_safety_questions_go_on_where_they_were(asked: Driver, answered: int) -> None:
    asked.answer(*["no"] * answered)
    last = asked.keys[-1]
    after = restarted(asked, MINUTE).run_until_quiet()
    assert "We were doing the safety questions." in after.texts
    after.answer("yes")
    assert after.keys[-1] == last
    assert after.past_questions().at(Situation.STRETCHING)


def test_old_answers_do_not_count(menu: Driver) -> None:
    after = restarted(menu.answer("stretch"), FRESH_SECONDS + 1)
    assert after.run(1).keys == ["welcome.breathe.say"]
    assert not after.state.answers.checked


def test_answers_of_unknown_age_do_not_count(menu: Driver) -> None:
    past = Past(unfinished=Unfinished(None, "stretch", "ready", checked=ALL))
    after = Driver(menu.book, menu.options, menu.matcher).start(past)
    assert after.at(Situation.BREATHING)
    assert not after.state.answers.checked


def test_what_made_the_coach_careful_still_holds(asked: Driver) -> None:
    asked.answer(*["no"] * 3, "yes", "yes", "no", "no", "breathe")
    after = restarted(asked, MINUTE).answer("yes")
    assert "doctor" in after.state.answers.flags
    after.run(1).hear("stretch")
    after.run(3)
    assert "We'll leave that out today. See a doctor first. Say breathe instead." in after.since


def test_the_shorter_round_still_holds(menu: Driver) -> None:
    menu.answer("heat", "no", "yes", "no", "no", "yes", "yes")
    assert "short" in menu.state.answers.flags
    after = restarted(menu, MINUTE).answer("yes", "start")
    assert after.state.skin.on is not None
    assert after.state.skin.on.ends - after.state.skin.on.started == 10 * 60 * RATE


def test_weak_bones_still_leave_out_the_knee(menu: Driver) -> None:
    weak = frozenset({"osteoporosis"})
    told = Unfinished(10.0, "stretch", "knee_right", flags=weak, checked=ALL)
    after = Driver(menu.book, menu.options, menu.matcher).start(Past(told)).answer("yes")
    assert "Slowly bring your right knee towards your chest." not in after.texts
    assert "Let both knees sink slowly to the right." in after.texts


def test_where_it_hurt_the_choice_comes_again(menu: Driver) -> None:
    menu.answer("stretch", "next").hear("it hurts")
    after = restarted(menu, MINUTE).answer("yes")
    assert after.at(Situation.EASING)
    assert "Say ease off to do less, or skip to leave it out." in after.since


def test_silence_is_asked_twice_more_and_then_left(menu: Driver) -> None:
    after = restarted(menu.answer("stretch"), MINUTE).run(3 * MINUTE)
    assert after.texts.count("Shall we go on from there? Say yes or no.") == 2
    assert after.last.startswith("I'll be quiet now.")
    assert after.answer("yes").at(Situation.STRETCHING)


def test_another_exercise_may_be_asked_for_at_once(menu: Driver) -> None:
    after = restarted(menu.answer("stretch"), MINUTE).run_until_quiet()
    after.hear("breathe")
    assert after.at(Situation.BREATHING)
    assert after.state.answers.checked


def test_a_power_cut_while_it_is_asked_changes_nothing(menu: Driver) -> None:
    first = snapshot(menu.answer("stretch", "next").state, menu.book)
    once = restarted(menu, MINUTE)
    assert snapshot(once.state, once.book) == first
    twice = restarted(once.run(5), MINUTE).answer("yes")
    assert twice.at(Situation.STRETCHING)


# --- heat and ice


def test_a_pad_is_asked_about_first(menu: Driver) -> None:
    menu.with_pad("heat").run(5 * MINUTE)
    after = restarted(menu, MINUTE).run_until_quiet()
    assert after.texts == ["Something stopped me. I'm back.", "Is the heat off now?"]


def test_still_on_it_goes_on_for_what_is_left(menu: Driver) -> None:
    begun = menu.with_pad("heat").state.skin.on
    assert begun is not None
    menu.run(5 * MINUTE)
    on = (menu.now - begun.started) / RATE
    after = restarted(menu, 2 * MINUTE).answer("no")
    assert after.at(Situation.HEAT)
    assert after.last == "Heat is on. 8 minutes left. Stay awake."
    after.stay_awake(15 * MINUTE - on - 2 * MINUTE - after.now / RATE + 1)
    assert after.at(Situation.ENDING)
    assert after.starts("reply.heat_end")[0] <= (15 * MINUTE - on - 2 * MINUTE) * RATE + GAP


def test_off_it_goes_on_to_what_follows_and_the_skin_rests(menu: Driver) -> None:
    menu.with_pad("heat").run(5 * MINUTE)
    after = restarted(menu, MINUTE).answer("yes")
    assert "Good. The heat is off." in after.since
    assert after.at(Situation.PAIN)
    after.answer("four").run(1).hear("heat")
    after.run(4)
    assert "Your skin needs a rest first. Heat again in 20 minutes." in after.since


def test_its_time_over_the_alarm_begins_at_once(menu: Driver) -> None:
    menu.with_pad("ice").run(5 * MINUTE)
    after = restarted(menu, 16 * MINUTE)
    assert after.at(Situation.ENDING)
    after.run(3 * MINUTE)
    assert after.texts[1] == "Time is up. Take the ice off now."
    assert len(after.starts("reply.ice_end")) > 5, "repeated until it is answered"
    after.answer("done")
    assert after.at(Situation.PAIN)


def test_across_a_boot_a_pad_has_been_on_too_long(menu: Driver) -> None:
    menu.with_pad("heat").run(MINUTE)
    assert restarted(menu, 1, certain=False).at(Situation.ENDING)


def test_the_cap_comes_while_the_question_stands(menu: Driver) -> None:
    menu.with_pad("heat").stay_awake(14 * MINUTE)
    after = restarted(menu, 30)
    assert after.at(Situation.TAKING_UP)
    after.run(MINUTE)
    assert after.at(Situation.ENDING)


def test_breathing_with_a_pad_on_asks_both(menu: Driver) -> None:
    menu.with_pad("heat").run(MINUTE).answer("breathe").run(20)
    after = restarted(menu, MINUTE).answer("no")
    assert after.since == [
        "Heat is on. 10 minutes left. Stay awake.",
        "We were breathing.",
        "Second round.",
        "If anything has changed, say no.",
        "Shall we go on from there?",
    ]
    assert after.answer("yes").state.skin.on is not None
    assert after.at(Situation.BREATHING)


def test_beginning_anew_the_pad_comes_off_first(menu: Driver) -> None:
    menu.with_pad("heat").run(MINUTE).answer("breathe").run(20)
    after = restarted(menu, MINUTE).answer("no", "no")
    assert after.at(Situation.ENDING)
    after.answer("done")
    assert after.at(Situation.MENU)


def test_a_pad_of_long_ago_is_asked_about_too(menu: Driver) -> None:
    menu.with_pad("heat").run(MINUTE)
    after = restarted(menu, 9 * HOUR)
    assert after.at(Situation.ENDING)
    after.answer("done")
    assert after.at(Situation.MENU)
    assert not after.state.answers.checked


def test_the_rest_of_the_skin_goes_on_after_good_bye(menu: Driver) -> None:
    menu.with_pad("heat").run(MINUTE).answer("done", "four", "quit")
    assert menu.at(Situation.OVER)
    after = restarted(menu, 5 * MINUTE)
    assert after.at(Situation.BREATHING)
    after.past_checks().run(1).hear("heat")
    after.run(4)
    assert any("Your skin needs a rest first." in text for text in after.since)
    rest = REST_SECONDS - 5 * MINUTE - after.now / RATE
    assert after.run(rest).answer("heat").at(Situation.HEAT)


def test_a_lost_journal_lets_nothing_stay_on_and_the_skin_rest(fresh: Driver) -> None:
    after = Driver(fresh.book, fresh.options, fresh.matcher).start(Past(lost=True))
    assert after.run(3).texts[0] == "If heat or ice is on your skin, take it off now."
    after.past_checks().run(1).hear("ice")
    after.run(4)
    assert any("Your skin needs a rest first." in text for text in after.since)


# --- an emergency


def test_an_emergency_is_said_again_first(menu: Driver) -> None:
    menu.with_pad("heat").run(MINUTE).hear("emergency")
    after = restarted(menu, MINUTE)
    assert after.at(Situation.EMERGENCY)
    after.run(1)
    assert after.texts[0] == "Please stop here. You need help now."
    after.run(20)
    assert after.at(Situation.ENDING), "and then the pad comes off"
    after.answer("done")
    assert after.at(Situation.EMERGENCY)


def test_called_help_is_not_called_again_and_again(menu: Driver) -> None:
    menu.run(1).hear("emergency")
    menu.run_until_quiet().hear("done")
    after = restarted(menu, MINUTE).stay_awake(10 * MINUTE)
    assert after.at(Situation.EMERGENCY)
    assert len(after.starts("reply.red_again")) == 2, "one reply of two sentences"


def test_an_emergency_of_unknown_age_is_said_and_then_all_is_asked(menu: Driver) -> None:
    told = Unfinished(None, flags=frozenset({"emergency"}), checked=ALL)
    after = Driver(menu.book, menu.options, menu.matcher).start(Past(told))
    assert after.at(Situation.EMERGENCY)
    after.answer("go back")
    assert after.at(Situation.CHECKING)
    assert after.keys[-1] == "emergency.below.ask"


def test_an_emergency_of_yesterday_is_over(menu: Driver) -> None:
    told = Unfinished(24 * HOUR, flags=frozenset({"emergency"}), checked=ALL)
    after = Driver(menu.book, menu.options, menu.matcher).start(Past(told))
    assert after.at(Situation.BREATHING)
    assert not after.state.answers.flags


def test_no_emergency_after_all_returns_to_the_menu(menu: Driver) -> None:
    menu.run(1).hear("emergency")
    assert restarted(menu, MINUTE).answer("go back").at(Situation.MENU)


# --- whatever was kept


def test_names_that_are_gone_are_no_place(menu: Driver) -> None:
    for routine, step in (("gone", "x"), ("stretch", "gone"), (None, None)):
        past = Past(Unfinished(9.0, routine, step, checked=ALL, check_step="gone", wish="gone"))
        after = Driver(menu.book, menu.options, menu.matcher).start(past).answer("yes")
        assert after.at(Situation.MENU)


numbers = st.floats(allow_nan=True, allow_infinity=True)
kinds: st.SearchStrategy[Kind] = st.sampled_from(["heat", "ice"])


@given(kinds, numbers, st.none() | numbers, st.integers(0, 10**9))
def test_no_round_is_ever_longer_than_its_cap(
    kind: Kind, seconds: float, on: float | None, now: int
) -> None:
    left = application_left(kind, seconds, on, now, RATE)
    assert left.started <= now <= left.ends
    assert left.ends - left.started <= CAP_SECONDS[kind] * RATE
    if on is None or not 0 <= on <= CAP_SECONDS[kind]:
        assert left.ends == now
    elif left.ends > now:
        assert now - left.started >= math.floor(on * RATE) - 1
        assert left.ends - now + on * RATE <= CAP_SECONDS[kind] * RATE + 1


@given(numbers, st.integers(0, 10**9))
def test_no_rest_is_longer_than_it_was(seconds: float, now: int) -> None:
    began = rest_from(seconds, now, RATE)
    assert now - REST_SECONDS * RATE <= began <= now
    if not seconds > 0:
        assert began == now


@pytest.mark.parametrize(
    ("past", "said"),
    [
        (Past(), "This is the first session I know of."),
        (Past(sessions=3), "We've met before, but I don't have enough pain scores yet."),
        (Past(sessions=3, before=6, after=4), "At the end it was about 4. It went down."),
        (Past(sessions=3, before=5, after=5), "At the end it was about the same."),
        (Past(sessions=3, before=3, after=4), "At the end it was about 4. If it lasts"),
    ],
)
def test_how_have_i_been(menu: Driver, past: Past, said: str) -> None:
    after = Driver(menu.book, menu.options, menu.matcher).start(past).past_checks()
    after.run(1).hear("how have i been")
    after.run(10)
    assert len(after.since) == 2
    assert any(text.startswith(said) for text in after.since)
    assert after.at(Situation.MENU)
