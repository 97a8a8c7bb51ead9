"""Warning signs that are named at any time, and being dizzy."""

from __future__ import annotations

import pytest

from tests.coach.driver import MINUTE, Driver
from voice_coach.coach import Options, step, understood
from voice_coach.coach.events import Clock, IntentHeard, Say
from voice_coach.coach.places import place_state
from voice_coach.coach.warning_signs import ASKED, AT_ONCE, TELL_DOCTOR
from voice_coach.understanding import Book, Matcher, Situation
from voice_coach.understanding.place import Place

OPTIONS = Options(rate=1000, emergency="9 1 1")
CALL = "Call 9 1 1, or ask someone to call."
NOTED = "Thanks for telling me. Please see a doctor about it."
AMBER = "Please see a doctor soon about what you told me."
RESTED = "Breathe normally. Rest."
FAINT = "Do you feel faint, or does your belly hurt?"
AWAKE = [place for place in Place if place not in (Place.SLEEPING, Place.OVER)]


@pytest.mark.parametrize("name", sorted(AT_ONCE))
@pytest.mark.parametrize("place", [*AWAKE, Place.SLEEPING])
def test_an_emergency_named_for_certain_is_one_everywhere(
    book: Book, place: Place, name: str
) -> None:
    before = place_state(place, book, OPTIONS)
    after, actions = step(before, IntentHeard(before.now, "red_flag", name), book)
    assert after.situation is Situation.EMERGENCY
    assert "emergency" in after.answers.flags
    assert "reply.red" in [a.key for a in actions if isinstance(a, Say)]


@pytest.mark.parametrize("name", sorted(AT_ONCE | ASKED))
@pytest.mark.parametrize("place", [*AWAKE, Place.SLEEPING])
def test_every_warning_sign_leads_to_the_emergency_from_everywhere(
    book: Book, matcher: Matcher, place: Place, name: str
) -> None:
    coach = Driver(book, OPTIONS, matcher)
    coach.state = place_state(place, book, OPTIONS)
    coach.now = coach.state.now
    coach.mean("red_flag", name, certain=False)
    if coach.at(Situation.ENDING):
        coach.mean("done")
    if not coach.at(Situation.EMERGENCY):
        assert coach.at(Situation.CONFIRMING)
        coach.mean("yes")
    while coach.at(Situation.ENDING):
        coach.mean("done")
    assert coach.at(Situation.EMERGENCY)


@pytest.mark.parametrize("name", sorted(TELL_DOCTOR))
@pytest.mark.parametrize("place", [*AWAKE, Place.SLEEPING])
def test_what_a_doctor_has_to_see_is_kept_from_everywhere(
    book: Book, matcher: Matcher, place: Place, name: str
) -> None:
    coach = Driver(book, OPTIONS, matcher)
    coach.state = place_state(place, book, OPTIONS)
    coach.now = coach.state.now
    coach.mean("red_flag", name)
    flags = coach.state.answers.flags
    assert ("doctor" in flags) == (name not in ("bones", "pregnant"))
    assert ("osteoporosis" if name == "bones" else name) in flags
    gated = (Situation.STRETCHING, Situation.HEAT, Situation.ICE)
    assert name == "bones" or coach.situation not in gated
    assert place is not Place.HOLD or coach.situation is not Situation.STRETCHING


@pytest.mark.parametrize("answer", ["yes", "unsure"])
@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("fall", "Was it a serious fall or accident?"),
        ("leg", "Is it in both legs, or has the leg lost its strength?"),
        ("tingling", "Is it between your legs, or in both legs?"),
    ],
)
def test_one_question_decides(menu: Driver, name: str, question: str, answer: str) -> None:
    menu.mean("red_flag", name)
    assert menu.since == [question]
    menu.mean(answer)
    assert menu.at(Situation.EMERGENCY)
    assert CALL in menu.since


def test_a_no_returns_to_what_went_on(menu: Driver) -> None:
    menu.answer("stretch").hear("next")
    menu.run_until("reply.count").interject("red_flag", "leg").run(5).mean("no")
    assert menu.at(Situation.STRETCHING)
    assert "Right knee to chest." in menu.since
    assert menu.since[0] in ("Good.", "All right.", "Thank you.")


def test_with_weak_bones_any_fall_is_an_emergency(menu: Driver) -> None:
    menu.mean("red_flag", "bones").mean("red_flag", "fall")
    assert menu.at(Situation.EMERGENCY)


