"""The forms of a word beside a number: "1 minute", "2 minutes", and three of them in Polish.

A language's rule is written as in the head of every .po file (gettext's "Plural-Forms"): an
expression of C over n, whose value numbers the form from 0 on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from gettext import c2py

LARGEST = 100
"""Numbers up to this one are tried to learn how many forms a rule has."""

SLOT = re.compile(r"\{([a-z]+)(?::[^{}\[\]]*)?\}")
"""A value the coach fills in: "{minutes}"; or the form that fits it: "{minutes:minute|minutes}"."""


@cache
def rule(plural: str) -> Callable[[int], int]:
    """Return what gives the number of the form for a number.

    Raises:
        ValueError: it is no such expression.
    """
    of: Callable[[int], int] = c2py(plural)
    return of


@cache
def count(plural: str) -> int:
    """Return how many forms a rule has; raises ValueError."""
    return max(map(rule(plural), range(LARGEST + 1))) + 1


def forms(slot: re.Match[str]) -> list[str]:
    """Return the forms that a slot chooses from; none for one that is filled with its value."""
    _, colon, rest = slot[0][1:-1].partition(":")
    return rest.split("|") if colon else []


def filled(sentence: str, slots: Mapping[str, str], plural: str) -> str:
    """Return a sentence with its slots filled.

    Args:
        sentence: with slots.
        slots: name -> value, in digits where a slot has forms.
        plural: the language's rule.

    Raises:
        KeyError: a slot has no value.
    """

    def value(slot: re.Match[str]) -> str:
        given, choice = slots[slot[1]], forms(slot)
        return choice[rule(plural)(int(given))] if choice else given

    return SLOT.sub(value, sentence)


def longest(sentence: str) -> int:
    """Return the length of a sentence with the longest of its forms, and its slots unfilled."""
    return len(SLOT.sub(lambda slot: max(forms(slot), key=len, default=slot[0]), sentence))


def problem(sentence: str, plural: str) -> str | None:
    """Return what is wrong with the forms in a sentence, or None."""
    for slot in SLOT.finditer(sentence):
        choice = forms(slot)
        if not choice:
            continue
        if slot[1] == "emergency":
            return f"{slot[0]} has no forms: it is no quantity"
        if len(choice) != count(plural) or not all(form.strip() for form in choice):
            return (
                f"{slot[0]} needs as many forms as the plural has, {count(plural)}, with | between"
            )
    return None
