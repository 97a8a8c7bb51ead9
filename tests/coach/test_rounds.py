"""Heat and ice: the questions, the time, the reminders, and taking it off."""

from __future__ import annotations

import pytest

from tests.coach.driver import GAP, MINUTE, RATE, Driver
from voice_coach.coach import Options, deadline
from voice_coach.coach.activities.take_off import ALERT_EVERY
from voice_coach.understanding import Book, Matcher, Situation

OFF = "Take the heat off now, and say done."


# --- before the round


def test_heat_asks_three_questions_then_waits_until_the_pad_is_in_place(menu: Driver) -> None:
    menu.answer("heat").past_questions()
    asked = [k for k in menu.keys if k.startswith("heat.") and k.endswith(".ask")]
    assert asked == [f"heat.{name}.ask" for name in ("cause", "skin", "alone")]
    menu.run(600)
    assert menu.state.skin.on is None
    menu.answer("start")
    assert menu.since[0] == "15 minutes of heat from now."
    assert [n.line for n in menu.notes[-1:]] == ["round begun: heat"]


def test_the_words_before_the_round_can_be_passed_by_but_not_the_readiness(menu: Driver) -> None:
    menu.answer("heat", "no", "no")
    menu.run(1).hear("yes")
    menu.run(2).hear("next")
    menu.run_until_quiet()
    assert menu.since == ["Say start when it's in place."]
    menu.answer("skip")
    assert menu.since[0] == "There's nothing to skip here."
    assert menu.state.skin.on is None


def test_an_inflammation_leads_to_ice(menu: Driver) -> None:
    menu.answer("heat", "yes")
    assert menu.since[0] == "Then ice is better for you than heat. We'll do that instead."
    assert menu.at(Situation.ICE)
    assert menu.keys[-1] == "ice.skin.ask"


def test_an_inflammation_just_after_ice_says_when_and_does_not_ask_on(menu: Driver) -> None:
    menu.with_pad("ice").run(60).hear("done")
    menu.run_until_quiet().answer("six", "heat", "yes")
    assert menu.since[-1] == "Your skin needs a rest first. Ice again in 20 minutes."
    assert menu.at(Situation.MENU)


@pytest.mark.parametrize(("kind", "before"), [("heat", ["no"]), ("ice", [])])
@pytest.mark.parametrize("answers", [["yes", "yes"], ["not sure"] * 4, ["not sure", "yes", "yes"]])
def test_numb_skin_gets_nothing(
    menu: Driver, kind: str, before: list[str], answers: list[str]
) -> None:
    menu.answer(kind, *before, *answers)
    assert menu.since[0].startswith(f"Then we'll leave {kind} out.")
    assert menu.at(Situation.MENU)


@pytest.mark.parametrize(
    ("kind", "before"), [("heat", ["no", "yes", "no", "no"]), ("ice", ["yes", "no"])]
)
def test_diabetes_makes_it_shorter(menu: Driver, kind: str, before: list[str]) -> None:
    menu.answer(kind, *before, "yes")
    assert "Then we'll make it shorter." in menu.since
    assert menu.kept == frozenset({"diabetes"})
    menu.past_questions().answer("start")
    assert menu.since[0] == f"10 minutes of {kind} from now."


def test_a_misheard_diabetes_is_taken_back(menu: Driver) -> None:
    menu.answer("heat", "no", "yes", "no", "no", "yes").mean("back", "undo")
    menu.answer("no").past_questions().answer("start")
    assert menu.since[0] == "15 minutes of heat from now."


@pytest.mark.parametrize(
    ("at", "offered"),
    [(0, ("yes", "no", "not sure")), (3, ("start", "go back")), (4, ("how long left", "done"))],
)
def test_help_offers_what_fits_the_moment(menu: Driver, at: int, offered: tuple[str, ...]) -> None:
    menu.answer("heat", *["no", "no", "yes", "start"][:at])
    menu.answer("help")
    assert all(phrase in " ".join(menu.since) for phrase in offered)
    assert ("done" in " ".join(menu.since)) == (at == 4)


# --- while it is on


