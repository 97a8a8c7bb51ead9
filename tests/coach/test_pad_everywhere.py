"""What is said of a pad is understood wherever one is on: at the pain score, in a talk, anywhere.

The places are everything that can be on top while heat or ice is on.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.coach.driver import MINUTE, Driver
from tests.coach.test_taking_up import restarted
from voice_coach.coach.events import Gesture, IntentHeard, NoMatch, Pressed
from voice_coach.interpretation import typed_meaning
from voice_coach.understanding import Situation

OFF_ASKED = "Is it off your skin?"
PAIN_ASKED = "From zero to ten, how bad is the pain now?"


def _said(
    intent: str, value: str | None = None, seconds: float = 5, *, certain: bool = True
) -> Callable[[Driver], Driver]:
    return lambda heat: heat.interject(intent, value, certain=certain).run(seconds)


def _pain(heat: Driver) -> Driver:
    return heat.interject("pain").run_until_quiet().run(1)


def _choices(heat: Driver) -> Driver:
    heat.tell(Pressed(heat.now, Gesture.THRICE, heat.now))
    return heat.run(4)


PLACES: dict[str, Callable[[Driver], Driver]] = {
    "heat": lambda heat: heat.run(MINUTE),
    "breathing": _said("breathe", seconds=20),
    "imagery": _said("imagery", seconds=20),
    "medicines": _said("medicine", seconds=20),
    "prevention": _said("prevention"),
    "pain": _pain,
    "paused": _said("pause"),
    "paused breathing": lambda heat: heat.interject("breathe").run(20).interject("pause").run(5),
    "a doubtful quit": _said("quit", certain=False),
    "a doubtful emergency": _said("emergency", certain=False),
    "a warning sign": _said("red_flag", "leg"),
    "dizzy": _said("dizzy"),
    "choices": _choices,
    "choices at the pain": lambda heat: _choices(_pain(heat)),
    "awake": lambda heat: heat.run_until("reply.heat_awake", 310).run_until_quiet(),
    "awake at the pain": lambda heat: _pain(heat.run(290)).run_until("reply.heat_awake", 30),
    "calling": _said("call_out", seconds=10),
    "a question": _said("back", "undo", 10),
    "emergency": _said("emergency", seconds=2),
    "alarm": lambda heat: heat.stay_awake(15 * MINUTE + 5),
    "after a power cut": lambda heat: restarted(heat.run(MINUTE), MINUTE).run_until_quiet(),
}

IN_ALARM = {"alarm", "emergency"}

NOT_OFF = (
    *("it's not off", "it is not off yet", "i haven't taken it off", "not off", "not quite off"),
    *("is it off", "it's on", "it's still on", "it's oft", "it was off", "it will be off soon"),
    *("i think it's off", "take it off", "turn it off", "can i take it off", "i'll take it off"),
    *("i didn't take it off", "it won't come off", "she didn't take it off", "off", "it's", "no"),
    *("it's almost off", "it isn't off", "nobody took it off", "i can't get it off", "okay"),
    *("i want it off", "i took it", "when it's off", "it's too hot", "it hurts", "next", "seven"),
)


@pytest.fixture(params=PLACES)
def somewhere(request: pytest.FixtureRequest, heat: Driver) -> tuple[str, Driver]:
    """A place with the heat on."""
    name: str = request.param
    coach = PLACES[name](heat)
    assert coach.state.skin.on is not None
    return name, coach


def types(coach: Driver, words: str, seconds: float = 3) -> list[str]:
    """Type something; return what is said within some seconds."""
    meaning = typed_meaning(words, coach.state, coach.book, coach.matching)
    coach._mark = len([x for x in coach.lines if x.start <= coach.now])
    if meaning.intent is None:
        coach.tell(NoMatch(coach.now))
    else:
        coach.tell(IntentHeard(coach.now, meaning.intent, meaning.value, meaning.certain))
    return coach.run(seconds).since


@pytest.mark.parametrize(
    "words", ["it's off", "i took it off", "the heating pad is off", "all done it is off"]
)
def test_that_it_is_off_is_understood(somewhere: tuple[str, Driver], words: str) -> None:
    name, coach = somewhere
    asked = coach.state.asks_about
    before = coach.state.listening.situation
    told = types(coach, words, 10)
    assert coach.state.skin.on is None, name
    assert told[0] == "Good. The heat is off."
    if name.endswith("the pain"):
        assert told[1] == PAIN_ASKED
    if asked is not None and asked.intent in ("red_flag", "dizzy", "emergency"):
        assert coach.state.asks_about == asked, "the question about a sign stands"
    if before in (Situation.CALLING, Situation.EMERGENCY, Situation.BREATHING):
        assert coach.at(before), "and so does what went on"


@pytest.mark.parametrize("words", NOT_OFF)
def test_nothing_else_takes_it_off(somewhere: tuple[str, Driver], words: str) -> None:
    name, coach = somewhere
    types(coach, words)
    assert coach.state.skin.on is not None, name


def test_done_alone_takes_it_off_where_that_was_asked_and_nowhere_else(
    somewhere: tuple[str, Driver],
) -> None:
    name, coach = somewhere
    types(coach, "done")
    asked = name in ("alarm", "after a power cut")
    assert (coach.state.skin.on is None) == asked, name


def test_doubtful_words_never_take_it_off(somewhere: tuple[str, Driver]) -> None:
    _, coach = somewhere
    for _ in range(3):
        coach.tell(IntentHeard(coach.now, "done", "off", certain=False))
        coach.run(3)
    assert coach.state.skin.on is not None


@pytest.mark.parametrize("words", ["too hot", "it burns", "take it off", "i'm sleepy"])
def test_what_cannot_wait_has_it_taken_off(somewhere: tuple[str, Driver], words: str) -> None:
    name, coach = somewhere
    types(coach, words, 6)
    assert coach.at(Situation.ENDING), name


def test_who_lies_on_it_is_told_to_roll_off(somewhere: tuple[str, Driver]) -> None:
    name, coach = somewhere
    told = types(coach, "i'm lying on it")
    wanted = "Roll off it, and take it off." if name in IN_ALARM else "Roll off it. Lay it on top"
    assert told[0].startswith(wanted), (name, told)


def test_still_on_says_how_long_or_what_to_do(somewhere: tuple[str, Driver]) -> None:
    name, coach = somewhere
    told = types(coach, "it's still on")
    wanted = "Take " if name in IN_ALARM else "Heat is on."
    assert told[0].startswith(wanted), (name, told)


def test_how_long_says_how_long(somewhere: tuple[str, Driver]) -> None:
    name, coach = somewhere
    told = types(coach, "how long left")
    assert "minutes left" in told[0] or name == "alarm", (name, told)


@pytest.mark.parametrize("words", ["help", "what", "louder", "i can't reach it"])
def test_it_is_answered(somewhere: tuple[str, Driver], words: str) -> None:
    name, coach = somewhere
    told = types(coach, words)
    assert told and not told[0].startswith("Sorry"), (name, told)


@pytest.mark.parametrize("words", ["emergency", "i can't feel my legs"])
def test_an_emergency_goes_before_everything(somewhere: tuple[str, Driver], words: str) -> None:
    name, coach = somewhere
    types(coach, words)
    assert coach.at(Situation.EMERGENCY), name


def test_dizzy_is_asked_about(somewhere: tuple[str, Driver]) -> None:
    name, coach = somewhere
    told = types(coach, "i feel dizzy", 9)
    emergency = "emergency" in coach.state.answers.flags
    assert emergency or coach.state.asks_about is not None, (name, told)


# --- what was asked


def test_is_it_off_is_answered_in_so_many_words(heat: Driver) -> None:
    assert types(heat, "done") == [OFF_ASKED]
    types(heat, "it's not off")
    assert heat.at(Situation.HEAT)
    heat.tell(IntentHeard(heat.now, "done", "bare"))
    assert heat.run(2).since[-1] == OFF_ASKED
    types(heat, "it's off")
    assert heat.state.skin.on is None


def test_done_at_the_pain_score_is_asked_about_and_the_score_is_asked_again(heat: Driver) -> None:
    assert types(_pain(heat), "done") == [OFF_ASKED]
    told = types(heat, "yes", 6)
    assert heat.state.skin.on is None
    assert told == ["Good. The heat is off.", PAIN_ASKED]
    heat.run_until_quiet().hear("four")
    assert heat.state.answers.pain == 4


def test_a_question_about_a_sign_is_put_again_before_the_goodbye(heat: Driver) -> None:
    heat.interject("quit").run(3).interject("dizzy").run(3)
    told = types(heat, "it's off", 8)
    assert told[-1] == "Do you feel faint, or does your belly hurt?"
    assert heat.at(Situation.CONFIRMING)


def test_help_has_come_or_not_is_another_matter(heat: Driver) -> None:
    """In an emergency, "done" is about the call."""
    heat.interject("emergency").run(2)
    types(heat, "i've called them", 2)
    assert "called" in heat.state.answers.flags and heat.state.skin.on is not None
    heat.run(8).hear("done")
    assert heat.state.skin.on is None
    assert types(heat, "it's off")[0].startswith("Call 9 1 1")


def test_with_a_pad_on_nobody_is_sent_onto_their_back(heat: Driver) -> None:
    heat.answer("stretch")
    assert heat.since[0] == "One at a time. Say done when the other is off."
    assert heat.at(Situation.HEAT)


def test_by_the_button_too(heat: Driver) -> None:
    _choices(_pain(heat))
    heat.run_until("reply.choice_done", 60).run(1.5)
    heat.tell(Pressed(heat.now, Gesture.ONCE, heat.now))
    assert heat.run(2).since[-1] == OFF_ASKED
    assert heat.state.skin.on is not None


def test_somebody_who_is_there_has_taken_it_off(heat: Driver) -> None:
    """In the alarm only the person's own word counts: more words there would be heard for less."""
    types(_pain(heat), "my wife took it off")
    assert heat.state.skin.on is None
