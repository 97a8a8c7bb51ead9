"""Are you awake? At 5 and 10 minutes of heat and ice, whatever goes on."""

from __future__ import annotations

import random

import pytest

from tests.coach.driver import MINUTE, RATE, Driver
from tests.coach.test_taking_up import restarted
from voice_coach.coach import Options, understood
from voice_coach.coach.activities.awake import ANSWER_SECONDS, TIMES
from voice_coach.coach.activities.take_off import TakeOff
from voice_coach.coach.events import Earcon, IntentHeard, NoMatch, Quiet, Say
from voice_coach.coach.heat_and_ice import ASK_EVERY
from voice_coach.coach.places import place, place_state
from voice_coach.understanding import Book, Matcher, Situation

ASKED = "Are you awake?"
NO_ANSWER = "I didn't hear an answer."
OFF = "Take the heat off now, and say done."


@pytest.fixture
def asked(heat: Driver) -> Driver:
    """It has just been asked for the first time, and nothing else is going on."""
    return heat.run_until("reply.heat_awake", 310).run_until_quiet()


def begun(coach: Driver) -> int:
    on = coach.state.skin.on
    assert on is not None
    return on.started


@pytest.mark.parametrize(("kind", "minutes"), [("heat", [5, 10]), ("ice", [5, 10, 15])])
def test_it_is_asked_every_five_minutes(menu: Driver, kind: str, minutes: list[int]) -> None:
    menu.with_pad(kind)
    start = begun(menu)
    menu.stay_awake(21 * MINUTE)
    asks = [x for x in menu.lines if x.text == ASKED]
    assert [round((x.start - start) / RATE / MINUTE) for x in asks] == minutes


def test_a_short_round_is_not_asked_about_at_its_end(book: Book, matcher: Matcher) -> None:
    options = Options(rate=RATE, emergency="9 1 1", heat_seconds=ASK_EVERY)
    coach = Driver(book, options, matcher).start().past_checks().with_pad("heat")
    coach.run(6 * MINUTE)
    assert ASKED not in coach.texts
    assert coach.at(Situation.ENDING)


def test_without_an_answer_the_round_ends_early(asked: Driver) -> None:
    asked.run(MINUTE)
    said = [x.text for x in asked.lines if x.start >= asked.starts("reply.heat_awake")[0]]
    assert said[:6] == [
        "Heat is on.",
        ASKED,
        "Are you awake? Please answer me.",
        "Say yes if you're awake, or it comes off.",
        NO_ANSWER,
        OFF,
    ]
    assert asked.at(Situation.ENDING)
    times = asked.starts("reply.heat_awake")
    assert asked.starts("reply.no_answer")[0] - times[0] < (TIMES * (ANSWER_SECONDS + 5)) * RATE
    asked.interject("done").run(5)
    assert asked.notes[-1].line == "round ended: heat"


def test_each_time_it_is_louder_and_quiet_hours_soften_none_of_it(heat: Driver) -> None:
    heat.tell(Quiet(heat.now, True))
    heat.run(7 * MINUTE)
    asks = [x.say.gain_db for x in heat.lines if x.say.key == "reply.heat_awake"]
    assert asks == sorted(asks)
    assert asks[0] > 0, "it makes up for the quiet hours"
    assert asks[-1] > asks[0]


@pytest.mark.parametrize(
    "words",
    ["yes", "awake", "i am awake", "yes i am awake", "i am still here", "okay", "i'm wide awake"],
)
def test_words_that_say_so(asked: Driver, words: str) -> None:
    here = place(asked.state, asked.book)
    meaning = asked.matching.match(words, understood(asked.state, asked.book), here)
    assert (meaning.intent, meaning.certain) == ("yes", True)
    asked.interject("yes").run_until_quiet()
    assert asked.since == ["Heat is on. 10 minutes left. Stay awake."]
    assert asked.at(Situation.HEAT)


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("no", "no"),
        ("i was asleep", "drowsy"),
        ("not really", "no"),
        ("half", "unsure"),
        ("it burns", "too_hot"),
        ("it is too hot", "too_hot"),
        ("it is off", "done"),
        ("stop", "stop"),
        ("it hurts", "hurts"),
        ("hang on", "not_yet"),
        ("banana", None),
    ],
)
def test_words_that_say_something_else(asked: Driver, words: str, intent: str | None) -> None:
    here = place(asked.state, asked.book)
    can = understood(asked.state, asked.book)
    assert asked.matching.match(words, can, here).intent == intent


