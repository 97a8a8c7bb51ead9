"""A person's own way to say a word is found where all their takes agree on it."""

from __future__ import annotations

import numpy as np

from voice_coach.teaching.pronouncing import better, variants
from voice_coach.teaching.scoring import Scores
from voice_coach.vocabulary.lexicon import Pronunciation
from voice_coach.vocabulary.phones import Inventory

INVENTORY = Inventory()
NEXT = ("N", "EH", "K", "S", "T")
WITHOUT_T = NEXT[:-1]


def said(way: Pronunciation, seed: int, height: float = 8.0) -> Scores:
    """Scores in which each phone of a pronunciation stands out for three outputs."""
    made = np.random.default_rng(seed).standard_normal((3 * len(way) + 8, INVENTORY.outputs))
    silence = INVENTORY.bases.index("SIL")
    phones = [silence] * 4 + [INVENTORY.bases.index(p) for p in way for _ in range(3)]
    for time, phone in enumerate([*phones, *[silence] * 4]):
        made[time, 2 * phone : 2 * phone + 2] += height
    return made.astype(np.float32)


def test_changes_are_of_one_sound() -> None:
    made = variants(NEXT)
    assert WITHOUT_T in made and ("N", "AE", "K", "S", "T") in made
    assert NEXT not in made and len(set(made)) == len(made)
    assert all(abs(len(way) - len(NEXT)) <= 1 for way in made)
    assert variants(("OY",)) == ()


def test_what_all_takes_agree_on_is_found() -> None:
    takes = [said(WITHOUT_T, seed) for seed in (1, 2)]
    assert better([NEXT], takes, (), INVENTORY) == WITHOUT_T


def test_one_take_is_not_enough_and_two_must_agree() -> None:
    assert better([NEXT], [said(WITHOUT_T, 1)], (), INVENTORY) is None
    assert better([NEXT], [said(WITHOUT_T, 1), said(NEXT, 2)], (), INVENTORY) is None
    assert better([NEXT], [said(NEXT, 1), said(NEXT, 2)], (), INVENTORY) is None


def test_the_way_of_another_word_is_never_taken() -> None:
    takes = [said(WITHOUT_T, seed) for seed in (1, 2)]
    assert better([NEXT], takes, (WITHOUT_T,), INVENTORY) != WITHOUT_T
