"""Turns that hardly ever happen: routines of one's own, and answers in an odd order."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

import voice_coach.coach.ahead as ahead
from tests.coach.driver import RATE, Driver
from tests.coach.test_taking_up import restarted
from voice_coach.coach import Options
from voice_coach.coach.activities import ACTIVITIES
from voice_coach.coach.events import (
    AnswersKept,
    IntentHeard,
    Leaving,
    PainScored,
    Quiet,
    Say,
    SessionResumed,
)
from voice_coach.coach.in_routine import Position
from voice_coach.coach.loudness import loudness
from voice_coach.coach.places import place_state
from voice_coach.understanding import Book, Situation
from voice_coach.understanding.book import Step

OPTIONS = Options(rate=RATE, emergency="9 1 1")


def with_steps(book: Book, name: str, *steps: Step) -> Book:
    """Return the book with other steps in one of its routines."""
    routine = msgspec.structs.replace(book.routines[name], step=steps)
    return replace(book, routines={**book.routines, name: routine})


def told(coach: Driver, *flags: str) -> None:
    """Let flags be set as if they had been told at another time."""
    answers = coach.state.answers
    coach.state = replace(coach.state, answers=replace(answers, flags=answers.flags | set(flags)))


def past_checks(book: Book, *flags: str) -> Driver:
    """Return a session in the menu, in which something was told before."""
    coach = Driver(book).start().past_checks()
    told(coach, *flags)
    return coach


def step_of(book: Book, routine: str, step: str) -> Step:
    return next(s for s in book.routines[routine].step if s.id == step)


def test_a_routine_of_which_nothing_is_allowed_leads_home(book: Book) -> None:
    only = msgspec.structs.replace(step_of(book, "stretch", "knee_right"), other=None)
    coach = past_checks(with_steps(book, "stretch", only), "osteoporosis")
    coach.hear("stretch")
    assert coach.at(Situation.MENU)


def test_a_question_of_an_exercise_may_lead_to_a_doctor(book: Book) -> None:
    asked = Step(id="new", name="New.", ask="Is that so?", yes="doctor")
    texts = {**book.texts, "stretch.new.ask": (("Is that so?",),)}
    coach = past_checks(replace(with_steps(book, "stretch", asked), texts=texts))
    coach.hear("stretch")
    coach.run_until_quiet().hear("yes")
    assert "doctor" in coach.state.answers.flags
    assert coach.run_until_quiet().at(Situation.MENU)


def test_an_answer_corrected_with_the_heat_on_has_it_taken_off_for_ice(book: Book) -> None:
    steps = (step_of(book, "heat", "cause"), step_of(book, "heat", "on"))
    coach = past_checks(with_steps(book, "heat", *steps, step_of(book, "heat", "timer")))
    coach.hear("heat")
    coach.run_until_quiet().hear("no")
    coach.run_until_quiet().hear("start")
    coach.run_until_quiet()
    assert coach.state.skin.on is not None
    coach.tell(IntentHeard(coach.now, "back", "undo"))
    coach.run_until_quiet().hear("yes")
    assert coach.at(Situation.ENDING)
    assert coach.run_until_quiet().since[0].startswith("Then ice is better")


def test_stuck_in_a_stretch_with_the_heat_on(heat: Driver) -> None:
    """No way leads there, for stretches wait for the pad; if one did, it would have to come off."""
    stretch = heat.book.routines["stretch"].situation
    heat.state = replace(heat.state, stack=(ACTIVITIES.guided(stretch, Position("stretch")),))
    heat.tell(IntentHeard(heat.now, "stuck"))
    assert heat.at(Situation.ENDING)


def test_stuck_in_an_exercise_with_the_heat_on(heat: Driver) -> None:
    heat.interject("imagery")
    heat.run_until_quiet()
    heat.tell(IntentHeard(heat.now, "stuck"))
    assert heat.at(Situation.ENDING)


def test_home_with_the_heat_on_and_a_doctor_to_see(heat: Driver) -> None:
    heat.interject("breathe")
    told(heat, "doctor")
    heat.run_until_quiet(300)
    heat.hear("next")
    assert heat.run_until_quiet(300).state.skin.on is None or heat.at(Situation.ENDING)


def test_what_happened_is_logged_in_plain_words() -> None:
    assert PainScored(4).line == "pain: 4"
    assert AnswersKept(frozenset({"cancer"})).line == "answers kept", "and not which"
    assert SessionResumed().line == "session: taken up"


def test_routines_that_lead_nowhere_are_named(book: Book) -> None:
    other = with_steps(book, "stretch", Step(id="talk", name="Talk.", say=("Listen.",)))
    with pytest.raises(RuntimeError, match="do not lead to"):
        place_state("hold", other, OPTIONS)


def test_a_walk_that_does_not_settle_is_given_up(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "SETTLE_EVENTS", 1)
    assert ahead.opening(book, OPTIONS)


def test_a_stretch_that_is_barred_by_now_does_not_go_on(menu: Driver) -> None:
    menu.answer("stretch").hear("pause")
    menu.run_until_quiet()
    told(menu, "doctor")
    menu.hear("resume")
    assert menu.run_until_quiet().at(Situation.MENU)


def test_a_question_of_a_routine_that_is_barred_by_now_is_not_put_again(menu: Driver) -> None:
    menu.hear("heat")
    menu.run_until_quiet().hear("no")
    told(menu, "doctor")
    menu.tell(IntentHeard(menu.now, "back", "undo"))
    assert menu.run_until_quiet().at(Situation.MENU)


def test_a_stretch_that_is_barred_by_now_does_not_go_on_after_a_reply(menu: Driver) -> None:
    menu.answer("stretch")
    told(menu, "doctor")
    menu.hear("louder")
    assert menu.run_until_quiet().at(Situation.MENU)


def test_back_with_the_heat_on_says_how_long_it_has_left(heat: Driver) -> None:
    heat.answer("back")
    assert heat.since[0].startswith("Heat is on.")
    assert heat.at(Situation.HEAT)


def test_repeat_with_the_heat_on_begins_nothing_anew(heat: Driver) -> None:
    on = heat.state.skin.on
    heat.answer("say that again")
    assert heat.at(Situation.HEAT)
    assert heat.state.skin.on == on


def test_leaving_with_the_heat_on_has_it_taken_off(heat: Driver) -> None:
    heat.tell(Leaving(heat.now))
    assert heat.at(Situation.ENDING)


def test_other_side_where_there_is_none(menu: Driver) -> None:
    menu.answer("stretch").hear("other side")
    assert menu.run_until_quiet().since[0] == "There's no other side to this one."


@pytest.mark.parametrize(("intent", "value"), [("stuck", None), ("red_flag", "fever")])
def test_what_leads_to_the_alarm_in_quiet_hours_is_as_loud(
    heat: Driver, intent: str, value: str | None
) -> None:
    heat.tell(Quiet(heat.now, on=True))
    said = [a for a in heat.tell(IntentHeard(heat.now, intent, value)) if isinstance(a, Say)]
    assert heat.at(Situation.ENDING)
    assert len(said) >= 2
    loud = heat.state.preferences.volume_db
    assert all(a.gain_db + loudness(heat.state) >= loud for a in said)


def test_what_was_told_while_the_pad_was_put_in_place_still_counts(menu: Driver) -> None:
    menu.answer("heat").past_questions()
    told(menu, "doctor")
    menu.tell(IntentHeard(menu.now, "start"))
    assert menu.run_until_quiet().at(Situation.MENU)
    assert menu.state.skin.on is None
    assert "reply.amber" in menu.keys


def test_a_question_that_hurt_is_not_skipped(book: Book) -> None:
    asked = Step(id="new", name="New.", ask="Is that so?")
    made = with_steps(book, "stretch", asked)
    made = replace(made, texts={**made.texts, "stretch.new.ask": (("Is that so?",),)})
    coach = Driver(made).start().past_checks()
    coach.answer("stretch", "it hurts", "no", "skip")
    assert coach.since == ["I need a yes or a no for this one.", "Is that so?"]


def test_stop_said_to_whether_the_pad_is_off_has_it_taken_off(heat: Driver) -> None:
    after = restarted(heat, 60.0).answer("stop")
    assert after.at(Situation.ENDING)


def test_a_disc_injury_told_before_leads_to_ice(menu: Driver) -> None:
    told(menu, "inflamed")
    assert menu.answer("heat").at(Situation.ICE)


def test_a_sign_named_where_it_is_asked_what_came_with_the_pain(menu: Driver) -> None:
    menu.answer("pain", "ten").mean("red_flag", "leg")
    assert menu.keys[-1] == "emergency.below.ask"


def test_stop_at_the_question_about_the_pad_has_it_taken_off(menu: Driver) -> None:
    after = restarted(menu.with_pad("heat").run(60), 60).mean("stop")
    assert after.at(Situation.ENDING)


def test_what_is_ruled_out_by_now_is_not_gone_on_with(menu: Driver) -> None:
    after = restarted(menu.answer("stretch"), 60).mean("red_flag", "fever")
    assert after.at(Situation.MENU)


def test_a_command_that_is_said_again_is_meant(menu: Driver) -> None:
    menu.run_until_quiet().hear("heat", certain=False)
    menu.run_until_quiet().run(1).hear("heat")
    assert not menu.at(Situation.CONFIRMING)
    assert menu.at(Situation.HEAT)


def test_heat_asked_for_while_it_is_on_is_gone_back_to(heat: Driver) -> None:
    heat.run_until_quiet().run(1).hear("breathe")
    heat.run(1).hear("heat")
    assert heat.at(Situation.HEAT)
    assert heat.keys[-1] == "reply.heat_left" and "reply.one_at_a_time" not in heat.keys


def test_between_exercises_nothing_lasts(menu: Driver) -> None:
    menu.run_until_quiet().run(1).hear("pause")
    menu.run(3).hear("how much longer")
    assert menu.run(3).last == "No clock is running. Take all the time you like."


def test_a_no_to_the_question_about_a_sign_wakes_whoever_named_it_asleep(menu: Driver) -> None:
    menu.run_until_quiet().run(1).hear("sleep")
    menu.mean("red_flag", "leg").run(1).hear("no")
    assert menu.at(Situation.MENU)


def test_what_would_follow_is_left_out_where_a_sign_bars_it(book: Book) -> None:
    medicine = msgspec.structs.replace(book.routines["medicine"], next="stretch")
    made = replace(book, routines={**book.routines, "medicine": medicine})
    coach = Driver(made).start().past_checks()
    told(coach, "doctor")
    coach.answer("medicine")
    for _ in medicine.step:
        if coach.run_until_quiet().at(Situation.MEDICINES):
            coach.run(1).hear("next")
    assert coach.run_until_quiet().at(Situation.MENU)
