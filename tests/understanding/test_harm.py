"""Sentences that would do harm if they were taken for what they nearly are.

Each was once taken so, or is the sibling of one that was. They are judged in the place where they
are said, through the rules of a final utterance.
"""

from __future__ import annotations

from functools import cache

import pytest

from tests.understanding.files import PROMPTS
from voice_coach.coach import Options, State
from voice_coach.coach.places import place_state
from voice_coach.interpretation import Understanding, understand
from voice_coach.understanding import Matcher, load_book

BOOK = load_book(PROMPTS)
MATCHER = Matcher(BOOK)

ENDS = {"done", "yes"}
"""What may end an alarm; "done" of the kind "bare" only has it asked whether the pad is off."""


@cache
def state(place: str) -> State:
    return place_state(place, BOOK, Options(16000, "911"))


def understood(place: str, text: str) -> Understanding:
    return understand(text, state(place), BOOK, MATCHER)


@pytest.mark.parametrize("place", ["ending", "taking_up"])
@pytest.mark.parametrize(
    "text",
    [
        "yes i can", "i can", "of course i can", "i can take it off myself", "i feel it",
        "i have it", "yes i have it", "yes always", "it has been a while", "yes since today",
        "yes a bit", "yes some", "yes it is numb", "there is", "i am", "go on then",
        "was it off", "is it off", "it was off", "it will be off", "it should be off",
        "if it is off", "she said it is off", "it is almost off", "it is half off",
        "maybe it is off", "i think it is off", "it is not off", "it is hardly off",
        "it is off no it is not", "off please", "please off", "yes please off", "take it off",
        "it is [unk] off", "[unk] off", "yes [unk]", "uh huh", "aye", "yes mate", "hi yes",
        "yes love", "yes my dear", "well done",
    ],
)  # fmt: skip
def test_nothing_but_a_plain_statement_takes_a_pad_off(place: str, text: str) -> None:
    found = understood(place, text)
    assert found.intent not in ENDS or found.value == "bare", found


@pytest.mark.parametrize("place", ["heat", "ending", "taking_up"])
@pytest.mark.parametrize(
    "text", ["i put it down", "i moved it to the side", "i unplugged it", "i put it aside"]
)
def test_a_pad_that_was_moved_is_asked_about(place: str, text: str) -> None:
    found = understood(place, text)
    assert found.intent != "done" or found.value == "bare"


@pytest.mark.parametrize("text", ["done", "i'm done", "finished", "i did it", "i have done that"])
def test_done_in_the_middle_of_a_round_is_asked_about(text: str) -> None:
    found = understood("heat", text)
    assert (found.intent, found.value, found.certain) == ("done", "bare", False)


@pytest.mark.parametrize(
    "text",
    [
        "it is off", "i took it off", "removed", "it is gone", "i unplugged it", "what is next",
        "and now", "i did that", "sure", "i can", "the bottle is ready", "can i start",
        "start when it is on", "don't start", "go", "that's it", "yes but not yet",
    ],
)  # fmt: skip
def test_heat_starts_only_when_it_is_said_to_be_in_place(text: str) -> None:
    found = understood("heatready", text)
    assert found.intent not in {"start", "next", "yes", "done"}, found


@pytest.mark.parametrize(
    "text",
    [
        "back", "back please", "back back", "the last one", "previous", "rewind", "no no",
        "what is wrong", "is it a false alarm", "i was fine", "don't call anyone yet",
        "i don't need an ambulance do i", "it is not an emergency is it", "never mind",
        "forget it", "i am good", "wrong", "yes", "yes please", "sure", "i can",
        "i am done", "my wife is coming", "someone is here", "thank you bye",
        "goodbye", "that's it",
    ],
)  # fmt: skip
def test_an_emergency_is_called_off_or_answered_in_plain_words_alone(text: str) -> None:
    found = understood("emergency", text)
    assert found.intent not in {"back", "done", "quit", "yes"}, found


