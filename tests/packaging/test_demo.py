"""What the README lets people hear and see, as `make demo` wrote it."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
import soundfile

from voice_coach.log import CutShort, Entry, PersonSpoke, Said, Understood
from voice_coach.understanding import load_book
from voice_coach.understanding.book import spoken

ROOT = Path(__file__).resolve().parents[2]
MEDIA = ROOT / "docs/media"


@pytest.fixture(scope="module")
def demo() -> ModuleType:
    pytest.importorskip("rich")
    spec = importlib.util.spec_from_file_location("demo", ROOT / "scripts/demo.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shown() -> str:
    """Return the words of the picture, with plain spaces."""
    svg = (MEDIA / "session.svg").read_text(encoding="utf-8")
    words = re.sub(r"<style>.*?</style>|<[^>]+>", " ", svg, flags=re.DOTALL)
    return " ".join(words.replace("&#160;", " ").replace("&quot;", '"').split())


def test_the_sound_is_short_small_and_opus() -> None:
    file = MEDIA / "session.opus"
    info = soundfile.info(file)
    assert (info.format, info.subtype, info.channels) == ("OGG", "OPUS", 1)
    assert 60 <= info.duration <= 90
    assert file.stat().st_size < 700_000
    samples, _ = soundfile.read(file)
    assert 0.5 < abs(samples).max() <= 1


def test_the_picture_shows_every_line_of_the_script_that_is_heard() -> None:
    lines = tomllib.loads((ROOT / "rehearsals/demo.toml").read_text(encoding="utf-8"))["line"]
    after = [line["after"] for line in lines].index("stretch.ready.ready")
    for line in lines[after:]:
        assert f'"{line["says"]}"' in shown()


def test_the_picture_shows_what_the_coach_says_today() -> None:
    book = load_book(ROOT / "prompts/en")
    known = {spoken(s) for variants in book.texts.values() for one in variants for s in one}
    longest = "Spasms have different causes, and need different care. A doctor can tell."
    for words in ("Stop there. Let go slowly.", "Goodbye. Be gentle with your back.", longest):
        assert words in known, f"{words!r} has changed: type `make demo`"
        assert words in shown()


def test_the_picture_needs_no_network() -> None:
    svg = (MEDIA / "session.svg").read_text(encoding="utf-8")
    assert "@font-face" not in svg
    assert not re.search(r"""(?:href|src|url)\s*[=(]\s*["']?\s*https?:""", svg)


def test_only_what_is_heard_is_shown(demo: ModuleType) -> None:
    entries: list[Entry] = [
        Said(0, 10, 20, "Before the cut.", "a"),
        Said(0, 100, 200, "Hold it there.", "b"),
        Said(0, 300, 400, "Out.", "c", pacing=True),
        Said(0, 500, 600, "Stop there.", "d"),
        PersonSpoke(0, 110, 120, "it hurts"),
        Understood(130, 111, 121, "it hurts", "hurts"),
        CutShort(140, 100, 150, "Hold it there.", "b"),
        CutShort(140, 300, 300, "Out.", "c", pacing=True),
    ]
    assert [words for _, _, words, _ in demo.heard(entries, 50)] == [
        "Hold it there. ...",
        '"it hurts"',
        "Stop there.",
    ]
