"""The real program for the tests: real prompts, the embedded hearing model, the bundled voice."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests import quick
from voice_coach.settings import Settings
from voice_coach.understanding import Book, Matcher, load_book

if TYPE_CHECKING:  # these bring the engines, which the quick tests do without
    from voice_coach.app import Parts
    from voice_coach.speaking import Clips, VoiceFiles

# Of the machine's locale only the emergency number depends; the tests know that of the prompts.
os.environ["LC_ALL"] = "C.UTF-8"

# A shell's background jobs ignore Ctrl-C, and so would every program that a test interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# `make test` tries the same every time, so that it can't fail by luck on somebody's first day;
# HYPOTHESIS_PROFILE=long looks, at random and for hours, for what nobody has thought of.
for profile, examples in (("default", 200), ("long", 3000)):
    hypothesis_settings.register_profile(
        profile,
        max_examples=examples,
        derandomize=profile == "default",
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"

RATE = 24000


LONGEST = (
    "sessions/test_scripts.py",
    "hearing/test_own_voice.py",
    "room/test_own_voice.py",
    "faults/test_endings.py",
    "journal/test_killed.py",
    "faults/test_coach.py",
    "room/test_program.py",
    "doctor/test_examination.py",
    "faults/test_hearing.py",
    "doctor/test_sound.py",
    "packaging/test_no_network.py",
    "hearing/test_recogniser.py",
    "faults/test_models.py",
    "faults/test_disks.py",
)
"""The files that take longest, from the longest on."""

NEEDS = {
    "sound_card": "card",
    "parts": "engine",
    "voice": "engine",
    "hearing_model": "engine",
    "rendered": "engine",
}
"""Fixture -> the marker of what it brings."""

CARD_FOLDER = "soundcard"
"""Where all tests with a sound card are: they share one, and nothing else is collected for them."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--quick", action="store_true", help="only what needs no engine, which may not be imported"
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--quick"):
        quick.forbid_engines()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if config.getoption("--quick") and quick.left_out(collection_path):
        return True
    return None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each file to one worker, and all rehearsals to the same: each is then run once."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    files = LoadFileScheduling(config, log)
    files._split_scope = lambda nodeid: worker_of(nodeid.split("::")[0].removeprefix("tests/"))
    return files


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark each test by what it needs; keep to the quick ones if only these are wanted."""
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if fixture in NEEDS:
                item.add_marker(NEEDS[fixture])
        if item.get_closest_marker("card") and item.path.parent.name != CARD_FOLDER:
            raise pytest.UsageError(f"{item.nodeid}: cards belong in tests/{CARD_FOLDER}")
    if config.getoption("--quick"):
        config.hook.pytest_deselected(items=[i for i in items if not quick.is_quick(i)])
        items[:] = filter(quick.is_quick, items)
    items.sort(key=lambda item: longest_first(item.path.relative_to(ROOT / "tests").as_posix()))


def worker_of(name: str) -> str:
    """Return the group of a file: its tests share a worker, and what they made."""
    return "rehearsals" if name.startswith("sessions/") else name


def longest_first(name: str) -> int:
    """Return the rank of a file: two workers end together if the longest files come first."""
    return LONGEST.index(name) if name in LONGEST else len(LONGEST)


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
    from voice_coach.app import assemble

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
    from voice_coach.app import load_hearing

    return load_hearing(parts)


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Let one of several workers in after another, so that not each of them renders everything."""
    fcntl = pytest.importorskip("fcntl")
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def rendered(parts: Parts) -> Callable[[int], Clips]:
    """Gives the clips at some rate, with everything fixed in the cache; the first use renders."""
    from voice_coach.app import make_clips, texts_to_render

    clips = make_clips(parts, RATE, workers=2)
    with one_at_a_time(CACHE / "test-cues.lock"):
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
