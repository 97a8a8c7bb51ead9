from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from voice_coach.app import assemble, load_hearing
from voice_coach.cli.main import add_commands, cli
from voice_coach.faults import Fault, ModelFault, PromptFault
from voice_coach.settings import Settings
from voice_coach.vocabulary.graph import LEXICON
from voice_coach.vocabulary.own_words import DERIVED, OWN_WORDS
from voice_coach.vocabulary.pronounce import WordFault


class Command:
    """Calls `voice-coach words` with a models folder and a model of its own."""

    def __init__(self, model: Path, folder: Path) -> None:
        self.folder = folder
        self.set = (f"models_folder={folder}", f"hearing_model={model}")

    def __call__(self, *words: str) -> str:
        options = [part for pair in self.set for part in ("--set", pair)]
        result = CliRunner().invoke(cli, [*options, "words", *words], standalone_mode=False)
        if result.exception:
            raise result.exception
        return result.output


@pytest.fixture
def words(own_model: Path, tmp_path: Path) -> Command:
    add_commands()
    return Command(own_model, tmp_path / "user")


def test_words_are_added_listed_and_removed(words: Command) -> None:
    assert "No words" in words("list")
    added = words("add", "Zyzzyva")
    assert "zyzzyva" in added and "Now use it in a phrase of your intents.toml" in added
    derived = words.folder / DERIVED / LEXICON
    assert "\nzyzzyva Z" in derived.read_text()
    words("add", "qat", "--as", "kat", "--as", "K W AA T")
    listed = words("list")
    assert "K AE T" in listed and "K W AA T" in listed and str(words.folder / OWN_WORDS) in listed
    words("add", "qat", "--as", "cut")
    assert (words.folder / OWN_WORDS).read_text().count("qat K AH T") == 1
    assert "K W AA T" not in words("list")
    assert "qat K AH T" in derived.read_text()
    assert "Removed qat" in words("remove", "QAT")
    assert "qat" not in derived.read_text()
    words("remove", "zyzzyva")
    assert not (words.folder / DERIVED).exists()
    assert "No words" in words("list")


def test_a_known_word_needs_no_adding_but_may_get_another_sound(words: Command) -> None:
    assert "stretch is known already; use it in a phrase" in words("add", "stretch")
    assert not (words.folder / OWN_WORDS).exists(), "nothing was added"
    assert not (words.folder / DERIVED).exists()
    words("add", "stretch", "--as", "S T R EH SH")
    assert (
        "\nstretch S T R EH CH\nstretch S T R EH SH\n"
        in (words.folder / DERIVED / LEXICON).read_text()
    )


def test_say_adds_nothing(words: Command) -> None:
    assert "S T R EH CH" in words("say", "stretch")
    assert "B L AA" in words("say", "zyzzyva", "--as", "B L AA")
    assert not words.folder.exists()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("add", "deep heat"), "more than one word"),
        (("add", "b12"), "has digits"),
        (("add", "one", "two", "--as", "won"), "more than one word"),
        (("add", "qat", "--as", "K QQ"), '"QQ" is not an ARPAbet phone'),
        (("add", "qat", "--as", ""), "is empty"),
        (("say", ""), "is empty"),
        (("remove", "stretch"), "was not added"),
    ],
)
def test_a_mistake_is_told_and_changes_nothing(
    call: tuple[str, ...], said: str, words: Command
) -> None:
    with pytest.raises(WordFault) as caught:
        words(*call)
    assert said in str(caught.value)
    assert not (words.folder / OWN_WORDS).exists()


def test_a_model_that_is_not_ours_is_refused(changing_model: Path, tmp_path: Path) -> None:
    add_commands()
    (changing_model / LEXICON).unlink()
    with pytest.raises(ModelFault, match="hearing_model=en-us-commands"):
        Command(changing_model, tmp_path / "user")("add", "zyzzyva")


def test_a_prompt_with_a_new_word_names_the_mend_which_mends_it(
    words: Command, own_model: Path, settings: Settings, tmp_path: Path
) -> None:
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    (prompts / "intents.toml").write_text('[intent.mine]\nphrases = ["zyzzyva"]\n')
    chosen = Settings(
        cache_folder=settings.cache_folder,
        models_folder=str(words.folder),
        hearing_model=str(own_model),
        prompts_folder=str(prompts),
    )
    with pytest.raises(PromptFault, match='voice-coach words add "zyzzyva"'):
        load_hearing(assemble(chosen))
    words("add", "zyzzyva")
    assert load_hearing(assemble(chosen)).vosk_model_find_word("zyzzyva") > 0
    # Rebuilt at the next start, even if it was lost.
    shutil.rmtree(words.folder / DERIVED)
    assert assemble(chosen).model_folder == words.folder / DERIVED


def test_every_fault_is_of_the_documented_kinds() -> None:
    assert issubclass(WordFault, Fault) and WordFault.exit_code == 3
