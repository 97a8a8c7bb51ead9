"""Write ten lines of a rehearsal into the README: `python -m benchmarks.transcript`."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from voice_coach.log import CutShort, Entry, PersonSpoke, Said, line
from voice_coach.rehearsal.run import rehearse

from .common import ROOT, fill_cache, the_parts

README = ROOT / "README.md"

SCRIPT = ROOT / "rehearsals" / "impatient.toml"

FIRST, AGAIN_FROM, LINES = 6, "stretch.ready.ready", 10
"""The first so many lines are shown, and then those from this text on, so many in all."""

MARKED = re.compile(r"(<!-- transcript -->\n).*?(<!-- end -->)", re.DOTALL)


def shown(entries: Sequence[Entry], rate: int) -> list[str]:
    """Return the lines to show, of what was said to its end by either side."""
    cut = {(entry.start, entry.key) for entry in entries if isinstance(entry, CutShort)}
    spoken = [
        entry
        for entry in entries
        if isinstance(entry, PersonSpoke)
        or (isinstance(entry, Said) and not entry.pacing and (entry.start, entry.key) not in cut)
    ]
    keys = [entry.key if isinstance(entry, Said) else "" for entry in spoken]
    again = keys.index(AGAIN_FROM)
    chosen = [spoken[:FIRST], spoken[again : again + LINES - FIRST]]
    first, last = ([line(entry, rate) for entry in part] for part in chosen)
    return [*first, "   ...", *last]


def written(page: str, lines: Sequence[str]) -> str:
    """Return the page with these lines between its markers."""
    block = "\n".join(("```", *lines, "```", ""))
    return MARKED.sub(lambda match: match[1] + block + match[2], page)


def main() -> None:
    """Rehearse, print the lines and write them."""
    fill_cache(the_parts())
    with tempfile.TemporaryDirectory() as folder:
        outcome = rehearse(the_parts(), SCRIPT, journal=Path(folder) / "journal.db")
    lines = shown(outcome.entries, outcome.rate)
    print("\n".join(lines))
    README.write_text(written(README.read_text(encoding="utf-8"), lines), encoding="utf-8")


if __name__ == "__main__":
    main()
