"""Sentence templates: many ways to say one thing, written as one line of `prompts/`.

    (pause|hold) [the] <exercise>       one of these; perhaps that; what the rule says
    about [a] {number}                  any word of a list

The notation is that of Home Assistant's intent sentences. Its own parser, hassil, was tried and
left out: it brings a YAML parser and a number speller, takes 80 ms to import on a laptop, and
cannot say how many sentences a template makes before it has made them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from math import prod

MOST_EXPANSIONS = 1500
"""Sentences that one template may stand for. More is a mistake, and would fill the memory."""

DEEPEST = 12
"""Brackets and rules inside each other; a rule that names itself is deeper than any."""

_TOKEN = re.compile(r"\s*([()\[\]|]|<[^<>()\[\]|{}\s]*>|\{[^{}()\[\]|<>\s]*\}|[^()\[\]|<>{}\s]+)")


class TemplateError(ValueError):
    """What is wrong with a template, in one phrase."""


@dataclass(frozen=True, slots=True)
class _Words:
    """Words as they stand."""

    text: str


@dataclass(frozen=True, slots=True)
class _OneOf:
    """One of several sequences; of "[...]", the first is empty."""

    choices: tuple[tuple[_Part, ...], ...]


_Part = _Words | _OneOf


@dataclass(frozen=True, slots=True)
class Rules:
    """What templates may refer to.

    Attributes:
        rules: name -> template, for `<name>`.
        lists: name -> words, for `{name}`.
    """

    rules: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    _parsed: dict[tuple[str, int], tuple[_Part, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def parsed(self, name: str, depth: int) -> tuple[_Part, ...]:
        """Return the parts of a rule, which is expanded once however many templates name it.

        Raises:
            TemplateError: the rule is malformed, or lies too deep inside others.
        """
        if (name, depth) not in self._parsed:
            parts = _parse(f"({self.rules[name]})", self, depth)
            if _count(parts) <= MOST_EXPANSIONS:  # else whoever names it says so
                parts = (_OneOf(tuple((_Words(text),) for text in _sentences(parts))),)
            self._parsed[name, depth] = parts
        return self._parsed[name, depth]


def expand(template: str, rules: Rules) -> tuple[str, ...]:
    """Return every sentence of a template, each once, in the order of its choices.

    Raises:
        TemplateError: the template is malformed, names an unknown rule or list, or makes more
            than MOST_EXPANSIONS sentences.
    """
    parts = _parse(template, rules, 0)
    if _count(parts) > MOST_EXPANSIONS:
        raise TemplateError(f"makes more than {MOST_EXPANSIONS} sentences")
    return tuple(dict.fromkeys(_sentences(parts)))


def _parse(template: str, rules: Rules, depth: int) -> tuple[_Part, ...]:
    if depth > DEEPEST:
        raise TemplateError(
            "has rules or brackets too deep inside each other; does one name itself?"
        )
    tokens = _tokens(template)
    parts, rest = _sequence(tokens, rules, depth)
    if rest:
        raise TemplateError(f'has a "{rest[0]}" too many')
    return parts


def _tokens(template: str) -> list[str]:
    if not template.isprintable():
        raise TemplateError("has a character that is not printed")
    tokens: list[str] = []
    place = 0
    text = template.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise TemplateError(f'has a stray "{text[place:].strip()[0]}"')
        tokens.append(found[1])
        place = found.end()
    return tokens


def _sequence(tokens: list[str], rules: Rules, depth: int) -> tuple[tuple[_Part, ...], list[str]]:
    """Return the parts up to the end, a "|" or a closing bracket, and the tokens from there on."""
    parts: list[_Part] = []
    while tokens and tokens[0] not in ("|", ")", "]"):
        token, *tokens = tokens
        if token in ("(", "["):
            choice, tokens = _choice(token, tokens, rules, depth + 1)
            parts.append(choice)
        elif token.startswith("<"):
            name = token[1:-1]
            if name not in rules.rules:
                raise TemplateError(f"names the rule {token}, which is not in [rules]")
            parts.append(_OneOf((rules.parsed(name, depth + 1),)))
        elif token.startswith("{"):
            words = rules.lists.get(token[1:-1])
            if words is None:
                raise TemplateError(f"names the list {token}, which there is not")
            parts.append(_OneOf(tuple((_Words(" ".join(word.split())),) for word in words)))
        else:
            parts.append(_Words(token))
    return tuple(parts), tokens


def _choice(opened: str, tokens: list[str], rules: Rules, depth: int) -> tuple[_OneOf, list[str]]:
    if depth > DEEPEST:
        raise TemplateError("has brackets too deep inside each other")
    choices: list[tuple[_Part, ...]] = [()] if opened == "[" else []
    closing = "]" if opened == "[" else ")"
    while True:
        parts, tokens = _sequence(tokens, rules, depth)
        if not parts:
            raise TemplateError(f'has an empty choice in "{opened}{closing}"')
        choices.append(parts)
        if not tokens or tokens[0] not in ("|", closing):
            raise TemplateError(f'has a "{opened}" without its "{closing}"')
        token, *tokens = tokens
        if token == closing:
            return _OneOf(tuple(choices)), tokens


def _count(parts: tuple[_Part, ...]) -> int:
    """Return how many sentences parts make, repeats counted."""
    return prod(sum(map(_count, p.choices)) if isinstance(p, _OneOf) else 1 for p in parts)


def _sentences(parts: tuple[_Part, ...]) -> Iterator[str]:
    for chosen in product(*map(_ways, parts)):
        yield " ".join(filter(None, chosen))


def _ways(part: _Part) -> list[str]:
    if isinstance(part, _Words):
        return [part.text]
    return [sentence for choice in part.choices for sentence in _sentences(choice)]
