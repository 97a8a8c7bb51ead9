"""A word of the person's, heard by the real recogniser."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.doctor.room import RATE, Habits, Room
from tests.hearing.material import recording
from voice_coach.app import Parts, make_recogniser
from voice_coach.audio.mixer import Play
from voice_coach.doctor.capture import Studio
from voice_coach.doctor.command_test import Try, hear_word, word


def said(
    parts: Parts, model: Any, words: str, gain_db: float = 0.0, floor_db: float = -70.0
) -> Try:
    room = Room(Habits(floor_db=floor_db))
    if words:
        gain = np.float32(10 ** (gain_db / 20))
        room.air.orders.put(Play(RATE, recording(words, RATE) * gain))
    recogniser = make_recogniser(parts, model, RATE)
    return hear_word(Studio(room).for_seconds(4.0), recogniser, parts.book, RATE, "banana")


def test_the_word_is_understood(parts: Parts, hearing_model: Any) -> None:
    heard = said(parts, hearing_model, "banana")
    assert heard.understood
    assert heard.voice_db == pytest.approx(-26.0, abs=3.0)
    assert heard.room_db == pytest.approx(-70.0, abs=2.0)
    found = word([heard])
    assert (found.state, found.remedy) == ("ok", "")
    assert found.figures["heard"] == "banana"


def test_nobody_is_not_heard(parts: Parts, hearing_model: Any) -> None:
    heard = said(parts, hearing_model, "")
    assert not heard.understood
    found = word([heard, heard])
    assert found.state == "warning"
    assert "nobody" in found.what and "come closer" in found.remedy
    assert found.figures["tries"] == 2


def test_another_word_is_told(parts: Parts, hearing_model: Any) -> None:
    heard = said(parts, hearing_model, "breathe")
    assert not heard.understood
    found = word([heard])
    assert '"breathe"' in found.what
    assert "plainly" in found.remedy


def test_a_soft_voice_is_understood_and_asked_to_come_closer(
    parts: Parts, hearing_model: Any
) -> None:
    found = word([said(parts, hearing_model, "banana", -32.0, -90.0)])
    assert found.state == "warning"
    assert "very soft" in found.what and "closer" in found.remedy


GOOD = Try("banana", True, -30.0, -65.0, 0.0)


@pytest.mark.parametrize(
    ("heard", "what", "remedy"),
    [
        (replace(GOOD, voice_db=-5.0), "overdrives", "level down"),
        (replace(GOOD, clipped=0.01), "overdrives", "further away"),
        (replace(GOOD, voice_db=-60.0), "I understood you, but", "closer"),
        (replace(GOOD, text="[unk]", understood=False), "didn't understand", "plainly"),
        (replace(GOOD, text="[unk]", understood=False, room_db=-41.0), "as loud as you", "hums"),
        (replace(GOOD, text="", understood=False, voice_db=-60.0), "nobody", "raise your voice"),
    ],
)
def test_advice(heard: Try, what: str, remedy: str) -> None:
    found = word([heard])
    assert found.state == "warning"
    assert what in found.what
    assert remedy in found.remedy


def test_who_was_not_asked_is_not_judged() -> None:
    assert word([]).state == "skipped"
