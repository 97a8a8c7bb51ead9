"""What the program itself says is data, and no voice is given lines of another language."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from voice_coach.app import load_texts_of_program, reads_english
from voice_coach.faults import PromptFault
from voice_coach.paths import data_folder
from voice_coach.settings import Settings
from voice_coach.understanding.program import load_program

PROMPTS = data_folder("prompts")
FILES = ("language.toml", "program.toml")


@pytest.fixture
def german(tmp_path: Path) -> Path:
    """Return a folder that says it is German; its sentences are no matter here."""
    folder = tmp_path / "de"
    folder.mkdir()
    for name in FILES:
        shutil.copy(PROMPTS / "en" / name, folder)
    spoil(folder, "language.toml", 'code = "en-us"', 'code = "de"')
    return folder


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("name", sorted(p.name for p in PROMPTS.iterdir() if p.is_dir()))
def test_every_language_says_a_fault_and_asks_for_a_word(name: str) -> None:
    program = load_program(PROMPTS / name)
    assert program.of_fault(3, "A line.")
    assert program.doctor.word in program.question()
    assert program.doctor.word in program.question(again=True)


def test_a_german_voice_is_given_no_english_line(german: Path) -> None:
    with pytest.raises(PromptFault, match=re.escape("doctor.finding: {line} is in English")):
        load_program(german)
    spoil(german, "program.toml", 'finding = "{line}"', 'finding = "{name}."')
    with pytest.raises(PromptFault, match=re.escape("fault.line: {line} is in English")):
        load_program(german)
    spoil(german, "program.toml", 'line = "{line}"', 'line = "Fehler {code}."')
    assert load_program(german).of_fault(6, "The voice is missing.") == "Fehler 6."


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('word = "banana"', 'word = "Two words"', 'doctor.word: "Two words" must be one'),
        ('"Now say: {word}."', '"Now say: {wrod}."', "doctor.ask: unknown slot {wrod}"),
        ('"Nothing needs fixing."', '" "', "doctor.nothing_to_fix: an empty sentence"),
        ("{n:needs|need}", "{n:needs}", "doctor.to_fix: {n:needs} needs as many forms"),
        ('and = " and "', "", "and"),
        ('12 = "Another', '12 = "{who} Another', "fault.codes.12: unknown slot {who}"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    for name in FILES:
        shutil.copy(PROMPTS / "en" / name, tmp_path)
    spoil(tmp_path, "program.toml", old, new)
    with pytest.raises(PromptFault, match=re.escape(named)) as caught:
        load_program(tmp_path)
    assert str(tmp_path / "program.toml") in str(caught.value)


def test_a_language_that_is_not_there_is_told_in_english() -> None:
    assert reads_english(Settings(language="xx"))
    program = load_texts_of_program(Settings(language="xx"))
    assert program.of_fault(3, "No xx.") == "No xx."
