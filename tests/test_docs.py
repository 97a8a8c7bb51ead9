"""The pages say what the program does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from voice_coach import faults
from voice_coach.cli.ending import INTERRUPTED
from voice_coach.cli.main import PIPE_CLOSED
from voice_coach.settings import load_settings
from voice_coach.understanding import load_book
from voice_coach.vocabulary.graph import LEXICON
from voice_coach.vocabulary.lexicon import Lexicon

ROOT = Path(__file__).resolve().parents[1]


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_exit_code_is_documented() -> None:
    documented = {
        int(n) for n in re.findall(r"^\| (\d+) \|", page("docs/use/faults.md"), re.MULTILINE)
    }
    codes = {
        fault.exit_code
        for fault in vars(faults).values()
        if isinstance(fault, type) and issubclass(fault, faults.Fault)
    }
    assert documented == codes | {0, 2, PIPE_CLOSED, INTERRUPTED}


def test_the_settings_in_the_readme_load(tmp_path: Path) -> None:
    shown = re.search(r"```toml\n(.*?)```", page("README.md"), re.DOTALL)
    assert shown is not None
    file = tmp_path / "settings.toml"
    file.write_text(shown[1], encoding="utf-8")
    chosen = load_settings(file, {})
    assert chosen.sources["emergency_number"] == str(file)


def test_the_routine_in_the_prompts_page_loads(tmp_path: Path) -> None:
    shown = re.findall(
        r"```toml\n# prompts/en/(\S+)\n(.*?)```", page("docs/use/prompts.md"), re.DOTALL
    )
    assert len(shown) == 2
    for name, text in shown:
        tomllib.loads(text)
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    book = load_book(ROOT / "prompts" / "en", tmp_path)
    assert book.topics()["evening"] == "evening"


def test_commands_named_in_the_pages_exist() -> None:
    from voice_coach.cli.main import add_commands, cli

    add_commands()
    readme = page("README.md")
    named = set(re.findall(r"^voice-coach ([a-z]+)", readme, re.MULTILINE))
    for text in (readme, page("docs/use/faults.md"), page("docs/use/models.md")):
        named |= set(re.findall(r"`voice-coach ([a-z]+)", text))
    assert {"run", "models", "rehearse"} <= named
    assert named <= set(cli.commands)


@pytest.mark.parametrize("name", ["README.md", "docs/use/models.md"])
def test_words_that_a_page_adds_are_not_known_already(name: str) -> None:
    known = set(Lexicon.read(ROOT / "models/en-us-commands" / LEXICON).words)
    added = re.findall(r'voice-coach words add "(\w+)"', page(name))
    assert added
    assert not known & set(added)