def test_the_time_left_is_said_every_five_minutes(heat: Driver) -> None:
    for _ in range(2):
        heat.run_until("reply.heat_awake", 310).interject("yes")
    heat.run(3 * MINUTE)
    assert [x.text for x in heat.lines if x.say.key == "reply.heat_left"] == [
        "Heat is on. 10 minutes left. Stay awake.",
        "Heat is on. 5 minutes left. Stay awake.",
    ]


def test_how_long_is_left(heat: Driver) -> None:
    heat.run(3.5 * MINUTE).hear("how much longer")
    assert heat.run(20).since == ["12 minutes left."]
    heat.stay_awake(10.5 * MINUTE).hear("how long left")
    assert heat.run(5).since == ["Less than a minute left."]


def test_how_long_is_also_answered_in_the_middle_of_something_else(heat: Driver) -> None:
    heat.hear("medicine")
    heat.run(20).hear("how long left")
    assert heat.run(6).since[:2] == [
        "Heat is on. 15 minutes left. Stay awake.",
        "What we're doing is over in less than a minute.",
    ]
    assert heat.at(Situation.MEDICINES)


def test_the_question_waits_for_the_end_of_the_sentence(heat: Driver) -> None:
    heat.run(290).hear("medicine")
    heat.run_until("reply.heat_awake").run(4).interject("yes").run(30)
    cut = [x for x in heat.lines if x.say.key == "medicine.kinds.say"]
    reminder = next(x for x in heat.lines if x.say.key == "reply.heat_awake")
    assert [x.text for x in cut] == list(heat.book.texts["medicine.kinds.say"][0])
    assert all(x.end <= reminder.start or x.start >= reminder.end for x in cut)


def test_the_question_waits_for_the_end_of_the_breath(heat: Driver) -> None:
    heat.run(250).hear("breathe")
    heat.run_until("reply.heat_awake").run(4).interject("yes").run(40)
    counts = [x for x in heat.lines if x.say.key == "reply.count"]
    reminder = next(x for x in heat.lines if x.say.key == "reply.heat_awake")
    assert [x.text for x in counts][:7] == [v[0] for v in heat.book.texts["reply.count"][:7]]
    before = max(x.start for x in counts if x.start < reminder.start)
    assert reminder.start - before < 2 * RATE, "the count had just closed the breath"


def test_the_question_at_the_last_breath_does_not_add_another(heat: Driver) -> None:
    heat.run(196).hear("breathe")
    heat.run_until("reply.heat_awake", 110).run(4).interject("yes")
    assert [x.text for x in heat.lines if x.say.key == "reply.count"][-1] == "Eight."
    heat.run(8)
    assert heat.last == "Once more. Breathe out completely, and let your back go soft."


def test_a_pause_is_no_pause_for_the_heat(heat: Driver) -> None:
    heat.answer("pause")
    assert heat.since[-1] == "The clock for heat or ice keeps running."
    for _ in range(2):
        heat.run_until("reply.heat_awake", 310).interject("yes")
        assert heat.run_until_quiet().at(Situation.PAUSED)
    heat.run(6 * MINUTE)
    assert heat.at(Situation.ENDING)


def test_sleep_is_refused_while_it_is_on(heat: Driver) -> None:
    heat.answer("sleep")
    assert heat.since[0] == "Not while heat or ice is on. I'll stay awake with you."
    assert heat.at(Situation.HEAT)


def test_other_exercises_lead_back_to_it(heat: Driver) -> None:
    heat.answer("breathe", "next")
    assert heat.at(Situation.HEAT)
    assert heat.last == "Heat is on. 12 minutes left. Stay awake."


def test_ice_on_top_of_heat_leads_back_to_where_done_means_off(heat: Driver) -> None:
    heat.hear("breathe")
    heat.run(30).hear("ice")
    heat.run_until_quiet()
    assert heat.since[0] == "One at a time. Say done when the other is off."
    assert heat.at(Situation.HEAT)
    heat.answer("done")
    assert heat.since[0] == "Good. The heat is off."


def test_okay_is_no_answer_after_which_the_time_would_no_longer_be_kept(heat: Driver) -> None:
    heat.run(5 * MINUTE)
    assert not heat.can("okay")


