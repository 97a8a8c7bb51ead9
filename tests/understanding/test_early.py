"""How early a command is acted on: the rules, row by row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.understanding.scene import NOTHING_AGAINST, THERE, Scene, hypothesis
from voice_coach.understanding import Book, Place
from voice_coach.understanding.early import (
    EARLY,
    NEVER,
    PARTIALS,
    PARTIALS_AT_REST,
    PARTIALS_QUIET,
    PARTIALS_SPEAKING,
    QUIET_SECONDS,
    Beginning,
)
from voice_coach.understanding.evidence import (
    Case,
    Command,
    Evidence,
    Rise,
)
from voice_coach.understanding.words import Reading

# --- how early

FEW = frozenset({"help", "breathe", "stop"})
AWAY = Rise(0.0, 0.0, 0.0)

ROWS: dict[str, tuple[str, Evidence, dict[str, Any]]] = {
    "asleep": ("help", NOTHING_AGAINST, {"place": Place.SLEEPING}),
    "for safety, may go on, coach silent": ("help me", NOTHING_AGAINST, {"intents": FEW}),
    "for safety, may go on": ("help me", THERE, {"intents": FEW, "silent": False}),
    "for safety, the coach is saying a command like it": (
        *("stop", THERE),
        {"intents": frozenset({"stop", "start"}), "silent": False, "saying": frozenset({"start"})},
    ),
    "for safety, while the coach speaks, nothing in a hurry": (
        *("stop", THERE),
        {"silent": False, "place": Place.MENU},
    ),
    "for safety, somebody speaks into the coach's voice": ("stop", THERE, {"silent": False}),
    "for safety, while the coach speaks": (
        *("stop", replace(THERE, rise=AWAY)),
        {"silent": False},
    ),
    "for safety, like another command": ("stop", NOTHING_AGAINST, {}),
    "for safety": ("stop", NOTHING_AGAINST, {"pacing": True}),
    "a whole command, then quiet": ("louder", NOTHING_AGAINST, {}),
}
"""Row of EARLY -> words, evidence and what is special about the moment in which it decides."""

NUMBERS = {
    "asleep": NEVER,
    "for safety, may go on, coach silent": PARTIALS_AT_REST,
    "for safety, may go on": NEVER,
    "for safety, the coach is saying a command like it": PARTIALS_AT_REST,
    "for safety, while the coach speaks, nothing in a hurry": PARTIALS_AT_REST,
    "for safety, somebody speaks into the coach's voice": PARTIALS,
    "for safety, while the coach speaks": PARTIALS_SPEAKING,
    "for safety, like another command": PARTIALS_AT_REST,
    "for safety": PARTIALS,
    "a whole command, then quiet": PARTIALS_QUIET,
}


def test_the_table_of_how_early_is_the_one_tested_here() -> None:
    assert {row.name: row.partials for row in EARLY} == NUMBERS
    assert list(ROWS) == [row.name for row in EARLY]


@pytest.mark.parametrize("name", ROWS)
def test_row_of_how_early_decides(scene: Scene, name: str) -> None:
    words, evidence, special = ROWS[name]
    context = replace(scene.context, **special)
    heard = replace(hypothesis(words, final=False), quiet=QUIET_SECONDS)
    case = Case(heard, evidence, context, scene.matcher)
    holding = [row.name for row in EARLY if row.holds(Beginning(case, Reading(words, 1)))]
    assert holding[0] == name


def test_a_partial_result_waits_until_it_was_seen_often_enough(scene: Scene) -> None:
    scene.context = replace(scene.context, pacing=True)
    heard = hypothesis("stop", final=False)
    for seen in range(1, 5):
        made = scene.decide(replace(heard, readings=(Reading("stop", seen),)))
        assert (made is None) is (seen < PARTIALS)
    found = scene.decide(heard)
    assert isinstance(found, Command) and found.detail.endswith(", at once")


def test_one_of_several_readings_is_enough(scene: Scene) -> None:
    scene.speaks()
    heard = hypothesis("a rest pause", final=False)
    seen = (Reading("a rest pause", 3), Reading("a pause", 3), Reading("pause", 3))
    assert scene.decide(replace(heard, readings=seen[:2])) is None
    found = scene.decide(replace(heard, readings=seen))
    assert isinstance(found, Command) and found.intent == "pause"


def test_command_at_rest_waits_for_a_moment_of_quiet(scene: Scene) -> None:
    assert scene.needed("louder") == NEVER, "somebody is speaking on"
    assert scene.needed("louder", quiet=QUIET_SECONDS) == PARTIALS_QUIET
    assert scene.needed("louder", quiet=1.0, heard="louder [unk]") == NEVER, "there is more"


def test_beginning_of_a_phrase_of_another_meaning_waits(scene: Scene) -> None:
    scene.context = replace(scene.context, intents=frozenset({"next", "where", "how_long"}))
    assert scene.needed("next", quiet=QUIET_SECONDS) == PARTIALS_QUIET, "next step is the same"
    assert scene.needed("how", quiet=2.0) == NEVER


def test_what_costs_waits_for_the_end(scene: Scene) -> None:
    for words in ("heat", "ice", "quit", "emergency"):
        assert scene.needed(words, quiet=2.0) in (NEVER, PARTIALS_AT_REST, PARTIALS), words
        if scene.needed(words, quiet=2.0):
            continue  # a safety word: to be called out at once
        assert scene.intent(words, final=False) is None


@pytest.mark.parametrize("words", ["i can't move my legs", "it hurts in my chest"])
def test_a_warning_sign_is_not_cut_short_to_what_it_begins_like(scene: Scene, words: str) -> None:
    assert scene.intent(words, final=False) is None
    assert scene.intent(words) == "red_flag"


def test_no_warning_sign_is_acted_on_as_something_else(scene: Scene, book: Book) -> None:
    said = book.phrases(frozenset({"red_flag", "emergency"}))
    early = {words: scene.intent(words, final=False) for words, _ in said}
    assert len(early) > 1000
    assert not {words: intent for words, intent in early.items() if intent is not None}


def test_safety_word_is_soonest_where_it_matters_most(scene: Scene) -> None:
    assert scene.needed("stop") == PARTIALS_AT_REST, '"start" begins like it'
    scene.context = replace(scene.context, pacing=True)
    assert scene.needed("stop") == PARTIALS
    scene.speaks()
    assert scene.needed("stop") == PARTIALS_SPEAKING
    scene.evidence = THERE
    assert scene.needed("stop") == PARTIALS, "somebody is known to have said it"
    assert scene.needed("breathe", quiet=2.0) == NEVER, "over speech, only when final"


def test_the_beginning_of_stretch_is_not_yet_stop_where_nothing_is_in_a_hurry(
    scene: Scene,
) -> None:
    scene.speaks()
    scene.evidence = THERE
    for place in (Place.MENU, Place.BREATHING, Place.CHECKING):
        scene.context = replace(scene.context, place=place, silent=False, pacing=False)
        assert scene.needed("stop") == PARTIALS_AT_REST, "into the list of what can be said"
        scene.context = replace(scene.context, silent=True, pacing=True)
        assert scene.needed("stop") == PARTIALS_AT_REST, "into a guided breath"
    for place in (Place.HOLD, Place.READY, Place.HEATREADY, Place.HEAT):
        scene.context = replace(scene.context, place=place, silent=False, pacing=False)
        assert scene.needed("stop") == PARTIALS, "in pain nothing is waited for"


def test_an_answer_is_taken_from_a_final_result_alone(scene: Scene) -> None:
    answers = frozenset({"yes", "no", "unsure", "number", "done", "start"})
    scene.context = replace(scene.context, intents=answers, place=Place.CHECKING)
    for words in ("yes", "no", "six", "done", "start"):
        assert scene.needed(words, quiet=2.0) == NEVER, words
        assert scene.intent(words, final=False) is None, words
        assert scene.intent(words) is not None, words


def test_safety_word_that_may_begin_something_else_waits_for_it(scene: Scene) -> None:
    scene.context = replace(scene.context, intents=FEW, pacing=True)
    assert scene.needed("stop") == PARTIALS
    assert scene.needed("help me") == PARTIALS_AT_REST, "help me breathe"
    scene.speaks()
    assert scene.needed("help me") == NEVER