def test_the_same_sign_said_again_is_a_yes(menu: Driver) -> None:
    menu.mean("red_flag", "fall").mean("red_flag", "fall")
    assert menu.at(Situation.EMERGENCY)


def test_a_doubtful_sign_is_asked_for(menu: Driver) -> None:
    menu.mean("red_flag", "legs", certain=False)
    assert menu.since == ["Is something wrong with both your legs?"]
    assert menu.mean("no").at(Situation.MENU)
    menu.mean("red_flag", "fever", certain=False)
    assert menu.since == ["Did you say you have a fever?"]
    assert "doctor" not in menu.mean("no").state.answers.flags
    assert "doctor" in menu.mean("red_flag", "fever", certain=False).mean("yes").state.answers.flags


def test_a_sign_with_no_name_is_asked_for_as_an_emergency(menu: Driver) -> None:
    menu.mean("red_flag", "no such sign")
    assert menu.since == ["Do you need emergency help?"]


def test_silence_after_a_sure_sign_leaves_the_question_open(menu: Driver) -> None:
    menu.answer("breathe").interject("red_flag", "leg").run(5 * MINUTE)
    assert menu.at(Situation.CONFIRMING)
    assert menu.last.startswith("I'll be quiet now.")
    menu.mean("yes")
    assert menu.at(Situation.EMERGENCY)


@pytest.mark.parametrize("intent", ["stop", "pause", "hurts", "not_yet", "repeat", "dizzy", "back"])
def test_the_question_stands_until_it_is_answered(menu: Driver, intent: str) -> None:
    menu.mean("red_flag", "leg").mean(intent)
    assert menu.at(Situation.CONFIRMING)
    menu.mean("yes")
    assert menu.at(Situation.EMERGENCY)


# --- a doctor


def test_in_the_questions_it_is_noted_and_they_go_on(asked: Driver) -> None:
    asked.answer("no").mean("red_flag", "fever")
    assert asked.since[0] == NOTED
    assert asked.keys[-1] == "emergency.legs.ask"
    asked.past_questions()
    assert AMBER in asked.since
    assert asked.at(Situation.MENU)
    assert asked.state.answers.checked == {"emergency"}, "stretching is out, whatever comes"


def test_what_was_noted_is_taken_back_where_it_is_said_what_it_rules_out(asked: Driver) -> None:
    asked.mean("red_flag", "fever").past_questions().mean("back")
    assert asked.keys[-1] == "doctor.now.ask"
    assert "doctor" not in asked.state.answers.flags


def test_what_is_told_before_the_questions_is_not_passed_by(fresh: Driver) -> None:
    fresh.welcome().mean("red_flag", "fever").answer("heat")
    assert fresh.keys[-1] == "emergency.below.ask"
    fresh.past_questions()
    assert fresh.state.skin.on is None
    assert "heat.allowed.ask" in fresh.keys


@pytest.mark.parametrize("words", ["breathe", "medicine"])
def test_what_is_still_allowed_goes_on(menu: Driver, words: str) -> None:
    menu.interject(words if words == "breathe" else "medicine").run(4)
    was = menu.situation
    menu.interject("red_flag", "fever").run(20)
    assert menu.since[0] == AMBER
    assert menu.at(was)


def test_what_is_ruled_out_ends(menu: Driver) -> None:
    menu.answer("stretch", "next").mean("red_flag", "fever")
    assert menu.since[0] == AMBER
    assert menu.at(Situation.MENU)


def test_a_pause_does_not_keep_what_is_ruled_out(menu: Driver) -> None:
    menu.answer("stretch", "pause").mean("red_flag", "fever")
    assert menu.at(Situation.MENU)


def test_a_pad_comes_off(menu: Driver) -> None:
    menu.with_pad("heat").mean("red_flag", "fever")
    assert menu.at(Situation.ENDING)
    menu.mean("done")
    assert menu.at(Situation.MENU)


def test_an_inflammation_named_before_heat_leads_to_ice(menu: Driver) -> None:
    menu.answer("heat", "no").mean("red_flag", "inflamed")
    assert menu.at(Situation.ICE)
    assert menu.since[0] == "Then ice is better for you than heat. We'll do that instead."
    menu.mean("stop").mean("red_flag", "inflamed")
    assert menu.since[0] == "Then ice is better for you than heat. A doctor can tell for sure."
    assert menu.at(Situation.MENU)


# --- dizzy


def test_dizzy_stops_the_breathing_and_asks(menu: Driver) -> None:
    menu.interject("breathe").run(20).interject("dizzy").run(1)
    assert menu.state.breath is None
    assert menu.run_until_quiet().since == [RESTED, FAINT]
    menu.mean("no")
    assert menu.at(Situation.PAUSED)
    assert menu.since[1:] == ["Paused. Say resume to go on."]
    assert menu.mean("resume").at(Situation.BREATHING)


