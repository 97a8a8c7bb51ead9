"""Write docs/script.md: every sentence that the coach can say, with what it rests on.

    python scripts/script_page.py [--check]

docs/script-sources.toml says which sentences (by the keys of their texts, `*` for any part) rest
on which place of docs/practice.md: "2. Heat > Never under the body" is the paragraph or list item
under that heading that begins so. "none" is for what says nothing of health: moving about, the
volume, the machine. The first entry that fits a key counts. With --check nothing is written, and
the exit code is 1 where the page would change.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from voice_coach.understanding import Book, load_book

ROOT = Path(__file__).resolve().parents[1]
PRACTICE = ROOT / "docs" / "practice.md"
SOURCES = ROOT / "docs" / "script-sources.toml"
PAGE = ROOT / "docs" / "script.md"

NONE = "none"
SPOKEN_GROUPS = ("reply", "help", "confirm")

HEAD = """# The script, for a clinician to sign

Every sentence that the coach can say, in the order of the [practice page](practice.md), with the
place there that it rests on. `python scripts/script_page.py` writes this page; a test fails when it
is stale, when a sentence has no source, or when a source is no longer on the practice page.

**Nobody has signed it yet.** Whoever does names the version, the date and themselves here, and what
they would change.

| | |
|---|---|
| version of the script | |
| name, profession, date | |
| signed, or signed but for | |
"""


def places() -> dict[str, set[str]]:
    """Return heading -> how each of its paragraphs and list items begins, marks taken off."""
    found: dict[str, set[str]] = {}
    heading, fresh = "", True
    for line in PRACTICE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading, fresh = line[3:], True
            found[heading] = set()
        elif not line.strip():
            fresh = True
        elif heading and (fresh or line.startswith("- ")):
            found[heading].add(plain(line.removeprefix("- ")))
            fresh = False
    return found


def plain(text: str) -> str:
    """Return text without the marks of Markdown."""
    return text.replace("*", "").strip()


def sources() -> list[tuple[str, str]]:
    """Return (pattern of keys, place) in the order of the file."""
    raw = tomllib.loads(SOURCES.read_text(encoding="utf-8"))
    return [(key, entry["from"]) for entry in raw["source"] for key in entry["keys"]]


def source_of(key: str, known: list[tuple[str, str]]) -> str | None:
    """Return the place that a text rests on, or None where nobody has said."""
    return next((place for pattern, place in known if fnmatchcase(key, pattern)), None)


def on_the_page(place: str, there: dict[str, set[str]]) -> bool:
    """Whether a place is on the practice page."""
    heading, _, begins = place.partition(" > ")
    if heading not in there:
        return False
    return not begins or any(item.startswith(begins) for item in there[heading])


def spoken_keys(book: Book) -> Iterator[str]:
    """Yield the keys of all texts that are spoken."""
    for key in book.texts:
        if not key.endswith(".title"):
            yield key


def page(book: Book) -> str:
    """Return the page."""
    known, there = sources(), places()
    by_place: dict[str, list[str]] = {}
    for key in spoken_keys(book):
        by_place.setdefault(source_of(key, known) or "no source", []).append(key)
    headings = list(there)

    def order(place: str) -> tuple[int, str]:
        heading = place.partition(" > ")[0]
        return (headings.index(heading) if heading in headings else len(headings), place)

    made, last = [HEAD], ""
    for place in sorted(by_place, key=order):
        heading, _, begins = place.partition(" > ")
        if heading != last:
            last = heading
            title = "Nothing of health" if heading == NONE else heading
            made.append(f"\n## {title}\n")
        rests_on = f"*{begins} ...*" if begins else ""
        made.append(f"\n{rests_on}\n" if rests_on else "")
        made.append("\n| key | what is said |\n|---|---|\n")
        for key in by_place[place]:
            said = " / ".join(" ".join(variant) for variant in book.texts[key])
            made.append(f"| `{key}` | {said.replace('|', ' or ')} |\n")
    return "".join(made).rstrip() + "\n"


def main() -> int:
    """Write the page, or see whether it is as it would be written."""
    made = page(load_book(ROOT / "prompts" / "en"))
    if "--check" in sys.argv[1:]:
        same = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == made
        print("docs/script.md is up to date" if same else "docs/script.md is stale")
        return 0 if same else 1
    PAGE.write_text(made, encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
