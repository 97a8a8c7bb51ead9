"""Denials, said aloud: none may be taken for what it denies, in whatever voice.

A doubtful call for help is not taken, but asked about: "no" may be heard as "numb".
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.coverage.cases import DENIED, KINDRED
from benchmarks.coverage.listener import Coach, default_state
from benchmarks.scenes.recordings import rendering_at_microphone
from benchmarks.scenes.voices import VOICES, Missing, Voice, rendered
from voice_coach.app import Parts
from voice_coach.coach.limits import Application
from voice_coach.coach.state import Skin

KEPT = Path(__file__).resolve().parents[2] / ".cache" / "test-voices"

SLOW = ("af_kore", "bm_lewis")
"""Kokoro needs a second for each text: left to `python -m benchmarks.coverage`."""

MISSPOKEN = {"rms": "isn't"}
"""Voice -> a word that it says as nobody does: flite has "isn't" in one syllable, as "issnt"."""

DENIALS = {
    "ending": ("not off yet", "it's still on", "no it isn't off", "i have not taken it off"),
    "taking_up": ("no it's still on", "it isn't off", "not yet"),
    "heat": ("i'm not done", "it does not hurt", "not too hot"),
    "heatready": ("it isn't in place", "not ready yet", "don't start yet"),
    "ready": ("i am not ready", "don't go on", "not yet"),
    "hold": ("don't stop", "it doesn't hurt", "i am not done"),
    "checking": ("no there isn't", "no i have not", "not that i know", "no i don't"),
    "emergency": ("it isn't an emergency", "this is no emergency", "not yet"),
    "menu": ("no ambulance", "i don't need any help", "i don't want heat", "no ice"),
    "ease": ("it doesn't hurt any more", "it's not hurting"),
    "confirm": ("i don't think so", "no not that"),
}
"""Place -> what denies something there: with "not", "no" or "n't", in the beginning or later."""


@pytest.mark.parametrize("place", DENIALS)
@pytest.mark.parametrize("voice", [v for v in VOICES if v.name not in SLOW], ids=lambda v: v.name)
def test_no_denial_is_taken_for_what_it_denies(
    parts: Parts, hearing_model: Any, voice: Voice, place: str
) -> None:
    texts = [t for t in DENIALS[place] if MISSPOKEN.get(voice.name) not in t.split()]
    try:
        files = rendered(voice, texts, KEPT)
    except Missing as missing:
        pytest.skip(f"{voice.name}: {missing}")
    coach = Coach(default_state(place), parts, hearing_model)
    taken: dict[str, tuple[list[str], list[str]]] = {}
    for text, path in files.items():
        acts, heard = coach.hear(rendering_at_microphone(path))
        sure = [act["intent"] for act in acts if act["certain"] or act["intent"] != "emergency"]
        denied = [intent for intent in sure if intent in DENIED[place] | KINDRED]
        if denied:
            taken[text] = (denied, heard)
    assert not taken


CAN = ("I can feel my legs", "I can breathe")
CANNOT = ("I can't feel my legs", "I can't breathe")


@pytest.mark.parametrize("place", ["checking", "heat", "hold", "menu"])
@pytest.mark.parametrize("voice", [v for v in VOICES if v.name not in SLOW], ids=lambda v: v.name)
def test_can_is_asked_about_and_cannot_is_a_sign(
    parts: Parts, hearing_model: Any, voice: Voice, place: str
) -> None:
    """So little tells them apart that neither may be passed over."""
    try:
        files = rendered(voice, (*CAN, *CANNOT), KEPT)
    except Missing as missing:
        pytest.skip(f"{voice.name}: {missing}")
    coach = Coach(default_state(place), parts, hearing_model)
    for text, path in files.items():
        acts, heard = coach.hear(rendering_at_microphone(path))
        assert [act["intent"] for act in acts] == ["red_flag"], (text, heard)
        if text == "I can't feel my legs":
            assert acts[0]["certain"], heard


PAD = Skin(Application("heat", 0, 1 << 62))


@pytest.mark.parametrize("place", ["pain", "paused", "talk", "breathing", "calling", "confirm"])
@pytest.mark.parametrize("voice", [v for v in VOICES if v.name not in SLOW], ids=lambda v: v.name)
def test_no_pad_is_off_that_is_said_to_be_on(
    parts: Parts, hearing_model: Any, voice: Voice, place: str
) -> None:
    """The same with a pad on, wherever it may be said."""
    texts = [t for t in DENIALS["ending"] if MISSPOKEN.get(voice.name) not in t.split()]
    try:
        files = rendered(voice, texts, KEPT)
    except Missing as missing:
        pytest.skip(f"{voice.name}: {missing}")
    coach = Coach(replace(default_state(place), skin=PAD), parts, hearing_model)
    for text, path in files.items():
        acts, heard = coach.hear(rendering_at_microphone(path))
        off = [act for act in acts if act["intent"] == "done" and act["value"] == "off"]
        assert not off, (text, heard)


PRAISE = ("it's easing", "that feels better", "that's better", "i feel much better")


@pytest.mark.parametrize("voice", [v for v in VOICES if v.name not in SLOW], ids=lambda v: v.name)
def test_praise_ends_no_heat(parts: Parts, hearing_model: Any, voice: Voice) -> None:
    """ "It's easing" was heard as "it's seizing", which is pain, and took the heat off."""
    try:
        files = rendered(voice, PRAISE, KEPT)
    except Missing as missing:
        pytest.skip(f"{voice.name}: {missing}")
    coach = Coach(default_state("heat"), parts, hearing_model)
    taken = {text: coach.hear(rendering_at_microphone(path)) for text, path in files.items()}
    assert {act["intent"] for acts, _ in taken.values() for act in acts} <= {"good_news"}, taken


@pytest.mark.parametrize("voice", VOICES, ids=lambda v: v.name)
def test_no_idea_is_no_no(parts: Parts, hearing_model: Any, voice: Voice) -> None:
    """It was heard as "no, dear"."""
    try:
        files = rendered(voice, ("no idea", "i have no idea"), KEPT)
    except Missing as missing:
        pytest.skip(f"{voice.name}: {missing}")
    coach = Coach(default_state("checking"), parts, hearing_model)
    taken = {text: coach.hear(rendering_at_microphone(path)) for text, path in files.items()}
    assert "no" not in {act["intent"] for acts, _ in taken.values() for act in acts}, taken
