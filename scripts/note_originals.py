"""Note which English sentences a translation was made from, so that a later change shows.

    python scripts/note_originals.py LANGUAGE [KEY ...]

Run it for the keys whose translation was compared with the English one; without keys, for all.
"""

from __future__ import annotations

import sys
from pathlib import Path

from voice_coach.understanding.translation import ORIGINALS, note_originals

PROMPTS = Path(__file__).resolve().parents[1] / "prompts"


def main(arguments: list[str]) -> int:
    """Write originals.toml of a language; return the exit code."""
    if not arguments or not (PROMPTS / arguments[0]).is_dir() or arguments[0] == "en":
        print(__doc__)
        return 2
    folder, keys = PROMPTS / arguments[0], frozenset(arguments[1:])
    text = note_originals(folder, PROMPTS / "en", keys or None)
    (folder / ORIGINALS).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
