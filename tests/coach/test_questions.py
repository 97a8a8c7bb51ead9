"""The safety questions, and what their answers lead to."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from tests.coach.driver import Driver
from voice_coach.coach import understood
from voice_coach.coach.events import IntentHeard, NoMatch, Trouble
from voice_coach.understanding import Book, Matcher, Situation

EMERGENCY = ("saddle", "bladder", "legs", "chest", "accident")
DOCTOR = ("fever", "weight", "night", "bones", "cancer")


def at_question(coach: Driver, name: str) -> Driver:
    """Answer no until this question has been put."""
    while f"welcome.{name}.ask" not in coach.keys:
        coach.answer("no")
    return coach


def test_one_question_at_a_time_then_pain_then_the_menu(fresh: Driver) -> None:
    fresh.run_until_quiet()
    asked = [f"welcome.{name}.ask" for name in EMERGENCY + DOCTOR]
    for number, key in enumerate(asked, 1):
        assert [k for k in fresh.keys if k.endswith(".ask")] == asked[:number]
        assert fresh.keys[-1] == key
        fresh.answer("no")
    assert fresh.keys[-1] == "pain.score.ask"
    fresh.answer("seven")
    assert fresh.at(Situation.MENU)
    assert fresh.since[0] == "Thank you. 7 out of ten."
    assert fresh.keys[-2:] == ["reply.gather", "reply.menu"]


def test_nothing_is_understood_before_the_first_word(book: Book, matcher: Matcher) -> None:
    coach = Driver(book, matcher=matcher)
    before = replace(coach.state)
    for event in (
        IntentHeard(5, "next"),
        IntentHeard(5, "emergency"),
        NoMatch(5),
        Trouble(5, "audio_lost"),
    ):
        assert coach.tell(event) == ()
    assert coach.state == replace(before, now=5)


@pytest.mark.parametrize("answer", ["yes", "not sure"])
@pytest.mark.parametrize("name", EMERGENCY)
def test_a_red_flag_says_whom_to_call_and_coaches_nothing(
    fresh: Driver, name: str, answer: str
) -> None:
    at_question(fresh, name).answer(*[answer] * (1 if answer == "yes" else 2))
    assert fresh.at(Situation.EMERGENCY)
    assert "Call 9 1 1, or ask someone to call." in fresh.since
    fresh.answer("heat")
    assert fresh.since == ["Not now. Please call 9 1 1 first."]
    assert fresh.at(Situation.EMERGENCY)


@pytest.mark.parametrize("answer", ["yes", "maybe"])
@pytest.mark.parametrize("name", DOCTOR)
def test_a_lesser_flag_says_to_see_a_doctor_and_leaves_breathing(
    fresh: Driver, name: str, answer: str
) -> None:
    at_question(fresh, name).answer(*[answer] * (1 if answer == "yes" else 2))
    assert fresh.since[0] == "Please see a doctor soon about what you told me."
    fresh.answer("six")
    assert fresh.since[-1] == "You can also say medicine or prevention."
    for words in ("stretch", "heat", "ice"):
        fresh.answer(words)
        assert fresh.since[0].startswith("We'll leave that out today.")
    fresh.answer("start")
    assert fresh.at(Situation.BREATHING)


def test_the_menu_for_breathing_only_offers_nothing_that_is_left_out(fresh: Driver) -> None:
    at_question(fresh, "fever").answer("yes", "six", "help")
    assert not any(word in " ".join(fresh.since) for word in ("stretch", "heat", "ice."))


def test_a_misheard_yes_is_taken_back_with_go_back(fresh: Driver) -> None:
    at_question(fresh, "fever").answer("yes")
    assert fresh.at(Situation.PAIN)
    fresh.answer("go back")
    assert fresh.since == ["Let's try that one again.", "Do you have a fever?"]
    fresh.answer("no")
    assert fresh.keys[-1] == "welcome.weight.ask"
    fresh.past_checks()
    fresh.answer("stretch")
    assert fresh.at(Situation.STRETCHING)


def test_a_misheard_yes_is_taken_back_from_the_menu_too(fresh: Driver) -> None:
    at_question(fresh, "night").answer("yes", "six", "go back")
    assert fresh.since[1:] == ["Is the pain worse at night, and just as bad in every position?"]
    assert not fresh.state.answers.checked


def test_the_answer_may_be_corrected_while_its_meaning_is_being_said(fresh: Driver) -> None:
    at_question(fresh, "fever").run(1).hear("yes")
    fresh.run(1).hear("no")
    fresh.run_until_quiet()
    assert fresh.keys[-1] == "welcome.weight.ask"
    assert "doctor" not in fresh.state.answers.flags


def test_what_a_doubt_rules_out_is_said_to_its_end(fresh: Driver) -> None:
    at_question(fresh, "fever").run(1).hear("yes")
    fresh.run(1).hear("louder")
    fresh.run_until_quiet()
    assert fresh.since[:2] == ["Louder.", "Please see a doctor soon about what you told me."]
    assert fresh.keys[-1] == "pain.score.ask"


def test_a_misheard_emergency_is_taken_back_with_go_back(fresh: Driver) -> None:
    at_question(fresh, "legs").answer("yes", "go back")
    assert fresh.since == [
        "All right, it's not an emergency.",
        "Is there pain, weakness or numbness in both legs?",
    ]
    fresh.answer("no")
    assert fresh.keys[-1] == "welcome.chest.ask"


def test_a_wish_during_the_questions_is_kept_and_reached_without_the_menu(fresh: Driver) -> None:
    fresh.run_until_quiet().hear("stretch")
    fresh.run_until_quiet()
    assert fresh.since[0] == "Right after the safety questions."
    fresh.past_checks()
    assert fresh.at(Situation.STRETCHING)
    assert "reply.menu" not in fresh.keys


def test_a_later_wish_replaces_the_one_that_was_kept(fresh: Driver) -> None:
    fresh.run_until_quiet().hear("stretch")
    while not fresh.state.answers.checked:
        fresh.answer("no")
    fresh.with_pad("heat").answer("done", "five")
    assert fresh.at(Situation.MENU)


def test_a_kept_wish_gives_way_to_a_doubt(fresh: Driver) -> None:
    fresh.run_until_quiet().hear("heat")
    at_question(fresh, "bones").answer("yes", "six")
    assert "reply.amber_refuse" in fresh.keys
    assert fresh.at(Situation.MENU)


@pytest.mark.parametrize("words", ["next", "skip"])
def test_a_safety_question_cannot_be_passed_by(fresh: Driver, words: str) -> None:
    fresh.run_until_quiet().hear(words)
    fresh.run_until_quiet()
    assert fresh.since[0] == "I need a yes or a no for this one."
    assert fresh.keys[-1] == "welcome.saddle.ask"


def test_next_during_the_words_before_a_question_goes_to_the_question(fresh: Driver) -> None:
    at_question(fresh, "accident").run(1).hear("no")
    fresh.run(2).hear("next")
    assert fresh.run_until_quiet().since == ["Do you have a fever?"]


def test_breathing_needs_no_questions_and_leads_back_to_them(fresh: Driver) -> None:
    at_question(fresh, "legs").answer("breathe")
    assert fresh.at(Situation.BREATHING)
    fresh.hear("stop")
    fresh.run_until_quiet()
    assert fresh.since == ["Stopped. Rest.", "Let's finish the safety questions.", fresh.last]
    assert fresh.keys[-1] == "welcome.legs.ask"


def test_where_in_the_questions_does_not_count_the_greeting(fresh: Driver) -> None:
    at_question(fresh, "bladder").answer("where am i")
    assert fresh.since == [
        "Step 2 of 10.",
        "Any new trouble peeing, or holding your bladder or bowels?",
    ]


def test_going_back_to_an_earlier_question(fresh: Driver) -> None:
    at_question(fresh, "legs").answer("go back")
    assert fresh.keys[-1] == "welcome.bladder.ask"
    fresh.answer("yes")
    assert fresh.at(Situation.EMERGENCY)


# --- an emergency that is called out


def test_emergency_is_heard_everywhere_and_stops_what_goes_on(menu: Driver) -> None:
    menu.answer("breathe")
    actions = menu.hear("emergency")
    assert type(actions[0]).__name__ == "Hush"
    menu.run(60)
    assert menu.at(Situation.EMERGENCY)
    assert not [x for x in menu.lines[-5:] if x.say.pacing]


def test_the_call_for_help_is_repeated_ever_more_rarely_until_help_is_called(menu: Driver) -> None:
    menu.hear("emergency")
    menu.run(400)
    calls = menu.starts("reply.red_again")
    gaps = [b - a for a, b in pairwise(calls[1:])]
    assert len(calls) >= 4
    assert gaps == sorted(gaps)
    menu.answer("done")
    assert menu.since[0] == "Good. Help is on its way."
    said = len(menu.lines)
    menu.run(600)
    assert len(menu.lines) == said


def test_help_that_was_called_is_not_called_again_after_another_word(menu: Driver) -> None:
    menu.hear("emergency")
    menu.answer("done", "louder")
    assert menu.run(600).since == ["Louder."]


def test_nobody_is_interrupted_while_they_talk_to_the_ambulance(menu: Driver) -> None:
    menu.hear("emergency")
    menu.run_until_quiet()
    assert menu.tell(NoMatch(menu.now)) == ()


@pytest.mark.parametrize("words", ["stop", "wait"])
def test_in_an_emergency_the_coach_can_be_made_quiet(menu: Driver, words: str) -> None:
    menu.hear("emergency")
    menu.answer(words)
    said = len(menu.lines)
    assert len(menu.run(600).lines) == said
    assert menu.can("go back")


def test_breathing_in_an_emergency_ends_at_the_emergency(menu: Driver) -> None:
    menu.hear("emergency")
    menu.answer("relax")
    assert menu.at(Situation.BREATHING)
    menu.hear("stop")
    menu.run_until_quiet()
    assert menu.at(Situation.EMERGENCY)


def test_go_back_returns_to_the_hold_in_which_emergency_was_misheard(menu: Driver) -> None:
    menu.answer("stretch").hear("next")
    menu.run(15).hear("emergency")
    menu.run_until_quiet().run(1).hear("go back")
    menu.run(6)
    assert menu.at(Situation.STRETCHING)
    assert menu.since[:2] == ["All right, it's not an emergency.", "Right knee to chest."]
    assert menu.state.breath is not None


@pytest.mark.parametrize("words", ["pause", "sleep"])
def test_a_misheard_emergency_also_ends_a_pause_or_sleep(menu: Driver, words: str) -> None:
    menu.hear(words)
    menu.run(30).hear("emergency")
    menu.answer("go back")
    assert menu.at(Situation.MENU)
    assert menu.keys[-1] == "reply.menu"


def test_emergency_twice_is_still_taken_back_once(fresh: Driver) -> None:
    fresh.answer("yes", "emergency", "emergency", "go back")
    assert fresh.at(Situation.CHECKING)


def test_go_back_after_an_emergency_during_a_doubtful_command(menu: Driver) -> None:
    menu.hear("heat", certain=False)
    menu.run(1).hear("emergency")
    menu.answer("go back")
    assert menu.at(Situation.MENU)


def test_quitting_in_an_emergency_asks_nothing_and_names_the_number(menu: Driver) -> None:
    menu.answer("stretch")
    menu.hear("emergency")
    menu.answer("quit")
    assert menu.since == ["Call 9 1 1, if you haven't called yet. Goodbye."]
    assert menu.ended


def test_trouble_with_the_sound_does_not_cut_off_the_number_to_call(menu: Driver) -> None:
    menu.hear("emergency")
    assert menu.tell(Trouble(menu.now, "audio_lost")) == ()


def test_yes_and_no_mean_nothing_until_a_question_is_put(fresh: Driver) -> None:
    assert not understood(fresh.state, fresh.book) & {"yes", "no", "unsure", "number"}
    fresh.run_until_quiet()
    assert understood(fresh.state, fresh.book) >= {"yes", "no", "unsure"}
