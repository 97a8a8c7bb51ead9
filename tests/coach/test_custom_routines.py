"""Routines of one's own, however odd, are as safe as the built-in ones."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.coach.driver import PROMPTS, RATE, Driver
from tests.coach.watched import Watched
from tests.understanding.files import overlay
from voice_coach.coach import Options, understood
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.prompt_rules import check_book
from voice_coach.faults import PromptFault
from voice_coach.understanding import Book, Situation, load_book

INTENTS = '[intent.mine]\nphrases = ["evening"]\n[intent.other]\nphrases = ["morning"]\n'


def steps(situation: str) -> st.SearchStrategy[dict[str, Any]]:
    leads = ["go_on", "emergency", "doctor", "shorten"]
    leads += {"heat": ["refuse", "ice"], "ice": ["refuse"]}.get(situation, [])
    part: dict[str, st.SearchStrategy[Any]] = {
        "ask": st.just("Is that so?"),
        "plain": st.just("Is it?"),
        "yes": st.sampled_from(leads),
        "no": st.sampled_from(leads),
        "unsure": st.sampled_from(leads),
        "sets": st.sampled_from(["osteoporosis", "own"]),
        "breaths": st.integers(1, 3),
        "then": st.just(["And then."]),
        "ready": st.just("Say [next] when you're ready."),
        "other": st.just("step_0"),
    }
    if situation not in ("heat", "ice"):
        part["unless"] = st.sampled_from([["own"], ["osteoporosis"]])
    said = st.lists(st.just("Say this."), min_size=1, max_size=2)
    made = st.fixed_dictionaries({"name": st.just("A step."), "say": said}, optional=part)
    return made.filter(
        lambda step: (
            step.get("sets") not in step.get("unless", ())
            and ("ask" in step or "plain" not in step)
        )
    )


ROUND: list[dict[str, Any]] = [
    {
        "id": "allowed",
        "name": "None.",
        "when": ["doctor"],
        "unless": ["allowed"],
        "ask": "May you?",
        "no": "refuse",
        "unsure": "refuse",
        "sets": "allowed",
    },
    {"id": "numb", "name": "One.", "ask": "Is it numb?", "yes": "refuse", "unsure": "refuse"},
    {
        "id": "alone",
        "name": "Two.",
        "ask": "Can you take it off?",
        "no": "refuse",
        "unsure": "refuse",
    },
    {
        "id": "nerves",
        "name": "Three.",
        "ask": "Are you ill?",
        "yes": "shorten",
        "unsure": "shorten",
        "ready": "Say [start].",
    },
]
"""What has to come before a timer."""

WAIT = {"id": "wait", "name": "Wait.", "ready": "Say [start] when it is in place."}


@st.composite
def routines(draw: st.DrawFn, intent: str) -> dict[str, Any]:
    situation = draw(
        st.sampled_from(["stretching", "heat", "ice", "breathing", "imagery", "medicines"])
    )
    made = draw(st.lists(steps(situation), min_size=1, max_size=3))
    numbered = [{"id": f"step_{i}", **step} for i, step in enumerate(made)]
    if situation in ("heat", "ice") and draw(st.booleans()):
        timer = {"id": "timer", "name": "The pad.", "timer": situation}
        numbered += [*ROUND, timer, *draw(st.sampled_from([[], [WAIT, timer | {"id": "again"}]]))]
    routine: dict[str, Any] = {"title": "mine", "situation": situation, "step": numbered}
    if draw(st.booleans()):
        routine["intent"] = intent
    after = draw(st.sampled_from([None, "pain", "stretch", "heat", "mine", "other"]))
    return routine | ({"next": after} if after else {})


def loaded(own: dict[str, dict[str, Any]]) -> Book:
    with tempfile.TemporaryDirectory() as folder:
        book = load_book(PROMPTS, overlay(Path(folder), own, INTENTS))
    check_book(book)
    return book


@given(mine=routines("mine"), other=routines("other"), data=st.data())
def test_a_routine_of_ones_own_keeps_to_the_safety_rules(
    mine: dict[str, Any], other: dict[str, Any], data: st.DataObject
) -> None:
    book = loaded({"mine": mine, "other": other})
    coach = Watched(book, Options(rate=RATE, emergency="9 1 1", heat_seconds=1e9))
    coach.start()
    if data.draw(st.booleans()):
        coach.past_checks()
    for _ in range(data.draw(st.integers(1, 25))):
        can = sorted(understood(coach.state, book))
        if not can:
            break
        favoured = [i for i in ("mine", "other", "start", "next", "yes", "no") if i in can]
        intent = data.draw(st.sampled_from(favoured * 3 + can))
        coach.tell(IntentHeard(coach.now, intent, 5, data.draw(st.booleans())))
        coach.run(data.draw(st.sampled_from([0.1, 5.0, 40.0, 1000.0])))
    coach.get_out()


def routine(situation: str, **more: Any) -> dict[str, Any]:
    step = {"id": "only", "name": "Only.", "say": ["Lie still."]}
    return {"title": "mine", "situation": situation, "intent": "mine", "step": [step], **more}


def test_what_follows_a_routine_does_not_get_round_the_safety_questions() -> None:
    book = loaded({"mine": routine("breathing", next="stretch")})
    coach = Driver(book).start()
    coach.welcome().answer("evening")
    assert coach.at(Situation.CHECKING)
    assert "stretch.ready.say" not in coach.keys


def test_two_rounds_in_one_routine_have_the_rest_between_them() -> None:
    timer = {"id": "timer", "name": "The pad.", "timer": "heat"}
    again = timer | {"id": "again"}
    book = loaded({"mine": routine("heat") | {"step": [*ROUND, timer, WAIT, again]}})
    coach = Driver(book).start().past_checks()
    coach.answer("evening", "no", "yes", "no", "start")
    coach.run(60).answer("done", "start")
    assert "reply.heat_wait" in coach.keys
    assert coach.state.skin.on is None


def test_a_doubt_in_a_routine_of_ones_own_ends_it() -> None:
    ask = {"id": "only", "name": "Only.", "ask": "Are you ill?", "yes": "doctor"}
    book = loaded({"mine": routine("stretching") | {"step": [ask]}})
    coach = Driver(book).start().past_checks()
    coach.answer("evening", "yes")
    assert coach.at(Situation.MENU)
    assert "reply.amber" in coach.keys
    coach.answer("stretch")
    assert "reply.doctor_refuse" in coach.keys


@pytest.mark.parametrize("refused", [None, "Then not today."])
def test_a_question_that_is_answered_already_rules_heat_out_in_its_own_words(
    refused: str | None,
) -> None:
    """Found by the property test: the words of an item were looked for, which there was none of."""
    ask = {"id": "only", "name": "Only.", "ask": "Is it?", "yes": "refuse", "sets": "osteoporosis"}
    ask |= {} if refused is None else {"refused": refused}
    book = loaded({"mine": routine("heat") | {"step": [ask]}})
    coach = Driver(book).start().past_checks()
    flags = coach.state.answers.flags | {"osteoporosis"}
    coach.state = replace(coach.state, answers=replace(coach.state.answers, flags=flags))
    coach.answer("evening")
    coach.past_questions()
    assert coach.at(Situation.MENU)
    assert (refused or "Then we'll leave it out.") in coach.texts


@pytest.mark.parametrize("situation", ["menu", "paused", "ending", "over", "checking", "emergency"])
def test_a_routine_cannot_live_where_nothing_is_done_step_by_step(situation: str) -> None:
    with pytest.raises(PromptFault, match="situation"):
        loaded({"mine": routine(situation)})
