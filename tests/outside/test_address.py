"""The file of the socket: who may open it, who serves it, and that nothing else is replaced."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.outside.client import Client
from voice_coach import paths
from voice_coach.faults import AnotherFault, Fault, SettingsFault, StorageFault
from voice_coach.outside import Outside, socket_path

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no UNIX sockets here")


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    with closing(Outside(tmp_path / "s", pytest.fail)) as serving:
        yield serving


def test_only_its_owner_may_open_it(outside: Outside, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o600


def test_it_is_never_open_to_others_not_even_at_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "chmod", lambda path, mode: None)
    before = os.umask(0)
    try:
        with closing(Outside(tmp_path / "s", pytest.fail)):
            if sys.platform == "linux":
                assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o600
    finally:
        os.umask(before)


CRASH = """
import os, sys
from pathlib import Path
from voice_coach.outside import Outside
Outside(Path(sys.argv[1]), print)
os._exit(1)
"""


def test_what_a_crashed_coach_left_is_replaced(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", CRASH, str(tmp_path / "s")], check=False)
    assert (tmp_path / "s").is_socket()
    with closing(Outside(tmp_path / "s", pytest.fail)):
        Client(tmp_path / "s").close()
    assert not (tmp_path / "s").exists()


def test_a_live_one_of_another_coach_is_left_alone(outside: Outside, tmp_path: Path) -> None:
    with pytest.raises(AnotherFault, match=r"Another coach .* set state_socket") as caught:
        Outside(tmp_path / "s", pytest.fail)
    assert "\n" not in str(caught.value)
    Client(tmp_path / "s").close()


def test_anything_but_a_socket_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("mine")
    with pytest.raises(StorageFault, match="no socket"):
        Outside(tmp_path / "s", pytest.fail)
    assert (tmp_path / "s").read_text() == "mine"


def test_the_file_of_another_is_not_removed_at_the_end(outside: Outside, tmp_path: Path) -> None:
    (tmp_path / "s").unlink()
    with closing(Outside(tmp_path / "s", pytest.fail)):
        outside.close()
        Client(tmp_path / "s").close()


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("x" * 120, SettingsFault, "longer than 107 bytes"),
        ("no/such/folder/s", StorageFault, "No such file"),
        ("file/s", StorageFault, "Not a directory"),
    ],
)
def test_a_path_that_cannot_be_served_is_one_clear_line(
    tmp_path: Path, name: str, kind: type[Fault], said: str
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(kind, match=said) as caught:
        Outside(tmp_path / name, pytest.fail)
    assert "Set state_socket to" in str(caught.value)


def test_the_usual_folder_is_made_for_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    path = socket_path("auto")
    assert path is not None and path.is_relative_to(tmp_path)
    with closing(Outside(path, pytest.fail)):
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.parent.chmod(0o777)
    with pytest.raises(StorageFault, match="Others can write"):
        Outside(path, pytest.fail)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs says where it is")
@pytest.mark.filterwarnings("error")
def test_without_a_runtime_folder_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No folder that everybody can write to takes its place."""
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert socket_path("auto") == Path(f"/run/user/{os.getuid()}/voice-coach/state.sock")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "none"))
    path = socket_path("auto")
    assert path is not None
    with pytest.raises(StorageFault, match="No such file"):
        Outside(path, pytest.fail)


def test_the_setting_names_the_path(tmp_path: Path) -> None:
    assert socket_path("") is None
    assert socket_path(str(tmp_path / "s")) == tmp_path / "s"
    assert socket_path("auto") == paths.runtime_folder() / "state.sock"
