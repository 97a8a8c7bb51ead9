"""The skill in an assistant without sound; skipped where either of them is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.skill.assistant import Assistant

NEEDED = ("ovoscope", "ovos_core", "ovos_skill_voice_coach")

missing = [name for name in NEEDED if find_spec(name) is None]
collect_ignore_glob = ["test_*.py"] if missing else []


@pytest.fixture
def assistant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assistant]:
    from tests.skill.assistant import Assistant

    found = Assistant(tmp_path, monkeypatch)
    yield found
    found.close()
