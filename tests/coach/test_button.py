"""A button in place of a voice: what presses mean, and what none may do."""

from __future__ import annotations

import random

import pytest

from tests.coach.button import (
    GATHER,
    HOLD,
    ONCE,
    THRICE,
    TWICE,
    Button,
    harmless_press,
    to_heat_ready,
)
from tests.coach.driver import RATE, Driver
from voice_coach.coach import Options, begin, press_meaning, step, understood
from voice_coach.coach.button import SLOW_SECONDS
from voice_coach.coach.events import (
    ApplicationStarted,
    Gesture,
    IntentHeard,
    NoMatch,
    Pressed,
    Trouble,
)
from voice_coach.understanding import Book, Situation


@pytest.fixture
def first(fresh: Driver) -> Button:
    return Button(fresh)


@pytest.fixture
def button(menu: Driver) -> Button:
    return Button(menu)


def test_a_whole_session_with_nothing_but_the_button(first: Button) -> None:
    """From the greeting to the goodbye: breathing, questions, a stretch, heat, its alarm."""
    coach = first.coach
    while not coach.state.answers.checked:
        coach.run_until_quiet()
        first.press(harmless_press(coach.state, coach.book))
    coach.run_until_quiet()
    if coach.at(Situation.PAIN):
        first.choose("number", 6)
        assert coach.state.answers.pain == 6
    first.choose("breathe")
    coach.run(30)
    assert coach.at(Situation.BREATHING) and coach.state.breath is not None
    first.press(HOLD, quick=True)
    first.choose("stretch")
    assert coach.at(Situation.STRETCHING)
    first.press()
    coach.run(30)
    assert coach.state.breath is not None
    first.press(THRICE, quick=True)
    first.take("hurts")
    assert coach.at(Situation.EASING)
    first.press(HOLD)
    to_heat_ready(first)
    assert coach.state.skin.on is None
    first.press()
    assert coach.state.skin.on is not None
    coach.run(16 * 60)
    assert coach.at(Situation.ENDING)
    first.press(quick=True)
    assert coach.at(Situation.ENDING), "the alarm goes on: it is asked first"
    assert "Is it off your skin?" in coach.since
    first.press()
    assert coach.state.skin.on is None
    coach.run_until_quiet()
    if coach.at(Situation.PAIN):
        first.choose("number", 3)
    coach.run_until_quiet()
    first.press(HOLD)
    first.choose("quit")
    if coach.at(Situation.PAIN):
        first.choose("number", 3)
    coach.run_until_quiet()
    assert coach.ended


# --- one press, and two


def test_a_press_is_the_answer_to_a_question_that_has_been_said(first: Button) -> None:
    coach = first.coach
    coach.run_until("welcome.saddle.ask")
    first.press(quick=True)
    assert "emergency" not in coach.state.answers.flags
    assert coach.at(Situation.CHECKING)
    coach.run_until_quiet()
    assert coach.keys.count("welcome.saddle.ask") == 1, "the question was not interrupted"
    first.press()
    assert "emergency" in coach.state.answers.flags


def test_two_presses_are_a_no(first: Button) -> None:
    coach = first.coach
    first.press(TWICE)
    coach.run_until_quiet()
    assert coach.keys[-1] == "welcome.bladder.ask"


def test_a_press_that_began_before_the_question_was_over_is_none(first: Button) -> None:
    """It was let go after the end, and the coach learned of it even later."""
    coach = first.coach.run_until("welcome.saddle.ask")
    since = coach.now
    coach.run_until_quiet()
    coach.tell(Pressed(coach.now, ONCE, since))
    assert "emergency" not in coach.state.answers.flags


def test_a_question_that_was_cut_short_is_put_again(first: Button) -> None:
    coach = first.coach.run_until("welcome.saddle.ask")
    first.press(HOLD, quick=True)  # "stop": the asking is quiet
    coach.run_until_quiet()
    assert coach.last.startswith("I'll be quiet")
    first.press()
    assert "emergency" not in coach.state.answers.flags
    assert coach.keys[-1] == "welcome.saddle.ask"
    first.press()
    assert "emergency" in coach.state.answers.flags


