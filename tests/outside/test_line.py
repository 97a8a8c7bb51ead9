"""The state line: documented words, stable fields, minutes rounded up."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from voice_coach.coach import Options, begin
from voice_coach.coach.events import Clock, Finished, IntentHeard
from voice_coach.coach.limits import MINUTE
from voice_coach.coach.machine import deadline, step
from voice_coach.coach.places import place_state
from voice_coach.coach.state import State
from voice_coach.outside.line import STARTING, VERSION, WORDS, StateLine, state_line, written
from voice_coach.understanding import Book, Situation
from voice_coach.understanding.place import Place

RATE = 1000
OPTIONS = Options(RATE, "9 1 1")
PAGE = Path(__file__).resolve().parents[2] / "docs/use/state.md"

ROW = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)


def line(state: State, book: Book) -> StateLine:
    return state_line(state, state.now, book)


def test_every_situation_has_a_word_of_its_own() -> None:
    assert set(WORDS) == set(Situation)
    assert len({*WORDS.values(), STARTING}) == len(WORDS) + 1
    assert all(re.fullmatch("[a-z]+", word) for word in WORDS.values())


def test_the_page_lists_every_word_and_every_field() -> None:
    sections = PAGE.read_text(encoding="utf-8").split("\n## ")
    listed = {section.partition("\n")[0]: set(ROW.findall(section)) for section in sections}
    assert listed["Situations"] == {*WORDS.values(), STARTING}
    assert listed["The state line"] == {field.name for field in fields(StateLine)}


@pytest.mark.parametrize("place", Place)
def test_in_every_place_it_is_one_line_of_json(place: Place, book: Book) -> None:
    said = written(line(place_state(place, book, OPTIONS), book))
    assert said.endswith(b"\n") and said.count(b"\n") == 1
    found = json.loads(said)
    assert list(found) == [field.name for field in fields(StateLine)]
    assert found["version"] == VERSION
    assert found["situation"] in WORDS.values()


def test_before_the_stream_runs_it_starts(book: Book) -> None:
    found = line(begin(OPTIONS), book)
    assert (found.situation, found.session, found.accepts) == (STARTING, False, ())


def test_heat_has_its_minutes_left_rounded_up(book: Book) -> None:
    state = place_state(Place.HEAT, book, OPTIONS)
    assert state.skin.on is not None
    found = line(state, book)
    assert (found.situation, found.title, found.pad) == ("heat", "heat", "heat")
    assert found.accepts == ("pause", "stop")
    ends = state.skin.on.ends
    for before, minutes in ((14 * 60.5, 15), (60, 1), (59, 1), (1, 1), (0, 0), (-30, 0)):
        left = state_line(state, ends - round(before * RATE), book).minutes_left
        assert left == minutes, before


def test_the_alarm_is_one_until_it_is_off(book: Book) -> None:
    alarm = line(place_state(Place.ENDING, book, OPTIONS), book)
    assert (alarm.alarm, alarm.situation, alarm.pad is None) == (True, "alarm", False)
    assert alarm.accepts == ()
    assert alarm.minutes_left == 0, "it has to come off now, also where it is stopped early"
    state, _ = step(
        place_state(Place.ENDING, book, OPTIONS), IntentHeard(10**9, "done", None), book
    )
    after = line(state, book)
    assert (after.alarm, after.pad, after.minutes_left) == (False, None, None)


def test_an_emergency_stays_one_while_breathing(book: Book) -> None:
    state = place_state(Place.EMERGENCY, book, OPTIONS)
    assert line(state, book).emergency
    state, _ = step(state, IntentHeard(state.now, "breathe"), book)
    found = line(state, book)
    assert (found.situation, found.emergency, found.accepts) == ("breathing", True, ())


def test_a_hold_counts_what_is_left_of_its_breaths(book: Book) -> None:
    state = place_state(Place.MENU, book, OPTIONS)
    state, _ = step(state, IntentHeard(state.now, "breathe_for", 3), book)
    while state.breath is None:
        saying = state.speech.saying
        assert saying is not None
        state, _ = step(state, Finished(state.now + 1, saying), book)
    began, before = state.breath.inhale, 3
    assert state_line(state, began, book).minutes_left in (3, 4)  # the breath nearest to it
    while (due := deadline(state)) is not None and state.breath is not None:
        state, _ = step(state, Clock(due), book)
        left = line(state, book).minutes_left
        if state.breath is not None:
            assert left is not None and left <= before + 1
            assert abs(began + 3 * MINUTE * RATE - state.now - left * MINUTE * RATE) < 75 * RATE
    assert line(state, book).minutes_left in (None, 0)


def test_between_the_sessions_of_a_coach_that_stays_there_is_none(book: Book) -> None:
    found = line(place_state(Place.SLEEPING, book, OPTIONS), book)
    assert (found.situation, found.title) == ("asleep", None)