def test_stop_and_done_end_it_early(heat: Driver) -> None:
    heat.run(60).hear("stop")
    heat.run(5)
    assert heat.since == [OFF], "time is not up yet"
    heat.answer("done")
    assert heat.since[0] == "Good. The heat is off."
    assert heat.keys[-1] == "pain.score.ask"


def test_stop_during_a_pause_of_the_round_ends_it_too(heat: Driver) -> None:
    heat.run(60).hear("pause")
    heat.run(10).hear("stop")
    assert heat.run(5).since == [OFF]


def test_it_hurts_has_the_pad_taken_off(heat: Driver) -> None:
    heat.run(60).hear("it hurts")
    assert heat.run(5).since == [OFF]


def test_breathing_that_hurts_with_heat_on_is_not_gone_on_with(heat: Driver) -> None:
    heat.interject("breathe").run(20).hear("it hurts")
    assert heat.run(4).since == [OFF]
    heat.hear("done")
    heat.run(10)
    assert heat.since[0] == "Good. The heat is off."
    assert heat.since[1].startswith("Is anything numb")
    assert heat.answer("no").at(Situation.EASING)


# --- the end


def test_the_end_is_said_louder_and_more_often_until_answered(heat: Driver) -> None:
    heat.stay_awake(25 * MINUTE)
    ends = [x for x in heat.lines if x.say.key == "reply.heat_end"]
    assert ends[0].text == "Time is up. Take the heat off now."
    begun = heat.state.skin.on
    assert begun is not None
    assert ends[0].start - begun.started == 15 * 60 * RATE + GAP
    assert len(ends) > 40
    again = ends[2:]  # the first has two sentences
    gaps = [b.start - a.end for a, b in zip(ends[1:], again, strict=False)]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[0] == round(ALERT_EVERY[0] * RATE)
    assert min(gaps) >= 5 * RATE, "time to answer in silence"
    louder = [x.say.gain_db for x in again]
    assert louder == sorted(louder)
    assert louder[0] > 0
    heat.hear("it is off")
    heat.run(60)
    assert heat.since[:2] == [
        "Good. The heat is off.",
        "From zero to ten, how bad is the pain now?",
    ]
    assert heat.notes[-1].line == "round ended: heat"


def test_the_end_of_the_next_round_begins_softly_again(heat: Driver) -> None:
    heat.stay_awake(20 * MINUTE).hear("done")
    heat.answer("five").with_pad("ice").stay_awake(20 * MINUTE + 5)
    assert heat.last == "Say done when it's off."
    assert heat.lines[-1].say.gain_db == 0


@pytest.mark.parametrize("words", ["done", "finished", "it is off"])
def test_only_words_that_say_it_is_off_answer_the_end(heat: Driver, words: str) -> None:
    heat.stay_awake(15 * MINUTE + 5).hear(words)
    assert heat.state.skin.on is None


@pytest.mark.parametrize("words", ["help", "louder", "say that again"])
def test_other_words_do_not_silence_the_end(heat: Driver, words: str) -> None:
    heat.stay_awake(15 * MINUTE + 5).hear(words)
    heat.run(60)
    assert heat.at(Situation.ENDING)
    assert len([t for t in heat.since if "heat off" in t.lower()]) >= 2


def test_the_end_comes_in_the_middle_of_anything(heat: Driver) -> None:
    heat.stay_awake(14 * MINUTE).hear("breathe")
    heat.run(2 * MINUTE)
    assert heat.at(Situation.ENDING)
    heat.hear("done")
    heat.run(30)
    assert heat.at(Situation.BREATHING)
    assert heat.state.breath is not None


def test_the_end_during_a_pause_of_the_round_leads_to_the_pain(heat: Driver) -> None:
    heat.hear("pause")
    heat.stay_awake(16 * MINUTE).hear("done")
    heat.run_until_quiet()
    assert heat.at(Situation.PAIN)


def test_the_end_during_a_pause_of_something_else_returns_to_the_pause(heat: Driver) -> None:
    heat.hear("breathe")
    heat.run(20).hear("pause")
    heat.stay_awake(16 * MINUTE).hear("done")
    assert heat.run_until_quiet().since == [
        "Good. The heat is off.",
        "Paused. Say resume to go on.",
    ]
    assert heat.at(Situation.PAUSED)


