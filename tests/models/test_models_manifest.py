"""The manifest: the shipped one is usable, and a damaged one is refused by name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_coach.faults import ModelFault
from voice_coach.models import load_manifest
from voice_coach.models.manifest import Manifest
from voice_coach.paths import data_folder

GOOD = """\
[[models]]
name = "m"
kind = "hearing"
language = "en-us"
licence = "x"
description = "x"
[[models.files]]
url = "https://example.org/m.zip"
name = "m.zip"
size = 5
unpack = true
[[models]]
name = "v"
kind = "voice"
language = "en-us"
licence = "x"
description = "x"
[[models.files]]
url = "https://example.org/v.onnx"
name = "v.onnx"
[[models.files]]
url = "https://example.org/v.onnx.json"
name = "v.onnx.json"
[[models]]
name = "e"
kind = "hearing"
language = "en-us"
licence = "x"
description = "x"
embedded = true
[[models.files]]
name = "e/f"
size = 1
sha256 = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
"""


def _load(folder: Path, text: str | bytes) -> Manifest:
    path = folder / "manifest.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_manifest(path)


def test_the_shipped_manifest_lists_the_official_models() -> None:
    manifest = load_manifest()
    joe = manifest.find("en_US-joe-medium")
    assert joe.kind == "voice"
    assert joe.licence == "CC0-1.0"
    assert joe.files[0].md5 == "74fd6a4dc39e0aa9dce145d7f5acd4f6"
    assert joe.size == 63201294 + 4794
    small = manifest.find("vosk-model-small-en-us-0.15")
    assert small.conf == {"endpoint.rule2.min-trailing-silence": "0.3"}
    assert [entry.name for entry in manifest.models if entry.embedded] == ["en-us-commands"]


def test_every_shipped_address_is_official_and_ends_in_its_file_name() -> None:
    for entry in load_manifest().models:
        for file in entry.files:
            if entry.embedded:
                continue
            url = file.url or ""
            assert url.rpartition("/")[2] == file.name
            assert url.startswith(
                (
                    "https://alphacephei.com/vosk/models/",
                    "https://huggingface.co/rhasspy/piper-voices/resolve/v1.0.0/",
                )
            )


def test_an_unknown_name_lists_near_ones() -> None:
    with pytest.raises(ModelFault) as caught:
        load_manifest().find("en_US-jo-medium")
    assert "en_US-jo-medium" in caught.value.what
    assert "en_US-joe-medium" in caught.value.remedy


def test_a_name_like_no_other_points_to_the_list() -> None:
    with pytest.raises(ModelFault) as caught:
        load_manifest().find("%%%")
    assert caught.value.remedy == "see `voice-coach models list` for all names"


def test_size_is_unknown_where_one_file_is(tmp_path: Path) -> None:
    manifest = _load(tmp_path, GOOD)
    assert manifest.find("m").size == 5
    assert manifest.find("v").size is None


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ("size = 5", 'size = "5"', "models[0].files[0].size", "whole number"),
        ("size = 5", "size = 0", "models[0].files[0].size", "at least 1"),
        ("size = 5", "weight = 5", "models[0].files[0]", "weight"),
        ('kind = "voice"', 'kind = "song"', "models[1].kind", "song"),
        ('name = "m"', "", "models[0]", "name"),
        ('name = "m"', 'name = "../m"', "models[0].name", "a name of letters"),
        ('name = "v"', 'name = "M"', "models", "two models"),
        ('licence = "x"', 'licence = ""', "models[0].licence", "1 letter"),
        ('name = "m.zip"', 'name = "a/../m.zip"', "models[0].files[0]", "plain relative path"),
        ('name = "m.zip"', 'name = "a/m.zip"', "models[0]", "cannot be a file name"),
        ('name = "m.zip"', 'name = "m.tar"', "models[0].files[0]", "only a .zip"),
        ("https://example.org/m.zip", "http://example.org/m.zip", "models[0].files[0]", "https"),
        ('url = "https://example.org/m.zip"', "", "models[0]", "needs a url"),
        ("unpack = true", "", "models[0]", "one zip"),
        ('name = "v.onnx.json"', 'name = "w.onnx.json"', "models[1]", "its .onnx.json"),
        ('name = "v.onnx.json"', 'name = "V.onnx"', "models[1]", "same name"),
        ('name = "v.onnx.json"', 'name = "installed.json"', "models[1]", "cannot be a file name"),
        ('sha256 = "0011', 'sha256 = "XX11', "models[2].files[0].sha256", "64 digits"),
        ("size = 1\n", "", "models[2]", "needs a size"),
        ('name = "e/f"', 'name = "f"', "models[2]", "not inside e/"),
        ('name = "e/f"', 'name = "e/f"\nurl = "https://x"', "models[2]", "no url"),
        ("embedded = true", 'embedded = true\nconf = {a = "1"}', "models[2]", "conf is for"),
        ("embedded = true", 'conf = {a = "1\\n--b=2"}', "models[2].conf[...]", "without spaces"),
        ("[[models]]", "[models", "whole file", "line 1"),
    ],
)
def test_a_bad_manifest_names_file_key_and_reason(
    tmp_path: Path, old: str, new: str, key: str, reason: str
) -> None:
    assert old in GOOD
    with pytest.raises(ModelFault) as caught:
        _load(tmp_path, GOOD.replace(old, new, 1))
    line = caught.value.what
    assert line.startswith(f"{tmp_path / 'manifest.toml'}: ")
    assert f"{key}: " in line
    assert reason in line


def test_a_missing_manifest_and_one_that_is_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFault, match="No such file"):
        load_manifest(tmp_path / "none.toml")
    with pytest.raises(ModelFault, match="UTF-16"):
        _load(tmp_path, b"\xff\xfe")


SHIPPED = (data_folder("models") / "manifest.toml").read_bytes()


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_damage_to_the_shipped_manifest_never_escapes_as_another_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(SHIPPED)))
    length = data.draw(st.integers(0, 200))
    patch = data.draw(st.one_of(st.binary(max_size=20), st.text(max_size=20).map(str.encode)))
    text = SHIPPED[:start] + patch + SHIPPED[start + length :]
    folder = tmp_path_factory.mktemp("damaged")
    try:
        manifest = _load(folder, text)
    except ModelFault as fault:
        assert str(folder / "manifest.toml") in fault.what
        return
    for entry in manifest.models:
        assert all(".." not in file.name.split("/") for file in entry.files)


_ODD = [
    "1",
    "-1",
    "1e400",
    "nan",
    "true",
    '""',
    '"x"',
    '"a\\u0000"',
    "[]",
    "[[]]",
    "{}",
    "1979-05-27",
]
_HUGE = ["9" * 5000, "0x" + "f" * 40, "[" * 3000]
_VALUES = st.sampled_from([*_ODD, *_HUGE])


@settings(max_examples=150, deadline=None)
@given(line=st.integers(0, GOOD.count("\n") - 1), value=_VALUES)
def test_a_value_of_the_wrong_kind_never_escapes_as_another_error(
    tmp_path_factory: pytest.TempPathFactory, line: int, value: str
) -> None:
    lines = GOOD.splitlines()
    lines[line] = f"{lines[line].partition(' = ')[0]} = {value}"
    text = "\n".join(lines)
    try:
        assert len(_load(tmp_path_factory.mktemp("kinds"), text).models) == 3
    except ModelFault as fault:
        assert "manifest.toml: " in fault.what


def test_importing_the_package_loads_no_network_library() -> None:
    code = (
        "import sys, voice_coach.models as m; m.load_manifest();"
        "heavy = {'requests', 'urllib3', 'tqdm', 'rapidfuzz', 'zipfile', 'http.client'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr
