"""Going on after an interruption, with servers that misbehave as real ones do."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voice_coach.faults import DownloadFault
from voice_coach.models import ModelEntry, fetch, state, verify
from voice_coach.models import download as downloading
from voice_coach.models.disk import GO_ON

ONNX = bytes(range(256)) * 1600  # 400 kB: several pieces of the size the program reads
OTHER = bytes(reversed(ONNX))
CONFIG = b'{"audio": 1}'
HALF = len(ONNX) // 2
MakeVoice = Callable[..., ModelEntry]


def test_an_answer_without_a_length_that_ends_early_is_gone_on_with(
    site: Any, voice: MakeVoice, tmp_path: Path
) -> None:
    site.serve(ONNX)
    site.no_length, site.drops = True, [HALF]
    site.fetch(voice(ONNX, CONFIG), tmp_path)
    assert site.asked[1][1] == f"bytes={HALF}-"
    assert verify(voice(ONNX, CONFIG), tmp_path) == []


def test_a_dropped_connection_is_gone_on_with(site: Any, voice: MakeVoice, tmp_path: Path) -> None:
    site.serve(ONNX)
    site.drops = [HALF, 100_000]
    site.fetch(voice(ONNX, CONFIG), tmp_path)
    ranges = [(asked, condition) for name, asked, condition in site.asked if name == "v.onnx"]
    assert ranges[0] == (None, None)
    starts = [int(asked.removeprefix("bytes=").removesuffix("-")) for asked, _ in ranges[1:]]
    assert 0 < starts[0] <= HALF < starts[1]
    assert {condition for _, condition in ranges[1:]} == {site.etag(ONNX)}
    assert (tmp_path / "v" / "v.onnx").read_bytes() == ONNX


def test_a_connection_that_keeps_dropping_is_gone_on_with_by_the_next_command(
    site: Any, voice: MakeVoice, tmp_path: Path
) -> None:
    site.serve(ONNX)
    site.drops = [HALF, 0, 0, 0]
    entry = voice(ONNX, CONFIG)
    with pytest.raises(DownloadFault) as caught:
        site.fetch(entry, tmp_path)
    assert caught.value.remedy == "run the same command again: it goes on where it stopped"
    assert "dropped 4 times" in caught.value.what
    kept = (tmp_path / "v.fetching" / "v.onnx.part").stat().st_size
    assert 0 < kept <= HALF
    assert state(entry, tmp_path) == "partial"
    site.asked.clear()
    site.fetch(entry, tmp_path)
    assert site.asked[0][1] == f"bytes={kept}-"
    assert verify(entry, tmp_path) == []


@pytest.mark.parametrize("known", ["sha256", ""])
@pytest.mark.parametrize("switch", ["none", "ignore_range", "changed", "mixed", "shift", "weak"])
def test_a_part_is_gone_on_with_or_begun_anew_as_the_server_allows(
    site: Any, voice: MakeVoice, tmp_path: Path, switch: str, known: str
) -> None:
    site.serve(ONNX)
    site.half_part(tmp_path, OTHER if switch in ("changed", "mixed") else ONNX)
    site.ignore_range = switch == "ignore_range"
    site.ignore_if_range = switch == "mixed"  # so it sends the end of the new file after the old
    site.shift = 7 if switch == "shift" else 0
    site.weak = switch == "weak"
    site.fetch(voice(ONNX, CONFIG, known), tmp_path)
    assert (tmp_path / "v" / "v.onnx").read_bytes() == ONNX
    assert site.asked[0][1] == f"bytes={HALF}-"
    asked = [name for name, _, _ in site.asked].count("v.onnx")
    assert asked == (2 if switch in ("mixed", "shift") else 1)


@pytest.mark.parametrize(("known", "goes_on"), [("md5", True), ("size", False)])
def test_without_etag_only_a_published_hash_lets_a_part_be_gone_on_with(
    site: Any, voice: MakeVoice, tmp_path: Path, known: str, goes_on: bool
) -> None:
    site.serve(ONNX)
    site.validators = False
    part = site.half_part(tmp_path, ONNX)
    note = {"url": f"{site.url}/v.onnx", "validator": None}
    part.with_name("v.onnx.part.json").write_text(json.dumps(note))
    site.fetch(voice(ONNX, CONFIG, known), tmp_path)
    assert site.asked[0] == ("v.onnx", f"bytes={HALF}-" if goes_on else None, None)
    assert (tmp_path / "v" / "v.onnx").read_bytes() == ONNX


@pytest.mark.parametrize("note", [None, "{", '{"url": "https://other", "validator": "\\"x\\""}'])
def test_a_part_of_unknown_origin_is_dropped(
    site: Any, voice: MakeVoice, tmp_path: Path, note: str | None
) -> None:
    site.serve(ONNX)
    part = site.half_part(tmp_path, OTHER)
    beside = part.with_name("v.onnx.part.json")
    beside.unlink() if note is None else beside.write_text(note)
    site.fetch(voice(ONNX, CONFIG), tmp_path)
    assert site.asked[0] == ("v.onnx", None, None)
    assert (tmp_path / "v" / "v.onnx").read_bytes() == ONNX


def test_a_part_that_is_whole_is_not_fetched_again(
    site: Any, voice: MakeVoice, tmp_path: Path
) -> None:
    site.serve(ONNX)
    site.half_part(tmp_path, ONNX, len(ONNX))
    site.fetch(voice(ONNX, CONFIG), tmp_path)
    assert [name for name, _, _ in site.asked] == ["v.onnx.json"]


def test_a_416_for_a_whole_part_of_unknown_size_ends_well(
    site: Any, voice: MakeVoice, tmp_path: Path
) -> None:
    site.serve(ONNX)
    site.half_part(tmp_path, ONNX, len(ONNX))
    site.fetch(voice(ONNX, CONFIG, "sha256"), tmp_path)
    assert site.asked[0][1] == f"bytes={len(ONNX)}-"
    assert [name for name, _, _ in site.asked] == ["v.onnx", "v.onnx.json"]
    assert verify(voice(ONNX, CONFIG, "sha256"), tmp_path) == []


def test_a_416_for_a_part_that_is_too_long_begins_anew(
    site: Any, voice: MakeVoice, tmp_path: Path
) -> None:
    site.serve(ONNX)
    site.half_part(tmp_path, ONNX + b"tail", len(ONNX) + 4)
    site.ignore_if_range = True
    site.fetch(voice(ONNX, CONFIG, "sha256"), tmp_path)
    assert site.asked[1] == ("v.onnx", None, None)
    assert (tmp_path / "v" / "v.onnx").read_bytes() == ONNX


def test_a_bare_416_begins_anew(site: Any, voice: MakeVoice, tmp_path: Path) -> None:
    site.serve(ONNX)
    site.statuses = [416]
    site.half_part(tmp_path, ONNX)
    site.fetch(voice(ONNX, CONFIG), tmp_path)
    assert site.asked[1] == ("v.onnx", None, None)
    assert verify(voice(ONNX, CONFIG), tmp_path) == []


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cut=st.integers(0, 3000),
    again=st.lists(st.integers(0, 3000), max_size=3),
    switches=st.fixed_dictionaries(
        {
            "ignore_range": st.booleans(),
            "ignore_if_range": st.booleans(),
            "no_length": st.booleans(),
            "validators": st.booleans(),
            "weak": st.booleans(),
        }
    ),
    stale=st.booleans(),
)
def test_from_any_cut_the_file_comes_whole(
    site: Any,
    voice: MakeVoice,
    cut: int,
    again: list[int],
    switches: dict[str, bool],
    stale: bool,
) -> None:
    onnx, old = ONNX[:3000], OTHER[:3000]
    site.reset()
    site.serve(onnx)
    for name, value in switches.items():
        setattr(site, name, value)
    site.drops = list(again)
    entry = voice(onnx, CONFIG, "size sha256")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site.half_part(folder, old if stale else onnx, cut)
        for _ in range(2):  # a stale part may only be found out at the end
            try:
                site.fetch(entry, folder)
                break
            except DownloadFault as fault:
                assert "altered" in fault.what or fault.remedy == GO_ON
        else:
            site.fetch(entry, folder)
        assert (folder / "v" / "v.onnx").read_bytes() == onnx
        assert verify(entry, folder) == []


def test_a_404_is_final_and_says_so(site: Any, voice: MakeVoice, tmp_path: Path) -> None:
    with pytest.raises(DownloadFault) as caught:
        site.fetch(voice(ONNX), tmp_path)
    assert "404" in caught.value.what
    assert f"{site.url}/v.onnx" in caught.value.what
    assert len(site.asked) == 1


def test_a_busy_server_is_tried_again(site: Any, voice: MakeVoice, tmp_path: Path) -> None:
    site.serve(ONNX)
    site.statuses = [503, 429]
    site.fetch(voice(ONNX, CONFIG), tmp_path)
    assert [name for name, _, _ in site.asked] == ["v.onnx"] * 3 + ["v.onnx.json"]


def test_no_server_is_a_download_fault(site: Any, voice: MakeVoice, tmp_path: Path) -> None:
    with pytest.raises(DownloadFault, match="dropped 4 times"):
        fetch(voice(ONNX), tmp_path, progress=False, base_url="http://127.0.0.1:9")


def test_an_endless_answer_of_unknown_size_is_stopped(
    site: Any, voice: MakeVoice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloading, "_LARGEST", 1000)
    site.serve(ONNX)
    site.no_length = True
    with pytest.raises(DownloadFault, match="expected 1000, got at least"):
        site.fetch(voice(ONNX, CONFIG, "sha256"), tmp_path)
    assert list((tmp_path / "v.fetching").iterdir()) == []
