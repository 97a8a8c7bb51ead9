"""An emergency that is called out: what is said, how often, and how it is taken back."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.coach.driver import Driver
from voice_coach.coach.events import NoMatch, Trouble
from voice_coach.understanding import Situation


def test_emergency_is_heard_everywhere_and_stops_what_goes_on(menu: Driver) -> None:
    menu.answer("breathe")
    actions = menu.hear("emergency")
    assert type(actions[0]).__name__ == "Hush"
    menu.run(60)
    assert menu.at(Situation.EMERGENCY)
    assert not [x for x in menu.lines[-5:] if x.say.pacing]


def test_the_call_for_help_is_repeated_ever_more_rarely_until_help_is_called(menu: Driver) -> None:
    menu.hear("emergency")
    menu.run(400)
    calls = menu.starts("reply.red_again")
    gaps = [b - a for a, b in pairwise(calls[1:])]
    assert len(calls) >= 4
    assert gaps == sorted(gaps)
    menu.answer("done")
    assert menu.since[0] == "Good. Help is on its way."
    said = len(menu.lines)
    menu.run(600)
    assert len(menu.lines) == said


def test_help_that_was_called_is_not_called_again_after_another_word(menu: Driver) -> None:
    menu.hear("emergency")
    menu.answer("done", "louder")
    assert menu.run(600).since == ["Louder."]


def test_nobody_is_interrupted_while_they_talk_to_the_ambulance(menu: Driver) -> None:
    menu.hear("emergency")
    menu.run_until_quiet()
    assert menu.tell(NoMatch(menu.now)) == ()


@pytest.mark.parametrize("words", ["stop", "wait"])
def test_in_an_emergency_the_coach_can_be_made_quiet(menu: Driver, words: str) -> None:
    menu.hear("emergency")
    menu.answer(words)
    said = len(menu.lines)
    assert len(menu.run(600).lines) == said
    assert menu.can("go back")


def test_breathing_in_an_emergency_ends_at_the_emergency(menu: Driver) -> None:
    menu.hear("emergency")
    menu.answer("relax")
    assert menu.at(Situation.BREATHING)
    menu.hear("stop")
    menu.run_until_quiet()
    assert menu.at(Situation.EMERGENCY)


def test_go_back_returns_to_the_hold_in_which_emergency_was_misheard(menu: Driver) -> None:
    menu.answer("stretch").hear("next")
    menu.run(15).hear("emergency")
    menu.run_until_quiet().run(1).hear("go back")
    menu.run(6)
    assert menu.at(Situation.STRETCHING)
    assert menu.since[:2] == ["All right, it's not an emergency.", "Right knee to chest."]
    assert menu.state.breath is not None


@pytest.mark.parametrize("words", ["pause", "sleep"])
def test_a_misheard_emergency_also_ends_a_pause_or_sleep(menu: Driver, words: str) -> None:
    menu.hear(words)
    menu.run(30).hear("emergency")
    menu.answer("go back")
    assert menu.at(Situation.MENU)
    assert menu.keys[-1] == "reply.menu"


def test_emergency_twice_is_still_taken_back_once(fresh: Driver) -> None:
    fresh.to_questions().answer("yes", "yes", "emergency", "emergency", "go back")
    assert fresh.at(Situation.CHECKING)


def test_go_back_after_an_emergency_during_a_doubtful_command(menu: Driver) -> None:
    menu.hear("heat", certain=False)
    menu.run(1).hear("emergency")
    menu.answer("go back")
    assert menu.at(Situation.MENU)


def test_quitting_in_an_emergency_asks_nothing_and_names_the_number(menu: Driver) -> None:
    menu.answer("stretch")
    menu.hear("emergency")
    menu.answer("quit")
    assert menu.since == ["Call 9 1 1, if you haven't called yet. Goodbye."]
    assert menu.ended


def test_trouble_with_the_sound_does_not_cut_off_the_number_to_call(menu: Driver) -> None:
    menu.hear("emergency")
    assert menu.tell(Trouble(menu.now, "audio_lost")) == ()