@pytest.mark.parametrize("intent", ["no", "unsure", "drowsy", "too_hot", "hurts", "stop", "stuck"])
def test_who_is_not_wide_awake_takes_it_off(asked: Driver, intent: str) -> None:
    asked.interject(intent).run(8)
    assert asked.at(Situation.ENDING)
    assert asked.below[0] is Situation.HEAT


def test_a_near_match_is_no_answer(asked: Driver) -> None:
    asked.interject("yes", certain=False).run(3)
    assert asked.since == ["Are you awake? Please answer me."]
    asked.interject("help", certain=True).run_until_quiet()
    assert asked.at(Situation.HEAT)


def test_a_doubtful_command_is_no_answer(asked: Driver) -> None:
    asked.interject("how_long", certain=False).run(3)
    assert asked.since == ["Are you awake? Please answer me."]
    asked.interject("quit", certain=False).run(2)
    assert asked.since == ["Say yes if you're awake, or it comes off."]
    asked.interject("quit", certain=False).run(5)
    assert asked.at(Situation.ENDING)


def test_a_doubtful_call_for_help_is_asked_about_first(asked: Driver) -> None:
    asked.interject("emergency", certain=False).run(2)
    assert asked.since == ["Do you need emergency help?"]
    asked.interject("no").run(5)
    assert asked.since[-1] == "Are you awake? Please answer me."


def test_a_doubtful_word_for_safety_is_done_and_the_question_comes_again(asked: Driver) -> None:
    asked.interject("pause", certain=False).run(10)
    assert asked.at(Situation.PAUSED)
    asked.run(25)
    assert asked.at(Situation.AWAKE)


def test_no_match_asks_again_at_once_but_not_for_ever(asked: Driver) -> None:
    for _ in range(3):
        asked.tell(NoMatch(asked.now))
        asked.run(4)
    asked.run(ANSWER_SECONDS)
    assert asked.starts("reply.heat_awake") == sorted(set(asked.starts("reply.heat_awake")))
    assert len(asked.starts("reply.heat_awake")) == TIMES + 1, "the first has two sentences"
    assert "reply.unclear" not in asked.keys
    assert NO_ANSWER in asked.texts


@pytest.mark.parametrize("intent", ["repeat", "not_yet"])
def test_neither_yes_nor_no_asks_again(asked: Driver, intent: str) -> None:
    asked.interject(intent).run(3)
    assert asked.since == ["Are you awake? Please answer me."]
    asked.run(MINUTE)
    assert asked.at(Situation.ENDING)


def test_it_is_off_is_an_answer_too(asked: Driver) -> None:
    asked.interject("done").run_until_quiet()
    assert asked.since[0] == "Good. The heat is off."
    assert asked.at(Situation.PAIN)


@pytest.mark.parametrize(("value", "certain"), [("bare", True), (None, False)])
def test_done_that_is_not_clear_is_asked_about(
    asked: Driver, value: str | None, certain: bool
) -> None:
    asked.interject("done", value, certain=certain).run(3)
    assert asked.since == ["Is it off your skin?"]
    asked.interject("yes").run(3)
    assert asked.state.skin.on is None


# --- whatever goes on


def test_in_a_pause_it_goes_on_with_the_pause(heat: Driver) -> None:
    heat.interject("pause").run_until("reply.heat_awake", 310).run(4).interject("yes").run(20)
    assert heat.at(Situation.PAUSED)
    assert heat.since == ["Heat is on. 10 minutes left. Stay awake."]