@pytest.mark.parametrize(
    "text",
    [
        "she can't feel her legs", "her chest hurts", "he fell down the stairs", "he's bleeding",
        "she can't breathe", "he is not breathing", "she fainted", "he has chest pain",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["menu", "checking", "pain", "hold", "heat", "paused", "talk"])
def test_a_sign_that_somebody_tells_of_the_person_is_asked_about(place: str, text: str) -> None:
    found = understood(place, text)
    assert (found.intent, found.value, found.certain) == ("red_flag", "somebody", False), found
    assert understood("sleeping", text).intent is None, "other people speak of others"


def test_a_bit_is_no_yes_to_whether_a_pad_is_off() -> None:
    assert understood("confirm", "yes a bit").intent == "unsure"
    assert understood("confirm", "no just a small fall").intent == "no"
    assert understood("confirm", "it is not serious").intent is None, "nor is this a no"


@pytest.mark.parametrize(
    ("place", "text", "meant"),
    [
        ("menu", "are you a robot", "help"),
        ("pain", "are you still there", "repeat"),
        ("menu", "can you hear me", "repeat"),
        ("sleeping", "can you hear me", "wake"),
        ("ready", "am i doing it right", "repeat"),
        ("emergency", "can you call them for me", "stuck"),
        ("emergency", "are you calling them", "stuck"),
        ("emergency", "i'm so scared", "repeat"),
        ("emergency", "oh no i meant no", "back"),
        ("emergency", "i called them", "done"),
        ("checking", "what are steroids", "repeat"),
        ("menu", "how do i turn you off", "quit"),
        ("menu", "i said stretch you stupid thing", "stretch"),
        ("checking", "what's that mean", "repeat"),
        ("checking", "why the hell do you ask", "why"),
        ("checking", "for god's sake no", "no"),
        ("pain", "it's a seven and a half", "unclear_number"),
    ],
)
def test_plain_talk_is_understood(place: str, text: str, meant: str) -> None:
    found = understood(place, text)
    assert found.intent == meant, found
    assert found.value != "over", "seven and a half is not more than ten"


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("i can feel my legs", "legs"),
        ("yes i can still feel both my legs", "legs"),
        ("i can move my legs fine", "legs"),
        ("i can walk", "legs"),
        ("i can pee", "bladder"),
        ("i can breathe", "breath"),
        ("my chest is fine i think", "chest"),
        ("my chest is not fine", "chest"),
    ],
)
@pytest.mark.parametrize("place", ["menu", "checking", "pain", "hold", "heat", "confirm", "talk"])
def test_a_reassuring_word_near_to_a_sign_is_asked_about(place: str, text: str, sign: str) -> None:
    """It may be the sign, misheard: "can" and "can't" are hard to tell apart."""
    found = understood(place, text)
    assert (found.intent, found.value, found.certain) == ("red_flag", sign, False), found


@pytest.mark.parametrize(
    "text",
    [
        "i am not numb", "it is not numb", "nothing is numb", "no chest pain", "no tingling",
        "i have no chest pain", "my chest doesn't hurt", "my legs are not weak", "i did not fall",
        "my legs aren't numb", "i don't have trouble peeing", "i'm not short of breath",
        "i didn't faint", "i don't have a fever", "i'm not dizzy", "it's not in both legs",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["menu", "checking", "pain", "hold", "heat", "confirm", "talk"])
def test_a_denied_sign_is_none(place: str, text: str) -> None:
    assert understood(place, text).intent in {None, "no"}


@pytest.mark.parametrize("text", ["it is off", "i took it off", "she took it off"])
def test_in_an_emergency_it_is_off_is_about_a_pad_alone(text: str) -> None:
    found = understood("emergency", text)
    assert (found.intent, found.value) == ("done", "off")


@pytest.mark.parametrize(
    "text",
    [
        "no i can't feel that", "i do not feel it", "i don't feel that", "no i can not",
        "no i can't really", "rather not", "no i would rather not", "no not now",
        "not recently", "hey no", "oh no dear", "no problem", "yes please no", "oh no", "no a bit",
        "i do not now", "no but sometimes", "no only when i cough",
    ],
)  # fmt: skip
def test_no_answer_is_no_unless_it_says_so(text: str) -> None:
    assert understood("checking", text).intent != "no"


@pytest.mark.parametrize(
    "text",
    [
        "yes i can feel everything", "yes my legs are fine", "yes i heard you", "yes i am ready",
        "yes it is only my back", "yes all good", "hi yes", "yes no",
    ],
)  # fmt: skip
def test_no_answer_is_yes_unless_it_says_so(text: str) -> None:
    assert understood("checking", text).intent != "yes"


@pytest.mark.parametrize(
    "text", ["it is numb", "cream", "a patch", "i have diabetes", "yes a bit", "i feel it"]
)
def test_an_answer_to_another_question_before_heat_is_asked_again(text: str) -> None:
    assert understood("heatask", text).intent not in {"yes", "no"}


@pytest.mark.parametrize("place", ["hold", "menu", "checking", "heat", "breathing"])
@pytest.mark.parametrize(
    "text",
    [
        "it hurts in my chest", "the pain is in my chest", "it hurts down both legs",
        "slow down my chest hurts", "how much longer my chest hurts", "i can't move my left leg",
        "i can't move my legs at all", "it went numb down there", "no i can't feel my legs",
        "yes i can't breathe", "no my chest hurts", "my legs are not working",
        "stop i can't breathe", "help my chest hurts",
    ],
)  # fmt: skip
def test_a_warning_sign_is_taken_up_from_behind_anything(place: str, text: str) -> None:
    assert understood(place, text).intent == "red_flag"


@pytest.mark.parametrize(
    "text",
    [
        "my legs are okay now", "both legs are okay now", "my heart is okay", "what about my chest",
        "maybe my chest", "my chest does not hurt", "no chest pain", "i had chest pain yesterday",
        "i can feel my legs", "if my chest hurts", "no ambulance", "i did not fall",
    ],
)  # fmt: skip
def test_a_warning_sign_that_is_none_is_never_certain(text: str) -> None:
    found = understood("menu", text)
    assert found.intent not in {"red_flag", "emergency"} or not found.certain


def test_falling_asleep_is_no_fall() -> None:
    for text in ("i fell asleep", "i fell asleep on the pad", "i fell asleep for a minute"):
        assert understood("heat", text).intent == "drowsy"


def test_no_pain_is_zero() -> None:
    for text in ("none", "no pain", "nothing", "it does not hurt"):
        found = understood("pain", text)
        assert (found.intent, found.value) == ("number", 0)
    assert understood("pain", "six or seven").value == "two"
    assert understood("pain", "eleven").value == "over"
