"""The choices, read one by one for a press to take."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.coach.button import (
    HOLD,
    ONCE,
    THRICE,
    TWICE,
    Button,
)
from tests.coach.driver import MINUTE, RATE, Driver
from voice_coach.coach import Options, press_meaning, step, understood
from voice_coach.coach.activities import ACTIVITIES, TABLE
from voice_coach.coach.activities.choices import (
    ALONE,
    FIRST,
    ROUNDS,
    USUAL,
    WAIT_SECONDS,
    Choice,
    Choices,
    Wish,
    do,
)
from voice_coach.coach.activity import TOPIC
from voice_coach.coach.concerns import CONCERNS
from voice_coach.coach.events import (
    IntentHeard,
    Pressed,
    Trouble,
)
from voice_coach.coach.places import place_state
from voice_coach.coach.transition import Transition
from voice_coach.understanding import Book, Matcher, Situation
from voice_coach.understanding.place import Place


@pytest.fixture
def button(menu: Driver) -> Button:
    return Button(menu)


def test_they_go_round_twice_and_then_wait(button: Button) -> None:
    coach = button.coach.run_until_quiet()
    coach.hear("stretch")
    button.press(THRICE, quick=True)
    offered = button.offered
    coach.run(200)
    said = [line.say.key for line in coach.lines if line.say.key.startswith("reply.choice_")]
    assert len(said) == ROUNDS * len(offered)
    assert said[: len(offered)] == said[len(offered) :]
    assert coach.last == "I'll be quiet now. Press once to go on."
    button.press(TWICE)
    assert coach.state.situation is Situation.CHOOSING
    button.press()
    assert coach.at(Situation.STRETCHING) and coach.keys[-1].startswith("stretch.")


def test_a_press_while_the_next_is_said_is_for_the_one_before(button: Button) -> None:
    """It began in the pause; that it was one press alone is known only after a while."""
    coach = button.coach
    button.press(THRICE)
    coach.run_until_quiet()
    (first, second) = button.offered[:2]
    assert (first, second) == ("breathe", "stretch")
    coach.run(WAIT_SECONDS - 0.2)
    button.press(quick=True)
    assert coach.at(Situation.BREATHING)


def test_a_press_in_the_middle_of_a_choice_takes_none_and_it_is_said_again(button: Button) -> None:
    coach = button.coach
    button.press(THRICE)
    coach.run_until("reply.choice_stretch")
    coach.tell(Pressed(coach.now, ONCE, coach.now))
    assert coach.situation is Situation.CHOOSING
    assert coach.last == "Stretch."
    button.press()
    assert coach.at(Situation.STRETCHING)


def test_two_presses_leave_a_choice_and_three_begin_again(button: Button) -> None:
    coach = button.coach
    button.press(THRICE)
    button.press(TWICE, quick=True)
    assert coach.last == "Stretch."
    button.press(THRICE, quick=True)
    top = coach.state.top
    assert isinstance(top, Choices) and top.at == 0
    assert coach.below == (Situation.MENU,)


def test_the_last_one_can_be_taken_late(button: Button) -> None:
    coach = button.coach
    button.press(THRICE)
    coach.run(200)
    top = coach.state.top
    assert isinstance(top, Choices) and top.quiet
    until = top.missed
    assert until is not None
    meant = press_meaning(coach.state, Pressed(coach.now, ONCE, until[0]), coach.book)
    assert isinstance(meant, IntentHeard) and meant.intent == top.offered[-1].intent


def test_words_still_work_while_they_are_read(button: Button) -> None:
    coach = button.coach
    coach.hear("stretch")
    button.press(THRICE, quick=True)
    coach.run_until_quiet()
    coach.hear("louder")
    assert coach.at(Situation.STRETCHING)
    button.press(THRICE, quick=True)
    coach.hear("it hurts")
    assert Situation.EASING in (coach.situation, *coach.below)


def test_a_doubtful_question_is_not_lost_under_them(button: Button) -> None:
    coach = button.coach
    coach.run_until_quiet().hear("quit", certain=False)
    button.press(THRICE, quick=True)
    assert coach.below == (Situation.MENU, Situation.CONFIRMING)
    coach.run(150)
    button.press()
    assert coach.at(Situation.CONFIRMING)


def test_only_what_is_understood_is_offered(button: Button) -> None:
    coach = button.coach
    for words in ("stretch", "breathe", "medicine"):
        coach.run_until_quiet().hear(words)
        button.press(THRICE, quick=True)
        can = understood(coach.state, coach.book)
        assert set(button.offered) <= can and len(set(button.offered)) == len(button.offered)
        assert {"stop", "emergency"} <= set(button.offered)
        button.press(HOLD, quick=True)


def test_once_quiet_they_stay_quiet_when_something_else_was_said(button: Button) -> None:
    coach = button.coach
    button.press(THRICE, quick=True)
    coach.run(4 * MINUTE)
    top = coach.state.top
    assert isinstance(top, Choices) and top.quiet
    coach.tell(Trouble(coach.now, "audio_lost"))
    coach.run(MINUTE)
    assert coach.lines[-1].say.key == "reply.trouble_audio_lost"
    assert isinstance(coach.state.top, Choices) and coach.state.top.quiet


def test_what_is_cold_is_not_called_hot(button: Button) -> None:
    coach = button.coach.with_pad("ice")
    coach.run_until_quiet()
    button.press(THRICE)
    top = coach.state.top
    assert isinstance(top, Choices)
    choice = next(c for c in top.offered if c.intent == "too_hot")
    assert coach.book.texts[choice.key][choice.variant][0] == "It's too cold."


def test_with_nothing_to_choose_what_goes_on_is_said_again(book: Book) -> None:
    state = place_state("ready", book, Options(RATE, "9 1 1"))
    t = Transition(state, book, state.now, ACTIVITIES)
    do(t, Wish.CHOICES, frozenset())
    assert t.situation is Situation.STRETCHING and t.speech.saying is not None


CANNOT_CHOOSE = {
    *("yes", "no", "next", "resume", "start", "not_yet"),  # what presses mean
    *("number", "unclear_number", "done"),  # each in a way of its own
    *("red_flag", "help", "where", "still_on", "lying_on", "wake", "record_on", "learn_voice"),
    *CONCERNS,
    *("carer", "breathe_for", "more"),  # somebody else's, with a number, and of help
}
"""What is understood somewhere and is no choice of the usual order."""


def test_everything_that_is_understood_is_offered_or_left_out_on_purpose(book: Book) -> None:
    known = {i for row in TABLE.values() for i in row if i != TOPIC} | book.topics().keys()
    assert known == {*USUAL, *CANNOT_CHOOSE}
    assert {i for order in (*FIRST.values(), *ALONE.values()) for i in order} <= {*USUAL, "done"}


@pytest.mark.parametrize("place", [p for p in Place if p not in ("sleeping", "over")])
def test_each_choice_can_also_be_said_as_it_is_read(
    place: Place, book: Book, matcher: Matcher
) -> None:
    state = place_state(place, book, Options(RATE, "9 1 1"))
    state = replace(state, speech=replace(state.speech, saying=None))
    after, _ = step(state, Pressed(state.now, THRICE, state.now), book)
    top = after.top
    assert isinstance(top, Choices)
    for choice in top.offered:
        words = _words(book, choice)
        meaning = matcher.match(words, understood(after, book), place)
        spoken = meaning.intent
        if place is Place.MENU and spoken in ("slower", "faster"):
            spoken = f"speak_{spoken}"  # nothing is paced there, so that they are the same
        if place is Place.HEATASK and choice.intent == "somebody_here":
            assert spoken == "yes"  # it answers whether somebody is there who can help
            continue
        assert spoken == choice.intent, (place, words)


def _words(book: Book, choice: Choice) -> str:
    text = book.texts[choice.key][choice.variant][0]
    return text.lower().strip(".?")