def test_what_was_not_understood_makes_no_question_of_one_cut_short(first: Button) -> None:
    coach = first.coach.run_until("welcome.saddle.ask")
    first.press(HOLD, quick=True)
    coach.run_until_quiet()
    coach.tell(NoMatch(coach.now))
    first.press()
    assert "emergency" not in coach.state.answers.flags
    assert coach.keys[-1] == "welcome.saddle.ask"


def test_after_three_questions_a_press_still_answers(first: Button) -> None:
    coach = first.coach.run_until_quiet().run(200)
    assert coach.last.startswith("I'll be quiet")
    first.press(TWICE)
    coach.run_until_quiet()
    assert coach.keys[-1] == "welcome.bladder.ask"


def test_a_slow_second_press_takes_the_yes_back(first: Button) -> None:
    """Two presses too far apart: not a yes to this question, and not one to the next."""
    coach = first.coach
    first.press()
    assert "emergency" in coach.state.answers.flags
    coach.run(SLOW_SECONDS / 2)
    first.press(quick=True)
    assert "emergency" not in coach.state.answers.flags
    coach.run_until_quiet()
    assert coach.keys[-1] == "welcome.saddle.ask"
    first.press()
    assert "emergency" in coach.state.answers.flags
    coach.run(SLOW_SECONDS + 1)
    first.press(quick=True)
    assert "emergency" in coach.state.answers.flags


def test_where_nothing_is_asked_one_press_has_the_choices_read(button: Button) -> None:
    coach = button.coach.run_until_quiet()
    button.press()
    assert button.offered[:4] == ["breathe", "stretch", "heat", "ice"]
    coach.hear("emergency")
    button.press()
    assert coach.situation is Situation.CHOOSING and "called" not in coach.state.answers.flags
    coach.hear("go back")


def test_a_number_is_chosen_not_counted(first: Button) -> None:
    coach = first.coach.past_checks()
    coach.hear("pain score")
    for gesture in (ONCE, TWICE, THRICE):
        button = Button(coach)
        button.press(gesture)
        assert button.offered[:11] == ["number"] * 11
        button.press(HOLD)
    button.choose("number", 7)
    assert coach.state.answers.pain == 7


def test_in_an_exercise_one_press_is_next_and_two_a_pause(button: Button) -> None:
    coach = button.coach
    coach.run_until_quiet().hear("breathe")
    button.press(TWICE, quick=True)
    assert coach.at(Situation.PAUSED)
    button.press(TWICE)
    assert coach.at(Situation.PAUSED)
    button.press()
    assert coach.at(Situation.BREATHING)


def test_asleep_any_press_wakes_and_a_hold_does_nothing(button: Button) -> None:
    coach = button.coach
    coach.hear("sleep")
    button.press(HOLD)
    assert coach.at(Situation.SLEEPING)
    for gesture in (ONCE, TWICE, THRICE):
        button.press(gesture)
        assert coach.at(Situation.MENU), gesture
        coach.run_until_quiet().hear("sleep")


def test_nothing_is_done_before_the_session_nor_after_it(book: Book, menu: Driver) -> None:
    state = begin(Options(RATE, "9 1 1"))
    for gesture in Gesture:
        assert step(state, Pressed(5, gesture, 0), book)[1] == ()
    menu.hear("quit")
    assert menu.at(Situation.OVER)
    for gesture in Gesture:
        assert menu.tell(Pressed(menu.now, gesture, menu.now)) == ()


# --- heat


def test_one_press_begins_heat_only_after_it_was_said_to(button: Button) -> None:
    coach = button.coach
    to_heat_ready(button)
    coach.hear("say that again")
    for _ in range(12):
        coach.run(0.7)
        if coach.state.prompting.put_at is not None:
            break
        button.press(quick=True)
        if coach.state.prompting.put_at is None:
            assert coach.state.skin.on is None
    coach.run_until_quiet()
    assert coach.state.skin.on is None
    button.press(TWICE)
    assert coach.state.skin.on is None and coach.since[0] == "Take your time."
    button.press()
    assert coach.state.skin.on is not None


