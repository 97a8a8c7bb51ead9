"""The real program for the tests: real prompts, the embedded hearing model, the bundled voice."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from voice_coach.app import Parts, assemble, load_hearing, make_clips, texts_to_render
from voice_coach.settings import Settings
from voice_coach.speaking import Clips, VoiceFiles
from voice_coach.understanding import Book, Matcher, load_book

# Of the machine's locale only the emergency number depends; the tests know that of the prompts.
os.environ["LC_ALL"] = "C.UTF-8"

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"

RATE = 24000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs in real time: nothing else may run beside it."""
    for item in items:
        if "sound_card" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.card)


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Settings that see nothing of the user's own; clips are kept from run to run."""
    for name in ("no-models", "no-prompts"):
        (CACHE / name).mkdir(parents=True, exist_ok=True)
    return Settings(
        cache_folder=str(CACHE / "test-cues"),
        models_folder=str(CACHE / "no-models"),
        prompts_folder=str(CACHE / "no-prompts"),
    )


@pytest.fixture(scope="session")
def parts(settings: Settings) -> Parts:
    return assemble(settings)


@pytest.fixture(scope="session")
def book() -> Book:
    return load_book(ROOT / "prompts" / "en")


@pytest.fixture(scope="session")
def matcher(book: Book) -> Matcher:
    return Matcher(book)


@pytest.fixture(scope="session")
def voice(parts: Parts) -> VoiceFiles:
    return parts.voice


@pytest.fixture(scope="session")
def hearing_model(parts: Parts) -> Any:
    return load_hearing(parts)


@pytest.fixture(scope="session")
def rendered(parts: Parts) -> Callable[[int], Clips]:
    """Gives the clips at some rate, with everything fixed in the cache; the first use renders."""
    clips = make_clips(parts, RATE, workers=2)
    missing = clips.missing(texts_to_render(parts))
    if missing:
        clips.render_all(missing, lambda text: None)
    clips.renderer.close()
    return lambda rate: make_clips(parts, rate)


@pytest.fixture
def full_disk() -> Iterator[Callable[[int], Any]]:
    """Gives a context in which no file may grow beyond a number of bytes, as on a full disk."""
    resource = pytest.importorskip("resource")

    @contextmanager
    def limited(size: int) -> Iterator[None]:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    yield limited
