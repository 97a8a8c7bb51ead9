"""Finding damage, choosing a model, and sealing the embedded one."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from voice_coach.faults import ModelFault, VoiceFault
from voice_coach.models import (
    Manifest,
    ModelEntry,
    fault_from,
    fetch,
    load_manifest,
    preferred_hearing,
    quick_check,
    seal,
    state,
    verify,
    verify_folder,
    voice_paths,
)
from voice_coach.paths import data_folder

ONNX = bytes(range(256))


@pytest.fixture
def installed(
    site: Any, voice: Callable[..., ModelEntry], tmp_path: Path
) -> tuple[ModelEntry, Path]:
    """An installed voice and the models folder."""
    site.files = {"v.onnx": ONNX, "v.onnx.json": b"{}"}
    entry = voice(ONNX, b"{}", "")
    fetch(entry, tmp_path, progress=False, base_url=site.url)
    return entry, tmp_path


@pytest.fixture
def own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the program's models folder, used in its stead."""
    copy = tmp_path / "program"
    shutil.copytree(data_folder("models"), copy)
    monkeypatch.setattr("voice_coach.models.installed.data_folder", lambda _: copy)
    return copy


Damage = Callable[[Path], object]


@pytest.mark.parametrize(
    ("damage", "name", "what", "quickly"),
    [
        (lambda v: (v / "v.onnx").unlink(), "v.onnx", "is missing", True),
        (lambda v: (v / "v.onnx").write_bytes(ONNX[:9]), "v.onnx", "is truncated: 9 bytes", True),
        (lambda v: (v / "v.onnx").write_bytes(ONNX + b"x"), "v.onnx", "is too long", True),
        (lambda v: (v / "v.onnx").write_bytes(ONNX[::-1]), "v.onnx", "is damaged: sha256", False),
        (lambda v: (v / "v.onnx.json").write_bytes(b"[]"), "v.onnx.json", "is damaged", False),
        (lambda v: (v / "installed.json").write_text("{"), "installed.json", "is damaged", True),
        (lambda v: (v / "installed.json").unlink(), "installed.json", "is missing", True),
    ],
)
def test_each_damage_is_named_with_its_mend(
    installed: tuple[ModelEntry, Path], damage: Damage, name: str, what: str, quickly: bool
) -> None:
    entry, folder = installed
    assert verify(entry, folder) == []
    damage(folder / "v")
    (problem,) = verify(entry, folder)
    assert problem.path == folder / "v" / name
    assert what in problem.what
    assert str(problem) == (
        f"{problem.path}: {problem.what}. Run `voice-coach models fetch v --again`."
    )
    assert state(entry, folder) == ("damaged" if quickly else "installed")
    if (folder / "v" / "installed.json").exists():
        assert verify_folder(folder / "v") == [problem]
        assert quick_check(folder / "v") == [problem]


