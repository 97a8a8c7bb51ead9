"""Settings files with everything wrong: the line names the key and the file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.faults.tally import Tally, clear_line, one_line
from voice_coach.faults import Fault, SettingsFault
from voice_coach.settings import Settings, load_settings

KEYS = Settings.__struct_fields__

NEVER = {
    "a table": "{a = 1}",
    "nested arrays": "[[[[]]]]",
    "a date": "1979-05-27",
    "a time": "07:32:00",
    "an array of 1,000": "[" + "1," * 1000 + "]",
    "a string with a NUL": '"a\\u0000b"',
    "a string with a line break": '"a\\nb"',
    "a string with a terminal's commands": '"\\u001b[2J"',
}
"""Values that no setting takes."""

PERHAPS = {
    "nan": "nan",
    "infinity": "inf",
    "minus infinity": "-inf",
    "a huge number": "9" * 300,
    "minus one": "-1",
    "a fraction": "0.1",
    "a truth": "true",
    "an empty string": '""',
    "a path out": '"../../../../etc/passwd"',
    "a string of 90,000 letters": '"' + "a" * 90_000 + '"',
    "a string in letters from the right": '"\\u05d0"',
}
"""Values that some settings take."""


def written(folder: Path, *lines: str) -> Path:
    path = folder / "settings.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("value", NEVER.values(), ids=NEVER.keys())
def test_each_key_wrong(tmp_path: Path, value: str, tally: Tally) -> None:
    for key in KEYS:
        path = written(tmp_path, f"{key} = {value}")
        with pytest.raises(SettingsFault) as caught:
            load_settings(path, {})
        line = clear_line(caught.value)
        assert key in line and str(path) in line
        tally.count("settings: each key wrong")


@pytest.mark.parametrize("value", PERHAPS.values(), ids=PERHAPS.keys())
def test_each_key_odd(tmp_path: Path, value: str, tally: Tally) -> None:
    for key in KEYS:
        path = written(tmp_path, f"{key} = {value}")
        try:
            made = load_settings(path, {}).settings
        except SettingsFault as fault:
            line = clear_line(fault)
            assert str(path) in line
            assert key in line or "not TOML" in line
        else:
            assert made.heat_minutes <= 15
            assert made.ice_minutes <= 20
            assert -18 <= made.volume_db <= 0
        tally.count("settings: each key odd, refused or in its range")


@pytest.mark.parametrize("value", [*NEVER.values(), *PERHAPS.values()], ids=[*NEVER, *PERHAPS])
def test_every_key_wrong_at_once(tmp_path: Path, value: str, tally: Tally) -> None:
    path = written(tmp_path, *(f"{key} = {value}" for key in KEYS))
    with pytest.raises(SettingsFault) as caught:
        load_settings(path, {})
    line = clear_line(caught.value)
    assert str(path) in line
    assert any(key in line for key in KEYS) or "not TOML" in line or "larger than" in line
    tally.count("settings: every key wrong at once")


FILES: dict[str, Callable[[Path], object]] = {
    "10 MB": lambda path: path.write_bytes(b"#" * 10_000_000),
    "10,000 nested arrays": lambda path: path.write_text("pace = " + "[" * 10_000),
    "a number of 10,000 digits": lambda path: path.write_text("pace = " + "9" * 10_000),
    "a key of 50,000 letters": lambda path: path.write_text("a" * 50_000 + " = 1"),
    "a key with a line break": lambda path: path.write_text('"a\\nb" = 1'),
    "the same key twice": lambda path: path.write_text("pace = 1\npace = 1\n"),
    "invalid UTF-8": lambda path: path.write_bytes(b'voice = "\xff\xfe"\n'),
    "NUL bytes": lambda path: path.write_bytes(bytes(100)),
    "UTF-16": lambda path: path.write_bytes("pace = 1\n".encode("utf-16")),
    "a folder": lambda path: path.mkdir(),
    "a link to itself": lambda path: path.symlink_to(path),
    "a link to nothing": lambda path: path.symlink_to("nowhere"),
    "a link to endless zeros": lambda path: path.symlink_to("/dev/zero"),
    "a link to a file of secrets": lambda path: path.symlink_to("/etc/passwd"),
    "a pipe that nobody writes to": lambda path: os.mkfifo(path),
}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="names of Unix")
@pytest.mark.parametrize("made", FILES.values(), ids=FILES.keys())
def test_hostile_file(tmp_path: Path, made: Callable[[Path], object], tally: Tally) -> None:
    path = tmp_path / "settings.toml"
    made(path)
    with pytest.raises(SettingsFault) as caught:
        load_settings(path, {})
    assert str(path) in clear_line(caught.value)
    tally.count("settings: a hostile file")


def test_every_variable_of_the_environment_wrong(tally: Tally) -> None:
    for key in KEYS:
        for value in ("\x1b[2J", "a\nb", "\udcff"):
            with pytest.raises(SettingsFault) as caught:
                load_settings(None, {f"VOICE_COACH_{key.upper()}": value})
            assert key.upper() in clear_line(caught.value)
            tally.count("settings: each variable of the environment wrong")


@pytest.mark.slow
def test_program_ends_with_one_line(tmp_path: Path, tally: Tally) -> None:
    """The whole program, with every key wrong at once."""
    path = written(tmp_path, *(f"{key} = {{a = 1}}" for key in KEYS))
    done = subprocess.run(
        [sys.executable, "-m", "voice_coach", "--settings", str(path), "run"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == SettingsFault.exit_code != Fault.exit_code
    line = one_line([done.stdout, done.stderr])
    assert str(path) in line and "language" in line
    tally.count("settings: every key wrong, the whole program")