@pytest.mark.parametrize("answer", ["yes", "unsure"])
def test_faint_is_an_emergency(menu: Driver, answer: str) -> None:
    assert menu.mean("dizzy").mean(answer).at(Situation.EMERGENCY)


def test_dizzy_in_an_emergency_asks_nothing(menu: Driver) -> None:
    menu.mean("emergency").mean("dizzy")
    assert menu.since[:2] == [RESTED, "Call 9 1 1 now, if you haven't called."]
    assert menu.at(Situation.EMERGENCY)


def test_in_the_alarm_the_question_waits_for_the_pad(menu: Driver) -> None:
    menu.with_pad("heat").stay_awake(16 * MINUTE).interject("dizzy").run(5)
    assert menu.at(Situation.ENDING)
    menu.mean("done")
    assert menu.since[:3] == ["Good. The heat is off.", FAINT]
    menu.mean("yes")
    assert menu.at(Situation.EMERGENCY)


def test_the_alarm_comes_before_the_answer_and_the_question_after_it(menu: Driver) -> None:
    menu.with_pad("heat").stay_awake(15 * MINUTE - 20).interject("red_flag", "leg").run(60)
    assert menu.at(Situation.ENDING)
    menu.mean("done").mean("yes")
    assert menu.at(Situation.EMERGENCY)


# --- stuck, not yet, unclear numbers


def test_stuck_in_a_stretch_rests(menu: Driver) -> None:
    menu.answer("stretch").hear("next")
    menu.run(20).interject("stuck").run_until_quiet()
    assert menu.since[0] == "Stay where you are, and rest."
    assert menu.at(Situation.EASING)


@pytest.mark.parametrize("place", ["menu", "breathing", "checking", "pain", "paused"])
def test_stuck_elsewhere_offers_help(book: Book, matcher: Matcher, place: str) -> None:
    coach = Driver(book, OPTIONS, matcher)
    coach.state = place_state(place, book, OPTIONS)
    coach.now = coach.state.now
    was = coach.situation
    coach.interject("stuck").run(8)
    assert coach.since[:2] == [
        "Stay where you are. Rest, and breathe.",
        "Say call somebody, or emergency if you need help now.",
    ]
    assert coach.at(was)


def test_stuck_in_an_emergency_says_how_to_call(menu: Driver) -> None:
    menu.mean("emergency").mean("stuck")
    assert menu.since[:2] == [
        "I can't make calls.",
        "Shout for help, or say call out, and I'll shout.",
    ]
    calls = len(menu.starts("reply.red_again"))
    assert len(menu.run(3 * MINUTE).starts("reply.red_again")) > calls, "and it is said again"


def test_not_yet_is_understood_for_what_it_answers(menu: Driver) -> None:
    menu.mean("not_yet")
    assert menu.since[0].startswith("I'll be quiet now.")
    menu.answer("stretch").mean("not_yet")
    assert menu.since == ["Take your time.", "Say next when you're ready."]
    assert menu.mean("pause").mean("not_yet").at(Situation.PAUSED)
    menu.mean("stop").mean("heat", certain=False).mean("not_yet")
    assert menu.at(Situation.MENU)
    menu.mean("emergency").mean("done").mean("not_yet")
    assert menu.since[0] == "Call 9 1 1 now, if you haven't called."


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("two", "Which one?"),
        ("over", "That's a lot of pain. Ten is the highest I can note."),
        ("words", "I'm sorry it's so bad."),
        (None, "Say a number from zero to ten."),
    ],
)
def test_an_unclear_number_is_asked_for_kindly(fresh: Driver, value: str | None, said: str) -> None:
    fresh.answer("pain score").mean("unclear_number", value)
    assert fresh.since[0] == said
    assert fresh.answer("six").at(Situation.MENU)


def test_a_clock_at_rest_changes_nothing_in_any_place(book: Book) -> None:
    for place in AWAKE:
        state = place_state(place, book, OPTIONS)
        after, actions = step(state, Clock(state.now), book)
        assert not actions and after.situation is state.situation, place


@pytest.mark.parametrize("place", AWAKE)
def test_the_signs_are_in_the_grammar(book: Book, place: Place) -> None:
    assert understood(place_state(place, book, OPTIONS), book) >= {
        "red_flag",
        "dizzy",
        "stuck",
        "back",
    }
