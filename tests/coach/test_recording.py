"""The sound is kept only where that was asked for, and then it is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.coach.driver import MINUTE, RATE, Driver
from tests.coach.watched import Watched
from voice_coach.coach import Options, Past
from voice_coach.coach.events import Record, RecordingEnded, Started
from voice_coach.coach.past import Pad
from voice_coach.understanding import Book, Matcher, Situation

WANTED = Options(rate=RATE, emergency="9 1 1", record=True)


@pytest.fixture
def watched(book: Book, matcher: Matcher) -> Watched:
    coach = Watched(book, Options(rate=RATE, emergency="9 1 1"), matcher)
    coach.start()
    coach.past_checks()
    return coach


def test_nothing_is_recorded_unless_asked_for(watched: Watched) -> None:
    assert not watched.records
    assert not watched.can("end recording")


def test_recording_is_switched_on_and_off_by_voice(watched: Watched) -> None:
    assert Record(True) in watched.hear("record this")
    watched.run_until_quiet()
    assert watched.since[0] == "I'll record what we say from now on."
    assert not watched.can("record this")
    watched.answer("stretch")
    assert Record(False) in watched.hear("end recording")
    assert watched.run(2).since[0] == "I'm no longer recording."
    assert not watched.can("end recording")
    assert watched.at(Situation.STRETCHING)


@pytest.mark.parametrize("words", ["emergency", "pause", "heat"])
def test_it_can_be_ended_wherever_it_runs(watched: Watched, words: str) -> None:
    watched.answer("record this", words)
    assert Record(False) in watched.hear("end recording")


def test_where_the_settings_want_it_each_session_begins_with_saying_so(book: Book) -> None:
    coach = Driver(book, replace(WANTED, resident=True)).start()
    assert not coach.state.surroundings.recording
    assert Record(True) in coach.hear("wake up")
    assert coach.run(6).keys == ["reply.recording", "welcome.breathe.say"]
    coach.past_checks().answer("quit").run(MINUTE)
    assert not coach.state.surroundings.recording
    assert Record(True) in coach.hear("wake up")


def test_nobody_is_recorded_in_a_sleep(book: Book) -> None:
    coach = Driver(book, WANTED).start().past_checks()
    assert Record(False) in coach.hear("sleep")
    coach.run(MINUTE)
    assert Record(True) in coach.hear("wake up")
    assert coach.run(3).since[0] == "I'm recording what we say."


def test_after_a_power_cut_the_pad_goes_first(book: Book) -> None:
    coach = Driver(book, WANTED)
    actions = coach.tell(Started(0, Past(pad=Pad("heat", 900.0, 60.0))))
    assert Record(True) not in actions


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("full", "The recording is full. I've ended it and kept it."),
        ("failed", "I couldn't record. We'll carry on without it."),
    ],
)
def test_an_end_that_came_by_itself_is_said(watched: Watched, why: str, said: str) -> None:
    watched.answer("record this")
    watched.tell(RecordingEnded(watched.now, "full" if why == "full" else "failed"))
    assert said in watched.run(5).texts
    assert watched.can("record this")


def test_how_it_learns_a_voice_is_said(watched: Watched) -> None:
    assert watched.hear("learn my voice")
    watched.run_until_quiet()
    assert "Someone can type voice coach teach there." in watched.since