def test_large_files_are_not_hashed_at_each_start(
    installed: tuple[ModelEntry, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, folder = installed
    path = folder / "v" / "v.onnx"
    path.write_bytes(ONNX[::-1])
    assert [problem.path for problem in quick_check(folder / "v")] == [path]
    monkeypatch.setattr("voice_coach.models.installed.HASHED_AT_START", len(ONNX) - 1)
    assert quick_check(folder / "v") == []


def test_verify_compares_with_the_first_copy_seen(installed: tuple[ModelEntry, Path]) -> None:
    entry, folder = installed
    seen = folder / "seen.json"
    seen.write_text(seen.read_text().replace('"40aff2e9', '"50aff2e9'))
    (problem,) = verify(entry, folder)
    assert "v.onnx was fetched as sha256 40aff2e9" in problem.what
    assert "expected 50aff2e9" in problem.what


def test_verify_compares_with_the_manifest(
    installed: tuple[ModelEntry, Path], voice: Callable[..., ModelEntry]
) -> None:
    _, folder = installed
    (problem,) = verify(voice(ONNX, b"[]", "sha256"), folder)
    assert "v.onnx.json was fetched as sha256" in problem.what


def test_what_is_not_installed_is_a_problem_and_a_fault(
    voice: Callable[..., ModelEntry], tmp_path: Path
) -> None:
    problems = verify(voice(ONNX), tmp_path)
    assert "is not installed" in problems[0].what
    fault = fault_from([*problems, *problems], "voice")
    assert isinstance(fault, VoiceFault)
    assert fault.what.endswith("is not installed (and 1 more)")
    assert fault.remedy == "run `voice-coach models fetch v`"
    assert isinstance(fault_from(problems), ModelFault)


def test_a_folder_of_unknown_content_is_not_called_whole(tmp_path: Path) -> None:
    (problem,) = verify_folder(tmp_path)
    assert "nothing says what it should hold" in problem.what
    assert quick_check(tmp_path) == []


def test_the_embedded_model_matches_its_seal() -> None:
    embedded = data_folder("models") / "en-us-commands"
    problems = verify_folder(embedded)
    assert problems == [], "run `python -m voice_coach.models.seal`: " + str(problems[0])
    assert quick_check(embedded) == []
    assert seal.main(["--check"]) == 0


def test_a_damaged_embedded_model_is_found(own_models: Path, tmp_path: Path) -> None:
    entry = load_manifest().find("en-us-commands")
    model = own_models / "en-us-commands"
    assert state(entry, tmp_path) == "embedded"
    assert verify(entry, tmp_path) == []
    path = model / "am" / "final.mdl"
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)
    assert state(entry, tmp_path) == "embedded", "which goes by sizes alone"
    (problem,) = verify(entry, tmp_path)
    assert verify_folder(model) == quick_check(model) == [problem]
    assert problem.path == path
    assert problem.remedy == "install voice-coach again"
    path.write_bytes(content[:-1])
    (problem,) = quick_check(model)
    assert f"is truncated: {len(content) - 1} bytes, expected {len(content)}" in problem.what
    assert state(entry, tmp_path) == "damaged"
    shutil.rmtree(model)
    assert {problem.what for problem in quick_check(model)} == {"is missing"}


def test_a_file_that_cannot_be_read_is_a_problem(
    installed: tuple[ModelEntry, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> str:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("voice_coach.models.installed.sha256_of", refuse)
    problems = verify(*installed)
    assert [problem.path.name for problem in problems] == ["v.onnx", "v.onnx.json"]
    assert problems[0].what == "cannot be read (Permission denied)"


def _install(folder: Path, hearing: Any, site: Any, content: bytes, name: str) -> ModelEntry:
    site.files = {f"{name}.zip": content}
    entry: ModelEntry = hearing(content, name=name)
    fetch(entry, folder, progress=False, base_url=site.url)
    return entry


def test_an_installed_model_is_preferred_to_the_embedded_one(
    own_models: Path, tmp_path: Path, hearing: Any, site: Any, model_zip: bytes
) -> None:
    embedded = load_manifest().find("en-us-commands")
    entries = tuple(hearing(model_zip, name=name) for name in ("first", "second"))
    manifest = Manifest((embedded, *entries))
    assert preferred_hearing(manifest, tmp_path, "en-us") == own_models / "en-us-commands"
    _install(tmp_path, hearing, site, model_zip, "second")
    assert preferred_hearing(manifest, tmp_path, "en-us") == tmp_path / "second"
    _install(tmp_path, hearing, site, model_zip, "first")
    assert preferred_hearing(manifest, tmp_path, "en_US") == tmp_path / "first"
    assert preferred_hearing(manifest, tmp_path, "en-gb") == tmp_path / "first"
    assert preferred_hearing(manifest, tmp_path, "de") is None


def test_a_damaged_installed_model_is_passed_over_with_a_warning(
    own_models: Path,
    tmp_path: Path,
    hearing: Any,
    site: Any,
    model_zip: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    entry = _install(tmp_path, hearing, site, model_zip, "m")
    (tmp_path / "m" / "am" / "final.mdl").unlink()
    manifest = Manifest((entry, load_manifest().find("en-us-commands")))
    assert preferred_hearing(manifest, tmp_path, "en-us") == own_models / "en-us-commands"
    assert "voice-coach models fetch m --again" in caplog.text


def test_the_paths_of_a_voice(installed: tuple[ModelEntry, Path]) -> None:
    entry, folder = installed
    expected = (folder / "v" / "v.onnx", folder / "v" / "v.onnx.json")
    assert voice_paths(entry, folder) == expected
    assert voice_paths("v", folder) == expected
    expected[1].unlink()
    with pytest.raises(VoiceFault, match=r"v\.onnx\.json is missing.*models fetch v"):
        voice_paths(entry, folder)
    with pytest.raises(VoiceFault, match=r"v\.onnx\.json is missing.*models list"):
        voice_paths("v", folder)


@pytest.mark.parametrize("name", ["../v", "", "a/b", "v\n", ".."])
def test_a_name_that_is_no_name_is_no_voice(installed: tuple[ModelEntry, Path], name: str) -> None:
    with pytest.raises(VoiceFault, match="not a voice's name"):
        voice_paths(name, installed[1])


def test_a_hearing_model_is_no_voice(hearing: Any, tmp_path: Path) -> None:
    with pytest.raises(VoiceFault, match="m is not a voice"):
        voice_paths(hearing(b"x"), tmp_path)


def test_sealing_rewrites_only_the_sealed_section(own_models: Path, tmp_path: Path) -> None:
    manifest = own_models / "manifest.toml"
    model = own_models / "en-us-commands"
    before = manifest.read_text()
    (model / "conf" / "model.conf").write_text("--beam=1\n")
    (model / "README.md").write_text("may change")
    (model / ".hidden").touch()
    assert seal.main(["--models", str(own_models), "--check"]) == 1
    assert manifest.read_text() == before
    assert seal.main(["--models", str(own_models)]) == 0
    assert seal.main(["--models", str(own_models), "--check"]) == 0
    after = manifest.read_text()
    assert after != before
    for text, mark in ((before, seal.BEGIN), (before, seal.END)):
        assert mark in text
    assert after.split(seal.BEGIN)[0] == before.split(seal.BEGIN)[0]
    assert after.split(seal.END)[1] == before.split(seal.END)[1]
    new = load_manifest(manifest)
    assert verify(new.find("en-us-commands"), tmp_path) == []
    names = {file.name for file in new.find("en-us-commands").files}
    assert "en-us-commands/conf/model.conf" in names
    assert not any("README" in name or "hidden" in name for name in names)


def test_sealing_without_marks_or_model_is_refused(
    own_models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = own_models / "manifest.toml"
    text = manifest.read_text()
    manifest.write_text(text.replace(seal.END, ""))
    assert seal.main(["--models", str(own_models)]) == ModelFault.exit_code
    assert "marks around the sealed files" in capsys.readouterr().err
    manifest.write_text(text)
    shutil.rmtree(own_models / "en-us-commands")
    assert seal.main(["--models", str(own_models)]) == ModelFault.exit_code
    assert manifest.read_text() == text
