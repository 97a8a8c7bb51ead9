"""docs/script.md: every sentence has its source, every source is there, and nothing is stale."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from scripts import script_page
from voice_coach.understanding import Book

KNOWN = script_page.sources()


def test_every_sentence_has_a_source(book: Book) -> None:
    missing = [
        key
        for key in script_page.spoken_keys(book)
        if script_page.source_of(key, KNOWN) is None and not key.startswith("reply.trouble_")
    ]
    assert not missing, "place them in docs/script-sources.toml"


@pytest.mark.parametrize("place", sorted({place for _, place in KNOWN} - {script_page.NONE}))
def test_every_source_is_on_the_practice_page(place: str) -> None:
    assert script_page.on_the_page(place, script_page.places()), place


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in KNOWN])
def test_every_pattern_fits_a_sentence(book: Book, pattern: str) -> None:
    assert any(fnmatchcase(key, pattern) for key in script_page.spoken_keys(book)), pattern


RULES = (
    "Relief first > the emergency questions come before",
    "Relief first > the questions for a doctor come only",
    "Warning signs: an emergency > The number comes from",
    "Ask a doctor soon > The coach says so",
    '5. Imagery > "May help": no promise',
    "5. Imagery > Eyes closed",
    "How it is said > Every phrase that the coach offers",
    "How it is said > Short sentences",
    "Where the script differs today > ",
)
"""What says how, and not what, the coach speaks; other tests hold it to these."""


def test_every_fact_of_the_practice_page_is_said_somewhere() -> None:
    """Each list item and paragraph about what may be said is the source of some sentence."""
    told = {place for _, place in KNOWN}
    for heading, items in script_page.places().items():
        for item in items:
            place = f"{heading} > {item}"
            assert any(place.startswith(known) for known in (*told, *RULES)), place


def test_the_page_is_up_to_date(book: Book) -> None:
    written = script_page.PAGE.read_text(encoding="utf-8")
    assert written == script_page.page(book), "run python scripts/script_page.py"
