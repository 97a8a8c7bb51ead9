"""A button in place of a voice: what presses mean, and what none may do."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.coach.button import (
    GATHER,
    HOLD,
    ONCE,
    THRICE,
    TWICE,
    Button,
    answer_all,
    last_question,
    to_heat_ready,
)
from tests.coach.driver import RATE, Driver
from voice_coach.coach import Options, begin, press_meaning, step, understood
from voice_coach.coach.activities.choices import Wish
from voice_coach.coach.button import SLOW_SECONDS
from voice_coach.coach.events import (
    ApplicationStarted,
    Finished,
    Gesture,
    IntentHeard,
    NoMatch,
    Pressed,
    Trouble,
)
from voice_coach.coach.places import place_state
from voice_coach.coach.safety import QUESTIONS
from voice_coach.understanding import Book, Situation

FIRST_ASKED, NEXT_ASKED = "emergency.below.ask", "emergency.legs.ask"
AFTER_YES = "emergency.below.numb.ask"
"""After a yes to the first question, its items are put one by one."""


@pytest.fixture
def first(fresh: Driver) -> Button:
    """Before the first of the safety questions."""
    fresh.welcome().run(1).hear("stretch")
    return Button(fresh)


@pytest.fixture
def button(menu: Driver) -> Button:
    return Button(menu)


def test_a_whole_session_with_nothing_but_the_button(fresh: Driver) -> None:
    """From the greeting to the goodbye: breathing, questions, a stretch, heat, its alarm."""
    coach, button = fresh, Button(fresh)
    coach.run_until_quiet()
    assert coach.at(Situation.MENU)
    coach.run(45)
    assert coach.at(Situation.PAIN), "nobody answers"
    button.choose("number", 6)
    assert coach.state.answers.pain == 6
    button.choose("breathe")
    coach.run(30)
    assert coach.at(Situation.BREATHING) and coach.state.breath is not None
    button.press(HOLD, quick=True)
    button.choose("stretch")
    answer_all(button)
    assert coach.at(Situation.STRETCHING)
    button.press()
    coach.run(30)
    assert coach.state.breath is not None
    button.press(THRICE, quick=True)
    button.take("hurts")
    answer_all(button)
    assert coach.at(Situation.EASING)
    button.press(HOLD)
    to_heat_ready(button)
    assert coach.state.skin.on is None
    button.press()
    assert coach.state.skin.on is not None
    coach.run(16 * 60)
    assert coach.at(Situation.ENDING)
    button.press(quick=True)
    assert coach.at(Situation.ENDING), "the alarm goes on: it is asked first"
    assert "Is it off your skin?" in coach.since
    button.press()
    assert coach.state.skin.on is None
    coach.run_until_quiet()
    button.choose("number", 3)
    coach.run_until_quiet()
    button.press(HOLD)
    button.choose("quit")
    coach.run_until_quiet()
    assert coach.ended


# --- one press, and two


def test_a_press_is_the_answer_to_a_question_that_has_been_said(first: Button) -> None:
    coach = first.coach.run_until(FIRST_ASKED)
    first.press(quick=True)
    assert last_question(coach) == FIRST_ASKED
    assert coach.starts(FIRST_ASKED) == coach.starts(FIRST_ASKED)[:1], "it was not interrupted"
    first.press()
    assert last_question(coach) == AFTER_YES


def test_two_presses_are_a_no(first: Button) -> None:
    first.press(TWICE)
    assert last_question(first.coach) == NEXT_ASKED


def test_a_press_that_began_before_the_question_was_over_is_none(first: Button) -> None:
    """It was let go after the end, and the coach learned of it even later."""
    coach = first.coach.run_until(FIRST_ASKED)
    since = coach.now
    coach.run_until_quiet()
    coach.tell(Pressed(coach.now, ONCE, since))
    assert last_question(coach) == FIRST_ASKED


def test_a_question_that_was_cut_short_is_put_again(first: Button) -> None:
    coach = first.coach.run_until(FIRST_ASKED)
    coach.tell(Trouble(coach.now, "audio_lost"))
    coach.run_until("reply.trouble_audio_lost")
    first.press(quick=True)
    assert len(coach.starts(FIRST_ASKED)) <= 2
    assert last_question(coach) == FIRST_ASKED
    first.press()
    assert last_question(coach) == AFTER_YES


def test_after_the_choices_the_question_is_put_before_it_can_be_answered(first: Button) -> None:
    coach = first.coach.run_until(FIRST_ASKED)
    coach.tell(Pressed(coach.now, THRICE, coach.now))
    coach.run(300)
    assert coach.situation is Situation.CHOOSING
    first.press()
    assert last_question(coach) == FIRST_ASKED
    assert len(coach.starts(FIRST_ASKED)) == 2
    first.press(TWICE)
    assert last_question(coach) == NEXT_ASKED


def test_what_was_not_understood_makes_no_question_of_one_cut_short(book: Book) -> None:
    state = place_state("checking", book, Options(RATE, "9 1 1"))
    state = replace(state, prompting=replace(state.prompting, put_at=None))
    after, _ = step(state, NoMatch(state.now), book)
    saying = after.speech.saying
    assert saying is not None
    after, _ = step(after, Finished(after.now + 5, saying), book)
    late = Pressed(after.now + 9, ONCE, after.now + 9)
    assert press_meaning(after, late, book) is Wish.AGAIN
    heard = replace(state, prompting=replace(state.prompting, put_at=state.now))
    assert isinstance(press_meaning(heard, Pressed(9, ONCE, state.now), book), IntentHeard)


def test_after_three_questions_a_press_still_answers(first: Button) -> None:
    coach = first.coach.run_until_quiet().run(200)
    assert coach.last.startswith("I'll be quiet")
    first.press(TWICE)
    assert last_question(coach) == NEXT_ASKED


def test_a_slow_second_press_takes_the_yes_back(first: Button) -> None:
    """Two presses too far apart: not a yes to this question, and not one to the next."""
    coach = first.coach
    first.press()
    coach.run(SLOW_SECONDS / 2)
    first.press(quick=True)
    assert last_question(coach) == FIRST_ASKED
    first.press()
    coach.run(SLOW_SECONDS + 1)
    first.press(quick=True)
    assert last_question(coach) == AFTER_YES


def test_where_nothing_is_asked_one_press_has_the_choices_read(button: Button) -> None:
    coach = button.coach.run_until_quiet()
    button.press()
    assert button.offered[:4] == ["breathe", "stretch", "heat", "ice"]
    coach.hear("emergency")
    button.press()
    assert coach.situation is Situation.CHOOSING and "called" not in coach.state.answers.flags
    coach.hear("go back")


def test_a_number_is_chosen_not_counted(fresh: Driver) -> None:
    coach = fresh.past_checks()
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


def test_whether_they_are_awake_is_asked_over_the_choices(button: Button) -> None:
    coach = button.coach.with_pad()
    coach.run(5 * 60 - 8)
    button.press(THRICE, quick=True)
    coach.run_until("reply.heat_awake").run(6)
    assert coach.situation is Situation.AWAKE
    button.press()
    coach.run(3)
    assert any(line.say.key == "reply.heat_left" for line in coach.lines)
    assert coach.state.skin.on is not None and coach.situation is not Situation.AWAKE


def test_no_run_of_presses_begins_heat_without_its_questions(menu: Driver) -> None:
    """A press a second, each of any kind: heat begins only where its questions were answered."""
    for seed in range(30):
        dice = random.Random(seed)
        coach = Driver(menu.book, matcher=menu.matching).start()
        coach = coach.past_checks() if seed % 2 else coach.welcome()
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
                assert coach.state.answers.checked >= set(QUESTIONS)
                assert answered >= {s.id for s in routine.step if s.ask and not s.when}
                break
