"""The safety questions, and what their answers lead to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.coach.driver import Driver
from voice_coach.coach import Past, answering, understood
from voice_coach.coach.activities import ACTIVITIES
from voice_coach.coach.events import IntentHeard, NoMatch, Trouble
from voice_coach.coach.transition import Transition
from voice_coach.understanding import Book, Matcher, Situation

EMERGENCY = {
    "below": ("numb", "pee", "poo"),
    "legs": ("both", "strength", "fall"),
    "chest": ("pain", "breath", "faint"),
}
DOCTOR = {
    "now": ("fever", "weight", "lump", "night"),
    "lasting": ("cancer", "steroids", "immune"),
    "body": ("pregnant", "bones"),
}
GROUPS = [f"emergency.{name}.ask" for name in EMERGENCY] + [f"doctor.{name}.ask" for name in DOCTOR]

URGENT = [(group, item) for group, items in EMERGENCY.items() for item in items]
LESSER = [(g, i) for g, items in DOCTOR.items() if g != "body" for i in items]


def at_group(coach: Driver, name: str) -> Driver:
    """Answer no until this group has been put."""
    while not any(key.endswith(f".{name}.ask") for key in coach.keys):
        coach.answer("no")
    return coach


def at_item(coach: Driver, group: str, item: str) -> Driver:
    """Answer yes to a group, and no until this item of it has been put."""
    at_group(coach, group).answer("yes")
    while not coach.keys[-1].endswith(f".{item}.ask"):
        coach.answer("no")
    return coach


# --- relief first


def test_two_breaths_come_before_anything_is_asked(fresh: Driver) -> None:
    said = fresh.run_until_quiet().keys
    assert said == ["welcome.breathe.say", "welcome.breathe.then", "reply.menu"]
    paced = [line.say.key for line in fresh.lines if line.say.pacing]
    assert paced.count("reply.in") == paced.count("reply.out") == 2
    assert min(line.start for line in fresh.lines if line.say.pacing) < 11_000
    assert fresh.at(Situation.MENU)


@pytest.mark.parametrize("words", ["medicine", "relax", "prevention", "breathe"])
def test_what_moves_nothing_needs_no_answer(fresh: Driver, words: str) -> None:
    fresh.run(2).hear(words)
    assert not [key for key in fresh.run(30).keys if key.endswith(".ask")]


@pytest.mark.parametrize("words", ["stretch", "heat", "ice"])
def test_what_moves_or_warms_is_asked_about_at_once(fresh: Driver, words: str) -> None:
    fresh.run(2).hear(words)
    asked = []
    while fresh.run_until_quiet().at(Situation.CHECKING):
        asked.append(fresh.keys[-1])
        fresh.answer("no")
    assert asked == GROUPS
    assert "pain.score.ask" not in fresh.keys
    assert fresh.situation.value.startswith(words)


def test_a_very_bad_pain_is_answered_as_what_it_is(fresh: Driver) -> None:
    fresh.welcome("nine")
    assert fresh.since[0] == "9 out of ten. That's very bad, and I'm sorry."


def test_a_rise_of_the_pain_asks_for_warning_signs_not_for_the_menu(menu: Driver) -> None:
    menu.answer("pain", "nine")
    assert menu.at(Situation.CONFIRMING)
    assert menu.since[-1].startswith("Is anything numb, weak or tingling now")
    assert menu.answer("no").at(Situation.MENU)
    menu.answer("pain", "ten", "yes")
    assert menu.at(Situation.CHECKING)
    assert menu.keys[-1] == "emergency.below.ask"


def test_a_rise_of_the_pain_at_the_end_asks_too_and_then_takes_leave(menu: Driver) -> None:
    menu.answer("breathe", "stop", "quit", "nine")
    assert menu.at(Situation.CONFIRMING)
    assert menu.answer("no").ended


# --- groups and items


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
@pytest.mark.parametrize(("group", "item"), URGENT)
def test_a_red_flag_says_whom_to_call_and_coaches_nothing(
    asked: Driver, group: str, item: str, answer: str
) -> None:
    at_item(asked, group, item).answer(*[answer] * (1 if answer == "yes" else 2))
    assert asked.at(Situation.EMERGENCY)
    assert "Call 9 1 1, or ask someone to call." in asked.since
    asked.answer("heat")
    assert asked.since == ["Not now. Please call 9 1 1 first."]
    assert asked.at(Situation.EMERGENCY)


@pytest.mark.parametrize("group", EMERGENCY)
def test_yes_to_a_group_and_no_to_each_item_is_asked_once_more(asked: Driver, group: str) -> None:
    at_group(asked, group).answer("yes", "no", "no", "no")
    assert asked.since[0] == "Let me make sure."
    assert asked.keys[-1] == f"emergency.{group}.plain"
    plain = asked.last
    assert asked.answer("no").last != plain
    assert asked.mean("back", "undo").last == plain
    assert asked.answer("yes").at(Situation.EMERGENCY)


@pytest.mark.parametrize("answer", ["yes", "maybe"])
@pytest.mark.parametrize(("group", "item"), LESSER)
def test_a_lesser_flag_says_to_see_a_doctor_and_leaves_stretching_out(
    asked: Driver, group: str, item: str, answer: str
) -> None:
    at_item(asked, group, item).answer(*[answer] * (1 if answer == "yes" else 2))
    while asked.at(Situation.CHECKING):
        asked.answer("no")
    assert asked.since[0] == "Please see a doctor soon about what you told me."
    assert asked.at(Situation.MENU)
    asked.answer("stretch")
    assert asked.since[0].startswith("We'll leave that out today.")
    assert asked.answer("start").at(Situation.BREATHING)


@pytest.mark.parametrize("kind", ["heat", "ice"])
def test_with_a_lesser_flag_a_doctor_must_have_allowed_heat_and_ice(
    asked: Driver, kind: str
) -> None:
    at_item(asked, "now", "fever").answer("yes", "no", "no")
    asked.answer(kind)
    assert asked.keys[-1] == f"{kind}.allowed.ask"
    assert asked.answer("not sure", "not sure").at(Situation.MENU)
    assert asked.answer(kind, "no").at(Situation.MENU)
    assert asked.answer(kind, "yes").at(Situation(kind))
    asked.past_questions().answer("start")
    assert asked.state.skin.on is not None
    assert asked.kept == frozenset({"allowed"})


@pytest.mark.parametrize("wish", ["stretch", "heat", "ice"])
def test_who_is_pregnant_breathes_and_asks_a_midwife(fresh: Driver, wish: str) -> None:
    at_item(fresh.to_questions(wish), "body", "pregnant").answer("yes", "no")
    assert fresh.since[0].startswith("Thank you. Please ask your midwife or doctor")
    assert fresh.at(Situation.MENU)
    for words in ("stretch", "heat", "ice"):
        assert fresh.answer(words).since[0].startswith("Please ask your midwife or doctor")
    assert fresh.answer("relax").at(Situation.IMAGERY)
    assert fresh.kept == frozenset({"pregnant"})


def test_weak_bones_take_away_knee_to_chest_and_no_more(asked: Driver) -> None:
    at_item(asked, "body", "bones").answer("yes")
    assert asked.keys[-1] == "doctor.small_fall.ask"
    asked.answer("no", "next")
    assert asked.at(Situation.STRETCHING)
    assert "stretch.drop_right.say" in asked.keys
    assert "stretch.knee_right.say" not in asked.keys
    assert asked.answer("heat").at(Situation.HEAT)


def test_with_weak_bones_a_small_fall_is_an_emergency(asked: Driver) -> None:
    at_item(asked, "body", "bones").answer("yes", "yes")
    assert asked.at(Situation.EMERGENCY)


def test_why_gets_the_reason_and_the_plain_words(asked: Driver) -> None:
    asked.mean("why")
    assert asked.since == [
        "The nerves to your bladder may be in trouble. That can't wait.",
        "Is it numb or prickly down there, or has peeing or pooing changed?",
    ]
    asked.answer("yes").mean("why")
    assert asked.since[0] == "The nerves to your bladder may be in trouble. That can't wait."
    assert asked.keys[-1] == "emergency.below.numb.plain"


def test_every_question_says_why_it_is_asked(book: Book) -> None:
    for name, routine in book.routines.items():
        for step in routine.step:
            if step.ask is not None and step.answer == "yes_no":
                assert step.plain is not None, f"{name}.{step.id}"
                assert step.why is not None, f"{name}.{step.id}"
                assert all(item.plain is not None for item in step.item)


# --- what was told before


def returning(book: Book, matcher: Matcher, *kept: str) -> Driver:
    """Return a session of somebody who has told this before, past the welcome."""
    past = Past(sessions=1, kept=frozenset(kept))
    return Driver(book, matcher=matcher).start(past).to_questions()


def test_what_lasts_is_offered_again_as_one_question(book: Book, matcher: Matcher) -> None:
    coach = returning(book, matcher, "osteoporosis").answer("no", "no", "no")
    assert coach.since == ["Last time you told me this.", "You have weak bones.", coach.last]
    assert coach.last == "Is that still so?"
    coach.answer("yes")
    assert coach.keys[-1] == "doctor.now.ask", "a fever does not last"
    coach.answer("no", "no")
    assert coach.at(Situation.STRETCHING)
    assert "osteoporosis" in coach.state.answers.flags
    assert "doctor.lasting.ask" not in coach.keys


@pytest.mark.parametrize("answer", ["no", "not sure"])
def test_what_is_not_so_any_more_is_asked_anew(book: Book, matcher: Matcher, answer: str) -> None:
    coach = returning(book, matcher, "cancer").answer("no", "no", "no")
    coach.answer(*[answer] * (1 if answer == "no" else 2))
    assert "doctor" not in coach.state.answers.flags
    coach.answer("no", "no", "no")
    assert [key for key in coach.keys if key in GROUPS] == GROUPS
    assert coach.at(Situation.STRETCHING)
    assert coach.kept == frozenset()


def test_cancer_told_before_bars_stretching_again(book: Book, matcher: Matcher) -> None:
    coach = returning(book, matcher, "cancer").answer("no", "no", "no", "yes", "no")
    assert coach.since[0] == "Please see a doctor soon about what you told me."
    assert coach.at(Situation.MENU)


def test_who_told_nothing_that_lasts_is_asked_in_one_question(book: Book, matcher: Matcher) -> None:
    coach = returning(book, matcher).answer("no", "no", "no")
    assert coach.since[0].startswith("Last time: no cancer")
    assert coach.answer("yes", "no").at(Situation.STRETCHING)


def test_a_numb_back_told_before_rules_heat_out(book: Book, matcher: Matcher) -> None:
    coach = returning(book, matcher, "numb").answer("no", "no", "no", "yes", "no")
    coach.answer("heat", "no")
    assert coach.since[0].startswith("Then we'll leave heat out.")
    assert coach.at(Situation.MENU)


# --- taking back, and going on


def test_what_is_ruled_out_is_taken_back_with_go_back(asked: Driver) -> None:
    at_item(asked, "now", "fever").answer("yes", "no", "no", "go back")
    assert asked.since[0] == "Let's try that one again."
    assert asked.keys[-1] == "doctor.now.ask"
    asked.answer("no", "no", "no")
    assert "doctor" not in asked.state.answers.flags


def test_the_answer_may_be_corrected_while_its_meaning_is_being_said(asked: Driver) -> None:
    at_item(asked, "below", "numb").run(1).hear("yes")
    asked.run(1).hear("go back")
    asked.run_until_quiet()
    assert asked.keys[-1] == "emergency.below.ask"
    assert "emergency" not in asked.state.answers.flags


def test_what_a_doubt_rules_out_is_said_again_after_another_word(asked: Driver) -> None:
    at_item(asked, "body", "bones").answer("no").mean("red_flag", "fever")
    asked.answer("help")
    assert not any(word in " ".join(asked.since) for word in ("stretch",))


def test_a_misheard_emergency_is_taken_back_with_go_back(asked: Driver) -> None:
    at_item(asked, "legs", "both").answer("yes", "go back")
    assert asked.since == [
        "All right, it's not an emergency.",
        "Anything wrong in both legs, one weak leg or foot, or a bad fall or crash?",
    ]
    asked.answer("no")
    assert asked.keys[-1] == "emergency.chest.ask"


def test_a_later_wish_replaces_the_one_that_was_kept(asked: Driver) -> None:
    asked.hear("heat")
    assert asked.run_until_quiet().since[0] == "Right after the safety questions."
    assert asked.past_questions().at(Situation.HEAT)


@pytest.mark.parametrize("words", ["next", "skip"])
def test_a_safety_question_cannot_be_passed_by(asked: Driver, words: str) -> None:
    asked.answer(words)
    assert asked.since[0] == "I need a yes or a no for this one."
    assert asked.keys[-1] == "emergency.below.ask"


def test_next_during_the_words_before_a_question_goes_to_the_question(fresh: Driver) -> None:
    fresh.welcome().hear("stretch")
    fresh.run(2).hear("next")
    assert fresh.run_until_quiet().keys[-1] == "emergency.below.ask"


def test_breathing_needs_no_questions_and_leads_back_to_them(asked: Driver) -> None:
    at_group(asked, "legs").answer("breathe")
    assert asked.at(Situation.BREATHING)
    asked.mean("next").mean("next").mean("next")
    if asked.at(Situation.PAIN):
        asked.answer("six")
    assert asked.keys[-1] == "emergency.legs.ask"


def test_stop_ends_the_questions_and_what_they_were_for(asked: Driver) -> None:
    at_group(asked, "legs").answer("stop")
    assert asked.at(Situation.MENU)
    assert asked.state.answers.wish is None
    asked.answer("stretch")
    assert asked.keys[-1] == "emergency.legs.ask", "what was answered holds"


def test_where_in_the_questions(asked: Driver) -> None:
    at_group(asked, "legs").answer("where am i")
    assert asked.since == ["Step 2 of 3.", asked.last]


def test_going_back_to_an_earlier_question(asked: Driver) -> None:
    at_group(asked, "chest").answer("go back")
    assert asked.keys[-1] == "emergency.legs.ask"
    assert asked.answer("yes", "yes").at(Situation.EMERGENCY)


def test_yes_and_no_mean_nothing_until_a_question_is_put(fresh: Driver) -> None:
    assert not understood(fresh.state, fresh.book) & {"yes", "no", "unsure", "number"}
    fresh.to_questions()
    assert understood(fresh.state, fresh.book) >= {"yes", "no", "unsure", "why"}


def test_of_a_group_in_which_nothing_can_be_new_no_item_is_put(fresh: Driver) -> None:
    state = at_group(fresh.to_questions(), "now").state
    t = Transition(state, fresh.book, state.now, ACTIVITIES)
    here = t.routine
    assert here is not None
    t.tell("doctor")
    answering.answer(t, here, "items", None)
    after = t.routine
    assert after is not None and after.position.step == here.position.step + 1
