"""Breathing for as long as is asked for."""

from __future__ import annotations

import pytest

from tests.coach.driver import RATE, Driver
from voice_coach.understanding import Situation

MINUTE = 60


def counted(coach: Driver) -> int:
    return len(coach.starts("reply.count"))


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("ten minutes of breathing", 10),
        ("five minutes of breathing", 5),
        ("breathe for ten minutes", 10),
        ("breathe with me for two minutes", 2),
        ("breathe for four minutes", 4),
        ("can we do three minutes of breathing please", 3),
        ("one minute of breathing", 1),
        ("twenty minutes of breathing", 20),
    ],
)
def test_it_lasts_as_long_as_is_asked_for(menu: Driver, words: str, minutes: int) -> None:
    began = menu.now
    menu.hear(words)
    assert menu.run(1).at(Situation.BREATHING)
    menu.run_until("reply.breathe_over", 21 * MINUTE)
    lasted = (menu.lines[-1].start - began) / RATE
    assert minutes * MINUTE - 6 <= lasted <= minutes * MINUTE + 15
    assert counted(menu) == minutes * 6
    assert menu.run(20).at(Situation.MENU)


def test_the_numbers_begin_again_after_ten(menu: Driver) -> None:
    menu.hear("two minutes of breathing")
    menu.run(125)
    texts = [x.text for x in menu.lines if x.say.key == "reply.count"]
    assert texts[9:12] == ["Ten.", "One.", "Two."]


def test_longer_than_twenty_minutes_is_cut_and_said(menu: Driver) -> None:
    menu.hear("sixty minutes of breathing")
    said = menu.run(10).since
    assert said[:2] == [
        "Twenty minutes at a time is the most.",
        "20 minutes of breathing. Say stop at any time.",
    ]


@pytest.mark.parametrize("words", ["an hour of breathing", "breathe for a few minutes"])
def test_without_a_number_it_is_asked_for(menu: Driver, words: str) -> None:
    menu.answer(words)
    assert menu.since[0].startswith("I can breathe with you for one to twenty minutes.")
    assert menu.at(Situation.MENU)


@pytest.mark.parametrize("words", ["stop", "next", "done", "skip"])
def test_it_can_be_ended_at_any_time(menu: Driver, words: str) -> None:
    menu.hear("ten minutes of breathing")
    menu.run(100).hear(words)
    assert menu.run(20).at(Situation.MENU)


def test_how_long_answers_and_it_goes_on(menu: Driver) -> None:
    menu.hear("ten minutes of breathing")
    menu.run(4 * MINUTE + 10).hear("how long left")
    assert menu.run(5).since == ["What we're doing is over in about 6 minutes."]
    menu.run(60).hear("where am i")
    assert "What we're doing is over in about 5 minutes." in menu.run(9).since
    assert menu.run(8 * MINUTE).at(Situation.MENU)


def test_a_pause_does_not_count(menu: Driver) -> None:
    menu.hear("two minutes of breathing")
    menu.run(65).hear("pause")
    menu.run(300).hear("resume")
    assert "about a minute" in " ".join(menu.run(4).since) or any(
        "is over in" in x for x in menu.since
    )
    menu.run(90)
    assert 12 <= counted(menu) <= 14
    assert menu.at(Situation.MENU)


def test_slower_changes_the_breaths_and_not_the_time(menu: Driver) -> None:
    menu.hear("ten minutes of breathing")
    menu.run(10).hear("slower")
    began = menu.now
    menu.run_until("reply.breathe_over", 11 * MINUTE)
    assert abs((menu.lines[-1].start - began) / RATE - 10 * MINUTE) < 20
    assert counted(menu) in (50, 51)


def test_what_is_said_again_goes_on_with_what_is_left(menu: Driver) -> None:
    menu.hear("two minutes of breathing")
    menu.run(65).hear("repeat")
    menu.run(5).hear("go back")
    menu.run(100)
    assert menu.at(Situation.MENU)


def test_the_end_can_be_talked_over(menu: Driver) -> None:
    menu.hear("one minute of breathing")
    menu.run_until("reply.breathe_over").hear("louder")
    assert menu.run(20).at(Situation.MENU)


def test_in_an_emergency_it_is_an_ordinary_round(menu: Driver) -> None:
    menu.mean("emergency").hear("ten minutes of breathing")
    assert menu.run(1).since[0] == "Let's breathe together, slowly and deeply."
    menu.run(30).hear("stop")
    assert menu.run(20).at(Situation.EMERGENCY)


def test_with_heat_on_the_alarm_comes_in_time(menu: Driver) -> None:
    menu.with_pad("heat").hear("twenty minutes of breathing")
    menu.run(15 * MINUTE)
    assert menu.at(Situation.ENDING)


def test_among_the_safety_questions_they_go_on_afterwards(fresh: Driver) -> None:
    fresh.answer("stretch", "no")
    fresh.interject("breathe_for", 1).run(100)
    assert "reply.breathe_over" in fresh.keys
    assert fresh.at(Situation.CHECKING)
