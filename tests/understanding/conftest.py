"""What the tests of the language share."""

from __future__ import annotations

import pytest

from voice_coach.understanding import Book


@pytest.fixture(scope="session")
def everything(book: Book) -> frozenset[str]:
    """All intents at once."""
    return frozenset(book.intents)
