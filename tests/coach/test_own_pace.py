"""A routine of one's own has its own pace, holds in seconds, repetitions, rests: within limits."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from tests.coach.driver import PROMPTS, RATE, Driver
from tests.coach.watched import Watched
from tests.understanding.files import overlay
from voice_coach.coach.pace import DEFAULT_PACE, PACES, SECONDS_IN, SECONDS_OUT, seconds_of
from voice_coach.coach.prompt_rules import check_book
from voice_coach.coach.routine_limits import ROUTINE, STEP, problems
from voice_coach.faults import PromptFault
from voice_coach.understanding import Book, Routine, Situation, Step, load_book

INTENTS = '[intent.mine]\nphrases = ["evening"]\n'


def own(step: dict[str, Any], situation: str = "stretching", **routine: Any) -> Book:
    """Return the book with a routine "evening" of one step."""
    step = {"id": "only", "name": "Only.", "say": ["Lie still."], **step}
    whole = {"title": "mine", "situation": situation, "intent": "mine", **routine, "step": [step]}
    with tempfile.TemporaryDirectory() as folder:
        book = load_book(PROMPTS, overlay(Path(folder), {"mine": whole}, INTENTS))
    check_book(book)
    return book


def begun(book: Book) -> Watched:
    coach = Watched(book)
    coach.start().past_checks()
    coach.hear("evening")
    return coach


def test_a_breath_has_the_routines_own_pace() -> None:
    coach = begun(own({"breaths": 3}, seconds_in=3.0, seconds_out=7.5))
    coach.run(60)
    ins, outs = coach.starts("reply.in"), coach.starts("reply.out")
    assert outs[0] - ins[0] == 3 * RATE
    assert ins[1] - ins[0] == round(10.5 * RATE)


def test_slower_and_faster_count_from_the_routines_own_pace() -> None:
    coach = begun(own({"breaths": 9}, seconds_in=3.0, seconds_out=7.5))
    coach.run(20).hear("faster")
    assert coach.run(1).since == ["Faster."], "out can be shorter still"
    coach.run(2).hear("slower")
    coach.run(2).hear("slower")
    coach.run(2).hear("slower")
    assert coach.run(1).since == ["Slower."], "in can be longer still"
    coach.run(12)
    assert coach.starts("reply.out")[-1] - coach.starts("reply.in")[-1] <= 6 * RATE


def test_where_both_are_at_their_ends_it_gets_no_slower() -> None:
    coach = begun(own({"breaths": 9}, seconds_in=6.0, seconds_out=8.0))
    coach.run(20).hear("slower")
    assert coach.run(1).since == ["This is as slow as it gets."]


@pytest.mark.parametrize("pace", range(len(PACES)))
@pytest.mark.parametrize("own_pace", [None, (3.0, 4.0), (6.0, 8.0), (3.0, 8.0), (4.5, 5.5)])
def test_no_pace_leaves_the_limits(pace: int, own_pace: tuple[float, float] | None) -> None:
    seconds_in, seconds_out = seconds_of(pace, own_pace)
    assert SECONDS_IN[0] <= seconds_in <= SECONDS_IN[1]
    assert SECONDS_OUT[0] <= seconds_out <= SECONDS_OUT[1]
    if pace == DEFAULT_PACE:
        assert (seconds_in, seconds_out) == (own_pace or (4.0, 6.0))


@pytest.mark.parametrize(("seconds", "breaths"), [(7, 1), (30, 3), (34, 3), (36, 4), (100, 10)])
def test_a_hold_in_seconds_is_as_many_breaths_as_come_nearest(seconds: int, breaths: int) -> None:
    coach = begun(own({"hold": seconds, "then": ["Let go."]}))
    coach.run(150)
    assert len(coach.starts("reply.count")) == breaths
    assert "Let go." in coach.texts


def test_a_step_is_done_as_often_as_it_says_with_a_rest_each_time() -> None:
    coach = begun(
        own({"breaths": 2, "then": ["Let go."], "times": 3, "rest": 20, "ready": "Say [next]."})
    )
    coach.run(10).run_until_quiet()
    coach.run(200)
    lowered = [x.end for x in coach.lines if x.text == "Let go."]
    again = coach.starts("reply.once_more")
    assert len(lowered) == 3 and len(again) == 2
    assert all(20 * RATE <= b - a <= 22 * RATE for a, b in zip(lowered, again, strict=False))
    assert coach.texts.count("Lie still.") == 3
    assert coach.texts.count("Say next.") >= 1


def test_without_a_rest_it_is_done_again_at_once() -> None:
    coach = begun(own({"breaths": 1, "times": 2}))
    coach.run(60)
    assert len(coach.starts("reply.count")) == 2


def test_next_in_a_rest_goes_on_and_a_pause_begins_it_again() -> None:
    coach = begun(own({"breaths": 1, "then": ["Let go."], "times": 2, "rest": 60}))
    coach.run_until("reply.rest").run(5).hear("pause")
    coach.run(100).hear("resume")
    coach.run(5)
    assert coach.last == "Rest."
    coach.hear("next")
    assert coach.run(2).since[0] == "And once more."
    coach.run_until("reply.rest").run(5).hear("next")
    assert coach.run(3).at(Situation.MENU)


def test_next_in_a_hold_leaves_out_the_repetitions_too() -> None:
    coach = begun(own({"breaths": 4, "then": ["Let go."], "times": 3, "rest": 30}))
    coach.run_until("reply.count").hear("next")
    coach.run(12)
    assert coach.texts.count("Let go.") == 1
    assert coach.at(Situation.MENU)


def test_how_long_left_counts_the_repetitions_and_the_rests() -> None:
    coach = begun(own({"breaths": 6, "times": 3, "rest": 60, "ready": "Say [next]."}))
    coach.run(2).hear("how long left")
    assert "What we're doing is over in about 7 minutes." in coach.run(9).since


def test_a_question_and_what_follows_count_too() -> None:
    coach = begun(own({"ask": "Is that so?", "breaths": 6, "then": ["Let go."]}, "imagery"))
    coach.run_until_quiet()
    coach.mean("how_long")
    assert any("is over in" in x for x in coach.since)


def test_a_reminder_in_a_rest_waits_and_the_rest_begins_again() -> None:
    coach = begun(own({"breaths": 1, "times": 2, "rest": 100}, "imagery"))
    coach.interject("stop")
    coach.with_pad("heat").run(230).hear("evening")
    coach.run(95)
    assert len(coach.starts("reply.heat_awake")) >= 1
    coach.interject("yes")
    assert coach.run(130).starts("reply.once_more")


# --- the least number of breaths


def test_the_knee_drop_takes_five_breaths_unless_fewer_are_asked_for_there(menu: Driver) -> None:
    menu.answer("stretch").hear("next")
    menu.run_until("reply.count").run(3).hear("fewer breaths")
    assert menu.run(4).since[:2] == ["3 breaths each time.", "Some stretches take a few more."]
    menu.run_until_quiet().answer("next")
    before = len(menu.starts("reply.count"))
    menu.answer("next")
    assert len(menu.starts("reply.count")) - before == 5, "the knee drop"
    menu.hear("next")
    menu.run_until("reply.count").run(3).hear("fewer breaths")
    assert menu.run(2).since == ["4 breaths each time."]
    menu.run_until_quiet()
    assert len(menu.starts("reply.count")) - before == 5 + 4


# --- every limit


def numbers(layout: type) -> set[str]:
    """The keys of a layout that hold a number."""
    found = set()
    for name, kind in get_type_hints(layout).items():
        kinds = set(get_args(kind)) or {kind}
        if kinds & {int, float}:
            found.add(name)
    return found


def test_every_number_in_a_routine_has_limits() -> None:
    assert numbers(Routine) == set(ROUTINE)
    assert numbers(Step) == set(STEP)


USUAL: dict[str, dict[str, Any]] = {
    "breaths": {},
    "least": {"breaths": 10},
    "hold": {},
    "times": {"breaths": 2},
    "rest": {"breaths": 2},
}


@pytest.mark.parametrize("key", STEP)
@pytest.mark.parametrize("end", [0, 1])
def test_every_limit_of_a_step_is_enforced(key: str, end: int) -> None:
    at = STEP[key][end]
    whole = int if key in ("breaths", "least", "times") else float
    own({**USUAL[key], key: whole(at)})
    beyond = whole(at - 1 if end == 0 else at + 1)
    with pytest.raises(PromptFault, match=rf"routines/mine\.toml: step\[0\]\.{key}: must be from"):
        own({**USUAL[key], key: beyond})


@pytest.mark.parametrize("key", ROUTINE)
@pytest.mark.parametrize("end", [0, 1])
def test_every_limit_of_a_routine_is_enforced(key: str, end: int) -> None:
    usual: dict[str, Any] = {"seconds_in": 4.0, "seconds_out": 6.0}
    at = ROUTINE[key][end]
    own({"breaths": 2}, **usual | {key: at})
    with pytest.raises(PromptFault, match=rf"routines/mine\.toml: {key}: must be from"):
        own({"breaths": 2}, **usual | {key: at - 0.1 if end == 0 else at + 0.1})


@pytest.mark.parametrize(
    ("step", "routine", "reason"),
    [
        ({"breaths": 2}, {"seconds_in": 4.0}, "seconds_out: is missing"),
        ({"breaths": 2}, {"seconds_out": 4.0}, "seconds_in: is missing"),
        ({"breaths": 2, "hold": 20}, {}, r"step\[0\].hold: a hold is in breaths or in seconds"),
        ({"breaths": 2, "least": 3}, {}, r"step\[0\].least: is more than"),
        ({"hold": 20, "least": 3}, {}, r"step\[0\].least: is more than"),
        ({"rest": 20}, {}, r"step\[0\].rest: is a rest after a hold"),
        ({"times": 2}, {}, r"step\[0\].times: only a hold"),
        ({"times": 2, "breaths": 2, "ask": "So?"}, {}, r"step\[0\].times: only a hold"),
        ({"breaths": 2, "seconds_in": 3.0}, {}, "there is no key"),
    ],
)
def test_what_does_not_go_together_is_refused(
    step: dict[str, Any], routine: dict[str, Any], reason: str
) -> None:
    with pytest.raises(PromptFault, match=reason):
        own(step, **routine)


def test_what_is_no_number_is_refused() -> None:
    step = Step(id="only", name="Only.", hold=float("nan"))
    found = list(problems("mine.toml", Routine("mine", Situation.IMAGERY, (step,))))
    assert found == [("mine.toml: step[0].hold", "must be from 7 to 100")]
