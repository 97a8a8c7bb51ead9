"""A rehearsal that can't begin says why at once, and leaves the last one's files as they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.conftest import ROOT
from voice_coach.app import Parts
from voice_coach.cli.context import Choice
from voice_coach.cli.rehearse import found, rehearse
from voice_coach.faults import Fault
from voice_coach.log import require_writable
from voice_coach.settings import Settings

LINE = '[[line]]\nafter = "{after}"\nsays = "no"\nexpects = "{expects}"\n'


def call(folder: Path, settings: Settings, *arguments: str) -> Result:
    given = {name: getattr(settings, name) for name in ("cache_folder", "models_folder")}
    return CliRunner().invoke(rehearse, arguments, obj=Choice(None, given))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files of the last rehearsal."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rehearsal.txt").write_text("the last transcript")
    (tmp_path / "rehearsal.wav").write_text("the last sound")
    (tmp_path / "recordings").mkdir()
    shutil.copy(ROOT / "rehearsals/recordings/no.flac", tmp_path / "recordings")
    return tmp_path


def script(folder: Path, after: str = "reply.menu", expects: str = "no") -> str:
    (folder / "x.toml").write_text('title = "x"\n' + LINE.format(after=after, expects=expects))
    return "x.toml"


def refused(folder: Path, settings: Settings, *arguments: str) -> str:
    """Return why a rehearsal was refused; nothing of the last one may be gone."""
    result = call(folder, settings, *arguments)
    assert isinstance(result.exception, Fault), result.exception
    assert (folder / "rehearsal.txt").read_text() == "the last transcript"
    assert (folder / "rehearsal.wav").read_text() == "the last sound"
    return str(result.exception)


def test_a_script_that_is_not_there(folder: Path, settings: Settings) -> None:
    assert "No such file" in refused(folder, settings, "nothing-of-that-name")


def test_a_byte_order_mark_is_skipped_and_a_mistake_named(folder: Path, settings: Settings) -> None:
    text = b"\xef\xbb\xbftitle = 3\r\nline = []\r\n"
    (folder / "x.toml").write_bytes(text)
    line = refused(folder, settings, "x.toml")
    assert "x.toml: title: must be text in quotes, not a whole number" in line


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ("reply.pain_lwo", "Did you mean reply.pain_low?"),
        ("reply.mneu", "Did you mean reply.menu?"),
        ("nowhere.chess.*", "the coach says nothing of that key"),
        ("", "line 1: after is empty"),
    ],
)
def test_a_slip_in_after_is_named_instead_of_waited_for(
    folder: Path, settings: Settings, after: str, said: str
) -> None:
    assert said in refused(folder, settings, script(folder, after))


def test_a_slip_in_expects_is_named(folder: Path, settings: Settings) -> None:
    line = refused(folder, settings, script(folder, expects="strech"))
    assert 'expects = "strech": there is no such intent. Did you mean stretch?' in line


@pytest.mark.parametrize("option", ["--wav", "--transcript"])
def test_a_file_that_cannot_be_written_costs_nothing_of_the_other(
    folder: Path, settings: Settings, option: str
) -> None:
    line = refused(folder, settings, script(folder), option, str(folder / "none" / "x"))
    assert "none/x cannot be written" in line


def test_looking_whether_a_file_can_be_written_leaves_it_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "x"
    require_writable(path)
    assert not path.exists()
    path.write_text("kept")
    require_writable(path)
    assert path.read_text() == "kept"


@pytest.mark.parametrize("path", sorted((ROOT / "rehearsals").glob("*.toml")), ids=lambda p: p.stem)
def test_the_scripts_that_come_with_the_program_pass(path: Path, parts: Parts) -> None:
    from voice_coach.rehearsal.script import check_cues, load_script

    check_cues(path, load_script(path), parts.book)


def test_a_script_of_a_language_is_found_by_its_name() -> None:
    folder = ROOT / "rehearsals"
    assert found(Path("british"), "en-gb") == folder / "en-gb" / "british.toml"
    assert found(Path("session"), "en-gb") == folder / "session.toml"
    assert found(Path("british"), "en") == Path("british"), "not there"
