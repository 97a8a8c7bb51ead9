"""Parts of the skill alone: its settings, its sounds, the words in the assistant's voice."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import count
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ovoscope", reason="needs the skill: make test-skill")
pytest.importorskip("ovos_skill_voice_coach", reason="needs the skill: make test-skill")
from ovos_skill_voice_coach.making import RATE, coach_settings, make_talk
from ovos_skill_voice_coach.sound import mixed, write_wav
from ovos_skill_voice_coach.words import AssistantWords, pacing_texts

from voice_coach.app import load_prompts
from voice_coach.audio.wav import read_sound
from voice_coach.faults import SettingsFault
from voice_coach.settings import Settings
from voice_coach.talk import Clip

BOOK = load_prompts(Settings())


def test_the_skill_s_settings_go_over_the_coach_s() -> None:
    assert coach_settings({"emergency_number": "112", "pace": 4}).emergency_number == "112"
    assert coach_settings({"show_log": True}).pace == coach_settings({}).pace


@pytest.mark.parametrize(
    "wrong", [{"voice": "robot"}, {"emergency_number": "call mum"}, {"heat_minutes": 40}]
)
def test_a_wrong_setting_is_named_with_where_it_is(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsFault, match=f"skill's settings: {next(iter(wrong))}"):
        coach_settings(wrong)


def test_clips_are_mixed_where_they_belong(tmp_path: Path) -> None:
    one = Clip(10, np.full(5, 0.5, np.float32), 1.0, "in")
    two = Clip(12, np.full(4, 0.5, np.float32), 0.5)
    sound = mixed((one, two), 8)
    assert sound.tolist() == [0, 0, 0.5, 0.5, 0.75, 0.75, 0.75, 0.25][: len(sound)]
    write_wav(tmp_path / "a.wav", sound, RATE)
    assert np.allclose(read_sound(tmp_path / "a.wav", RATE), sound, atol=1e-4)


def test_words_of_a_breath_are_the_assistant_s_once_rendered(tmp_path: Path) -> None:
    def render(text: str) -> Path:
        if text == "Out.":
            raise RuntimeError("a plugin raises what it likes")
        # A file of its own: several are rendered at once.
        path = tmp_path / f"{next(number)}.wav"
        write_wav(path, np.full(2400, 0.5, np.float32), RATE)
        return path

    number = count()
    with ExitStack() as open_things:
        settings = {"journal": "none"}
        make_talk(settings, render, print, open_things)
        words = AssistantWords(BOOK, RATE, 1.5, render)
        open_things.callback(words.close)
        for word in words.words.values():
            word.exception(20.0)
        assert {"In.", "Out."} <= set(pacing_texts(BOOK))
        assert np.abs(words.get("In.")).max() == pytest.approx(0.5, abs=1e-3)
        assert np.abs(words.get("Out.")).max() == 0.0, "tones alone pace it then"
        assert np.abs(words.get("Stopped. Rest.")).max() == 0.0
