"""A model that takes own words: the embedded one, with a lexicon and a filler."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from voice_coach.hearing import vocabulary
from voice_coach.vocabulary.filler import Filler
from voice_coach.vocabulary.graph import PHONES, build_graph, write_files
from voice_coach.vocabulary.lexicon import Lexicon
from voice_coach.vocabulary.own_words import takes_words
from voice_coach.vocabulary.phones import Inventory
from voice_coach.vocabulary.pronounce import from_dictionary

EMBEDDED = Path(__file__).resolve().parents[2] / "models" / "en-us-commands"


@pytest.fixture(scope="session")
def own_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one of our models; not to be changed."""
    if takes_words(EMBEDDED):
        return EMBEDDED
    folder = tmp_path_factory.mktemp("models") / "ours"
    shutil.copytree(EMBEDDED, folder)
    lexicon = Lexicon.of({word: from_dictionary(word) for word in vocabulary(EMBEDDED)})
    inventory = Inventory.read(folder / PHONES)
    write_files(folder, build_graph(lexicon, Filler.even(), inventory))
    return folder


@pytest.fixture
def changing_model(own_model: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may damage."""
    return Path(shutil.copytree(own_model, tmp_path / "ours"))
