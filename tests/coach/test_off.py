"""The alarm of heat and ice: what ends it, what does not, and what the person is told."""

from __future__ import annotations

import pytest

from tests.coach.driver import MINUTE, Driver
from tests.coach.test_taking_up import restarted
from voice_coach.coach import understood
from voice_coach.coach.places import place_state
from voice_coach.understanding import Book, Situation

ASKED = "Is it off your skin?"
OFF = "Take the heat off now, and say done."
ALL = ("stop", "next", "resume", "pause", "hurts", "yes")


@pytest.fixture
def alarm(heat: Driver) -> Driver:
    """The alarm has just been given for the first time."""
    return heat.stay_awake(15 * MINUTE + 5)


@pytest.mark.parametrize("intent", ALL)
def test_what_does_not_say_it_is_off_gets_the_question(alarm: Driver, intent: str) -> None:
    alarm.interject(intent)
    assert alarm.run(3).since == [ASKED]
    assert alarm.state.skin.on is not None
    alarm.interject("yes")
    assert alarm.state.skin.on is None
    assert alarm.run(2).since[0] == "Good. The heat is off."


@pytest.mark.parametrize("intent", [*ALL, "done"])
def test_doubtful_words_never_end_it(alarm: Driver, intent: str) -> None:
    for _ in range(3):
        alarm.interject(intent, certain=False).run(3)
        assert alarm.since == [ASKED]
    alarm.interject("yes", certain=False).run(3)
    assert alarm.at(Situation.ENDING)
    assert alarm.since == [ASKED]


def test_the_question_counts_until_the_next_alarm(alarm: Driver) -> None:
    alarm.interject("stop").run(30)
    assert alarm.since[:2] == [ASKED, OFF]
    alarm.interject("yes").run(3)
    assert alarm.since == [ASKED]
    assert alarm.state.skin.on is not None


@pytest.mark.parametrize("intent", ["louder", "help", "repeat", "back"])
def test_what_gives_the_alarm_again_takes_the_question_back(alarm: Driver, intent: str) -> None:
    alarm.interject("stop").run(3).interject(intent).run(12).interject("yes")
    assert alarm.state.skin.on is not None


@pytest.mark.parametrize("intent", ["no", "not_yet", "still_on", "unsure"])
def test_still_on_the_alarm_goes_on_and_says_what_to_do(alarm: Driver, intent: str) -> None:
    alarm.interject("stop").run(3).interject(intent).run(30)
    assert alarm.since[:2] == [
        "Take it off now, and say done.",
        "Call out for someone, roll off it, or pull the plug.",
    ]
    assert OFF in alarm.since[2:], "and again by itself"
    alarm.interject("yes")
    assert alarm.state.skin.on is not None, "that was no question"


def test_who_is_stuck_on_it_is_told_how_and_the_alarm_goes_on(alarm: Driver) -> None:
    alarm.interject("stuck").run(40)
    assert alarm.since[0] == "Call out for someone. Roll off it, or pull the plug."
    assert len([text for text in alarm.since if "heat off" in text.lower()]) >= 1
    alarm.interject("lying_on").run(5)
    assert alarm.since[:2] == ["Roll off it, and take it off.", "Heat off now. Say done."]


def test_the_question_is_as_loud_as_the_alarm(heat: Driver) -> None:
    heat.stay_awake(18 * MINUTE).interject("stop").run(1)
    alarm, asked = [x for x in heat.lines if not x.say.pacing][-2:]
    assert asked.text == ASKED
    assert asked.say.gain_db == alarm.say.gain_db > 0


# --- while it is on


@pytest.mark.parametrize("intent", ["too_hot", "drowsy", "stuck"])
@pytest.mark.parametrize("place", ["round", "breathing", "paused", "confirming", "question"])
def test_what_cannot_wait_begins_the_alarm_from_anywhere(
    heat: Driver, intent: str, place: str
) -> None:
    match place:
        case "breathing":
            heat.interject("breathe").run(20)
        case "paused":
            heat.interject("pause").run(3)
        case "confirming":
            heat.interject("quit", certain=False).run(3)
        case "question":
            heat.interject("dizzy").run(3)
    heat.interject(intent).run(8)
    assert heat.at(Situation.ENDING)
    assert OFF in heat.since


@pytest.mark.parametrize("words", ["take it off", "get it off me", "turn it off"])
@pytest.mark.parametrize("place", ["breathe", "medicine", "pause", "dizzy"])
def test_take_it_off_is_about_the_pad_whatever_goes_on(
    heat: Driver, words: str, place: str
) -> None:
    heat.interject(place).run(20).hear(words)
    assert heat.run(5).since == [OFF]
    heat.hear(words)
    assert heat.run(3).since == [ASKED], "that it has to come off is no word of that it has"


def test_without_a_pad_take_it_off_is_a_stop(menu: Driver) -> None:
    menu.interject("breathe").run(20).hear("turn it off")
    assert menu.run_until_quiet().at(Situation.MENU)


