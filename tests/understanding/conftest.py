"""What the tests of the language share."""

from __future__ import annotations

import pytest

from tests.understanding.scene import RATE, Scene
from voice_coach.coach import intents_of
from voice_coach.understanding import Book, Matcher, Situation
from voice_coach.understanding.evidence import Context


@pytest.fixture(scope="session")
def everything(book: Book) -> frozenset[str]:
    """All intents at once."""
    return frozenset(book.intents)


@pytest.fixture
def scene(book: Book, matcher: Matcher) -> Scene:
    return Scene(matcher, Context(RATE, intents_of(Situation.STRETCHING, book)))
