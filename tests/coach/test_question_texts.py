"""What the questions say: a no to one is kept as a no to all that it names."""

from __future__ import annotations

import pytest

from tests.coach.driver import PROMPTS
from voice_coach.understanding import load_book

NAMES = {
    "emergency.below": ("numb", "tingling", "pee", "poo"),
    "emergency.legs": ("anything wrong in both legs", "weak", "leg or foot", "fall", "crash"),
    "emergency.chest": ("chest", "breathing", "faint", "tearing"),
    "doctor.now": ("weight", "lump", "back", "night"),
    "doctor.lasting": ("cancer", "steroid", "immun", "needle"),
    "doctor.body": ("pregnant", "bones"),
    "heat.skin": ("numb", "broken", "swollen", "cream", "patch", "diabetes", "nerve"),
    "heat.alone": ("off yourself", "awake", "sleepy"),
    "ice.skin": ("numb", "diabetes", "nerve"),
}
"""Question -> what the person has to hear in it: a no stands for all of its items."""

PLAINLY = {
    "emergency.below": ("numb", "prickly", "peeing", "pooing"),
    "emergency.legs": ("both legs", "weak", "leg or foot", "fall", "crash"),
    "emergency.chest": ("chest", "air", "pass out", "tear"),
    "doctor.now": ("thinner", "lump", "bend", "night"),
    "doctor.lasting": ("tumour", "cortisone", "infections", "drugs"),
    "doctor.body": ("baby", "bones"),
    "heat.skin": ("cut", "puffy", "hard to feel", "creamed", "patched", "sugar", "nerves"),
    "heat.alone": ("take it off", "awake", "pills", "alcohol"),
    "ice.skin": ("hard to feel", "sugar", "nerves"),
}
"""The same in plainer words: a no to them stands for no less."""


@pytest.mark.parametrize("folder", ["en", "en-gb"])
def test_a_question_names_all_that_a_no_stands_for(folder: str) -> None:
    book = load_book(PROMPTS.parent / folder)
    groups = [
        f"{name}.{step.id}"
        for name, routine in book.routines.items()
        for step in routine.step
        if step.item
    ]
    assert sorted(groups) == sorted(NAMES) == sorted(PLAINLY)
    for part, names in (("ask", NAMES), ("plain", PLAINLY)):
        for group, words in names.items():
            put = book.texts[f"{group}.{part}"][0][0].lower()
            assert all(word in put for word in words), (group, put)
    assert any(x in book.texts["doctor.now.ask"][0][0].lower() for x in ("fever", "temperature"))
