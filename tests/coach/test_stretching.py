"""The stretches: counted holds, moving about, and what to do when it hurts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.coach.driver import RATE, Driver
from voice_coach.coach import Options, step
from voice_coach.coach.events import Hush, IntentHeard, PainScored, Say
from voice_coach.understanding import Book, Matcher, Situation


@pytest.fixture
def stretch(menu: Driver) -> Driver:
    """Ready for the first stretch."""
    return menu.answer("stretch")


@pytest.fixture
def held(stretch: Driver) -> Driver:
    """In the second breath of the first hold."""
    stretch.hear("next")
    return stretch.run_until("reply.count").run(3)


def holds(coach: Driver) -> list[str]:
    """The steps that were begun, in order."""
    keys = [k.removesuffix(".say").removeprefix("stretch.") for k in coach.keys]
    return [k for k in keys if k.startswith(("knee_", "drop_")) and "." not in k]


def test_knee_to_chest_is_done_one_knee_at_a_time_with_four_counted_breaths(
    stretch: Driver,
) -> None:
    stretch.answer("next")
    assert [x.text for x in stretch.lines if x.say.key == "reply.count"] == [
        "One.", "Two.", "Three.", "Four.",
    ]  # fmt: skip
    assert stretch.since[-2:] == [
        "Slowly lower your leg, and put your foot flat.",
        "Say next for the other knee.",
    ]
    stretch.answer("next")
    assert holds(stretch) == ["knee_right", "knee_left"]


def test_the_whole_routine_ends_with_the_pain_and_what_changed(stretch: Driver) -> None:
    stretch.answer("next", "next", "next", "next")
    assert holds(stretch) == ["knee_right", "knee_left", "drop_right", "drop_left"]
    assert stretch.keys[-1] == "pain.score.ask"
    stretch.answer("four")
    assert stretch.since[:3] == ["It was 6.", "Now it's 4.", "That's better."]


@pytest.mark.parametrize(
    ("score", "said"),
    [("six", "The same as before. Give it time."), ("nine", "It was 6."), ("two", "It was 6.")],
)
def test_the_pain_is_compared_with_the_score_before(menu: Driver, score: str, said: str) -> None:
    menu.answer("pain", score)
    assert menu.since[0] == said
    assert ("reply.pain_low" in menu.keys) == (score == "two")
    assert menu.notes[-1] == PainScored({"six": 6, "nine": 9, "two": 2}[score])


def test_the_wished_number_of_breaths_holds_for_stretches(book: Book, matcher: Matcher) -> None:
    options = Options(rate=RATE, emergency="9 1 1", breaths=2)
    coach = Driver(book, options, matcher).start().past_checks()
    coach.answer("stretch", "next")
    assert len(coach.starts("reply.count")) == 2
    coach.answer("breathe")
    assert len(coach.starts("reply.count")) == 2 + 16


@pytest.mark.parametrize(("wished", "done"), [(0, 4), (1, 2), (10, 10), (99, 10), (-3, 2)])
def test_no_setting_gives_more_breaths_than_can_be_counted(
    book: Book, matcher: Matcher, wished: int, done: int
) -> None:
    options = Options(rate=RATE, emergency="9 1 1", breaths=wished)
    coach = Driver(book, options, matcher).start().past_checks()
    coach.answer("stretch", "next")
    assert len(coach.starts("reply.count")) == done


def test_weak_bones_leave_out_knee_to_chest(stretch: Driver) -> None:
    told = replace(stretch.state.answers, flags=frozenset({"osteoporosis"}))
    stretch.state = replace(stretch.state, answers=told)
    stretch.answer("next")
    assert holds(stretch) == ["drop_right"]
    stretch.answer("other side")
    assert holds(stretch) == ["drop_right", "drop_left"]
    assert "reply.no_other_side" not in stretch.keys


def test_next_during_a_hold_first_brings_the_leg_down(held: Driver) -> None:
    held.hear("next")
    held.run_until("stretch.knee_left.say")
    assert held.since[:2] == [
        "Slowly lower your leg, and put your foot flat.",
        "Now slowly bring your left knee towards your chest.",
    ]


def test_skip_does_the_same_and_done_waits_for_next(held: Driver) -> None:
    held.hear("i am done")
    held.run_until_quiet()
    assert held.since == [
        "Slowly lower your leg, and put your foot flat.",
        "Say next for the other knee.",
    ]
    held.hear("skip")
    held.run(1)
    assert holds(held)[-1] == "knee_left"


@pytest.mark.parametrize("words", ["other side", "go back"])
def test_changing_sides_in_a_hold_first_brings_the_leg_down(stretch: Driver, words: str) -> None:
    stretch.answer("next").hear("next")
    stretch.run_until("reply.count").hear(words)
    stretch.run(6)
    told = [text for text in stretch.since if text != "Now the other side."]
    assert told[:2] == [
        "Slowly lower your leg, and put your foot flat.",
        "Slowly bring your right knee towards your chest.",
    ]


def test_repeat_begins_the_step_again(held: Driver) -> None:
    held.hear("repeat that")
    held.run_until_quiet()
    assert held.since[0] == "Slowly bring your right knee towards your chest."
    assert held.texts.count("One.") == 2
    assert held.texts.count("Four.") == 1


def test_back_from_the_first_step_says_so(stretch: Driver) -> None:
    stretch.answer("back")
    assert stretch.since[0] == "This is the first one."


def test_where_am_i_names_the_step_and_the_breaths_left(held: Driver) -> None:
    held.hear("how many left")
    held.run(5)
    assert held.since == ["Step 2 of 5.", "Right knee to chest.", "3 breaths left."]
    held.run_until_quiet()
    assert [x.text for x in held.lines if x.say.key == "reply.count"] == [
        "One.", "Two.", "Three.", "Four.",
    ]  # fmt: skip


def test_no_when_asked_for_readiness_means_there_is_time(stretch: Driver) -> None:
    stretch.answer("no")
    assert stretch.since == ["Take your time.", "Say next when you're ready."]
    stretch.answer("yes")
    assert holds(stretch) == ["knee_right"]


# --- it hurts


def test_it_hurts_stops_at_once_and_offers_what_can_be_done(held: Driver) -> None:
    actions = held.hear("it hurts")
    assert isinstance(actions[0], Hush)
    assert held.state.breath is None
    held.run_until_quiet()
    assert held.since[0] == "Stop there. Let go slowly."
    assert held.since[-1].startswith("Is anything numb, weak or tingling now")
    held.answer("no")
    said = " ".join(held.since)
    for offer in ("ease off", "skip", "breathe", "emergency"):
        assert offer in said
        assert held.can(offer)
    held.run(600)
    assert held.at(Situation.EASING), "nothing goes on without the person"


def test_ease_off_does_less_of_the_same(held: Driver) -> None:
    held.hear("too much")
    held.answer("no", "ease off")
    assert held.since[:2] == [
        "Do only half as much. Less is fine.",
        "Slowly bring your right knee towards your chest.",
    ]
    assert held.texts.count("Four.") == 1


def test_ease_off_also_answers_any_step(held: Driver) -> None:
    held.hear("easier")
    held.run(1)
    assert held.since[0] == "Do only half as much. Less is fine."
    assert held.at(Situation.STRETCHING)


def test_skip_leaves_out_what_hurt(held: Driver) -> None:
    held.hear("it hurts")
    held.answer("no", "skip")
    assert holds(held) == ["knee_right", "knee_left"]


def test_it_hurts_can_lead_to_breathing_or_to_an_emergency(held: Driver) -> None:
    held.hear("it hurts")
    held.run_until_quiet().run(2).hear("breathe")
    assert held.at(Situation.BREATHING)
    held.hear("emergency")
    assert held.at(Situation.EMERGENCY)


def test_it_hurts_a_second_time_is_shorter(held: Driver) -> None:
    held.hear("it hurts")
    held.answer("no", "it hurts")
    assert held.since[0] == "Let go slowly, and rest."
    assert held.answer("no").since[1:] == ["Say ease off, skip, breathe or emergency."]


def test_something_new_with_the_pain_asks_the_questions_again(held: Driver) -> None:
    held.hear("it hurts")
    held.answer("yes")
    assert held.keys[-1] == "emergency.below.ask"
    held.answer("no", "yes", "yes")
    assert held.at(Situation.EMERGENCY)
    held.answer("go back").past_questions()
    assert held.at(Situation.MENU), "nothing moves on by itself"


def test_breathing_while_that_is_open_leaves_the_questions_to_be_asked(held: Driver) -> None:
    held.hear("it hurts")
    held.answer("breathe", "stop", "stretch")
    assert held.keys[-1] == "emergency.below.ask"


def test_it_hurts_during_a_pause_ends_the_pause(held: Driver) -> None:
    held.hear("pause")
    held.run(5).hear("it hurts")
    assert held.answer("no").at(Situation.EASING)


@pytest.mark.parametrize("words", ["breathe", "relax", "medicine", "prevention"])
def test_it_hurts_stops_everything_else_too(menu: Driver, words: str) -> None:
    menu.hear(words)
    menu.run(20).hear("it hurts")
    menu.run(12)
    assert menu.since[:2] == ["I'm sorry it hurts.", "Rest with your knees bent."]
    menu.answer("no")
    assert menu.since[1:] == [
        "Say continue to go on gently, or breathe.",
        "If it spreads or gets worse, say emergency.",
    ]
    said = len(menu.lines)
    menu.run(2)
    assert len(menu.lines) == said
    menu.hear("continue")
    assert menu.situation not in (Situation.EASING, Situation.MENU)


def test_it_hurts_between_exercises_offers_breathing(menu: Driver) -> None:
    menu.answer("it hurts")
    assert menu.since[0] == "I'm sorry it hurts."
    assert menu.answer("no").at(Situation.MENU)


# --- how many breaths


def test_more_breaths_hold_for_this_stretch_and_the_next(held: Driver) -> None:
    held.hear("more breaths")
    held.run_until_quiet()
    assert held.since[0] == "5 breaths each time."
    assert [x.text for x in held.lines if x.say.key == "reply.count"][-1] == "Five."
    held.answer("next")
    counts = [x.text for x in held.lines if x.say.key == "reply.count"]
    assert counts[-5:] == ["One.", "Two.", "Three.", "Four.", "Five."]


def test_fewer_breaths_than_were_done_end_the_hold(held: Driver) -> None:
    held.run(12)
    for _ in range(2):
        held.hear("fewer breaths")
    held.run_until_quiet()
    assert held.since[:3] == [
        "2 breaths each time.",
        "Some stretches take a few more.",
        "Slowly lower your leg, and put your foot flat.",
    ]


def test_breaths_stay_between_two_and_ten(stretch: Driver) -> None:
    for _ in range(12):
        stretch.hear("more breaths")
    assert stretch.run(1).since[0] == "That's the maximum."
    assert stretch.state.preferences.breaths == 10
    for _ in range(12):
        stretch.hear("fewer breaths")
    assert stretch.run(1).since[0] == "Two breaths is the minimum."
    assert stretch.state.preferences.breaths == 2


def test_where_says_how_many_breaths_are_left_down_to_one(menu: Driver) -> None:
    menu.answer("stretch").hear("next")
    menu.run_until("reply.count")
    said: set[str] = set()
    for _ in range(90):
        asked = IntentHeard(menu.now, "where")
        _, actions = step(menu.state, asked, menu.book)
        said |= {a.key for a in actions if isinstance(a, Say)}
        menu.run(1)
    assert {"reply.breaths_left", "reply.one_breath_left"} <= said
