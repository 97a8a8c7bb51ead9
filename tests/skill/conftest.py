"""The skill in an assistant without sound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.skill.assistant import Assistant


@pytest.fixture
def assistant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assistant]:
    from tests.skill.assistant import Assistant

    found = Assistant(tmp_path, monkeypatch)
    yield found
    found.close()
