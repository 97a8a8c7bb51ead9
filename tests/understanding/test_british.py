"""What people say in Britain: by its words, and where "can't" is said as "kahnt", by its sound."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.coverage.cases import DENIED, Case, judge, read_cases
from benchmarks.coverage.listener import Coach, default_state, read
from benchmarks.scenes.recordings import rendering_at_microphone
from benchmarks.scenes.voices import BRITISH, Missing, rendered
from tests.conftest import ROOT
from tests.understanding.test_by_sound import KEPT
from voice_coach.app import Parts
from voice_coach.understanding import load_book

LANGUAGE = "en-gb"
CASES = read_cases(ROOT / "benchmarks" / "coverage" / LANGUAGE)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.place}: {c.words}")
def test_it_is_understood_by_its_words(case: Case) -> None:
    taken = [act["intent"] for act in read(case.place, case.words, LANGUAGE)]
    assert judge(case, taken) == "right", taken


def test_whoever_is_known_in_english_is_known_in_britain() -> None:
    """A rule takes the place of the one below it, so that it must repeat it."""
    books = [load_book(ROOT / "prompts" / name) for name in ("en", LANGUAGE)]
    said = [
        {phrase.text for phrases in book.understood.said.values() for phrase in phrases}
        for book in books
    ]
    assert said[0] <= said[1]


CAN_NOT = {
    "checking": {"i can't feel my legs": "red_flag", "i can't breathe": "red_flag"},
    "menu": {"i can't move my legs": "red_flag", "i can't have heat": ""},
    "ending": {"i can't take it off": "", "i can't get it off": ""},
    "emergency": {"i can't ring": "", "i can't reach my phone": "stuck"},
}
"""Place -> what is said there, and the intent it must be; "" for any that it does not deny."""


@pytest.mark.parametrize("place", CAN_NOT)
@pytest.mark.parametrize(
    "voice", [v for v in BRITISH if v.name.startswith("espeak")], ids=lambda v: v.name
)
def test_can_not_is_never_can(hearing_model: Any, british: Parts, voice: Any, place: str) -> None:
    try:
        files = rendered(voice, CAN_NOT[place], KEPT)
    except Missing as missing:
        pytest.skip(f"{voice.name}: {missing}")
    coach = Coach(default_state(place, LANGUAGE), british, hearing_model)
    wrong = {}
    for text, path in files.items():
        acts, heard = coach.hear(rendering_at_microphone(path))
        taken, wanted = [act["intent"] for act in acts], CAN_NOT[place][text]
        if (wanted and taken[:1] != [wanted]) or DENIED[place] & set(taken):
            wrong[text] = (taken, heard)
    assert not wrong


@pytest.fixture(scope="module")
def british() -> Parts:
    from voice_coach.app import assemble
    from voice_coach.settings import Settings

    return assemble(Settings(language=LANGUAGE))
