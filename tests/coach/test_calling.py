"""Somebody else is wanted: what can be done, calling out, and what a carer asks."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.coach.driver import RATE, Driver
from voice_coach.coach.activities.call_out import CALL_EVERY
from voice_coach.coach.events import IntentHeard, Quiet, Say
from voice_coach.coach.loudness import loudness
from voice_coach.understanding import Book, Situation

ASKED_FOR = [
    "call somebody", "call my wife", "i can't reach my phone", "somebody help me up",
    "is anybody there", "help me up", "i have no phone", "nobody is here", "i am all alone",
    "can somebody help me", "i need somebody", "how can i call my son", "get someone please",
]  # fmt: skip


@pytest.mark.parametrize("words", ASKED_FOR)
def test_who_wants_somebody_hears_what_can_be_done(menu: Driver, words: str) -> None:
    menu.answer(words)
    assert menu.since[0].startswith("If your phone can hear you")
    assert "Say call out, and I'll shout for you." in menu.since
    assert menu.at(Situation.MENU)


def test_no_sentence_names_the_assistant_of_a_phone(book: Book) -> None:
    names = ("siri", "alexa", "google", "cortana", "bixby")
    said = [s.lower() for vs in book.texts.values() for v in vs for s in v]
    assert not [s for s in said if any(name in s for name in names)]


@pytest.mark.parametrize("words", ["call out", "shout for me", "shout for help", "call out loud"])
def test_it_calls_again_and_again_until_told_to_stop(menu: Driver, words: str) -> None:
    menu.hear(words)
    menu.run(5 * 60)
    assert menu.at(Situation.CALLING)
    calls = menu.starts("reply.calling")
    assert len(calls) > 2 * 10, "each call is said twice"
    assert all(b - a <= (CALL_EVERY[-1] + 10) * RATE for a, b in pairwise(calls))
    assert "reply.calling_stop" in menu.keys
    menu.hear("stop")
    assert menu.run(30).since[0] == "I've stopped calling."
    assert menu.at(Situation.MENU)
    assert menu.run(600).starts("reply.calling") == calls


@pytest.mark.parametrize(
    "words",
    ["they're here", "somebody's here", "someone is here", "my wife is here", "help has come"],
)
def test_somebody_has_come(menu: Driver, words: str) -> None:
    menu.hear("call out")
    menu.run(20).hear(words)
    assert menu.run(10).since[0] == "Good. They can ask me how can i help."
    assert menu.at(Situation.MENU)


@pytest.mark.parametrize(
    ("before", "words", "said"),
    [
        ((), "my wife is here", "Good. They can ask me how can i help."),
        (("stretch",), "somebody's here", "Good. They can ask me how can i help."),
        (("emergency", "yes"), "my neighbour is here", "Good. They can ask me how can i help."),
    ],
)
def test_somebody_who_is_there_can_always_be_named(
    menu: Driver, before: tuple[str, ...], words: str, said: str
) -> None:
    menu.answer(*before)
    was = menu.situation
    menu.run(1).hear(words)
    assert menu.run(4).since[0] == said
    assert menu.at(was)


def test_somebody_who_is_there_in_the_alarm_can_take_it_off(menu: Driver) -> None:
    menu.with_pad("heat").answer("stop").run(1).hear("my wife is here")
    assert menu.run(4).since == ["Please take it off their skin now. Then say done."]
    assert menu.at(Situation.ENDING)


@pytest.mark.parametrize("words", ["i can't reach my phone", "call my wife", "nobody is here"])
def test_in_an_emergency_it_is_said_how_to_get_hold_of_somebody(menu: Driver, words: str) -> None:
    menu.mean("emergency").run(1).hear(words)
    assert menu.run(4).since[:2] == [
        "I can't make calls.",
        "Shout for help, or say call out, and I'll shout.",
    ]
    assert menu.run(120).keys[-1] == "reply.red_again"


def test_it_is_as_loud_as_there_is_also_in_quiet_hours(menu: Driver) -> None:
    menu.tell(Quiet(menu.now, on=True))
    said = [a for a in menu.tell(IntentHeard(menu.now, "call_out")) if isinstance(a, Say)]
    calls = [a for a in said if a.key == "reply.calling"]
    assert calls and all(a.gain_db + loudness(menu.state) == 0.0 for a in calls)


def test_a_doubtful_call_is_asked_about_first(menu: Driver) -> None:
    menu.tell(IntentHeard(menu.now, "call_out", certain=False))
    assert menu.at(Situation.CONFIRMING)
    assert menu.run_until_quiet().last == "Do you want me to call out?"
    assert menu.answer("yes").at(Situation.CALLING)


def test_said_again_it_is_a_yes(menu: Driver) -> None:
    menu.tell(IntentHeard(menu.now, "call_out", certain=False))
    menu.run_until_quiet().hear("call out")
    assert menu.at(Situation.CALLING)


def test_a_question_about_a_warning_sign_stands(menu: Driver) -> None:
    menu.mean("red_flag", "leg").mean("call_out")
    assert menu.at(Situation.CONFIRMING)


def test_a_stretch_waits_meanwhile_and_afterwards(menu: Driver) -> None:
    menu.answer("stretch").hear("next")
    menu.run_until("reply.count").hear("call out")
    menu.run(60).hear("stop")
    assert menu.run(30).at(Situation.PAUSED)
    menu.hear("resume")
    assert menu.run(1).at(Situation.STRETCHING)


def test_in_an_emergency_it_calls_the_number_out_too(menu: Driver) -> None:
    menu.mean("emergency")
    menu.hear("call out")
    menu.run(20)
    assert menu.at(Situation.CALLING)
    assert "Please call 9 1 1." in menu.texts
    menu.hear("stop")
    assert menu.run(20).at(Situation.EMERGENCY)


def test_while_breathing_in_an_emergency_it_returns_to_the_emergency(menu: Driver) -> None:
    menu.mean("emergency")
    menu.interject("breathe").run(40).interject("call_out").run(20).interject("stop")
    assert menu.run(20).at(Situation.EMERGENCY)


def test_an_emergency_said_meanwhile_goes_first(menu: Driver) -> None:
    menu.interject("call_out").run(20).interject("emergency")
    assert menu.at(Situation.EMERGENCY)
    assert menu.run(60).keys[-1] == "reply.red_again"


def test_a_pad_that_is_on_is_spoken_of_and_its_alarm_comes_in_time(menu: Driver) -> None:
    menu.with_pad("heat").hear("call out")
    ends = menu.state.skin.on.ends if menu.state.skin.on else 0
    menu.stay_awake(14 * 60)
    assert len(menu.starts("reply.heat_left")) >= 2
    menu.run(2 * 60)
    assert menu.at(Situation.ENDING)
    assert menu.starts("reply.heat_end")[0] - ends < RATE
    menu.hear("it is off")
    assert menu.run(30).at(Situation.CALLING), "nobody has come yet"


def test_in_the_alarm_it_calls_once_and_the_alarm_follows_at_once(menu: Driver) -> None:
    menu.with_pad("heat").answer("stop").run(1).hear("call out")
    assert menu.at(Situation.ENDING)
    said = menu.run(9).since
    assert said[:2] == ["Help is needed here. Please come."] * 2
    assert said[2] == "Heat off now. Say done."
    menu.run_until_quiet().hear("it is off")
    assert menu.run(20).at(Situation.CALLING)


def test_it_hurts_meanwhile_with_a_pad_on_has_it_taken_off(menu: Driver) -> None:
    menu.with_pad("heat").hear("call out")
    menu.run(20).hear("it hurts")
    assert menu.at(Situation.ENDING)


def test_louder_help_and_a_question_do_not_end_it(menu: Driver) -> None:
    menu.hear("call out")
    for words in ("louder", "help", "more", "how long left", "it hurts", "call somebody"):
        menu.run(12).hear(words)
        assert menu.run(60).at(Situation.CALLING), words
        assert menu.keys[-1] in ("reply.calling", "reply.calling_stop"), words


def test_what_is_heard_at_random_does_not_end_it(menu: Driver) -> None:
    menu.hear("call out")
    menu.run(15)
    for words in ("nobody is here", "okay", "yes", "somebody", "come here"):
        meaning = menu.matching.match(words, frozenset({"somebody_here", "stop"}))
        assert meaning.intent is None or not meaning.certain, words


# --- somebody is there


@pytest.mark.parametrize(
    "words",
    [
        "i'm his wife what can i do", "how can i help", "how can i help him", "i am her husband",
        "i'm the carer", "what should i do for her", "what can i bring him",
    ],
)  # fmt: skip
def test_a_carer_hears_what_to_bring_and_when_to_call(menu: Driver, words: str) -> None:
    menu.answer(words)
    assert menu.since[0] == "Good that you're there."
    assert "heating pad, an ice pack and a tea towel" in menu.since[1]
    assert menu.since[2].startswith("Call 9 1 1 if it's numb between the legs")
    assert menu.at(Situation.MENU)


def test_a_carer_in_the_alarm_is_to_take_the_pad_off(menu: Driver) -> None:
    menu.with_pad("heat").answer("stop").run(1).hear("how can i help")
    assert menu.run(4).since == ["Please take it off their skin now. Then say done."]
    assert menu.at(Situation.ENDING)


def test_how_long_while_calling_in_an_emergency_is_about_the_help(menu: Driver) -> None:
    menu.answer("pain").mean("emergency")
    menu.interject("call_out").run(20).interject("how_long").run(6)
    assert menu.since[0] == "I don't know how long help will take. I'll stay with you."
