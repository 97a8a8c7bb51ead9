"""Templates: what they make, and what is wrong with them."""

from __future__ import annotations

import re
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.understanding.templates import MOST_EXPANSIONS, Rules, TemplateError, expand

RULES = Rules(
    {
        "it": "it|that",
        "exercise": "(exercise|stretch) [again]",
        "loop": "x <pool>",
        "pool": "<loop>",
    },
    {"number": ("one", "two")},
)


@pytest.mark.parametrize(
    ("template", "made"),
    [
        ("stop", ("stop",)),
        ("(pause|hold) [on]", ("pause", "pause on", "hold", "hold on")),
        ("hold <it>", ("hold it", "hold that")),
        ("[a|the] {number}", ("one", "two", "a one", "a two", "the one", "the two")),
        ("[(a|b) c] d", ("d", "a c d", "b c d")),
        ("<exercise>", ("exercise", "exercise again", "stretch", "stretch again")),
        ("(a|a|b)", ("a", "b")),
        ("  a   b ", ("a b",)),
    ],
)
def test_a_template_stands_for_its_sentences(template: str, made: tuple[str, ...]) -> None:
    assert expand(template, RULES) == made


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("(a|b", 'has a "(" without its ")"'),
        ("[a", 'has a "[" without its "]"'),
        ("[a)", 'has a "[" without its "]"'),
        ("a)", 'has a ")" too many'),
        ("a|b", 'has a "|" too many'),
        ("(a|)", 'has an empty choice in "()"'),
        ("[]", 'has an empty choice in "[]"'),
        ("<its>", "names the rule <its>"),
        ("{digit}", "names the list {digit}"),
        ("a < b", 'has a stray "<"'),
        ("a }", 'has a stray "}"'),
        ("<loop>", "does one name itself?"),
        ("(" * 20 + "a" + ")" * 20, "too deep"),
        (" ".join(["[a|b|c]"] * 12), f"makes more than {MOST_EXPANSIONS} sentences"),
    ],
)
def test_what_is_wrong_with_a_template_is_said(template: str, reason: str) -> None:
    with pytest.raises(TemplateError, match=re.escape(reason)):
        expand(template, RULES)


words = st.sampled_from(["a", "b", "c", "dd"])
choices = st.lists(words, min_size=1, max_size=3)


@given(st.lists(st.tuples(st.sampled_from("([ "), choices), min_size=1, max_size=5))
def test_a_template_makes_one_sentence_for_each_choice(
    parts: list[tuple[str, list[str]]],
) -> None:
    text = " ".join(
        {"(": f"({'|'.join(w)})", "[": f"[{'|'.join(w)}]", " ": w[0]}[kind] for kind, w in parts
    )
    many = prod({"(": len(w), "[": len(w) + 1, " ": 1}[kind] for kind, w in parts)
    made = expand(text, RULES)
    assert len(made) == len(set(made)) <= many
    least = " ".join(w[0] for kind, w in parts if kind != "[")
    assert least in made


@given(st.text(st.sampled_from("ab ()[]|<>{}it"), max_size=30))
def test_any_text_is_a_template_or_a_fault(text: str) -> None:
    try:
        made = expand(text, RULES)
    except TemplateError as error:
        assert str(error)
    else:
        assert all(not set(sentence) & set("()[]|<>{}") for sentence in made)
