"""What must be there, and isn't: one place says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.coach.driver import RATE
from voice_coach.coach import Options
from voice_coach.coach.activities import ACTIVITIES
from voice_coach.coach.heat_and_ice import return_to_application
from voice_coach.coach.limits import Application
from voice_coach.coach.places import state_of
from voice_coach.coach.transition import Transition
from voice_coach.understanding import Book, Situation


@pytest.fixture
def transition(book: Book) -> Transition:
    options = Options(rate=RATE, emergency="9 1 1")
    return Transition(state_of(Situation.MENU, book, options), book, 0, ACTIVITIES)


def test_a_routine_that_must_be_running_is_missed_by_name(transition: Transition) -> None:
    with pytest.raises(LookupError, match="no routine lies under menu"):
        _ = transition.running


def test_a_pad_that_must_be_on_is_missed_by_name(transition: Transition) -> None:
    with pytest.raises(LookupError, match="nothing is on the skin in menu"):
        _ = transition.applied


def test_heat_that_no_routine_times_is_missed_by_name(transition: Transition) -> None:
    left = {k: r for k, r in transition.book.routines.items() if k != "heat"}
    transition.book = replace(transition.book, routines=left)
    with pytest.raises(LookupError, match="no routine keeps the time of heat"):
        return_to_application(transition, Application("heat", 0, 1000))


@pytest.mark.parametrize("situation", list(Situation))
def test_a_state_of_each_situation_can_be_made(book: Book, situation: Situation) -> None:
    made = state_of(situation, book, Options(rate=RATE, emergency="9 1 1"))
    assert made.situation is situation
    assert made.session and made.started
