"""A button in place of a voice: presses, the choices read one by one, and what no press may do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.coach.driver import RATE, Driver
from voice_coach.coach import Options, State, begin, step, understood
from voice_coach.coach.activities import TABLE
from voice_coach.coach.activities.choices import (
    ALONE,
    FIRST,
    ROUNDS,
    USUAL,
    WAIT_SECONDS,
    Choice,
    Choices,
    Wish,
)
from voice_coach.coach.activity import TOPIC
from voice_coach.coach.button import SLOW_SECONDS
from voice_coach.coach.events import ApplicationStarted, Gesture, IntentHeard, Pressed, Trouble
from voice_coach.coach.machine import press_meaning
from voice_coach.coach.places import place_state
from voice_coach.controls.presses import TOGETHER_SECONDS
from voice_coach.understanding import Book, Matcher, Situation
from voice_coach.understanding.place import Place

ONCE, TWICE, THRICE, HOLD = Gesture

GATHER = round(TOGETHER_SECONDS * RATE)


class Button:
    """A driver whose person presses a button, and says nothing.

    Args:
        coach: the session.
    """

    def __init__(self, coach: Driver) -> None:
        self.coach = coach

    def press(self, gesture: Gesture = ONCE, *, quick: bool = False) -> None:
        """Press once all has been said; or, being quick, now. The coach learns of it later."""
        coach = self.coach
        if not quick:
            coach.run_until_quiet().run(0.5)
        since = coach.now
        coach.run(TOGETHER_SECONDS)
        coach._mark = len([x for x in coach.lines if x.start <= coach.now])
        coach.tell(Pressed(coach.now, gesture, since))

    def choose(self, wanted: str, value: int | str | None = None) -> None:
        """Have the choices read, and take one of them."""
        self.press(THRICE)
        self.take(wanted, value)

    def take(self, wanted: str, value: int | str | None = None) -> None:
        """Take one of the choices that are being read, once it has been said."""
        for _ in range(60):
            self.coach.run_until_quiet()
            top = self.coach.state.top
            assert isinstance(top, Choices), "the choices are over"
            choice = top.offered[top.at]
            if choice.intent == wanted and value in (None, choice.value):
                self.press()
                return
            self.coach.run(WAIT_SECONDS + 0.1)
        raise AssertionError(f"{wanted} is not offered")

    @property
    def offered(self) -> list[str]:
        top = self.coach.state.top
        assert isinstance(top, Choices)
        return [choice.intent for choice in top.offered]


@pytest.fixture
def first(fresh: Driver) -> Button:
    return Button(fresh)


@pytest.fixture
def button(menu: Driver) -> Button:
    return Button(menu)


def harmless_press(state: State, book: Book) -> Gesture:
    """The press with which the present question leads on."""
    from voice_coach.coach.places import harmless

    return ONCE if harmless(state, book) == "yes" else TWICE


def to_heat_ready(button: Button) -> None:
    coach = button.coach
    button.choose("heat")
    for _ in range(30):
        coach.run_until_quiet()
        asks = "unsure" in understood(coach.state, coach.book)
        if coach.state.situation is Situation.HEAT and not asks:
            return
        button.press(harmless_press(coach.state, coach.book))
    raise AssertionError("heat asks too much")


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
    from voice_coach.coach.events import NoMatch

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


# --- the choices


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
    assert coach.at(Situation.EASING)


def test_a_doubtful_question_is_not_lost_under_them(button: Button) -> None:
    coach = button.coach
    coach.run_until_quiet().hear("quit", certain=False)
    button.press(THRICE, quick=True)
    assert coach.below == (Situation.MENU, Situation.CONFIRMING)
    coach.run(100)
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


def test_what_is_cold_is_not_called_hot(button: Button) -> None:
    coach = button.coach.with_pad("ice")
    coach.run_until_quiet()
    button.press(THRICE)
    top = coach.state.top
    assert isinstance(top, Choices)
    choice = next(c for c in top.offered if c.intent == "too_hot")
    assert coach.book.texts[choice.key][choice.variant][0] == "It's too cold."


def test_with_nothing_to_choose_what_goes_on_is_said_again(book: Book) -> None:
    from voice_coach.coach.activities import ACTIVITIES
    from voice_coach.coach.activities.choices import do
    from voice_coach.coach.transition import Transition

    state = place_state("ready", book, Options(RATE, "9 1 1"))
    t = Transition(state, book, state.now, ACTIVITIES)
    do(t, Wish.CHOICES, frozenset())
    assert t.situation is Situation.STRETCHING and t.speech.saying is not None


CANNOT_CHOOSE = {
    *("yes", "no", "next", "resume", "start", "not_yet"),  # what presses mean
    *("number", "unclear_number", "done"),  # each in a way of its own
    *("red_flag", "help", "where", "still_on", "lying_on", "wake", "record_on"),
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
        assert spoken == choice.intent, (place, words)


def _words(book: Book, choice: Choice) -> str:
    text = book.texts[choice.key][choice.variant][0]
    return text.lower().strip(".?")


def test_no_run_of_presses_begins_heat_without_its_questions(menu: Driver) -> None:
    """A press a second, each of any kind: heat begins only where its questions were answered."""
    import random

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
