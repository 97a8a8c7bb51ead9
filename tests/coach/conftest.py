"""Sessions, and how long hypothesis tries: HYPOTHESIS_PROFILE=long for a long run."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.coach.driver import Driver
from voice_coach.understanding import Book, Matcher

for profile, examples in (("default", 200), ("long", 3000)):
    settings.register_profile(
        profile,
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


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
