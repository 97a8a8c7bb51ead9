"""examples.toml of every language holds, and an example that does not is named with its reason."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from voice_coach.cli.main import add_commands, cli
from voice_coach.examples import EXAMPLES, examples_of, wrong_examples
from voice_coach.faults import PromptFault
from voice_coach.paths import data_folder
from voice_coach.understanding import Book, load_book

PROMPTS = data_folder("prompts")
LANGUAGES = sorted(path.name for path in PROMPTS.iterdir() if path.is_dir())
LEAST = {"en": 40, "es": 200}


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_example_of_a_language_holds(name: str) -> None:
    book = load_book(PROMPTS / name)
    assert not [fault.what for fault in wrong_examples(PROMPTS / name, book)]
    found = examples_of(PROMPTS / name, book)
    assert sum(map(len, found.values())) >= LEAST.get(name, 5)
    denied = [one for table in found.values() for ways in table.values() for one in ways]
    assert any(one.startswith("not ") for one in denied), "nothing says what must not be understood"


def test_a_language_over_another_holds_the_examples_below_it() -> None:
    book = load_book(PROMPTS / "en-gb")
    below, own = (examples_of(PROMPTS / name, book) for name in ("en", "en-gb"))
    assert own["menu"].items() > below["menu"].items()


@pytest.fixture
def english(tmp_path: Path) -> Path:
    """Return a folder of English without examples."""
    folder = tmp_path / "en"
    shutil.copytree(PROMPTS / "en", folder)
    (folder / EXAMPLES).unlink()
    return folder


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ('"still_on"', "means done (exact), and is still_on"),
        ('"nothing"', "means done (exact), and is nothing"),
        ('"not done"', "means done (exact), and is not done"),
        ('"done?"', "means done (exact), and is done?"),
        ('"done.bare"', "means done (exact), and is done.bare"),
        ('["done", "not done"]', "and is not done"),
        ('"done"', ""),
        ('["done", "not still_on", "not done.bare"]', ""),
    ],
)
def test_an_example_that_does_not_hold_is_named(
    english: Path, book: Book, wanted: str, reason: str
) -> None:
    (english / EXAMPLES).write_text(f'[ending]\n"it\'s off" = {wanted}\n', encoding="utf-8")
    found = [fault.what for fault in wrong_examples(english, book)]
    assert len(found) == bool(reason)
    assert all(f'{EXAMPLES}: ending: "it\'s off": ' in what and reason in what for what in found)


def test_what_means_nothing_is_named_with_why(english: Path, book: Book) -> None:
    (english / EXAMPLES).write_text('[menu]\n"xyzzy" = "heat"\n', encoding="utf-8")
    (fault,) = wrong_examples(english, book)
    assert 'menu: "xyzzy": means nothing (nothing is near), and is heat' in fault.what


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[nowhere]\n"off" = "done"', "nowhere: there is no such place"),
        ('[over]\n"off" = "done"', "over: there is no such place"),
        ('menu = "done"', "menu: must be a table"),
        ('[menu]\n"off" = 3', 'menu: "off": must be a text, or a list of them'),
        ('[menu]\n"off" = [3]', 'menu: "off": must be a text, or a list of them'),
        ('[menu]\n"off" = "dnoe"', 'menu: "off": there is no intent "dnoe"'),
        ('[menu]\n"off" = "not dnoe"', 'menu: "off": there is no intent "dnoe"'),
        ("[menu", "line 1"),
    ],
)
def test_a_mistake_in_the_file_is_named(english: Path, book: Book, text: str, reason: str) -> None:
    (english / EXAMPLES).write_text(text + "\n", encoding="utf-8")
    with pytest.raises(PromptFault, match=re.escape(reason)) as caught:
        list(wrong_examples(english, book))
    assert str(english / EXAMPLES) in caught.value.what


def test_a_language_may_have_none(english: Path, book: Book) -> None:
    assert examples_of(english, book) == {}


@pytest.mark.parametrize("more", [[], ["--all"]])
def test_the_check_says_that_nobody_has_heard_a_language_or_its_words(more: list[str]) -> None:
    add_commands()
    result = CliRunner().invoke(cli, ["check", "--language", "es", *more])
    assert "note  Español: Not yet heard or read by a native speaker" in result.output
    if more:
        assert "not checked, whether the hearing model knows every word: " in result.output
        assert "not known to the hearing model: not checked." in result.output


@pytest.mark.engine  # it asks the hearing model for its words
def test_the_check_runs_them(english: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_commands()
    monkeypatch.setattr(
        "voice_coach.paths.data_folder",
        lambda name: english.parent if name == "prompts" else data_folder(name),
    )
    (english / EXAMPLES).write_text('[ending]\n"it\'s not off" = "done"\n', encoding="utf-8")
    result = CliRunner().invoke(cli, ["check", "--language", "en", "--all"])
    assert isinstance(result.exception, PromptFault)
    assert "wrong: " in result.output and "means still_on (exact), and is done" in result.output
    (english / EXAMPLES).write_text("[nowhere]\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["check", "--language", "en", "--all"])
    assert "there is no such place" in result.output