def test_the_answer_to_the_end_may_be_followed_by_another_command(heat: Driver) -> None:
    heat.stay_awake(16 * MINUTE).hear("done")
    heat.run(0.5).hear("louder")
    heat.run_until_quiet()
    assert heat.since == ["Louder.", "From zero to ten, how bad is the pain now?"]


def test_in_an_emergency_the_number_comes_first_then_the_pad(heat: Driver) -> None:
    heat.run(60).hear("emergency")
    heat.run_until("reply.heat_end", 30)
    assert "Call 9 1 1, or ask someone to call." in heat.since
    assert heat.at(Situation.ENDING)
    heat.hear("done")
    heat.run(60)
    assert heat.at(Situation.EMERGENCY)
    heat.hear("go back")
    heat.run(30)
    assert heat.at(Situation.PAIN)


def test_the_alarms_of_a_pad_are_no_calls_for_help(heat: Driver) -> None:
    """They were counted as such once: the call came shortened then, and again only after 120 s."""
    heat.hear("emergency")
    heat.run(60)
    assert heat.at(Situation.ENDING)
    heat.hear("it's off")
    heat.run_until_quiet()
    assert heat.since[-2:] == [
        "Call 9 1 1 now, if you haven't called.",
        "You can say breathe while you wait.",
    ]
    said = len(heat.starts("reply.red_again"))
    assert len(heat.run(59).starts("reply.red_again")) == said
    assert len(heat.run(2).starts("reply.red_again")) > said


def test_an_emergency_during_the_end_first_says_whom_to_call(heat: Driver) -> None:
    heat.stay_awake(16 * MINUTE).hear("emergency", certain=False)
    heat.run(60)
    assert heat.since[1] == "Call 9 1 1, or ask someone to call."
    assert "Take the heat off now, and say done." in " ".join(heat.since)
    heat.hear("done")
    assert heat.run(30).hear("go back")
    heat.run(30)
    assert heat.at(Situation.PAIN)


def test_a_time_that_went_by_while_something_urgent_was_said_is_due_now(heat: Driver) -> None:
    heat.stay_awake(15 * MINUTE + 5).hear("emergency")
    heat.run(5).hear("quit", certain=False)
    assert deadline(heat.state) == heat.now
    assert heat.run(1).at(Situation.ENDING)


def test_quitting_with_heat_on_has_it_taken_off_then_asks_the_pain(heat: Driver) -> None:
    heat.run(60).hear("quit")
    assert heat.run(5).since == ["Before we finish:", OFF]
    heat.answer("done", "five")
    heat.run_until_quiet()
    assert heat.since[-3:] == [
        "Goodbye. Be gentle with your back.",
        "Spasms have different causes, and need different care. A doctor can tell.",
        "If it lasts or comes back, see a doctor.",
    ]
    assert heat.ended


# --- the limits


def test_a_second_round_waits_for_the_rest(heat: Driver) -> None:
    heat.answer("done", "six", "heat")
    assert heat.since == ["Your skin needs a rest first. Heat again in 20 minutes."]
    heat.stay_awake(20 * MINUTE).hear("heat")
    assert heat.at(Situation.HEAT)


def test_ice_after_heat_needs_no_rest(heat: Driver) -> None:
    heat.answer("done", "five").with_pad("ice")
    assert heat.since[0] == "20 minutes of ice from now."


@pytest.mark.parametrize(
    ("wished", "minutes"), [(1e9, 15), (float("nan"), 15), (-5, 1), (float("inf"), 15), (300, 5)]
)
def test_no_setting_makes_heat_longer(
    book: Book, matcher: Matcher, wished: float, minutes: int
) -> None:
    options = Options(rate=RATE, emergency="9 1 1", heat_seconds=wished)
    coach = Driver(book, options, matcher).start().past_checks().with_pad("heat")
    length = "1 minute" if minutes == 1 else f"{minutes} minutes"
    assert coach.since[0] == f"{length} of heat from now."
    begun = coach.state.skin.on
    assert begun is not None
    assert begun.ends - begun.started <= 15 * 60 * RATE
