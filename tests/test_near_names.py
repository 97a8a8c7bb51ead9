"""A suggestion is a slip away from what was typed, or contains it; else there is none."""

from __future__ import annotations

import pytest

from voice_coach.models import load_manifest
from voice_coach.near_names import did_you_mean, near_names
from voice_coach.settings import Settings

SETTINGS = Settings.__struct_fields__
MODELS = [entry.name for entry in load_manifest().models]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("paec", ["pace"]),
        ("volume", ["volume_db"]),
        ("volum", ["volume_db"]),
        ("cache", ["cache_folder"]),
        ("Heat-Minutes", ["heat_minutes"]),
        ("foo", []),
        ("patience", []),
        ("xyz", []),
        ("r", []),
        ("", []),
    ],
)
def test_a_setting(given: str, meant: list[str]) -> None:
    assert near_names(given, SETTINGS) == meant


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("joe", ["en_US-joe-medium"]),
        ("en_US-jo-medium", ["en_US-joe-medium"]),
        ("lessack", ["en_US-lessac-medium"]),
        ("en-us-command", ["en-us-commands"]),
        ("en_US-nobody-medium", []),
        ("whisper", []),
    ],
)
def test_a_model(given: str, meant: list[str]) -> None:
    assert near_names(given, MODELS) == meant


def test_the_question() -> None:
    assert did_you_mean(["a"]) == "did you mean a?"
    assert did_you_mean(["a", "b"]) == "did you mean a or b?"
