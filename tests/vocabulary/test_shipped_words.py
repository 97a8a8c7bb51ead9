"""The shipped model knows the words of the English prompts, as they are said in Britain too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from voice_coach.paths import data_folder
from voice_coach.vocabulary.graph import LEXICON
from voice_coach.vocabulary.lexicon import Lexicon

ROOT = Path(__file__).resolve().parents[2]


def test_nothing_is_left_to_add() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "add_words.py"), "--dry-run"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "", "run scripts/add_words.py, then python -m voice_coach.models.seal"


def test_can_not_is_known_in_both_ways() -> None:
    entries = Lexicon.read(data_folder("models") / "en-us-commands" / LEXICON).entries
    ways = {phones for word, phones in entries if word == "can't"}
    assert ways == {("K", "AE", "N", "T"), ("K", "AA", "N", "T"), ("K", "AA", "N")}
