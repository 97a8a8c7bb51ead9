"""What goes wrong with the journal is said once, and loses nothing."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.journal.sessions import World, begun, carry_on, open_journal
from voice_coach.coach.past import Past
from voice_coach.faults import StorageFault
from voice_coach.journal import Journal
from voice_coach.journal.database import STEPS, VERSION, Damaged, connect, connect_to_read, migrate
from voice_coach.journal.entries import (
    Began,
    Scored,
)
from voice_coach.journal.reading import rows, visits
from voice_coach.journal.timestamp import Moment


@pytest.fixture
def journal_file(tmp_path: Path) -> Path:
    """A journal with a session in it, closed."""
    world = World()
    journal = open_journal(tmp_path, world)
    carry_on(begun(journal, world), 5, 40)
    journal.close()
    assert journal.kept > 30
    return tmp_path / "journal.db"


def session_goes_on(folder: Path) -> tuple[Journal, list[str]]:
    """A session on whatever lies in the folder; returns its journal and what it said."""
    world, lines = World(at=10.0), []  # type: tuple[World, list[str]]
    journal = open_journal(folder, world, lines)
    coach = begun(journal, world)
    carry_on(coach, 7, 25)
    journal.close()
    return journal, lines


def assert_set_aside(folder: Path, content: bytes) -> None:
    aside = [p for p in folder.iterdir() if ".damaged-" in p.name and not p.name.endswith("-wal")]
    assert [p.read_bytes() for p in aside if not p.name.endswith("-shm")] == [content]
    with closing(connect(folder / "journal.db")) as connection:
        assert len(visits(connection)) == 1


@pytest.mark.parametrize("seed", range(40))
def test_damage_is_set_aside_or_does_not_matter(journal_file: Path, seed: int) -> None:
    dice = random.Random(seed)
    raw = bytearray(journal_file.read_bytes())
    what = seed % 4
    if what == 0:
        del raw[dice.randrange(1, len(raw)) :]
    elif what == 1:
        raw = bytearray(dice.randbytes(dice.choice([1, 100, 5000])))
    else:
        for _ in range(1 if what == 2 else 400):
            raw[dice.randrange(len(raw))] = dice.randrange(256)
    journal_file.write_bytes(raw)
    journal, lines = session_goes_on(journal_file.parent)
    aside = [p for p in journal_file.parent.iterdir() if ".damaged-" in p.name]
    if aside:
        assert len(lines) == 1 and "is damaged" in lines[0] and aside[0].name in lines[0]
        assert_set_aside(journal_file.parent, bytes(raw))
    elif lines:  # a version from the future, or of another program: it is left alone
        assert journal_file.read_bytes() == bytes(raw)
        assert any("newer" in line or "another program" in line for line in lines)
        assert f"{journal.added} of {journal.added} entries" in lines[-1]
        return
    assert journal.kept == journal.added


def test_what_is_lost_makes_the_coach_careful(journal_file: Path) -> None:
    journal_file.write_bytes(b"garbage" * 1000)
    journal = open_journal(journal_file.parent, World())
    assert journal.past() == Past(lost=True)


def test_what_was_kept_and_makes_no_sense_is_set_aside(journal_file: Path) -> None:
    with closing(connect(journal_file)) as connection:
        connection.execute("UPDATE session SET kept = '{\"rate\": []}'")
    lines: list[str] = []
    assert open_journal(journal_file.parent, World(), lines).past().lost
    assert len(lines) == 1 and "is damaged" in lines[0]


def test_a_wal_cut_anywhere_leaves_a_beginning_of_what_was_written(tmp_path: Path) -> None:
    """A power cut in the middle of a write: what is behind the last whole commit does not count."""
    journal = open_journal(tmp_path, World())
    journal.add(Began(0, Moment(0.0, "", 0.0), 1000))
    for i in range(30):
        journal.wait(journal.add(Scored(i, Moment(0.0, "", 0.0), i % 11)), 10)
    files = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    journal.close()
    wal = files["journal.db-wal"]
    seen = set()
    for number, length in enumerate(range(0, len(wal), 1531)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "journal.db").write_bytes(files["journal.db"])
        (folder / "journal.db-wal").write_bytes(wal[:length])
        with closing(connect(folder / "journal.db")) as connection:
            scores = [row[-1] for _, row in rows(connection, 1)]
        assert scores == [i % 11 for i in range(len(scores))]
        seen.add(len(scores))
    assert len(seen) > 20


def test_damage_in_the_middle_of_a_session_loses_nothing_of_it(
    journal_file: Path, full_disk: Callable[[int], Any]
) -> None:
    world, lines = World(at=10.0), []  # type: tuple[World, list[str]]
    journal = open_journal(journal_file.parent, world, lines)
    coach = begun(journal, world)
    assert journal.wait(journal.added, 10)
    with full_disk(0):  # makes it open the file anew
        carry_on(coach, 7, 10)
        while not lines:
            threading.Event().wait(0.01)
        os.truncate(journal_file, 5000)
        journal_file.with_name("journal.db-wal").unlink(missing_ok=True)
    carry_on(coach, 8, 10)
    journal.close()
    assert journal.kept == journal.added, lines
    assert any("is damaged" in line for line in lines)
    with closing(connect(journal_file)) as connection:
        assert len(visits(connection)) == 1
        assert visits(connection)[0].intents[:3]


def test_a_journal_that_was_taken_away_begins_anew_with_all_of_the_session(tmp_path: Path) -> None:
    journal = open_journal(tmp_path, World())
    count = journal.add(Began(0, Moment(0.0, "", 0.0), 1000), Scored(1, Moment(0.0, "", 0.0), 7))
    assert journal.wait(count, 10)
    for path in tmp_path.iterdir():
        path.unlink()
    journal.add(Scored(2, Moment(0.0, "", 0.0), 3))
    journal.close()
    with closing(connect(tmp_path / "journal.db")) as connection:
        assert visits(connection)[0].scores == (7, 3)


def test_a_full_disk_is_told_once_and_tried_again(
    tmp_path: Path, full_disk: Callable[[int], Any]
) -> None:
    world, lines = World(), []  # type: tuple[World, list[str]]
    journal = open_journal(tmp_path, world, lines)
    coach = begun(journal, world)
    assert journal.wait(journal.added, 10)
    with full_disk(5_000):
        carry_on(coach, 5, 60)
        threading.Event().wait(0.3)
        assert journal.kept < journal.added
        assert len(lines) == 1
        assert "cannot be written" in lines[0]
    journal.close()
    assert journal.kept == journal.added, "and nothing is missing once there is room"
    assert lines[1:] == [
        f"The journal {tmp_path / 'journal.db'} is written again; nothing is missing."
    ]


def test_a_disk_that_stays_full_is_told_at_the_end(
    tmp_path: Path, full_disk: Callable[[int], Any]
) -> None:
    with full_disk(0):
        journal, lines = session_goes_on(tmp_path)
    assert journal.kept == 0
    assert lines[-1] == (
        f"{journal.added} of {journal.added} entries of this session are not in the journal."
    )
    assert len(lines) == 2


@contextmanager
def nobody() -> Iterator[None]:
    """Be a user without rights, where the tests are run by one with all of them."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_read_only_folder_does_not_stop_a_session(journal_file: Path) -> None:
    folder = journal_file.parent
    _reachable(folder)
    journal_file.chmod(0o444)
    folder.chmod(0o555)
    try:
        with nobody():
            journal, lines = session_goes_on(folder)
            known = open_journal(folder, World(at=1e5)).past()
    finally:
        folder.chmod(0o755)
    assert len(lines) == 2, lines
    assert "cannot be used" in lines[0] or "cannot be written" in lines[0]
    assert journal.kept == 0
    assert known.sessions == 1, "what is there is read all the same"


