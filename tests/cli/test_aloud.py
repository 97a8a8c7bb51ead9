"""A fault of `run` is printed before it is said aloud."""

from __future__ import annotations

import pytest

from voice_coach.cli import run as module
from voice_coach.cli.main import add_commands, cli
from voice_coach.faults import Fault, SettingsFault
from voice_coach.settings import Settings


def test_a_fault_is_printed_at_once_and_then_said(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    printed = list[str]()

    def speak(fault: Fault, settings: Settings) -> None:
        printed.append(capfd.readouterr().err)

    monkeypatch.setattr(module, "speak_aloud", speak)
    add_commands()
    with pytest.raises(SystemExit) as ended:
        cli.main(["--set", "language=xx", "run"], standalone_mode=False)
    assert ended.value.code == SettingsFault.exit_code
    assert printed == ['There are no prompts for language "xx". Choose one of: en, en-gb, es.\n']
    assert capfd.readouterr().err == "", "not twice"
