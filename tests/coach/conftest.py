"""Sessions for the tests of the coach."""

from __future__ import annotations

import pytest

from tests.coach.driver import Driver
from voice_coach.understanding import Book, Matcher


@pytest.fixture
def fresh(book: Book, matcher: Matcher) -> Driver:
    """A session that has just begun."""
    return Driver(book, matcher=matcher).start()


@pytest.fixture
def asked(fresh: Driver) -> Driver:
    """A session in which the first safety question has been put, for stretching."""
    return fresh.to_questions()


@pytest.fixture
def menu(fresh: Driver) -> Driver:
    """A session past the questions, waiting in the menu."""
    return fresh.past_checks()


@pytest.fixture
def heat(menu: Driver) -> Driver:
    """A round of heat has just begun; the pain was six."""
    return menu.with_pad("heat")
