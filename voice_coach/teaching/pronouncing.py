"""How one person says a word: pronunciations near the dictionary's that fit their takes better.

Tried are changes that English speakers make: a last T or D left out, voiced sounds for unvoiced
ones, one vowel for its neighbour. A change is kept only if it fits every take clearly better and
makes the word no more like another one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from voice_coach.teaching.scoring import Chains, Scores
from voice_coach.vocabulary.lexicon import Pronunciation
from voice_coach.vocabulary.phones import Inventory

BETTER = 3.0
"""Natural logarithm by which a changed pronunciation must fit better, in the mean of the takes."""
LEAST = 0.5
"""By which it must fit better in each of them."""
FEWEST = 2
"""Takes that are needed: one alone may be a slip."""

_NEIGHBOURS = (
    *(("IH", "IY"), ("IH", "EH"), ("EH", "AE"), ("AE", "AH"), ("AH", "AA"), ("AA", "AO")),
    *(("UH", "UW"), ("AO", "OW"), ("EY", "EH"), ("AH", "UH"), ("ER", "AH"), ("AY", "AA")),
    *(("S", "Z"), ("T", "D"), ("P", "B"), ("K", "G"), ("F", "V"), ("TH", "T"), ("TH", "F")),
    *(("DH", "D"), ("DH", "Z"), ("V", "W"), ("L", "R"), ("N", "NG"), ("SH", "S"), ("CH", "SH")),
)
_DROPPED_LAST = frozenset(("T", "D", "K", "P", "G", "L", "R", "HH"))
_DROPPED_FIRST = frozenset(("HH",))


def variants(way: Pronunciation) -> tuple[Pronunciation, ...]:
    """Return pronunciations that differ from one in one sound, without that one itself."""
    others: dict[str, list[str]] = {}
    for one, other in _NEIGHBOURS:
        others.setdefault(one, []).append(other)
        others.setdefault(other, []).append(one)
    ways = [
        (*way[:place], other, *way[place + 1 :])
        for place, phone in enumerate(way)
        for other in others.get(phone, ())
    ]
    if len(way) > 2 and way[-1] in _DROPPED_LAST:
        ways.append(way[:-1])
    if len(way) > 2 and way[0] in _DROPPED_FIRST:
        ways.append(way[1:])
    return tuple(dict.fromkeys(ways))


def better(
    ways: Sequence[Pronunciation],
    takes: Sequence[Scores],
    taken: Collection[Pronunciation],
    inventory: Inventory,
) -> Pronunciation | None:
    """Return a pronunciation that fits all takes of a word better than those known; or None.

    Args:
        ways: the known ones.
        takes: the network's scores of each take, (outputs, pdfs).
        taken: pronunciations of other words.
        inventory: the network's phones.
    """
    tried = [v for way in ways for v in variants(way) if v not in taken and v not in ways]
    if len(takes) < FEWEST or not tried:
        return None
    chains = Chains.of([*ways, *dict.fromkeys(tried)], inventory)
    fits = np.stack([chains.best(scores, inventory) for scores in takes])
    known = fits[:, : len(ways)].max(1, keepdims=True)
    gains = fits[:, len(ways) :] - known
    best = int(gains.mean(0).argmax())
    if gains[:, best].mean() < BETTER or gains[:, best].min() < LEAST:
        return None
    return list(dict.fromkeys(tried))[best]
