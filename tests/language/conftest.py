"""The book and its matcher."""

from __future__ import annotations

import pytest

from tests.language.files import PROMPTS
from voice_coach.language import Book, Matcher, load_book


@pytest.fixture(scope="session")
def book() -> Book:
    return load_book(PROMPTS)


@pytest.fixture(scope="session")
def matcher(book: Book) -> Matcher:
    return Matcher(book)


@pytest.fixture(scope="session")
def everything(book: Book) -> frozenset[str]:
    """All intents at once."""
    return frozenset(book.intents)
