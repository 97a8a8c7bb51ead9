from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.faults import SettingsFault
from voice_coach.settings import Settings, described, load_settings


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_come_from_the_program(tmp_path: Path) -> None:
    chosen = load_settings(write(tmp_path, ""), environment={})
    assert chosen.settings == Settings()
    assert set(chosen.sources.values()) == {"default"}


def test_flags_beat_environment_beats_file(tmp_path: Path) -> None:
    path = write(tmp_path, "pace = 0\nbreaths = 3\nvolume_db = -9.0\n")
    environment = {"VOICE_COACH_PACE": "1", "VOICE_COACH_BREATHS": "4"}
    chosen = load_settings(path, environment, {"pace": 4, "device": None})
    assert (chosen.settings.pace, chosen.settings.breaths) == (4, 4)
    assert chosen.settings.volume_db == -9.0
    assert chosen.sources["pace"] == "command line"
    assert chosen.sources["breaths"] == "environment variable VOICE_COACH_BREATHS"
    assert chosen.sources["volume_db"] == str(path)
    assert chosen.sources["device"] == "default"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pace = 9", "pace"),
        ('pace = "fast"', "pace"),
        ("heat_minutes = 16", "heat_minutes"),
        ("ice_minutes = 21.0", "ice_minutes"),
        ("heat_minutes = nan", "heat_minutes"),
        ('quiet_hours = "22-7"', "quiet_hours"),
        ('quiet_hours = "22:00-25:00"', "quiet_hours"),
        ("resident = 1", "resident"),
        ("paec = 1", "did you mean pace"),
        ('emergency_number = "call bob"', "emergency_number"),
        ('emergency_number = "   "', "2 to 12 digits"),
        ('emergency_number = "-"', "2 to 12 digits"),
        ('emergency_number = "1"', "2 to 12 digits"),
        ('emergency_number = "+49 112"', "2 to 12 digits"),
        ('emergency_number = "1234567890123"', "2 to 12 digits"),
        ('emergency_number = "112 "', "2 to 12 digits"),
        ("emergency_number = 112", "in quotes"),
        ("pace 3", "TOML"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsFault) as raised:
        load_settings(write(tmp_path, text), environment={})
    assert said.lower() in str(raised.value).lower()
    assert "settings.toml" in str(raised.value)


def test_a_wrong_environment_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="VOICE_COACH_RATE"):
        load_settings(write(tmp_path, ""), {"VOICE_COACH_RATE": "many"})


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="cannot be read"):
        load_settings(tmp_path / "none.toml", {})


def test_every_setting_is_described() -> None:
    assert [name for name, _, _ in described()] == list(Settings.__struct_fields__)
    assert all(meaning for _, meaning, _ in described())


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.lists(st.text())
)


@given(st.sampled_from(Settings.__struct_fields__), VALUES)
def test_any_value_loads_or_is_refused(name: str, value: Any) -> None:
    try:
        settings = load_settings(None, {}, {name: value}).settings
    except SettingsFault as fault:
        assert name in str(fault)
        return
    assert settings.heat_minutes <= 15
    assert settings.ice_minutes <= 20
