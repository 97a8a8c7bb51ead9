"""Every place can be reached, and is told from the state."""

from __future__ import annotations

import pytest

from tests.coach.driver import RATE, Driver
from voice_coach.coach import Options, intents_of, understood
from voice_coach.coach.activities.recovery import Recovery
from voice_coach.coach.places import place, place_state
from voice_coach.understanding import Book, Situation
from voice_coach.understanding.place import Place

OPTIONS = Options(rate=RATE, emergency="9 1 1")


@pytest.mark.parametrize("name", list(Place))
@pytest.mark.parametrize("resident", [False, True])
def test_every_place_is_reached_through_the_coach(name: Place, resident: bool, book: Book) -> None:
    options = Options(rate=RATE, emergency="9 1 1", resident=resident)
    state = place_state(name, book, options)
    assert place(state, book) is name
    assert (understood(state, book) == frozenset()) == (name is Place.OVER)


def test_what_makes_sense_in_a_situation_at_some_time_holds_all_that_makes_sense_now(
    menu: Driver,
) -> None:
    ever = intents_of(Situation.MENU, menu.book)
    assert understood(menu.state, menu.book) <= ever
    assert {"heat", "record_off", "record_on"} <= ever


def test_an_unknown_place_is_refused(book: Book) -> None:
    with pytest.raises(ValueError, match="nowhere"):
        place_state("nowhere", book, OPTIONS)


def test_what_belongs_to_a_place_is_there(book: Book) -> None:
    assert place_state("hold", book, OPTIONS).breath is not None
    assert place_state("heat", book, OPTIONS).skin.on is not None
    assert place_state("heatready", book, OPTIONS).skin.on is None
    pending = place_state("confirm", book, OPTIONS).asks_about
    assert pending is not None and pending.intent == "heat"
    asked = place_state("taking_up", book, OPTIONS)
    assert asked.skin.on is not None
    assert isinstance(asked.top, Recovery) and not asked.top.still_on
    paused = place_state("paused", book, OPTIONS)
    assert [activity.situation for activity in paused.stack[:-1]] == [Situation.STRETCHING]


def test_the_step_decides_in_stretching_and_with_a_pad(menu: Driver) -> None:
    book = menu.book

    def here() -> Place:
        return place(menu.state, book)

    assert here() is Place.MENU
    menu.interject("stretch")
    assert here() is Place.HOLD, "the words before"
    menu.run_until_quiet()
    assert here() is Place.READY
    menu.interject("ice")
    assert here() is Place.HEATASK, "the words before the question"
    menu.run_until_quiet()
    assert here() is Place.HEATASK
    menu.run(1).hear("no")
    assert here() is Place.HEATREADY, "the words before it is in place"
    menu.answer("start")
    assert here() is Place.HEAT
    menu.interject("breathe")
    assert here() is Place.BREATHING
    menu.mean("hurts")
    assert here() is Place.ENDING


def test_the_middle_of_a_talk_is_a_talk(menu: Driver) -> None:
    menu.interject("prevention")
    assert place(menu.state, menu.book) is Place.TALK