def test_heat_asks_its_questions_of_the_button_too(button: Button) -> None:
    coach = button.coach
    button.choose("heat")
    for _ in range(200):
        button.press(quick=True)
        coach.run(0.3)
        if coach.state.skin.on is not None or not coach.at(Situation.HEAT):
            break
    assert coach.state.skin.on is None, "yes to whatever is asked is no way to heat"


def test_the_alarm_ends_only_as_the_yes_to_its_question(button: Button) -> None:
    coach = button.coach.with_pad()
    coach.hear("stop")
    coach.run_until_quiet()
    for _ in range(40):
        button.press(quick=True)  # each of them while something is being said
        assert coach.state.skin.on is not None
        coach.run(0.05)
    button.press()
    assert coach.state.skin.on is None


def test_its_off_among_the_choices_asks_the_question(button: Button) -> None:
    coach = button.coach.with_pad()
    coach.run_until_quiet()
    button.choose("done")
    coach.run_until_quiet()
    assert coach.state.skin.on is not None
    assert coach.last == "Is it off your skin?"
    button.press(TWICE)
    assert coach.state.skin.on is not None
    coach.hear("stop")
    button.choose("done")
    coach.run_until_quiet()
    assert coach.last == "Is it off your skin?"
    button.press()
    assert coach.state.skin.on is None


def test_choices_hold_the_alarm_up_for_one_round_only(button: Button) -> None:
    coach = button.coach.with_pad()
    coach.run(15 * 60 + 1).run_until_quiet()
    button.press(THRICE)
    assert button.offered == ["done", "stuck", "emergency"]
    coach.run(20)
    assert coach.at(Situation.ENDING)
    assert coach.lines[-1].say.key == "reply.heat_end"


def test_the_end_of_heat_comes_before_the_choices(button: Button) -> None:
    coach = button.coach.with_pad()
    coach.run(15 * 60 - 20)
    button.press(THRICE, quick=True)
    assert coach.situation is Situation.CHOOSING
    coach.run(30)
    assert coach.at(Situation.ENDING)
    assert coach.state.listening is coach.state.top


def test_trouble_is_not_spoken_of_over_an_alarm(button: Button) -> None:
    coach = button.coach.with_pad()
    coach.hear("stop")
    button.press(THRICE)
    assert coach.tell(Trouble(coach.now, "audio_lost")) == ()
    assert coach.situation is Situation.CHOOSING


def test_how_long_heat_lasts_is_said_between_choices(button: Button) -> None:
    coach = button.coach.with_pad()
    coach.run(5 * 60 - 8)
    button.press(THRICE, quick=True)
    coach.run(40)
    assert any(line.say.key == "reply.heat_left" and line.start > 1 for line in coach.lines)
    assert coach.situation is Situation.CHOOSING


def test_no_run_of_presses_begins_heat_without_its_questions(menu: Driver) -> None:
    """A press a second, each of any kind: heat begins only where its questions were answered."""
    for seed in range(30):
        dice = random.Random(seed)
        coach = Driver(menu.book, matcher=menu.matching).start().past_checks()
        answered: set[str] = set()
        for _ in range(250):
            coach.run(dice.choice([0.3, 1.0, 2.5, 6.0]))
            gesture = dice.choice([ONCE, ONCE, ONCE, TWICE, THRICE])
            before, press = coach.state, Pressed(coach.now, gesture, coach.now - GATHER)
            meant = press_meaning(before, press, coach.book)
            answers = isinstance(meant, IntentHeard) and meant.intent in ("yes", "no", "unsure")
            asked = before.position is not None and "unsure" in understood(before, coach.book)
            if answers and asked:
                assert before.position is not None
                answered.add(before.position.find(coach.book).id)
            actions = coach.tell(press)
            if any(isinstance(a, ApplicationStarted) for a in actions):
                assert coach.state.skin.on is not None
                routine = coach.book.routines[coach.state.skin.on.kind]
                assert answered >= {s.id for s in routine.step if s.ask}
                break
