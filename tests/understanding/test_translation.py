"""`check --language X --all`: all that is left to do in a language, at once and counted."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from voice_coach.cli.main import add_commands, cli
from voice_coach.faults import PromptFault
from voice_coach.paths import data_folder
from voice_coach.understanding.translation import (
    ORIGINALS,
    Progress,
    note_originals,
    progress,
    texts_of,
)

PROMPTS = data_folder("prompts")
ENGLISH = PROMPTS / "en"


def kinds(found: Progress) -> Counter[str]:
    return Counter(kind for kind, _ in found.problems)


def spoil(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a language of which everything is left in English, and noted."""
    folder = tmp_path / "xx"
    shutil.copytree(ENGLISH, folder)
    (folder / ORIGINALS).write_text(note_originals(folder, ENGLISH), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", sorted(p.name for p in PROMPTS.iterdir() if p.is_dir()))
def test_nothing_is_left_to_do_in_what_is_shipped(name: str) -> None:
    found = progress(PROMPTS / name, ENGLISH)
    assert found.problems == ()
    assert found.there == found.wanted == len(texts_of(ENGLISH))


def test_an_untranslated_copy_is_all_left_in_english(copy: Path) -> None:
    found = progress(copy, ENGLISH)
    assert set(kinds(found)) == {"English"}
    assert kinds(found)["English"] > 400


def test_every_fault_is_listed_at_once(copy: Path) -> None:
    spoil(
        copy / "replies.toml",
        ('awake = ["I\'m awake."]', 'awake = ["Say [whoa]."]'),
        ('asleep = ["I', f'asleep = ["{"a" * 91} I'),
        ('louder = ["Louder."]\n', ""),
    )
    spoil(copy / "routines/ice.toml", ('plain = "Is it hard to feel a touch there?"\n', ""))
    spoil(
        copy / "intents.toml",
        ('"(medicine|medicines', '"pause", "next", "(medicine|medicines'),
        ("[intent.imagery]", "[intent.other_name]"),
        ("\nforty = 40", ""),
    )
    (copy / "routines/prevention.toml").unlink()
    found = progress(copy, ENGLISH)
    said = {what for kind, what in found.problems if kind == "missing"}
    assert {"reply.louder", "ice.skin.numb.plain", "prevention.lifting.say"} <= said
    assert {"intent.imagery", "minutes: a word for 40"} <= said
    assert found.there == found.wanted - sum("." in s and "intent" not in s for s in said)


def test_all_collisions_and_all_wrong_sentences_are_listed(copy: Path) -> None:
    spoil(
        copy / "replies.toml",
        ('awake = ["I\'m awake."]', 'awake = ["Say [whoa]."]'),
        ('asleep = ["I', f'asleep = ["{"a" * 91} I'),
    )
    spoil(copy / "intents.toml", ('"(medicine|medicines', '"pause", "next", "(medicine|medicines'))
    found = progress(copy, ENGLISH)
    counted = kinds(found)
    assert counted["collides"] == 2
    assert counted["wrong"] >= 2
    assert any("[whoa]" in what for _, what in found.problems)


def test_what_changed_in_english_is_stale_until_it_is_noted(copy: Path, tmp_path: Path) -> None:
    original = tmp_path / "en"
    shutil.copytree(ENGLISH, original)
    spoil(original / "replies.toml", ('["Louder."]', '["A bit louder."]'))
    found = progress(copy, original)
    assert ("stale", "reply.louder") in found.problems
    assert kinds(found)["stale"] == 1
    text = note_originals(copy, original, frozenset({"reply.louder"}))
    (copy / ORIGINALS).write_text(text, encoding="utf-8")
    assert "stale" not in kinds(progress(copy, original))


def test_what_was_never_compared_is_said(copy: Path) -> None:
    (copy / ORIGINALS).unlink()
    assert kinds(progress(copy, ENGLISH))["unnoted"] == len(texts_of(ENGLISH))


def test_a_language_over_another_lacks_nothing_and_may_say_the_same(tmp_path: Path) -> None:
    shutil.copytree(ENGLISH, tmp_path / "en")
    over = tmp_path / "over"
    over.mkdir()
    (over / "language.toml").write_text('over = "en"\n', encoding="utf-8")
    assert progress(over, tmp_path / "en").problems == ()


def test_a_file_that_is_no_toml_is_named(copy: Path) -> None:
    (copy / "replies.toml").write_text("[", encoding="utf-8")
    with pytest.raises(PromptFault, match=r"replies\.toml"):
        progress(copy, ENGLISH)


@pytest.mark.engine  # it asks the hearing model for its words
def test_the_command_counts_and_ends_with_the_code_of_prompts(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_commands()
    shutil.copytree(ENGLISH, copy.parent / "en")
    monkeypatch.setattr(
        "voice_coach.paths.data_folder",
        lambda name: copy.parent if name == "prompts" else data_folder(name),
    )
    spoil(copy / "intents.toml", ('"(medicine|medicines', '"xyzzy", "(medicine|medicines'))
    result = CliRunner().invoke(cli, ["check", "--language", "xx", "--all"])
    assert isinstance(result.exception, PromptFault)
    assert "left in English: reply.awake\n" in result.output
    assert 'not known to the hearing model: "xyzzy"' in result.output
    assert f"{len(texts_of(ENGLISH))} of {len(texts_of(ENGLISH))} texts are there." in result.output
    assert "things left to do" in str(result.exception)


@pytest.mark.engine  # it asks the hearing model for its words
def test_a_whole_language_ends_well() -> None:
    add_commands()
    result = CliRunner().invoke(cli, ["check", "--language", "en-gb", "--all"])
    assert result.exception is None
    assert "missing: 0" in result.output
