"""The pages for the Pi name commands and targets that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from voice_coach.cli.main import add_commands, cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/use/raspberry-pi.md", "docs/use/service.md")


@pytest.mark.parametrize("name", PAGES)
def test_targets_and_commands_exist(name: str) -> None:
    add_commands()
    page = (ROOT / name).read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```\n(.*?)```", page, re.DOTALL) + re.findall(r"`(.+?)`", page))
    targets = set(re.findall(r"^make ([a-z0-9-]+)", code, re.MULTILINE))
    assert targets
    assert targets <= set(re.findall(r"^([a-z0-9-]+):", makefile, re.MULTILINE))
    commands = set(re.findall(r"^(?:\.venv/bin/)?voice-coach ([a-z]+)", code, re.MULTILINE))
    assert commands
    assert commands <= set(cli.commands)
