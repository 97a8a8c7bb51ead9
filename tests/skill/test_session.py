"""Whole sessions of the skill in an assistant, and what an assistant does to them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ovoscope", reason="needs the skill: make test-skill")
pytest.importorskip("ovos_skill_voice_coach", reason="needs the skill: make test-skill")

from ovos_skill_voice_coach import making
from ovos_skill_voice_coach.conversation import Conversation

from tests.skill.assistant import SKILL, Assistant
from voice_coach.journal.database import connect_to_read
from voice_coach.journal.reading import visits
from voice_coach.speaking import ReadingTime
from voice_coach.understanding import Situation

STARTS = "my back hurts"
CONVERSE = f"{SKILL}.converse.request"


CHOICES = "Say stretch, heat, ice or breathe."
"""What it says last before it waits for a choice."""


def started(assistant: Assistant) -> None:
    """Begin a session, up to the first two breaths."""
    assistant.hear(STARTS)
    assistant.begin()
    assert assistant.state.situation is Situation.BREATHING


def asked(assistant: Assistant) -> None:
    """Go on to the first question: what would help."""
    started(assistant)
    # How long a breath takes depends on when the assistant says that it has ended its sentences.
    for _ in range(60):
        assistant.wait(1.0)
        if assistant.texts[-1] == CHOICES:
            return
    raise AssertionError(f"it said {assistant.texts[-3:]}")


def stretching(assistant: Assistant) -> None:
    """Go on to the first hold of a stretch."""
    asked(assistant)
    for said in ("stretch", "no", "no", "no", "no", "no", "no", "next"):
        assistant.hear(said)
    assert assistant.state.situation is Situation.STRETCHING
    assert assistant.state.breath is not None


def heated(assistant: Assistant) -> None:
    """Go on to heat on the skin."""
    stretching(assistant)
    for said in ("stop", "heat", "no", "no", "yes", "start"):
        assistant.hear(said)
    assert assistant.state.skin.on is not None


def alarmed(assistant: Assistant) -> None:
    """Sleep through the question whether one is awake: the heat has to come off."""
    heated(assistant)
    assistant.wait(360.0)
    assert assistant.state.situation is Situation.ENDING


def test_a_whole_session_and_its_journal(assistant: Assistant) -> None:
    stretching(assistant)
    assistant.hear("stop")
    assistant.hear("i am done")
    assistant.hear("quit")
    for said in ("yes", "no"):
        if assistant.running:
            assistant.hear(said)
    assistant.finish()
    assistant.ended()
    assert f"{SKILL}.deactivate" in assistant.names
    connection = connect_to_read(assistant.journal)
    (visit,) = visits(connection)
    connection.close()
    assert visit.finished and "stretch" in visit.intents and visit.routines


def test_a_hold_is_one_sound_exact_to_the_sample(assistant: Assistant) -> None:
    stretching(assistant)
    hold = assistant.out[-1]
    assert hold.sound is not None and not hold.listen
    loud = np.flatnonzero(np.abs(hold.sound) > 1e-4)
    gap = round(0.5 * hold.rate)  # longer than a zero of the tone, shorter than a pause
    starts = loud[np.flatnonzero(np.diff(loud, prepend=-gap) >= gap)][::2]
    assert len(starts) >= 3
    assert len(set(np.diff(starts))) == 1, "every breath is as long as the others, to the sample"
    count = len(assistant.sounds)
    assistant.wait(15.0)
    assert len(assistant.sounds) == count, "nothing of it is given out twice"


def test_stop_in_a_hold(assistant: Assistant) -> None:
    """The assistant keeps "stop" from the conversation, and cuts off what is said right then."""
    stretching(assistant)
    count = len(assistant.out)
    names = assistant.hear("stop")
    assert CONVERSE not in names and f"{SKILL}.stop" in names
    assert "mycroft.audio.speech.stop" in names
    assert assistant.since(count)[0] == "Stopped. Rest."
    assert assistant.pauses, "the answer waits until the assistant has cut off the hold"
    assert assistant.state.breath is None
    count = len(assistant.sounds)
    assistant.wait(30.0)
    assert len(assistant.sounds) == count, "no breath comes after it"


def test_stop_is_heard_after_the_assistant_has_forgotten_the_skill(assistant: Assistant) -> None:
    stretching(assistant)
    assistant.forget()
    names = assistant.hear("stop")
    assert "mycroft.stop" in names
    assert "Stopped. Rest." in assistant.texts


def test_heat_s_alarm_comes_unasked_until_it_is_answered(assistant: Assistant) -> None:
    alarmed(assistant)
    count = len(assistant.out)
    assistant.wait(60.0)
    assert assistant.since(count).count("Heat off now. Say done.") >= 5
    assert len([out for out in assistant.out[count:] if out.sound is not None]) >= 5
    assistant.hear("what time is it")
    assistant.wait(5.0)
    assert assistant.state.skin.on is not None, "something else does not end it"
    assistant.wait(5.0)
    assistant.hear("it's off")
    assert assistant.state.skin.on is None
    count = len(assistant.out)
    assistant.wait(60.0)
    assert "Heat off now. Say done." not in assistant.since(count)


def test_only_the_likeliest_words_end_an_alarm(assistant: Assistant) -> None:
    alarmed(assistant)
    assistant.hear("it's cough", "it's off")
    assert assistant.state.skin.on is not None


def test_the_coach_s_own_words_end_no_alarm(assistant: Assistant) -> None:
    alarmed(assistant)
    count = len(assistant.out)
    while not assistant.since(count):
        assistant.wait(0.5)
    assistant.hear("heat off now say done", finish=False)
    assistant.hear("heat off now", finish=False)
    assert assistant.state.skin.on is not None
    assistant.finish()
    assistant.now += 2.0
    assistant.hear("it's off")
    assert assistant.state.skin.on is None


def test_less_likely_words_keep_nothing_from_the_assistant(assistant: Assistant) -> None:
    stretching(assistant)
    names = assistant.hear("neck street", "next", finish=False)
    assert CONVERSE not in names


def test_safety_words_count_wherever_they_stand(assistant: Assistant) -> None:
    stretching(assistant)
    assistant.hear("it thirds", "it hurts")
    assert assistant.state.breath is None


def test_done_is_heard_after_300_seconds_of_silence(assistant: Assistant) -> None:
    """The assistant asks a skill no more that was not active for 300 seconds."""
    asked(assistant)
    assistant.hear("five")
    assistant.hear("breathe")
    assistant.hear("pause")
    assert assistant.state.situation is Situation.PAUSED
    count = len(assistant.names)
    assistant.wait(900.0, step=10.0)
    assert f"{SKILL}.activate" in assistant.names[count:]
    names = assistant.hear("resume")
    assert CONVERSE in names
    assert assistant.state.situation is not Situation.PAUSED


def test_without_staying_active_it_would_be_forgotten(assistant: Assistant) -> None:
    """The trap itself: if this fails, `stay` is no longer needed."""
    asked(assistant)
    assistant.now += 301.0
    names = assistant.hear("five")
    assert CONVERSE not in names and "complete_intent_failure" in names


def test_done_after_15_minutes_of_heat(assistant: Assistant) -> None:
    heated(assistant)
    for _ in range(100):
        assistant.wait(10.0)
        if assistant.state.situation is Situation.AWAKE:
            assistant.hear("yes")
        if assistant.state.situation is Situation.ENDING:
            break
    assert any(text.startswith("Time is up") for text in assistant.texts)
    assistant.wait(3.0)
    names = assistant.hear("done")
    assert CONVERSE in names
    assert assistant.state.skin.on is None


def test_the_microphone_opens_after_a_question_only(assistant: Assistant) -> None:
    asked(assistant)
    assert [out.text for out in assistant.out if out.listen] == [CHOICES]
    assistant.hear("five")
    assistant.hear("stretch")
    question, before = assistant.out[-1], assistant.out[-2]
    assert question.listen and not before.listen


def test_the_microphone_opens_again_with_each_reprompt(assistant: Assistant) -> None:
    """It closes by itself after some seconds; whoever says nothing is asked again."""
    asked(assistant)
    count = len(assistant.out)
    assistant.wait(40.0)
    assert sum(out.listen for out in assistant.out[count:]) >= 1
    assert all(out.text for out in assistant.out[count:] if out.listen)


@pytest.mark.parametrize("said", ["emergency", None])
def test_the_microphone_opens_in_an_emergency_and_with_each_alarm(
    assistant: Assistant, said: str | None
) -> None:
    if said is None:
        alarmed(assistant)
        count = len(assistant.out)
        assistant.wait(30.0)
    else:
        stretching(assistant)
        count = len(assistant.out)
        assistant.hear(said)
    spoken = [out for out in assistant.out[count:] if out.text]
    assert spoken and spoken[-1].listen


def test_foreign_talk_is_passed_on_in_a_hold_and_in_a_pause(assistant: Assistant) -> None:
    stretching(assistant)
    for _ in range(2):
        count = len(assistant.out)
        names = assistant.hear("what is the weather", finish=False)
        assert CONVERSE not in names and "complete_intent_failure" in names
        assert assistant.since(count) == []
        assistant.hear("pause")
        assert assistant.state.situation is Situation.PAUSED


def test_foreign_talk_at_a_question_is_answered_by_asking_again(assistant: Assistant) -> None:
    asked(assistant)
    names = assistant.hear("what is the weather")
    assert CONVERSE in names and "complete_intent_failure" not in names
    assert assistant.out[-1].listen


def test_a_second_person_is_told_and_changes_nothing(assistant: Assistant) -> None:
    stretching(assistant)
    before, count = assistant.state, len(assistant.out)
    assistant.hear(STARTS, session="kitchen", finish=False)
    assistant.hear("stop", session="kitchen", finish=False)
    assistant.hear("it hurts", session="kitchen", finish=False)
    (told,) = assistant.out[count:]
    assert told.session == "kitchen" and "somebody else" in told.text
    assert assistant.state.situation is before.situation
    assert assistant.state.breath is not None


def test_a_session_of_somebody_at_a_satellite(assistant: Assistant) -> None:
    assistant.hear(STARTS, session="kitchen", finish=False)
    assistant.begin(session="kitchen")
    assert {out.session for out in assistant.out} == {"kitchen"}
    assert assistant.sounds, "a hold is sent there, for its files are not"
    assistant.hear("it hurts", session="kitchen", finish=False)
    assistant.until(lambda: assistant.state.breath is None)


def test_a_second_session_after_the_first(assistant: Assistant) -> None:
    started(assistant)
    first = assistant.skill.worker
    assistant.hear("quit")
    if assistant.running:
        assistant.hear("yes")
    assistant.ended()
    started(assistant)
    assert assistant.skill.worker is not first
    connection = connect_to_read(assistant.journal)
    assert len(visits(connection)) >= 1
    connection.close()


def test_in_the_coach_s_own_voice_all_is_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "_own", lambda *parts: ReadingTime(making.RATE))
    assistant = Assistant(tmp_path, monkeypatch, voice="coach")
    try:
        assistant.hear(STARTS, finish=False)
        assistant.begin()
        assistant.wait(60.0)
        assert assistant.state.situation is Situation.MENU
        assert assistant.texts == [] and len(assistant.sounds) >= 3
        assert assistant.sounds[-1].listen, "the question opens the microphone"
        seconds = [len(out.sound) / out.rate for out in assistant.sounds]
        assert max(seconds) > 19.0, "two breaths are one sound"
    finally:
        assistant.close()


def test_a_skill_that_fails_with_a_pad_on_says_to_take_it_off(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    heated(assistant)
    count = len(assistant.out)

    def fails(*args: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Conversation, "hears", fails)
    assistant.hear("breathe", finish=False)
    assistant.ended()
    said = assistant.since(count)
    assert said[0].startswith("Take the heat off now")
    assert "a bug" in said[-1]


def test_a_fault_at_the_start_is_said(assistant: Assistant) -> None:
    assistant.skill.settings["emergency_number"] = "call mum"
    assistant.hear(STARTS, finish=False)
    assistant.ended()
    (said,) = assistant.texts
    assert "emergency_number" in said