def _reachable(folder: Path) -> None:
    """Let another user get to a folder of pytest's."""
    for above in (folder, *folder.parents):
        mode = stat.S_IMODE(above.stat().st_mode)
        if mode & 0o005 != 0o005:
            above.chmod(mode | 0o055)


def test_a_folder_in_place_of_the_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "journal.db" / "mine").mkdir(parents=True)
    journal, lines = session_goes_on(tmp_path)
    assert "is a folder" in lines[0] and len(lines) == 2
    assert (tmp_path / "journal.db" / "mine").is_dir()
    assert not journal.past().lost


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    _, lines = session_goes_on(tmp_path / "file")
    assert "cannot be used" in lines[0]


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmark (url TEXT)")
    before = path.read_bytes()
    _, lines = session_goes_on(tmp_path)
    assert "another program" in lines[0]
    assert path.read_bytes() == before


# --- versions


def test_an_older_journal_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        migrate(old, STEPS[:1])
        old.execute("INSERT INTO session (rate, began, frame) VALUES (1000, 5.0, 60000)")
        old.execute("INSERT INTO pain VALUES (1, 10, 5.0, 6)")
    with closing(connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == VERSION
        (visit,) = visits(connection)
    assert visit.scores == (6,)


def test_a_newer_journal_is_refused_with_what_mends_it(journal_file: Path) -> None:
    with closing(sqlite3.connect(journal_file)) as newer:
        newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = journal_file.read_bytes()
    with pytest.raises(StorageFault, match=r"newer voice-coach\. Install that version"):
        connect(journal_file)
    with pytest.raises(StorageFault):
        connect_to_read(journal_file)
    journal, lines = session_goes_on(journal_file.parent)
    assert "newer voice-coach" in lines[0]
    assert journal.past().lost, "what it says of pads is not known"
    assert journal_file.read_bytes() == before


def test_a_step_that_fails_changes_nothing(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "j.db", isolation_level=None)) as connection:
        migrate(connection, STEPS[:1])
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, (STEPS[0], "CREATE TABLE new (x); CREATE TABLE session (y);"))
        connection.execute("ROLLBACK")
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
        assert "new" not in tables
        assert connection.execute("PRAGMA user_version").fetchone()[0] == 1


def test_garbage_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"no database at all" * 300)
    with pytest.raises(Damaged):
        connect(path)