@pytest.mark.parametrize("intent", ["too_hot", "drowsy"])
def test_in_the_alarm_it_is_given_again_at_once(alarm: Driver, intent: str) -> None:
    alarm.interject(intent).run(3)
    assert alarm.since == [OFF]


def test_without_a_pad_nothing_is_too_hot(menu: Driver) -> None:
    assert not understood(menu.state, menu.book) & {"too_hot", "drowsy", "lying_on", "still_on"}


def test_too_hot_while_it_is_put_on_is_said_to_come_off(menu: Driver) -> None:
    menu.answer("ice", "no", "no").interject("too_hot").run_until_quiet()
    assert menu.since[0] == "Then take it off now. Put it back only when it feels right."
    assert menu.state.skin.on is None


def test_who_is_drowsy_gets_no_heat(menu: Driver) -> None:
    menu.answer("heat", "no", "no", "yes", "no").mean("drowsy")
    assert menu.since[0] == "Then we'll leave it out. You mustn't fall asleep on it."
    assert menu.at(Situation.MENU)


def test_lying_on_it_is_corrected(menu: Driver) -> None:
    menu.answer("heat", "no", "no", "yes", "no").mean("lying_on")
    assert menu.since == [
        "Not under you. Lie on your side, and lay it on top.",
        "Say start when it's in place.",
    ]
    menu.answer("start").mean("lying_on")
    assert menu.since == ["Roll off it. Lay it on top of you instead."]
    assert menu.at(Situation.HEAT)


def test_who_cannot_fetch_it_may_leave_it_out(menu: Driver) -> None:
    menu.answer("heat", "no", "no", "yes", "no").mean("stuck")
    assert menu.since[:2] == [
        "That's all right. Someone can bring it.",
        "Or say stop to leave it out.",
    ]


def test_still_on_says_how_long(heat: Driver) -> None:
    heat.mean("still_on")
    assert heat.since == ["Heat is on. 15 minutes left. Stay awake."]


def test_done_heard_doubtfully_is_asked_for(heat: Driver) -> None:
    heat.mean("done", certain=False)
    assert heat.since == [ASKED]
    heat.mean("yes", certain=False)
    assert heat.state.skin.on is not None
    heat.mean("no")
    assert heat.at(Situation.HEAT)
    heat.mean("done", certain=False).mean("yes")
    assert heat.state.skin.on is None


# --- who may have heat


@pytest.mark.parametrize(
    "answers",
    [["no", "no"], ["not sure", "not sure", "not sure", "not sure"], ["not sure", "no", "no"]],
)
def test_who_cannot_take_it_off_gets_no_heat(menu: Driver, answers: list[str]) -> None:
    menu.answer("heat", "no", "no", *answers)
    assert menu.since[0] == "Then we'll leave heat out. Someone must be able to take it off."
    assert menu.at(Situation.MENU)


def test_somebody_who_can_help_answers_only_that(menu: Driver) -> None:
    menu.answer("heat", "no", "no").mean("yes", "helper")
    assert menu.keys[-1] == "heat.alone.off.ask", "whether they are awake is still to be asked"
    menu.mean("yes", "helper")
    assert menu.keys[-1] == "heat.alone.awake.ask"


def test_heat_says_where_the_pad_belongs(menu: Driver) -> None:
    menu.answer("heat")
    menu.past_questions()
    told = " ".join(menu.since)
    for words in ("on your side", "low", "cloth", "on top", "Never lie", "hot tap"):
        assert words in told


# --- after a power cut


@pytest.mark.parametrize(
    ("intent", "certain", "off"),
    [
        ("yes", True, True),
        ("done", True, True),
        ("yes", False, False),
        ("done", False, False),
        ("next", True, False),
        ("resume", True, False),
        ("no", True, False),
        ("not_yet", True, False),
        ("still_on", True, False),
        ("stuck", True, False),
        ("unsure", True, False),
    ],
)
def test_after_a_power_cut_only_a_sure_yes_or_done_ends_it(
    heat: Driver, intent: str, certain: bool, off: bool
) -> None:
    after = restarted(heat.run(2 * MINUTE), MINUTE)
    after.mean(intent, certain=certain)
    assert (after.state.skin.on is None) == off
    if not certain or intent in ("next", "resume"):
        assert after.since == ["Is the heat off now?"]
    if intent in ("stuck", "unsure"):
        assert after.at(Situation.ENDING)
    if intent in ("no", "not_yet", "still_on"):
        assert after.since == ["Heat is on. 12 minutes left. Stay awake."]


def test_still_on_is_said_again_while_the_place_is_offered(heat: Driver) -> None:
    heat.interject("breathe").run(20)
    after = restarted(heat, MINUTE).mean("still_on").mean("still_on")
    assert after.since[0].startswith("Heat is on.")
    assert after.at(Situation.TAKING_UP)


def test_the_pad_may_be_named_wherever_it_is_on(book: Book, menu: Driver) -> None:
    for name in ("heat", "ending", "taking_up"):
        can = understood(place_state(name, book, menu.options), book)
        assert can >= {"too_hot", "stuck", "still_on", "done"}, name
