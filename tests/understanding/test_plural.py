"""The word beside a number has the form that fits it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.understanding.files import copied
from voice_coach.faults import PromptFault
from voice_coach.speaking import fixed_texts
from voice_coach.understanding import Book, load_book
from voice_coach.understanding.plural import count, filled, longest, problem

ENGLISH = "n != 1"
POLISH = "n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2"
LEFT = "{minutes} {minutes:minuta|minuty|minut}."


@pytest.mark.parametrize(
    ("plural", "sentence", "number", "said"),
    [
        (ENGLISH, "{minutes} {minutes:minute|minutes} left.", 1, "1 minute left."),
        (ENGLISH, "{minutes} {minutes:minute|minutes} left.", 2, "2 minutes left."),
        (ENGLISH, "{minutes} {minutes:minute|minutes} left.", 0, "0 minutes left."),
        ("n > 1", "{minutes} {minutes:minute|minutes}.", 0, "0 minute."),
        (POLISH, LEFT, 1, "1 minuta."),
        (POLISH, LEFT, 3, "3 minuty."),
        (POLISH, LEFT, 12, "12 minut."),
        (POLISH, LEFT, 22, "22 minuty."),
        ("0", "{minutes} {minutes:fun}.", 5, "5 fun."),
    ],
)
def test_the_form_that_fits_is_said(plural: str, sentence: str, number: int, said: str) -> None:
    assert problem(sentence, plural) is None
    assert filled(sentence, {"minutes": str(number)}, plural) == said


def test_rules_have_as_many_forms_as_they_give() -> None:
    assert [count(rule) for rule in ("0", ENGLISH, POLISH)] == [1, 2, 3]


@given(st.integers(0, 100), st.text(alphabet="abc xyz", max_size=20))
def test_a_sentence_without_forms_is_filled_as_it_is(number: int, rest: str) -> None:
    assert filled(f"{rest}{{minutes}}{rest}", {"minutes": str(number)}, ENGLISH) == (
        f"{rest}{number}{rest}"
    )


@pytest.mark.parametrize(
    "sentence", ["{minutes:minute}", "{minutes:a|b|c}", "{minutes:a|}", "{emergency:a|b}"]
)
def test_a_wrong_number_of_forms_is_refused(sentence: str) -> None:
    assert problem(sentence, ENGLISH) is not None


def test_the_longest_form_counts() -> None:
    assert longest("{minutes:a|bcd}.") == 4
    assert longest("no slot") == 7


def test_no_sentence_of_the_book_counts_one_in_the_plural(book: Book) -> None:
    wrong = [
        text
        for text in fixed_texts(book, "9 1 1")
        if re.search(r"\b1 [a-z]+s\b(?! of\b)|\b1 (minutes|breaths|seconds|hours)\b", text)
    ]
    assert not wrong
    assert "1 minute left." in fixed_texts(book, "9 1 1")


@pytest.mark.parametrize("rule", ["n !=", "import os", "n / 0", ""])
def test_a_rule_that_is_none_is_named(tmp_path: Path, rule: str) -> None:
    path = copied(tmp_path) / "language.toml"
    path.write_text(path.read_text().replace(f'"{ENGLISH}"', f'"{rule}"'))
    with pytest.raises(PromptFault, match=r"language\.toml: plural"):
        load_book(path.parent)


def test_a_language_file_without_a_rule_has_that_of_english(tmp_path: Path) -> None:
    path = copied(tmp_path) / "language.toml"
    path.write_text(path.read_text().replace(f'plural = "{ENGLISH}"', ""))
    assert load_book(path.parent).language.plural == ENGLISH
