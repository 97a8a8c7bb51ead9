"""Links in pages lead somewhere, and every page that code or data names is there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PAGE = re.compile(r"\bdocs/[\w/.-]*\w\.(?:md|svg|toml)\b")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
ELSEWHERE = ("http://", "https://", "mailto:")
TEXT = {".py", ".toml", ".sh", ".md", ".yaml", ""}


def tracked() -> list[Path]:
    """Return the files of the project; without git, those of the folders that hold them."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        paths = [ROOT / line for line in listed.stdout.splitlines()]
    else:
        folders = ("docs", "voice_coach", "tests", "benchmarks", "training", "prompts", "models")
        paths = [p for folder in folders for p in (ROOT / folder).rglob("*")]
        paths += list(ROOT.glob("*"))
    return [p for p in paths if p.is_file() and p.suffix in TEXT]


PAGES = sorted(p.relative_to(ROOT).as_posix() for p in tracked() if p.suffix == ".md")


def anchors(page: Path) -> set[str]:
    """Return the anchors that a page's headings have where it is shown."""
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    found = set()
    for heading in HEADING.findall(text):
        plain = re.sub(r"[`*]|\]\([^)]*\)|\[", "", heading).lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for target in LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
        if target.startswith(ELSEWHERE):
            continue
        path, _, anchor = target.partition("#")
        to = page.parent / path if path else page
        assert to.exists(), f"{name} links to {target}"
        if anchor:
            assert anchor in anchors(to), f"{name} links to {target}"


def test_every_page_that_is_named_is_there() -> None:
    missing = []
    for path in tracked():
        if path == Path(__file__):
            continue
        for named in PAGE.findall(path.read_text(encoding="utf-8", errors="replace")):
            if not (ROOT / named).exists():
                missing.append(f"{path.relative_to(ROOT)} names {named}")
    assert not missing, "\n".join(missing)


def test_every_page_can_be_reached_from_the_list_of_pages() -> None:
    reached: set[Path] = set()
    todo = [ROOT / "docs" / "README.md"]
    while todo:
        page = todo.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            if not target.startswith(ELSEWHERE):
                todo.append((page.parent / target.partition("#")[0]).resolve())
    assert not set((ROOT / "docs").rglob("*.md")) - reached
