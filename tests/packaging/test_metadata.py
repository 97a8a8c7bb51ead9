"""The metadata of the package."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from voice_coach import __version__

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The build's own module; hatchling, which only a build needs, is pretended."""
    interface = ModuleType("hatchling.metadata.plugin.interface")
    interface.MetadataHookInterface = object  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, interface.__name__, interface)
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("remote", "home"),
    [
        ("https://github.com/someone/voice-coach.git", "https://github.com/someone/voice-coach"),
        ("git@github.com:someone/voice-coach.git", "https://github.com/someone/voice-coach"),
        ("https://name:secret@codeberg.org/a/b", "https://codeberg.org/a/b"),
        ("ssh://git@git.example.org:2222/a/b.git", "https://git.example.org/a/b"),
    ],
)
def test_the_addresses_are_those_of_the_clone(build: ModuleType, remote: str, home: str) -> None:
    found = build.urls(remote)
    assert found["Homepage"] == home
    assert found["Issues"] == f"{home}/issues"
    assert all(address.startswith(home) for address in found.values())


@pytest.mark.parametrize(
    "remote",
    [
        "",
        "/srv/git/voice-coach",
        "../voice-coach",
        "file:///srv/x",
        "http://localhost:3000/a/b",
        "https://10.0.0.1/a/b",
        "C:\\clones\\x",
        "https://github.com/",
        "server:voice-coach",
    ],
)
def test_what_no_browser_opens_is_left_out(build: ModuleType, remote: str) -> None:
    assert build.urls(remote) == {}


def test_a_repository_around_the_folder_is_not_asked(build: ModuleType, tmp_path: Path) -> None:
    for command in (["init", "-q"], ["remote", "add", "origin", "https://github.com/a/b"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    inside = tmp_path / "inside"
    inside.mkdir()
    assert build.origin(tmp_path) == "https://github.com/a/b"
    assert build.origin(inside) == ""


def test_the_newest_version_of_the_changelog_is_this_one() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", changelog, re.MULTILINE)
    assert versions[0] == __version__
    links = re.findall(r"^\[(.+?)\]: #", changelog, re.MULTILINE)
    assert links == ["Unreleased", *versions]


def test_every_python_that_is_promised_is_a_classifier() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    prefix = "Programming Language :: Python :: 3."
    minors = {c.removeprefix(prefix) for c in project["classifiers"] if c.startswith(prefix)}
    assert minors == {"11", "12", "13"}
