"""What the doctor examines has a name in every language, for a voice reads no English name."""

from __future__ import annotations

import pytest

from voice_coach.doctor.announcer import closing, spoken
from voice_coach.doctor.command_test import WORD
from voice_coach.doctor.echoes import CANCELLING, LOUDSPEAKER
from voice_coach.doctor.finding import Finding
from voice_coach.doctor.host import CLOCK, DISK, NETWORK, PROCESSOR, SOUND_CARD
from voice_coach.doctor.microphone import MICROPHONE
from voice_coach.doctor.swallowed_start import FIRST_WORD
from voice_coach.paths import data_folder
from voice_coach.understanding.program import load_program

PROMPTS = data_folder("prompts")
NAMES = (
    *("settings", "prompts", "voice", "hearing model", "vocabulary", "cache"),
    *(SOUND_CARD, MICROPHONE, LOUDSPEAKER, CANCELLING, FIRST_WORD, WORD),
    *(DISK, CLOCK, PROCESSOR, NETWORK),
)


@pytest.mark.parametrize("name", NAMES)
def test_a_finding_is_said_in_the_language(name: str) -> None:
    english, spanish = (load_program(PROMPTS / language) for language in ("en", "es"))
    finding = Finding(name, "warning", "Something is wrong")
    assert spoken(finding, english) == "Something is wrong."
    said = spoken(finding, spanish)
    assert said.startswith("Mira la pantalla: ") and "Something" not in said
    assert f": {name}." not in said and f": {name}." not in closing([finding], spanish)
    assert f": {name}." in closing([finding], english)
