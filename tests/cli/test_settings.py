from __future__ import annotations

import re
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


PATHS = (
    "hearing_model",
    "voice",
    "cache_folder",
    "models_folder",
    "prompts_folder",
    "journal",
    "state_socket",
    "mqtt_password_file",
    "mqtt_ca_file",
    "record",
    "transcript",
)


@pytest.mark.parametrize("name", PATHS)
def test_a_tilde_is_the_home_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    path = write(tmp_path, f'{name} = "~/back/x"')
    for chosen in (
        load_settings(path, {}),
        load_settings(None, {f"VOICE_COACH_{name.upper()}": "~/back/x"}),
        load_settings(None, {}, {name: "~/back/x"}),
    ):
        assert getattr(chosen.settings, name) == "/home/ada/back/x"


def test_every_setting_that_is_a_path_is_tried_above() -> None:
    told = [
        name
        for name, meaning, _ in described()
        if re.search(r"\b(folder|file|path)\b", meaning, re.I)
    ]
    assert set(told) - {"language"} == set(PATHS)


def test_other_settings_keep_their_tilde() -> None:
    assert load_settings(None, {}, {"device": "~x"}).settings.device == "~x"


def test_a_tilde_of_nobody_is_refused() -> None:
    with pytest.raises(SettingsFault, match=r'record.*there is no user "nobody_of_that_name"'):
        load_settings(None, {}, {"record": "~nobody_of_that_name/x.wav"})


def test_a_byte_order_mark_in_the_file_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xef\xbb\xbfpace = 3\r\n")
    assert load_settings(path, {}).settings.pace == 3


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("pace", "fast", 'pace = "fast": must be a whole number from 0 to 4'),
        ("heat_minutes", 99, "heat_minutes = 99: must be a number from 1 to 15"),
        ("resident", "perhaps", "must be true or false"),
        ("device", True, "device = true: must be text in quotes"),
        ("quiet_hours", "22", 'must be two times of day in quotes, like "22:00-07:00"'),
        ("emergency_number", "x", "must be 2 to 12 digits"),
    ],
)
def test_a_wrong_value_is_refused_in_words(name: str, value: Any, said: str) -> None:
    with pytest.raises(SettingsFault) as raised:
        load_settings(None, {}, {name: value})
    assert said in str(raised.value)
    assert not re.search(r"`|Expected|regex|\^", str(raised.value))


def test_a_suggestion_is_asked_as_a_question() -> None:
    with pytest.raises(SettingsFault) as raised:
        load_settings(None, {}, {"volume": 1})
    assert str(raised.value).endswith("Did you mean volume_db?")
