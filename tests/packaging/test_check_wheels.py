"""The check of wheels, without asking any index."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheels() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_wheels", ROOT / "scripts/check_wheels.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Pip:
    """Pretends to be pip, before an index that lacks some packages."""

    def __init__(self, lacking: set[str], trouble: str = "") -> None:
        self.lacking, self.trouble, self.calls = lacking, trouble, 0

    def run(self, command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        self.calls += 1
        if self.trouble:
            return subprocess.CompletedProcess(command, 1, "", self.trouble)
        asked = [word for word in command if "==" in word]
        for word in asked:
            if word.partition("==")[0] in self.lacking:
                error = f"ERROR: No matching distribution found for {word}"
                return subprocess.CompletedProcess(command, 1, "", error)
        report = next(w.partition("=")[2] for w in command if w.startswith("--report="))
        items = ", ".join(f'{{"metadata": {{"name": "{w.partition("==")[0]}"}}}}' for w in asked)
        Path(report).write_text(f'{{"install": [{items}]}}')
        return subprocess.CompletedProcess(command, 0, "", "")


def test_a_lock_file_is_read(wheels: ModuleType) -> None:
    lock = wheels.pinned("# versions\nRapidFuzz==3.14.6\nlibrt==0.16.0  # a note\n\n")
    assert lock == {"rapidfuzz": "3.14.6", "librt": "0.16.0"}


def test_what_packages_need_in_turn_is_found_for_each_python(wheels: ModuleType) -> None:
    lines = ["vosk>=0.3", "lgpio; python_version < '3.13'", "pywin32; sys_platform == 'win32'"]
    old, new = wheels.needed(lines, "3.11"), wheels.needed(lines, "3.13")
    assert {"vosk", "srt", "cffi"} <= old & new
    assert old - new == {"lgpio"}
    assert "pywin32" not in old


def test_every_package_without_a_wheel_is_named(
    wheels: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    pip = Pip({"b", "d"})
    monkeypatch.setattr(wheels.subprocess, "run", pip.run)
    assert wheels.without_wheel(dict.fromkeys("abcd", "1"), "3.11") == {"b", "d"}
    assert pip.calls == 3


def test_no_index_is_told_from_a_missing_wheel(
    wheels: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    offline = "Temporary failure in name resolution\nNo matching distribution found for numpy==1"
    monkeypatch.setattr(wheels.subprocess, "run", Pip(set(), offline).run)
    assert wheels.main() == 0
    assert capsys.readouterr().out.startswith("skipped check-wheels: no package index")


def test_no_newer_glibc_than_the_pis_is_accepted(wheels: ModuleType) -> None:
    assert "manylinux_2_36_aarch64" in wheels.platforms()
    assert "manylinux_2_37_aarch64" not in wheels.platforms()
    assert all(tag.endswith("aarch64") for tag in wheels.platforms())


def test_everything_that_the_pi_needs_is_locked(wheels: ModuleType) -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lock = wheels.pinned((ROOT / "constraints.txt").read_text())
    roots = project["dependencies"] + project["optional-dependencies"]["pi"]
    for python in wheels.PYTHONS:
        assert wheels.needed(roots, python) <= lock.keys()
