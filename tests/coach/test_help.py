"""Help names what can be said now, a few things at a time; "how long left" answers everywhere."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.coach.driver import PROMPTS, RATE, Driver
from tests.understanding.files import overlay
from voice_coach.coach import Options, understood
from voice_coach.coach.activities import ACTIVITIES, TABLE
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.in_routine import beats
from voice_coach.coach.limits import MINUTE
from voice_coach.coach.places import place_state
from voice_coach.coach.remaining import TO_ANSWER, seconds_left
from voice_coach.coach.transition import Transition
from voice_coach.understanding import Book, Matcher, Situation, load_book
from voice_coach.understanding.book import OFFERED
from voice_coach.understanding.place import Place

OPTIONS = Options(rate=RATE, emergency="9 1 1")
MOST_AT_A_TIME = 6


def pages(coach: Driver, most: int = 12) -> list[list[str]]:
    """Ask for help, and then for more until it is over; return what was said of each page."""
    found: list[list[str]] = []
    coach.interject("help")
    while len(found) < most:
        coach.run_until_quiet()
        found.append([x for x in coach.since if x.startswith(("Say", "You", "Or", "Of", "Who"))])
        if "That's all. Say help to hear it again." in coach.since:
            break
        coach.run(1).interject("more")
    return found


def test_help_goes_on_page_by_page_until_all_has_been_said(menu: Driver) -> None:
    menu.mean("help")
    assert menu.since == [
        "Say stretch, heat, ice, breathe or relax.", "Say more to hear more.",
    ]  # fmt: skip
    menu.answer("more")
    assert menu.since[0] == "Say medicine, prevention, sleep or quit."
    menu.answer("more")
    assert menu.since[0] == "Say louder or quieter for my voice."
    menu.answer("more", "more")
    assert menu.since[-1] == "That's all. Say help to hear it again."
    menu.answer("more")
    assert menu.since[0] == "Say stretch, heat, ice, breathe or relax."


@pytest.mark.parametrize("name", [p for p in Place if p not in (Place.OVER, Place.SLEEPING)])
def test_help_offers_only_what_is_understood_there(name: Place, book: Book) -> None:
    coach = Driver(book, OPTIONS)
    coach.state = place_state(name, book, OPTIONS)
    coach.now = coach.state.now
    can = understood(coach.state, book)
    said = book.meant(can, name)
    for _ in range(8):
        for action in coach.tell(IntentHeard(coach.now, "help" if _ == 0 else "more")):
            key = getattr(action, "key", "")
            if not key.startswith("help."):
                continue
            text = book.texts[key][action.variant][action.sentence]  # type: ignore[union-attr]
            for phrase in OFFERED.findall(text):
                assert book.canonical(phrase) in said or key == f"help.{name}", (phrase, key)
        coach.run(0.1)


def test_a_page_has_few_things(book: Book) -> None:
    for key, variants in book.texts.items():
        for variant in variants if key.startswith("help.") else ():
            offered = [p for sentence in variant for p in OFFERED.findall(sentence)]
            assert len(offered) <= MOST_AT_A_TIME, key


def test_more_means_more_breaths_in_a_stretch_unless_help_was_asked_for(menu: Driver) -> None:
    menu.answer("stretch").hear("next")
    menu.run_until("reply.count").hear("more")
    assert "5 breaths each time." in menu.run(2).since
    menu.hear("help")
    menu.run(3).hear("more")
    assert menu.run(3).since[0] == "Say other side, where am I, pause or stop.".replace(
        " I,", " i,"
    )
    menu.run(65).hear("more")
    assert "6 breaths each time." in menu.run(2).since, "that was long ago"


def test_more_is_what_a_talk_says_next_unless_help_was_asked_for(menu: Driver) -> None:
    menu.interject("prevention").run(1).interject("more")
    assert menu.run(1).since[0] == "Take lifting, for example."
    menu.interject("help").run(8).interject("more")
    assert menu.run(1).since[0] == "Say louder or quieter for my voice."


def test_more_without_help_is_help(menu: Driver) -> None:
    assert menu.answer("more").since[0] == "Say stretch, heat, ice, breathe or relax."


def test_something_else_said_between_ends_the_help(menu: Driver) -> None:
    menu.answer("help", "louder", "more")
    assert menu.since[0] == "Say stretch, heat, ice, breathe or relax."


def test_where_nothing_of_the_help_makes_sense_its_first_page_is_said_all_the_same(
    book: Book,
) -> None:
    texts = {**book.texts, "help.menu": (("Say [other side].",),)}
    coach = Driver(replace(book, texts=texts)).start().past_checks()
    assert coach.answer("help").since[0] == "Say other side."


def test_where_am_i_is_answered_between_exercises_too(menu: Driver) -> None:
    assert menu.answer("where am i").since == ["We're between exercises."]


# --- routines of one's own


def own_book(*, title: str = "Evening stretch", phrases: str = '"evening stretch"') -> Book:
    step = {"id": "sway", "name": "Swaying.", "say": ["Let your knees sway."], "breaths": 2}
    mine: dict[str, Any] = {"title": title, "situation": "stretching", "intent": "evening"}
    intents = f"[intent.evening]\nphrases = [{phrases}]\n"
    with tempfile.TemporaryDirectory() as folder:
        return load_book(PROMPTS, overlay(Path(folder), {"mine": mine | {"step": [step]}}, intents))


@pytest.mark.parametrize(
    ("title", "phrases", "said"),
    [
        ("Evening stretch", '"evening", "evening stretch"', "evening stretch."),
        ("My own, for later", '"evening", "swaying"', "evening."),
    ],
)
def test_help_names_the_routines_of_ones_own_by_what_begins_them(
    title: str, phrases: str, said: str
) -> None:
    book = own_book(title=title, phrases=phrases)
    coach = Driver(book).start().past_checks()
    coach.answer("help", "more", "more")
    assert coach.since[:2] == ["Of your own, you can say:", said]
    coach.hear(said.removesuffix("."))
    assert coach.run(1).at(Situation.STRETCHING)


def test_a_routine_that_is_ruled_out_today_is_not_named() -> None:
    coach = Driver(own_book()).start().past_checks()
    answers = coach.state.answers
    flags = answers.flags | {"doctor"}
    coach.state = replace(coach.state, answers=replace(answers, flags=flags))
    coach.answer("breathe")
    assert not any("evening" in x for page in pages(coach) for x in page)


def test_a_routine_that_only_one_place_begins_is_not_named() -> None:
    book = own_book(phrases='"evening"')
    nowhere = {**book.understood.said, "evening": ()}
    with tempfile.TemporaryDirectory() as folder:
        step = {"id": "sway", "name": "Swaying.", "say": ["Sway."]}
        mine = {"title": "x", "situation": "stretching", "intent": "evening", "step": [step]}
        intents = '[intent.evening]\nphrases = []\n[here.menu]\nevening = ["evening"]\n'
        book = load_book(PROMPTS, overlay(Path(folder), {"mine": mine}, intents))
    assert nowhere["evening"] == ()
    assert "mine.offer" not in book.texts
    coach = Driver(book).start().past_checks()
    assert not any("Of your own, you can say:" in page for page in pages(coach))


# --- how long left


def test_how_long_is_understood_everywhere_but_asleep() -> None:
    without = {s for s, row in TABLE.items() if "how_long" not in row}
    below = {Situation.AWAKE, Situation.CHOOSING}  # there, it is for what lies below
    assert without == {Situation.SLEEPING, Situation.OVER} | below


def test_how_long_in_a_stretch_counts_the_breaths_and_the_rest_of_the_routine(menu: Driver) -> None:
    menu.answer("stretch").hear("next")
    menu.run_until("reply.count").run(3).hear("how long left")
    # Three breaths, three more holds of four and five, and what is said between them.
    assert menu.run(8).since[:2] == [
        "3 breaths left.",
        "What we're doing is over in about 4 minutes.",
    ]
    menu.hear("slower")
    menu.run(1).hear("how long left")
    assert "What we're doing is over in about 5 minutes." in menu.run(8).since


def test_how_long_counts_down_to_the_end(menu: Driver) -> None:
    menu.answer("stretch", "next", "next", "next").hear("next")
    menu.run_until("reply.count").run(2).hear("how long left")
    assert menu.run(6).since[:2] == [
        "4 breaths left.",
        "What we're doing is over in less than a minute.",
    ]


def test_how_long_with_a_pad_on_and_an_exercise_says_both(menu: Driver) -> None:
    menu.with_pad("heat").hear("breathe")
    menu.run(30).hear("how long left")
    said = menu.run(12).since
    assert said[0] == "Heat is on. 15 minutes left. Stay awake."
    assert any(x.startswith("What we're doing") for x in said)


def test_how_long_between_exercises_says_when_the_skin_has_rested(menu: Driver) -> None:
    menu.answer("how long left")
    assert menu.since[0] == "No clock is running. Take all the time you like."
    menu.with_pad("heat").run(60).answer("stop", "done", "six", "how long left")
    assert menu.since[0].startswith("Your skin needs a rest first. Heat again in")


def test_how_long_in_an_emergency_is_not_known(menu: Driver) -> None:
    menu.mean("emergency").answer("how long")
    assert menu.since == ["I don't know how long help will take. I'll stay with you."]
    menu.run(70)
    assert menu.since[-1].startswith("Call 9 1 1") or "reply.red_again" in menu.keys


def test_how_long_in_the_alarm_is_the_alarm(menu: Driver) -> None:
    menu.with_pad("heat").answer("stop").run(1).hear("how long left")
    assert menu.run(1).since == ["Heat off now. Say done."]


def test_how_long_at_a_question_puts_it_again(fresh: Driver, matcher: Matcher) -> None:
    fresh.run_until_quiet().answer("pain score")
    asked = fresh.last
    fresh.mean("how_long")
    assert fresh.since == ["No clock is running. Take all the time you like.", asked]


def test_a_long_routine_of_ones_own_is_longer_than_twenty_minutes() -> None:
    steps = [
        {"id": f"s{i}", "name": "Hold.", "breaths": 10, "rest": 30, "times": 3} for i in range(9)
    ]
    mine = {"title": "x", "situation": "imagery", "intent": "evening", "step": steps}
    with tempfile.TemporaryDirectory() as folder:
        book = load_book(
            PROMPTS,
            overlay(Path(folder), {"mine": mine}, '[intent.evening]\nphrases = ["evening"]'),
        )
    coach = Driver(book).start().past_checks()
    coach.interject("evening").run(2).interject("how_long")
    assert "What we're doing takes more than twenty minutes." in coach.run(5).since


def test_a_pad_in_an_emergency_keeps_its_time(menu: Driver) -> None:
    menu.with_pad("heat")
    menu.interject("emergency").run(1).interject("how_long")
    assert menu.run(3).since[0] == "Heat is on. 15 minutes left. Stay awake."
    assert MINUTE == 60


def test_getting_ready_is_counted_in_what_is_left(book: Book) -> None:
    state = place_state("heatready", book, OPTIONS)
    t = Transition(state, book, state.now, ACTIVITIES)
    here = t.routine
    assert here is not None and here.step(book).ready
    begun = here.at(here.position.at_beat(0))
    done = here.at(here.position.at_beat(len(beats(here.step(book)))))
    assert seconds_left(t, begun) > seconds_left(t, done) + TO_ANSWER
