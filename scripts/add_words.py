"""Give the shipped hearing model the words that it lacks: only its graph changes.

    python scripts/add_words.py [--dry-run] && python -m voice_coach.models.seal

These are the words of `prompts/` and of training/said.txt. Pronunciations come from the CMU
dictionary, which is American, and from said.txt, which has those that it lacks or that are British
("can't" as "kahnt"); else from espeak-ng, as for `voice-coach words add`. It may be run again,
after a change of the words or of the acoustic model. A training from nothing takes the same words
by itself (training/export.py).
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from voice_coach.understanding import load_book
from voice_coach.understanding.layers import read_language
from voice_coach.vocabulary.graph import LEXICON
from voice_coach.vocabulary.lexicon import Lexicon
from voice_coach.vocabulary.own_words import rebuild
from voice_coach.vocabulary.pronounce import from_dictionary, ways_to_say

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "models" / "en-us-commands"

SAID = ROOT / "training" / "said.txt"


def missing_words(known: Lexicon) -> list[str]:
    """Return the words of all English prompts that a lexicon lacks, in order."""
    texts = list[str]()
    for folder in (ROOT / "prompts").iterdir():
        if read_language(folder).code.startswith("en"):
            texts += phrases_of(folder)
    return sorted({word for text in texts for word in text.split()} - set(known.words))


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


def missing_ways(known: Lexicon, said: Lexicon) -> Lexicon:
    """Return the words, and ways to say a known one, that a lexicon lacks.

    Args:
        known: of the model.
        said: of said.txt.
    """
    found = Lexicon.of({word: from_dictionary(word) for word in missing_words(known)})
    found = found.joined(said)
    rest = [word for word in missing_words(known) if word not in found.words]
    found = found.joined(Lexicon.of({word: ways_to_say(word) for word in rest}))
    return Lexicon(tuple(entry for entry in found.entries if entry not in known.entries))


def main() -> None:
    """Rebuild the model's graph with what is missing."""
    missing = missing_ways(Lexicon.read(MODEL / LEXICON), Lexicon.read(SAID))
    for word, phones in missing.entries:
        print(f"{word:16} {' '.join(phones)}")
    if "--dry-run" in sys.argv or not missing.entries:
        return
    with tempfile.TemporaryDirectory(dir=MODEL.parent) as folder:
        fresh = Path(folder) / "fresh"
        rebuild(MODEL, fresh, missing)
        shutil.rmtree(MODEL / "graph")
        shutil.move(fresh / "graph", MODEL / "graph")
    print(f"{len(missing.entries)} ways to say words added to {MODEL.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
