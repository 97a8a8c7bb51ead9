"""Give the shipped hearing model the words of `prompts/` that it lacks: only its graph changes.

    python scripts/add_words.py [--dry-run]

Pronunciations come from the CMU dictionary, else from espeak-ng, as for `voice-coach words add`;
SAID has those that neither gets right. A training from nothing takes all words of `prompts/` by
itself (training/export.py).
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from voice_coach.understanding import load_book
from voice_coach.understanding.layers import read_language
from voice_coach.vocabulary.graph import LEXICON
from voice_coach.vocabulary.lexicon import Lexicon, Pronunciation
from voice_coach.vocabulary.own_words import rebuild
from voice_coach.vocabulary.pronounce import as_written, ways_to_say

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "models" / "en-us-commands"

SAID: dict[str, tuple[str, ...]] = {
    "uh": ("AH", "AH HH"),
    "um": ("AH M",),
    "mm": ("M", "AH M"),
    "er": ("ER",),
    "eh": ("EH", "EY"),
    "ah": ("AA",),
    "hmm": ("HH AH M", "HH M"),
    "ow": ("AW",),
    "argh": ("AA R G", "AA R"),
    "poo": ("P UW",),
    "pooed": ("P UW D",),
    "siri": ("S IH R IY", "S IY R IY"),
    "alexa": ("AH L EH K S AH",),
}
"""ARPAbet, several ways where people differ."""


def missing_words(known: frozenset[str]) -> list[str]:
    """Return the words of all English prompts that a model does not know, in order."""
    texts = list[str]()
    for folder in (ROOT / "prompts").iterdir():
        if read_language(folder).code.startswith("en"):
            texts += phrases_of(folder)
    return sorted({word for text in texts for word in text.split()} - known)


def phrases_of(folder: Path) -> list[str]:
    """Return everything that is understood in a language."""
    understood = load_book(folder).understood
    wording = understood.wording
    texts = [*wording.before, *wording.after, *wording.exclamations, *wording.fillers]
    texts += wording.afterthoughts
    texts += [*understood.ignored, *understood.decoys]
    for phrases in (*understood.said.values(), *understood.here.values()):
        texts += [form for phrase in phrases for form in wording.said_as(phrase.text)]
    return texts


def main() -> None:
    """Rebuild the model's graph with the missing words."""
    missing = missing_words(frozenset(Lexicon.read(MODEL / LEXICON).words))
    words: dict[str, tuple[Pronunciation, ...]] = {
        word: tuple(map(as_written, SAID[word])) if word in SAID else ways_to_say(word)
        for word in missing
    }
    for word, ways in words.items():
        print(f"{word:16} {'; '.join(' '.join(phones) for phones in ways)}")
    if "--dry-run" in sys.argv or not words:
        return
    with tempfile.TemporaryDirectory(dir=MODEL.parent) as folder:
        fresh = Path(folder) / "fresh"
        rebuild(MODEL, fresh, Lexicon.of(words))
        shutil.rmtree(MODEL / "graph")
        shutil.move(fresh / "graph", MODEL / "graph")
    print(f"{len(words)} words added to {MODEL.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
