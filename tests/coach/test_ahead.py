"""What may be said next: derived from the book, the nearest first."""

from __future__ import annotations

import pytest

from voice_coach.coach import Options
from voice_coach.coach.ahead import ahead, opening
from voice_coach.coach.safety import QUESTIONS
from voice_coach.understanding import Book

OPTIONS = Options(rate=1000, emergency="9 1 1")


@pytest.fixture(scope="module")
def order(book: Book) -> list[str]:
    return [key for key, _, _ in ahead(book, OPTIONS)]


def test_opening_is_the_welcome_with_its_breaths_and_the_menu(book: Book) -> None:
    said = [key for key, _, _ in opening(book, OPTIONS)]
    welcome = book.routines["welcome"].step[0]
    assert said[: len(welcome.say)] == ["welcome.breathe.say"] * len(welcome.say)
    assert {"reply.in", "reply.out", "reply.count", "welcome.breathe.then"} <= set(said)
    assert said[-1] == "reply.menu"


def test_a_coach_that_stays_opens_with_the_greeting_once_it_is_woken(book: Book) -> None:
    resident = opening(book, Options(rate=1000, emergency="9 1 1", resident=True))
    assert set(opening(book, OPTIONS)) <= set(resident)


def test_order_begins_with_the_opening_and_repeats_nothing(book: Book) -> None:
    made = ahead(book, OPTIONS)
    first = opening(book, OPTIONS)
    assert made[: len(first)] == first
    assert len(set(made)) == len(made) > 100


def test_every_sentence_is_in_the_book(book: Book) -> None:
    for key, variant, sentence in ahead(book, OPTIONS):
        assert book.texts[key][variant][sentence]


def test_questions_come_in_their_order(book: Book, order: list[str]) -> None:
    asked = [f"{name}.{s.id}.ask" for name in QUESTIONS for s in book.routines[name].step]
    places = [order.index(key) for key in asked if key in order]
    assert len(places) > 3
    assert places == sorted(places)


def test_what_an_emergency_needs_comes_with_the_first_question(order: list[str]) -> None:
    assert order.index("reply.red") < order.index("emergency.chest.ask")


def test_long_talks_do_not_go_before_the_next_question(order: list[str]) -> None:
    assert order.index("emergency.below.ask") < order.index("medicine.kinds.say")
