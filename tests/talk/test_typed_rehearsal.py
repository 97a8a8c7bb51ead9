"""A rehearsal in writing: one script that names intents is typed in every language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from voice_coach.app import assemble_texts
from voice_coach.faults import PromptFault, RehearsalFault
from voice_coach.log import Entry, PersonSpoke
from voice_coach.paths import data_folder
from voice_coach.rehearsal.script import load_script
from voice_coach.rehearsal.typed import rehearse_in_writing
from voice_coach.settings import Settings

SESSION = data_folder("rehearsals") / "session.toml"
LANGUAGES = sorted(path.name for path in data_folder("prompts").iterdir() if path.is_dir())
LINE = '[[line]]\nafter = "pain.score.ask"\n'


def settings(language: str, folder: Path) -> Settings:
    return Settings(language=language, prompts_folder=str(folder), journal="none")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_session_can_be_typed(language: str, tmp_path: Path) -> None:
    entries: list[Entry] = []
    texts = assemble_texts(settings(language, tmp_path))
    assert rehearse_in_writing(texts, SESSION, [entries.append]) > 600
    typed = [entry.text for entry in entries if isinstance(entry, PersonSpoke)]
    assert len(typed) == len(load_script(SESSION).line)
    ways = {text for text, _ in texts.book.phrases(frozenset({"stretch"}))}
    assert typed[0] in ways


def script(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(f'title = "x"\n{text}', encoding="utf-8")
    return path


def test_a_kind_of_an_intent_is_typed(tmp_path: Path) -> None:
    text = f'{LINE}means = "red_flag.chest"\nexpects = "red_flag"\n'
    text += '[[line]]\nafter = "confirm.red_flag_chest"\nmeans = "yes"\nexpects = "yes"\n'
    entries: list[Entry] = []
    path = script(tmp_path, text)
    texts = assemble_texts(settings("en", tmp_path))
    try:
        rehearse_in_writing(texts, path, [entries.append])
    except RehearsalFault as fault:
        assert "confirm.red_flag_chest" in str(fault) or "session ended" in str(fault)
    typed = [entry.text for entry in entries if isinstance(entry, PersonSpoke)]
    assert "chest" in typed[0]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('means = "nonsense"\nexpects = ""', 'means = "nonsense": there is no such intent'),
        ('means = "number.99"\nexpects = ""', 'means = "number.99": there is no such intent'),
        ('presses = "once"\nexpects = ""', "a button can't be pressed in writing"),
        ('expects = ""', "line 1 must have either says or presses"),
        ('means = "no"\npresses = "once"\nexpects = ""', "must have either says or presses"),
    ],
)
def test_a_line_that_cannot_be_typed_is_named(tmp_path: Path, line: str, named: str) -> None:
    texts = assemble_texts(settings("en", tmp_path))
    with pytest.raises(PromptFault, match=re.escape(named)):
        rehearse_in_writing(texts, script(tmp_path, f"{LINE}{line}\n"))


def test_what_goes_otherwise_than_the_script_says_is_a_fault(tmp_path: Path) -> None:
    texts = assemble_texts(settings("en", tmp_path))
    wrong = f'{LINE}says = "seven"\nexpects = "stretch"\n'
    wrong += '[[line]]\nafter = "reply.menu"\nmeans = "quit"\nexpects = "quit"\n'
    wrong += '[[line]]\nafter = "pain.score.ask"\nmeans = "number.3"\nexpects = "number"\n'
    with pytest.raises(RehearsalFault, match='line 1 "seven": as number, not stretch'):
        rehearse_in_writing(texts, script(tmp_path, wrong))


def test_a_line_without_words_is_not_rehearsed_by_sound(tmp_path: Path) -> None:
    path = script(tmp_path, f'{LINE}means = "number.3"\nexpects = "number"\n')
    with pytest.raises(PromptFault, match="rehearse --typed"):
        load_script(path)
