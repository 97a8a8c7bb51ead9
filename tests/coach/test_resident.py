"""A coach that stays: asleep until woken, one session after another, and quiet hours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.coach.driver import MINUTE, RATE, Driver
from tests.coach.watched import Watched
from voice_coach.coach import Options, Past
from voice_coach.coach.activities.sleep import ALONE_SECONDS, SOFTLY_DB
from voice_coach.coach.events import Action, Earcon, Quiet, Recalled, Say, Started, Trouble, Volume
from voice_coach.coach.limits import REST_SECONDS
from voice_coach.coach.loudness import QUIETER_DB, VOLUME_LOWEST
from voice_coach.coach.past import Pad, Unfinished
from voice_coach.coach.places import at_frame
from voice_coach.coach.safety import FRESH_SECONDS, QUESTIONS
from voice_coach.understanding import Book, Matcher, Situation

STAYS = Options(rate=RATE, emergency="9 1 1", resident=True)
DAY = 24 * 60 * MINUTE


@pytest.fixture
def asleep(book: Book, matcher: Matcher) -> Watched:
    """A coach that stays, and has just been started."""
    coach = Watched(book, STAYS, matcher)
    coach.start()
    return coach


@pytest.fixture
def awake(asleep: Watched) -> Watched:
    """The same in the menu of its first session."""
    asleep.hear("wake up")
    asleep.past_checks()
    return asleep


# --- waking


def test_it_does_not_begin_to_talk(asleep: Watched) -> None:
    assert asleep.run(3 * DAY).texts == []
    assert asleep.at(Situation.SLEEPING)
    assert not asleep.state.session


def test_one_soft_sound_says_that_it_listens(book: Book) -> None:
    assert Driver(book, STAYS).tell(Started(0)) == (Earcon("wake"),)


@pytest.mark.parametrize(
    "words", ["wake up", "hello coach", "hey coach", "my back", "help", "help me"]
)
def test_woken_it_begins_with_the_welcome(asleep: Watched, words: str) -> None:
    asleep.run(3 * DAY).hear(words)
    assert asleep.run(1).keys == ["welcome.breathe.say"]
    assert asleep.state.session


def test_an_emergency_is_heard_at_once(asleep: Watched) -> None:
    asleep.run(DAY).hear("emergency")
    assert asleep.run(6).keys == ["reply.red"]
    asleep.answer("go back")
    assert asleep.at(Situation.MENU)


def test_a_doubtful_emergency_that_was_none_lets_it_sleep_on(asleep: Watched) -> None:
    asleep.hear("emergency", certain=False)
    asleep.answer("no")
    assert asleep.at(Situation.SLEEPING)
    asleep.hear("wake up")
    assert asleep.run(1).keys[-1] == "welcome.breathe.say"


# --- leaving, and the next session


def test_good_bye_ends_the_session_not_the_program(awake: Watched) -> None:
    awake.answer("quit")
    awake.run(MINUTE)
    assert awake.keys[-1] == "reply.bye"
    assert not awake.ended
    assert awake.at(Situation.SLEEPING)
    assert not awake.state.session


def test_the_next_session_asks_everything_anew(awake: Watched) -> None:
    awake.answer("quit").run(DAY).hear("wake up")
    assert awake.run(1).keys[-1] == "welcome.breathe.say"
    assert not awake.state.answers.checked
    assert awake.state.answers.pain is None
    assert awake.past_checks().at(Situation.MENU)


def test_the_skin_rests_across_sessions(awake: Watched) -> None:
    awake.with_pad("heat").answer("done")
    off = awake.state.skin.off_at["heat"]
    awake.answer("stop", "quit").run(20).hear("wake up")
    awake.past_checks().hear("heat")
    awake.run(4)
    assert awake.now - off < REST_SECONDS * RATE
    assert awake.keys[-1] == "reply.heat_wait"
    assert awake.state.skin.off_at["heat"] == off


def test_volume_and_pace_hold_across_sessions(awake: Watched) -> None:
    awake.answer("louder", "quit").run(MINUTE).hear("wake up")
    assert awake.state.preferences.volume_db == -3.0


def test_what_it_knows_of_earlier_sessions_is_brought_up_to_date(awake: Watched) -> None:
    awake.answer("quit").run(MINUTE)
    awake.tell(Recalled(awake.now, Past(sessions=1, before=6, after=3)))
    awake.hear("wake up")
    awake.past_checks().hear("how have i been")
    assert "Lately, your pain was about 6 at the start." in awake.run(6).texts


def test_a_year_of_sessions_leaves_no_more_than_one(awake: Watched) -> None:
    sizes = []
    for _ in range(60):
        awake.answer("quit").run(6 * DAY).hear("wake up")
        awake.past_checks()
        awake.lines.clear()
        state = at_frame(awake.state, 0)
        state = replace(state, speech=replace(state.speech, next_id=1))
        sizes.append(len(repr(state)))
    assert sizes[-1] <= sizes[0] + 20


# --- left alone


def test_left_alone_in_the_menu_it_falls_asleep_softly(awake: Watched) -> None:
    awake.run_until_quiet().run(ALONE_SECONDS + 2 * MINUTE)
    assert awake.at(Situation.SLEEPING)
    assert awake.last == "I'm going to sleep. Say wake up when you need me."
    assert awake.lines[-1].say.gain_db == SOFTLY_DB


def test_soon_woken_it_goes_on_where_it_was(asleep: Watched) -> None:
    asleep.hear("wake up")
    asleep.to_questions().answer("no").run(ALONE_SECONDS + 3 * MINUTE)
    assert asleep.at(Situation.SLEEPING)
    asleep.run(FRESH_SECONDS - 10 * MINUTE).answer("wake up")
    assert asleep.since[0] == "I'm awake."
    assert asleep.keys[-1] == "emergency.legs.ask"


def test_what_was_told_asleep_bars_where_it_would_go_on(menu: Driver) -> None:
    menu.hear("stretch")
    menu.answer("sleep")
    assert menu.at(Situation.SLEEPING)
    menu.answer("i am pregnant")
    assert "reply.awake" in menu.keys
    assert menu.at(Situation.MENU)


def test_woken_after_hours_it_asks_everything_anew(awake: Watched) -> None:
    awake.answer("sleep").run(FRESH_SECONDS + MINUTE)
    assert not awake.state.session
    awake.hear("wake up")
    assert awake.run(1).keys[-1] == "welcome.breathe.say"
    assert not awake.state.answers.checked


def test_that_holds_for_one_that_does_not_stay_too(menu: Driver) -> None:
    menu.answer("sleep").run(FRESH_SECONDS + MINUTE).hear("wake up")
    assert menu.run(1).keys[-1] == "welcome.breathe.say"


def test_one_that_does_not_stay_is_never_alone(menu: Driver) -> None:
    assert menu.run(DAY).at(Situation.MENU)


def test_a_pad_is_never_left_alone(awake: Watched) -> None:
    awake.with_pad("ice").run(2 * 60 * MINUTE)
    assert awake.at(Situation.ENDING)
    assert awake.keys[-1] == "reply.ice_end"


def test_nor_is_an_emergency(awake: Watched) -> None:
    awake.answer("emergency")
    assert awake.run(5 * 60 * MINUTE).at(Situation.EMERGENCY)
    awake.hear("done")
    assert awake.run(5 * 60 * MINUTE).at(Situation.EMERGENCY)


# --- after a power cut


def left(book: Book, past: Past) -> Driver:
    return Driver(book, STAYS).start(past)


PLACE = Unfinished(60.0, "stretch", "right_knee", checked=frozenset(QUESTIONS), pain_before=6)


def test_a_place_that_was_left_waits_until_somebody_wakes_it(book: Book) -> None:
    place = replace(PLACE, step=book.routines["stretch"].step[1].id)
    coach = left(book, Past(unfinished=place)).run(60 * MINUTE)
    assert coach.texts == []
    coach.answer("wake up")
    assert coach.since[:2] == ["Something stopped me. I'm back.", "We were stretching."]
    assert coach.answer("yes").at(Situation.STRETCHING)
    assert coach.state.answers.pain == 6


def test_but_not_for_ever(book: Book) -> None:
    place = replace(PLACE, step=book.routines["stretch"].step[1].id)
    coach = left(book, Past(unfinished=place)).run(FRESH_SECONDS)
    coach.hear("wake up")
    assert coach.run(1).keys == ["welcome.breathe.say"]
    assert not coach.state.answers.checked


def test_a_pad_and_an_emergency_do_not_wait(book: Book) -> None:
    pad = left(book, Past(pad=Pad("heat", 900.0, 60.0))).run_until_quiet()
    assert pad.texts == ["Something stopped me. I'm back.", "Is the heat off now?"]
    called = left(book, Past(unfinished=Unfinished(60.0, flags=frozenset({"emergency"}))))
    assert called.run(1).keys == ["reply.red"]


def test_an_unknown_pad_is_spoken_of_once(book: Book) -> None:
    coach = left(book, Past(lost=True)).run(DAY)
    assert coach.keys == ["reply.pad_unknown"]
    assert coach.at(Situation.SLEEPING)


# --- quiet hours


def quiet(coach: Driver, on: bool = True) -> tuple[Action, ...]:
    return coach.tell(Quiet(coach.now, on))


def test_in_quiet_hours_it_speaks_more_softly(menu: Driver) -> None:
    assert quiet(menu) == (Volume(-6.0 - QUIETER_DB),)
    assert Volume(-3.0 - QUIETER_DB) in menu.hear("louder")
    assert quiet(menu, False) == (Volume(-3.0),)


def test_it_is_never_softer_than_can_be_asked_for(book: Book) -> None:
    coach = Driver(book, replace(STAYS, volume_db=-15.0)).start()
    assert quiet(coach) == (Volume(VOLUME_LOWEST),)


def test_a_pad_and_an_emergency_are_as_loud_as_by_day(menu: Driver) -> None:
    quiet(menu)
    menu.with_pad("heat").stay_awake(16 * MINUTE)
    ends = [x.say.gain_db for x in menu.lines if x.say.key == "reply.heat_end"]
    assert ends[0] == QUIETER_DB
    menu.hear("done")
    assert next(a.gain_db for a in menu.hear("emergency") if isinstance(a, Say)) == QUIETER_DB


def test_nothing_unasked_for_is_said(awake: Watched) -> None:
    awake.run_until_quiet()
    quiet(awake)
    said = len(awake.lines)
    awake.tell(Trouble(awake.now, "silent_microphone"))
    awake.run(ALONE_SECONDS + MINUTE)
    assert awake.at(Situation.SLEEPING)
    assert len(awake.lines) == said


def test_a_microphone_that_fails_while_a_pad_is_on_is_told_of(awake: Watched) -> None:
    quiet(awake)
    awake.with_pad("heat")
    awake.tell(Trouble(awake.now, "silent_microphone"))
    assert "trouble" in awake.run(2).keys[-1]


def test_a_sleeper_that_hears_nothing_says_so_by_day(asleep: Watched) -> None:
    asleep.tell(Trouble(asleep.now, "silent_microphone"))
    assert asleep.run(10).last == "Check that it's plugged in and not muted."
    asleep.tell(Trouble(asleep.now, "ears_back"))
    assert asleep.run(10).last == "I can hear you again."
    assert asleep.at(Situation.SLEEPING)
    assert not asleep.state.session


def test_at_night_it_waits_for_the_morning(asleep: Watched) -> None:
    quiet(asleep)
    asleep.tell(Trouble(asleep.now, "silent_microphone"))
    assert asleep.run(8 * 60 * MINUTE).texts == []
    quiet(asleep, False)
    assert asleep.run(10).last == "Check that it's plugged in and not muted."


def test_started_in_quiet_hours_it_makes_no_sound(book: Book) -> None:
    coach = Driver(book, STAYS)
    quiet(coach)
    assert coach.tell(Started(0)) == ()


def test_a_sign_told_while_another_is_asked_about_wakes_it(asleep: Watched) -> None:
    asleep.hear("i have a fever", certain=False)
    asleep.run_until_quiet().mean("red_flag", "lump").mean("no")
    assert asleep.state.session
    assert "doctor" in asleep.state.answers.flags