def test_resume_is_an_answer_in_a_pause(heat: Driver) -> None:
    heat.interject("pause").run_until("reply.heat_awake", 310).run(4).interject("resume").run(20)
    assert heat.at(Situation.HEAT)


def test_a_talk_goes_on_with_its_next_sentence(heat: Driver) -> None:
    heat.run(290).interject("medicine").run_until("reply.heat_awake").run(4)
    before = heat.lines[-3].text
    heat.interject("yes").run(20)
    after = [t for t in heat.since if t in heat.book.texts["medicine.kinds.say"][0]]
    assert heat.at(Situation.MEDICINES)
    assert before in heat.book.texts["medicine.kinds.say"][0]
    assert before not in after and after


def test_breathing_goes_on_where_it_was(heat: Driver) -> None:
    heat.run(270).interject("breathe").run_until("reply.heat_awake", 60).run(4)
    done = len(heat.starts("reply.count"))
    heat.interject("yes").run(25)
    assert heat.state.breath is not None
    texts = [x.text for x in heat.lines if x.say.key == "reply.count"]
    assert texts[done] == heat.book.texts["reply.count"][done][0]


def test_slower_is_an_answer_while_breathing(heat: Driver) -> None:
    heat.run(270).interject("breathe").run_until("reply.heat_awake", 60).run(4)
    heat.interject("slower").run(3)
    assert heat.since[0] == "Slower."
    assert heat.at(Situation.BREATHING)


def test_a_question_about_a_sign_waits_under_it(heat: Driver) -> None:
    heat.run(285).interject("dizzy").run_until("reply.heat_awake", 60).run(4)
    assert heat.below[-1] is Situation.CONFIRMING
    heat.interject("yes").run(10)
    assert heat.at(Situation.CONFIRMING)
    assert heat.since[-1] == "Do you feel faint, or does your belly hurt?"


def test_in_an_emergency_it_is_not_asked(heat: Driver) -> None:
    heat.run(285).interject("emergency").run(60)
    assert ASKED not in heat.texts
    assert heat.at(Situation.ENDING)


def test_the_end_of_the_round_goes_first(book: Book, matcher: Matcher) -> None:
    options = Options(rate=RATE, emergency="9 1 1", heat_seconds=ASK_EVERY + 5)
    coach = Driver(book, options, matcher).start().past_checks().with_pad("heat")
    coach.run(ASK_EVERY + 6)
    assert ASKED in coach.texts
    assert coach.at(Situation.ENDING)


# --- whatever is said or heard

UNCERTAIN = 7.0
"""Seconds between two noises."""


@pytest.mark.parametrize("seed", range(30))
def test_no_noise_and_no_near_match_passes_for_an_answer(heat: Driver, seed: int) -> None:
    dice = random.Random(seed)
    where = dice.choice(["round", "breathe", "imagery", "medicine", "pause"])
    if where != "round":
        heat.interject(where)
    start = begun(heat)
    while heat.now - start < 8 * MINUTE * RATE:
        heat.run(dice.random() * 2 * UNCERTAIN)
        can = understood(heat.state, heat.book)
        near = sorted(i for i in can if not heat.book.intents[i].safety)
        if heat.at(Situation.ENDING) or dice.random() < 0.5:
            heat.tell(NoMatch(heat.now))
        elif heat.at(Situation.AWAKE):
            heat.tell(IntentHeard(heat.now, dice.choice(near), certain=False))
    assert heat.at(Situation.ENDING), (where, heat.situation)


@pytest.mark.parametrize("seed", range(60))
def test_whoever_says_nothing_any_more_has_it_taken_off(menu: Driver, seed: int) -> None:
    dice = random.Random(seed)
    coach = menu.with_pad(dice.choice(["heat", "ice"]))
    for _ in range(25):
        coach.run(dice.choice([0.3, 4.0, 30.0, 200.0]))
        can = sorted(understood(coach.state, coach.book) - {"done"})
        coach.tell(IntentHeard(coach.now, dice.choice(can), certain=dice.random() < 0.8))
        if coach.state.skin.on is None:
            break
    coach.run(500)
    assert coach.state.skin.on is None or coach.at(Situation.ENDING), coach.situation


