"""The quick tests are those that are listed, and import no engine."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests import conftest, quick

ROOT = quick.HERE.parent


@pytest.mark.parametrize("name", [*quick.FOLDERS, *quick.FILES, *quick.EXCEPT, *conftest.LONGEST])
def test_what_is_listed_is_there(name: str) -> None:
    assert (quick.HERE / name).exists()


@pytest.mark.parametrize("engine", sorted(quick.ENGINES))
def test_no_engine_can_be_imported(engine: str) -> None:
    program = f"from tests import quick; quick.forbid_engines(); import {engine}"
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert f"quick tests import no engine, and {engine} is one" in ran.stderr


@pytest.mark.parametrize(
    ("name", "out"),
    [
        ("coach", False),
        ("coach/test_any.py", False),
        ("service", False),
        ("service/test_notify.py", False),
        ("service/test_unit.py", True),
        ("journal/test_taken_up.py", True),
        ("hearing", True),
        ("test_staying.py", True),
    ],
)
def test_what_is_collected(name: str, out: bool) -> None:
    assert quick.left_out(quick.HERE / name) is out
