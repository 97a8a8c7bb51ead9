"""Typed text, as people type it: in a hurry, with capitals, digits and slips."""

from __future__ import annotations

import pytest

from voice_coach.coach import Options
from voice_coach.coach.places import place_state
from voice_coach.interpretation import understand
from voice_coach.understanding import Book, Matcher
from voice_coach.understanding.typed import readings, spoken_words


@pytest.mark.parametrize(
    ("typed", "spoken"),
    [
        ("STOP!!!", "stop"),
        ("I can\N{RIGHT SINGLE QUOTATION MARK}t", "i can't"),
        ("dont", "don't"),
        ("its not off", "it's not off"),
        ("im ok", "i'm ok"),
        ("well, i feel ill", "well i feel ill"),  # words of their own, not "we'll" and "I'll"
        ("7", "seven"),
        ("call 911", "call nine one one"),
        ("112", "one one two"),
        ("85", "[unk]"),
        ("12345", "[unk]"),
        ("heat&ice", "heat and ice"),
        ("?!", ""),
    ],
)
def test_it_is_written_as_a_recogniser_would(book: Book, typed: str, spoken: str) -> None:
    assert spoken_words(typed, book) == spoken


def test_strange_words_may_be_unknown_sound(book: Book) -> None:
    assert readings("stop asdf", book) == ("stop asdf", "stop [unk]")
    assert readings("stop", book) == ("stop",)
    assert readings("", book) == ("[unk]",)


@pytest.mark.parametrize(
    ("situation", "typed", "intent", "certain"),
    [
        ("hold", "stop asdf", "stop", True),
        ("hold", "asdf", None, False),
        ("ending", "its off", "done", True),
        ("ending", "its not off", "still_on", True),
        ("ending", "its nott off", None, False),
        ("ending", "off asdf", None, False),
        ("menu", "i cant feel my legs", "red_flag", True),
        ("menu", "emergencee", "emergency", False),
        ("menu", "call 911", "emergency", True),
        ("checking", "999", "emergency", True),
        ("menu", "heat asdf", "heat", False),
    ],
)
def test_safety_is_not_lost_to_haste_nor_found_in_slips(
    book: Book, matcher: Matcher, situation: str, typed: str, intent: str | None, certain: bool
) -> None:
    """ "i cant feel my legs" once meant nothing, and "stop asdf" did not stop."""
    state = place_state(situation, book, Options(16000, "9 1 1"))
    found = understand(typed, state, book, matcher)
    assert (found.intent, found.certain) == (intent, certain), found