@pytest.mark.parametrize("seed", range(30))
def test_the_question_makes_no_round_longer(menu: Driver, seed: int) -> None:
    dice = random.Random(seed)
    coach = menu.with_pad("heat")
    on = coach.state.skin.on
    while coach.state.skin.on is not None and not coach.at(Situation.ENDING):
        coach.run(dice.choice([1.0, 5.0, 20.0]))
        if coach.at(Situation.AWAKE):
            answers = ["yes", "repeat", "not_yet", "still_on", "help", "how_long"]
            coach.tell(IntentHeard(coach.now, dice.choice(answers), certain=dice.random() < 0.9))
        assert coach.state.skin.on == on
    assert on is not None and coach.now <= on.ends + 20 * RATE


# --- after a power cut


def test_after_a_power_cut_it_is_asked_when_it_would_have_been(heat: Driver) -> None:
    after = restarted(heat.run(2 * MINUTE), MINUTE).mean("no")
    after.run(3 * MINUTE)
    assert after.state.skin.on is not None
    asks = [x.start for x in after.lines if x.text == ASKED]
    assert [round((at - begun(after)) / RATE / MINUTE) for at in asks] == [5]


def test_after_a_power_cut_silence_has_it_taken_off(heat: Driver) -> None:
    after = restarted(heat.run(2 * MINUTE), MINUTE).run(2 * MINUTE)
    assert NO_ANSWER in after.texts
    assert after.at(Situation.ENDING)


def test_the_place_is_reached(book: Book, menu: Driver) -> None:
    state = place_state("awake", book, menu.options)
    assert state.skin.on is not None
    assert understood(state, book) >= {
        "yes",
        "stop",
        "too_hot",
        "stuck",
        "still_on",
        "done",
        "help",
    }


# --- the alarm has a sound


def alarms(coach: Driver, seconds: int) -> list[float]:
    """The gains of the sounds that wake in this time; each comes before its words."""
    found: list[float] = []
    tell = coach.tell

    def listen(event: object) -> object:
        actions = tell(event)  # type: ignore[arg-type]
        sounds = [i for i, a in enumerate(actions) if isinstance(a, Earcon)]
        words = [i for i, a in enumerate(actions) if isinstance(a, Say)]
        assert not sounds or sounds[0] < words[-1]
        found.extend(a.gain_db for a in actions if isinstance(a, Earcon))
        return actions

    coach.tell = listen  # type: ignore[method-assign, assignment]
    coach.run(seconds)
    return found


def test_the_alarm_sounds_louder_each_time_and_for_ever(heat: Driver) -> None:
    heat.stay_awake(14.5 * MINUTE)
    gains = alarms(heat, 3600)
    assert gains == sorted(gains)
    assert len(gains) > 300
    assert gains[0] == -9 and gains[1] == -6
    assert gains[6] + heat.state.preferences.volume_db >= 0, "full scale"
    assert isinstance(heat.state.top, TakeOff)


def test_quiet_hours_do_not_soften_the_alarm(heat: Driver) -> None:
    heat.stay_awake(14.5 * MINUTE)
    heat.tell(Quiet(heat.now, True))
    assert alarms(heat, 60)[0] == 0, "what the quiet hours take is given back"


@pytest.mark.parametrize("certain", [True, False])
def test_a_no_does_nothing_to_the_alarm(heat: Driver, certain: bool) -> None:
    heat.interject("stop").run(3)
    heat.tell(IntentHeard(heat.now, "no", certain=certain))
    assert len(alarms(heat.run(1), 60)) > 2
    assert heat.at(Situation.ENDING)
