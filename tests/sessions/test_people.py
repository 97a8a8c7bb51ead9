"""Rehearsals of kinds of people: what each of them is told and when, and what is kept of it.

Times are seconds of the sample clock, from the coach's first word.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from benchmarks import transcript
from tests.sessions.conftest import COMES_AFTER, PEOPLE, Trial
from voice_coach.coach.events import ApplicationEnded, ApplicationStarted, PainScored
from voice_coach.log import CutShort, PersonSpoke, Said
from voice_coach.rehearsal.script import WISHES

pytestmark = pytest.mark.slow

Run = Callable[[str], Trial]

BREATH_WITHIN = 10.0
MOVES_WITHIN, KNEE_WITHIN = 75.0, 75.0
RETURNING_MOVES_WITHIN = 45.0
HEAT_WITHIN = 100.0
WAITED_MOVES_WITHIN, WAITED_HEAT_WITHIN = 90.0, 132.0
"""The same for somebody who waits for both breaths and for the menu: 20 s of breathing, 7 s of the
menu, and for heat 5 s of what to bring, go before the questions."""
NUMBER_WITHIN = 6.0
"""Seconds until the number to call, after the words that mean an emergency."""


def keys(trial: Trial) -> list[str]:
    return [e.key for e in trial.outcome.entries if isinstance(e, Said)]


def texts(trial: Trial) -> list[str]:
    return [e.text for e in trial.outcome.entries if isinstance(e, Said)]


def in_order(trial: Trial, *wanted: str) -> None:
    """Each of these keys is said, one after another."""
    said = iter(keys(trial))
    for key in wanted:
        assert key in said, f"{key} in its place"


def number_after(trial: Trial, end: int) -> float:
    """Seconds from a frame until the coach begins the sentence with the number to call."""
    calls = (
        e
        for e in trial.outcome.entries
        if isinstance(e, Said) and e.key == "reply.red" and e.text.startswith("Call")
    )
    return (next(calls).start - end) / trial.outcome.rate


# --- for all of them


@pytest.mark.parametrize("name", PEOPLE)
def test_the_journal_has_every_answer(name: str, run_script: Run) -> None:
    trial = run_script(name)
    heard = trial.rows("SELECT intent FROM heard WHERE session = ? ORDER BY rowid")
    meant = [spoken.cue.expects for spoken in trial.outcome.spoken if spoken.cue.expects]
    meant = [intent for intent in meant if intent not in WISHES]
    assert [intent for (intent,) in heard] == meant
    scores = trial.rows("SELECT score FROM pain WHERE session = ?")
    assert len(scores) == len(trial.noted(PainScored)) == meant.count("number")
    assert trial.rows("SELECT finished FROM session WHERE id = ?") == [(1,)]


@pytest.mark.parametrize("name", PEOPLE)
def test_what_works_at_any_time_is_said_in_the_first_two_sentences(
    name: str, run_script: Run
) -> None:
    first = " ".join(texts(run_script(name))[:2])
    assert "Say breathe, stop or help at any time." in first


@pytest.mark.parametrize("name", ["silent", "confused", "volunteers"])
def test_the_first_guided_breath_begins_within_ten_seconds(name: str, run_script: Run) -> None:
    trial = run_script(name)
    assert trial.until("reply.in") <= BREATH_WITHIN


def test_the_transcript_in_the_readme_is_a_real_one(run_script: Run) -> None:
    outcome = run_script("impatient").outcome
    page = transcript.README.read_text(encoding="utf-8")
    assert transcript.MARKED.search(page)
    lines = transcript.shown(outcome.entries, outcome.rate)
    assert transcript.written(page, lines) == page, "type: python -m benchmarks.transcript"


# --- in a hurry


def test_impatient_moves_within_75_seconds(run_script: Run) -> None:
    trial = run_script("impatient")
    in_order(trial, "emergency.below.ask", "doctor.body.ask", "stretch.ready.say")
    assert trial.until("stretch.ready.say") <= MOVES_WITHIN
    assert trial.until("stretch.knee_right.say") <= KNEE_WITHIN
    early = keys(trial)[: keys(trial).index("stretch.ready.say")]
    assert "pain.score.ask" not in early, "what does not help at once comes later"
    assert "reply.menu" not in early


def test_impatient_for_heat_is_asked_what_heat_needs_and_no_more(run_script: Run) -> None:
    trial = run_script("impatient_heat")
    asked = [key for key in keys(trial) if key.endswith(".ask")]
    on = trial.noted(ApplicationStarted)
    assert len(on) == 1
    assert trial.seconds(on[0]) <= HEAT_WITHIN
    assert asked[: asked.index("pain.score.ask")] == [
        *("emergency.below.ask", "emergency.legs.ask", "emergency.chest.ask"),
        *("doctor.now.ask", "doctor.lasting.ask", "doctor.body.ask"),
        *("heat.cause.ask", "heat.skin.ask", "heat.alone.ask"),
    ]
    (first,) = trial.rows("SELECT kind, event FROM pad WHERE session = ? AND event = 'on'")
    assert first == ("heat", "on")


def test_who_waits_for_the_menu_is_asked_nothing_else_before_the_questions(
    run_script: Run,
) -> None:
    stretch, heat = run_script("hurts"), run_script("start_early")
    assert stretch.until("stretch.ready.say") <= WAITED_MOVES_WITHIN
    (on,) = heat.noted(ApplicationStarted)
    assert heat.seconds(on) <= WAITED_HEAT_WITHIN
    for trial in (stretch, heat):
        assert trial.until("reply.in") <= BREATH_WITHIN
        before = keys(trial)[: keys(trial).index("emergency.below.ask")]
        assert "pain.score.ask" not in before
        assert "reply.menu_more" not in before
    in_order(heat, "reply.menu", "reply.gather", "emergency.below.ask", "pain.score.ask")


def test_stretch_said_into_what_can_be_said_is_not_taken_for_stop(run_script: Run) -> None:
    trial = run_script("interrupts")
    assert trial.heard()[:3] == ["louder", "stretch", "why"]
    in_order(trial, "reply.louder", "emergency.below.ask", "emergency.below.why", "reply.in")


# --- without an answer, or with odd ones


def test_silent_is_left_in_peace_and_knows_how_to_go_on(run_script: Run) -> None:
    trial = run_script("silent")
    said = [e for e in trial.outcome.entries if isinstance(e, Said)]
    spoke = trial.asked("help").start
    before = [e for e in said if e.start < spoke]
    assert before[-1].key == "reply.quiet"
    assert "Say help at any time" in before[-1].text
    assert (spoke - before[-1].end) / trial.outcome.rate > 55, "nothing is said meanwhile"
    assert keys(trial).count("pain.score.ask") <= 5
    assert not [key for key in keys(trial) if key.startswith(("emergency", "doctor"))]
    assert trial.rows("SELECT * FROM answer") == [], "no answer is no answer"


def test_confused_is_answered_in_other_words(run_script: Run) -> None:
    trial = run_script("confused")
    in_order(
        trial,
        "pain.score.ask",
        "reply.unclear",
        "pain.score.ask",  # "what?"
        "emergency.below.ask",
        "emergency.below.plain",  # "what?"
        "emergency.below.why",  # "why do you ask?"
        "emergency.below.plain",
        "emergency.below.numb.ask",  # "not sure"
        "emergency.below.poo.ask",
        "emergency.legs.ask",
        "emergency.chest.ask",
    )
    assert "reply.red" not in keys(trial)
    assert "stretch.ready.say" not in keys(trial)


def test_help_is_answered_each_time(run_script: Run) -> None:
    trial = run_script("only_help")
    rate = trial.outcome.rate
    calls = [spoken for spoken in trial.outcome.spoken if spoken.cue.says == "help"]
    assert len(calls) == 4
    for call in calls:
        after = next(e for e in trial.outcome.entries if isinstance(e, Said) and e.start > call.end)
        assert after.key.startswith("help.")
        assert (after.start - call.end) / rate < 2
    in_order(trial, "help.welcome", "help.menu", "help.pain", "help.pain", "reply.quiet")


# --- an emergency


def test_yes_to_a_red_flag_is_followed_by_the_number(run_script: Run) -> None:
    trial = run_script("red_flag")
    yes = [spoken for spoken in trial.outcome.spoken if spoken.cue.says == "yes"]
    assert number_after(trial, yes[-1].end) <= NUMBER_WITHIN
    asked = keys(trial)[: keys(trial).index("reply.red")]
    assert not [key for key in asked if key.startswith(("stretch", "heat", "doctor"))]


def test_a_red_flag_told_unasked_is_followed_by_the_number(run_script: Run) -> None:
    trial = run_script("volunteers")
    told = trial.asked("i can't feel my legs")
    assert number_after(trial, told.end) <= NUMBER_WITHIN
    after = [e.key for e in trial.outcome.entries if isinstance(e, Said) and e.start > told.end]
    assert {key.split(".")[0] for key in after} <= {"reply", "breathing"}, "nothing but breathing"
    assert after[-1] == "reply.red_bye"
    assert "Call" in texts(trial)[-1]


# --- on the pad


def test_who_sleeps_on_the_pad_is_woken_to_take_it_off(run_script: Run) -> None:
    trial = run_script("asleep")
    rate = trial.outcome.rate
    (begun,), (ended,) = trial.noted(ApplicationStarted), trial.noted(ApplicationEnded)
    asked = trial.said("reply.heat_awake")
    calls = trial.said("reply.heat_end")
    assert abs((asked[0].start - begun) / rate - 300) <= 3, "asked at five minutes"
    assert (calls[0].start - begun) / rate < 360, "it ends long before fifteen minutes"
    assert not [
        e
        for e in trial.outcome.entries
        if isinstance(e, PersonSpoke) and begun < e.start < calls[0].start
    ]
    gaps = [b.start - a.end for a, b in pairwise(calls)]
    assert max(gaps) / rate <= 15, "called out again and again"
    assert calls[-1].start < trial.asked("it is off").end < ended


def test_who_is_awake_keeps_the_heat(run_script: Run) -> None:
    trial = run_script("awake")
    (begun,), (ended,) = trial.noted(ApplicationStarted), trial.noted(ApplicationEnded)
    assert (ended - begun) / trial.outcome.rate > 600, "it goes on after each answer"
    assert len(trial.said("reply.heat_awake")) == 4, "two sentences, at 5 and at 10 minutes"
    assert "reply.heat_end" not in keys(trial)


# --- without a voice, and without good ears


def test_the_button_alone_does_everything(run_script: Run) -> None:
    trial = run_script("button")
    assert not [e for e in trial.outcome.entries if isinstance(e, PersonSpoke)]
    in_order(trial, "stretch.knee_right.say", "reply.heat_on", "reply.off_ask", "reply.bye")
    assert trial.rows("SELECT score FROM pain WHERE session = ? ORDER BY rowid") == [(6,), (3,)]
    assert len(trial.noted(ApplicationEnded)) == 1


def test_hard_of_hearing_is_told_what_helps_and_hears_the_rest_so(run_script: Run) -> None:
    trial = run_script("hard_of_hearing")
    greeting = texts(trial)[: keys(trial).index("pain.score.ask")]
    assert "louder or speak slower" in " ".join(greeting)
    cut = {(e.start, e.key) for e in trial.outcome.entries if isinstance(e, CutShort)}
    asked = [e for e in trial.said("pain.score.ask") if (e.start, e.key) not in cut]
    rate = trial.outcome.rate
    normal = run_script("silent").said("pain.score.ask")[0]
    assert asked[0].end - asked[0].start > 1.1 * (normal.end - normal.start), "slower"

    def level(one: Trial, entry: Said) -> float:
        return float(np.sqrt(np.mean(np.square(one.coach()[entry.start : entry.end]))))

    assert level(trial, asked[0]) > 1.1 * level(run_script("silent"), normal), "louder"
    assert rate == run_script("silent").outcome.rate
    kept = {name for (name,) in trial.rows("SELECT name FROM preference")}
    assert {"volume_db", "speech"} <= kept


# --- what is kept


@pytest.mark.parametrize("name", sorted(COMES_AFTER))
def test_returning_is_asked_once_about_what_lasts(name: str, run_script: Run) -> None:
    trial = run_script(name)
    assert texts(trial)[0].startswith("Hello again.")
    said = keys(trial)
    in_order(trial, "emergency.chest.ask", "reply.last_time_none", "doctor.before.ask")
    assert "doctor.lasting.ask" not in said
    assert "doctor.body.ask" not in said
    assert trial.rows("SELECT flags FROM answer") == [("",)]
    assert trial.rows("SELECT count(*) FROM session") == [(2,)]


def test_returning_moves_within_45_seconds(run_script: Run) -> None:
    trial = run_script("returns")
    assert trial.until("stretch.ready_again.say") <= RETURNING_MOVES_WITHIN
    assert "stretch.ready.say" not in keys(trial), "the longer words were said the day before"


def test_an_answer_taken_back_leaves_out_what_it_rules_out(run_script: Run) -> None:
    trial = run_script("takes_back")
    in_order(
        trial,
        "doctor.body.ask",
        "stretch.ready.say",
        "reply.take_again",
        "doctor.body.ask",
        "doctor.body.bones.ask",
        "doctor.small_fall.ask",
        "stretch.drop_right.say",
    )
    assert "stretch.knee_right.say" not in keys(trial)
    assert trial.rows("SELECT flags FROM answer") == [("osteoporosis",)]
    assert run_script("impatient").rows("SELECT flags FROM answer") == [("",)]
