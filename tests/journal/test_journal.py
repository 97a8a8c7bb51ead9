"""What is written is there again; what goes wrong is said once, and loses nothing."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.coach.driver import RATE
from tests.journal.sessions import BOOK, OPTIONS, World, begun, carry_on, open_journal, session
from voice_coach.coach.events import Heard
from voice_coach.coach.keeping import Kept
from voice_coach.coach.limits import Round
from voice_coach.coach.past import Past
from voice_coach.faults import StorageFault
from voice_coach.journal import Journal, preferred
from voice_coach.journal.database import Damaged, connect, connect_to_read
from voice_coach.journal.entries import (
    Began,
    Entry,
    Finished,
    PadOff,
    PadOn,
    Preferred,
    Scored,
    Standing,
    Stepped,
    TakenUp,
    Understood,
)
from voice_coach.journal.moment import Moment
from voice_coach.journal.reading import last_left, preferences, rows, visits
from voice_coach.journal.schema import STEPS, VERSION, migrate
from voice_coach.journal.writing import decoded, encoded
from voice_coach.language import Situation

# --- what is written is there again

frames = st.integers(-(10**9), 10**12)
moments = st.builds(
    Moment, st.floats(0, 1e10), st.sampled_from(["", "boot"]), st.floats(0, 1e9), st.just(False)
)
names = st.text(max_size=12)
kinds = st.sampled_from(["heat", "ice"])
keeps = st.builds(
    Kept,
    rate=st.integers(1, 192000),
    over=st.booleans(),
    routine=st.none() | names,
    step=st.none() | names,
    flags=st.frozensets(names, max_size=3),
    checked=st.booleans(),
    check_step=st.none() | names,
    pain_before=st.none() | st.integers(0, 10),
    round=st.none() | st.builds(Round, kinds, frames, frames),
    ended=st.dictionaries(kinds, frames),
)
at = {"frame": frames, "moment": moments}
entries = st.one_of(
    st.builds(Stepped, **at, routine=names, step=names),
    st.builds(
        Understood,
        **at,
        intent=names,
        value=st.none() | st.integers(0, 10),
        certain=st.booleans(),
    ),
    st.builds(Scored, **at, score=st.integers(0, 10)),
    st.builds(PadOn, **at, kind=kinds, seconds=st.floats(0, 1200)),
    st.builds(PadOff, **at, kind=kinds, seconds=st.floats(0, 1e6)),
    st.builds(Standing, **at, kept=keeps),
    st.builds(TakenUp, **at),
    st.builds(Preferred, **at, name=names, was=st.floats(-99, 99), value=st.floats(-99, 99)),
    st.builds(Finished, **at),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(entries, max_size=12), min_size=1, max_size=3), st.data())
def test_what_was_written_is_there_again(
    tmp_path_factory: pytest.TempPathFactory, sessions: list[list[Entry]], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    lines: list[str] = []
    for more in sessions:
        journal = open_journal(folder, World(), lines)
        journal.add(Began(0, Moment(1.0, "", 1.0), 24000))
        for entry in more:
            journal.add(entry)
            if data.draw(st.booleans()):
                assert journal.wait(journal.added, 10)
        journal.close()
        assert journal.kept == journal.added == len(more) + 1
    assert not lines
    with closing(connect(folder / "journal.db")) as connection:
        for number, more in enumerate(sessions, 1):
            there = list(rows(connection, number))
            for table, kind in (
                ("step", Stepped),
                ("heard", Understood),
                ("pain", Scored),
                ("pad", PadOn | PadOff),
            ):
                wanted = [row_of(e) for e in more if isinstance(e, kind)]
                assert [row for name, row in there if name == table] == wanted
        standing = [e for more in sessions for e in more if isinstance(e, Standing)]
        last = [[e for e in more if isinstance(e, Standing)] for more in sessions]
        left = last_left(connection)
        assert (left is None) == (not standing)
        if left is not None:
            wanted_last = next(made[-1] for made in reversed(last) if made)
            assert (left.kept, left.frame) == (wanted_last.kept, wanted_last.frame)
            assert left.moment == wanted_last.moment
        wished = {e.name: (e.was, e.value) for m in sessions for e in m if isinstance(e, Preferred)}
        assert preferences(connection) == wished
        assert len(visits(connection)) <= len(sessions)


def row_of(entry: Entry) -> tuple[object, ...]:
    place = (entry.frame, entry.moment.utc)
    match entry:
        case Stepped():
            return (*place, entry.routine, entry.step)
        case Understood():
            return (*place, entry.intent, entry.value, int(entry.certain))
        case Scored():
            return (*place, entry.score)
        case PadOn():
            return (*place, entry.kind, "on", entry.seconds)
        case PadOff():
            return (*place, entry.kind, "off", entry.seconds)
    raise AssertionError(entry)


@given(keeps)
def test_what_is_kept_of_a_session_survives_json(kept: Kept) -> None:
    assert decoded(encoded(kept)) == kept


def test_a_whole_session_is_recorded(tmp_path: Path) -> None:
    world = World()
    journal = open_journal(tmp_path, world)
    coach = begun(journal, world)
    coach.past_checks("seven")
    coach.with_pad("heat").run(120).answer("done", "four")
    coach.answer("louder").answer("quit").run(60)
    assert coach.ended
    journal.close()
    with closing(connect(tmp_path / "journal.db")) as connection:
        (visit,) = visits(connection)
        there = [table for table, _ in rows(connection, 1)]
    assert visit.scores == (7, 4)
    assert (visit.before, visit.after) == (7, 4)
    assert 2.0 <= visit.heat < 2.5
    assert visit.routines == ("heat",)
    assert visit.intents.count("no") == 13
    assert visit.finished
    assert there.count("pad") == 2
    again = open_journal(tmp_path, world)
    assert again.past().unfinished is None
    assert (again.past().before, again.past().after) == (7, 4)


def test_an_interrupted_session_that_is_taken_up_is_one_visit(tmp_path: Path) -> None:
    world = World()
    coach = begun(open_journal(tmp_path, world), world).past_checks("seven")
    coach.answer("stretch", "next")
    assert coach.journal is not None
    coach.journal.close()
    after = begun(open_journal(tmp_path, world), world, coach)
    after.answer("yes")
    assert after.at(Situation.STRETCHING)
    while not after.at(Situation.PAIN):
        after.answer("next")
    after.answer("three", "quit").run(60)
    assert after.journal is not None
    after.journal.close()
    with closing(connect(tmp_path / "journal.db")) as connection:
        (visit,) = visits(connection)
    assert visit.scores == (7, 3)
    assert visit.routines == ("stretch",)


def test_a_coach_that_stays_records_one_session_after_another(tmp_path: Path) -> None:
    world = World()
    journal = open_journal(tmp_path, world)
    coach = session(journal, world, replace(OPTIONS, resident=True))
    coach.start()
    assert journal.added == 0
    coach.run(3600).hear("wake up")
    coach.past_checks("seven")
    coach.answer("pain", "four", "quit").run(60)
    assert journal.wait(journal.added, 10)
    assert (journal.past().sessions, journal.past().before, journal.past().after) == (1, 7, 4)
    coach.run(3600).hear("wake up")
    assert journal.wait(journal.added, 10)
    few = len(journal._entries)
    coach.past_checks("six")
    coach.answer("sleep").run(6 * 3600)
    assert journal.wait(journal.added, 10)
    assert few < 10, "what is kept of sessions that are over is forgotten"
    coach.hear("wake up")
    journal.close()
    assert journal.kept == journal.added
    with closing(connect(tmp_path / "journal.db")) as connection:
        first, second, third = visits(connection)
    assert (first.scores, second.scores, third.scores) == ((7, 4), (6,), ())
    assert first.finished and second.finished and not third.finished
    assert 1.0 < first.minutes < 10.0
    assert 1.0 < second.minutes < 10.0


def test_only_the_newest_sessions_are_looked_at_where_that_is_enough(tmp_path: Path) -> None:
    for score in (3, 5, 8):
        journal = open_journal(tmp_path, World())
        journal.add(Began(0, Moment(0.0, "", 0.0), 1000), Scored(1, Moment(0.0, "", 0.0), score))
        journal.close()
    with closing(connect(tmp_path / "journal.db")) as connection:
        assert [visit.scores for visit in visits(connection)] == [(3,), (5,), (8,)]
        assert [visit.scores for visit in visits(connection, 2)] == [(5,), (8,)]
        assert [visit.scores for visit in visits(connection, 9)] == [(3,), (5,), (8,)]


def test_sound_and_words_are_not_kept(tmp_path: Path) -> None:
    world = World()
    journal = open_journal(tmp_path, world)
    begun(journal, world).run_until_quiet().hear("no thank you")
    journal.close()
    assert b"thank" not in (tmp_path / "journal.db").read_bytes()


def test_volume_and_pace_hold_in_the_next_session(tmp_path: Path) -> None:
    world = World()
    journal = open_journal(tmp_path, world)
    coach = begun(journal, world).past_checks()
    coach.answer("quieter", "quieter", "breathe").run(1).hear("slower")
    journal.close()
    after = preferred(OPTIONS, open_journal(tmp_path, world).preferences)
    assert (after.volume_db, after.pace) == (OPTIONS.volume_db - 6, OPTIONS.pace + 1)


def test_breaths_asked_for_hold_in_the_next_session(tmp_path: Path) -> None:
    world = World()
    journal = open_journal(tmp_path, world)
    coach = begun(journal, world).past_checks()
    coach.answer("stretch", "next", "next").hear("more breaths")
    assert coach.state.breaths is not None
    journal.close()
    after = preferred(OPTIONS, open_journal(tmp_path, world).preferences)
    assert after.breaths == coach.state.breaths
    # Another value of the setting since has the last word.
    chosen = replace(OPTIONS, breaths=7)
    assert preferred(chosen, {"breaths": (0, 5)}) == chosen
    assert preferred(OPTIONS, {"breaths": (0, 11)}) == OPTIONS


def test_a_setting_that_was_changed_since_has_the_last_word() -> None:
    was = OPTIONS.volume_db
    assert preferred(OPTIONS, {"volume_db": (was - 1, -3.0)}) == OPTIONS
    assert preferred(OPTIONS, {"volume_db": (was, 3.0), "pace": (2, 9), "gone": (0, 0)}) == OPTIONS
    assert preferred(OPTIONS, {"pace": (OPTIONS.pace, 4.0)}).pace == 4


def test_heat_counts_across_restarts_by_the_clock_of_the_boot(tmp_path: Path) -> None:
    world = World()
    coach = begun(open_journal(tmp_path, world), world).past_checks()
    coach.with_pad("heat").run(300)
    assert coach.state.round is not None
    on = (coach.now - coach.state.round.started) / RATE
    world.at = coach.began + coach.now / RATE + 60
    world.utc -= 1e7
    pad = open_journal(tmp_path, world).past().pad
    assert pad is not None and pad.on == pytest.approx(on + 60, abs=0.01)
    world.boot = "second"
    pad = open_journal(tmp_path, world).past().pad
    assert pad is not None and pad.on is None


# --- the thread


def test_the_ring_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    journal = open_journal(tmp_path, World())
    journal.add(Began(0, Moment(0.0, "", 0.0), 1000))
    assert journal.wait(1, 10)
    with closing(sqlite3.connect(tmp_path / "journal.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # holds the file, as a slow disk would
        count = journal.add(Scored(1, Moment(0.0, "", 0.0), 5))
        assert not journal.wait(count, 0.05)
        assert journal.kept == 1
        other.execute("ROLLBACK")
    assert journal.wait(count, 10)
    journal.close()


def test_entries_from_a_burst_are_all_kept(tmp_path: Path) -> None:
    journal = open_journal(tmp_path, World())
    journal.add(Began(0, Moment(0.0, "", 0.0), 1000))
    for i in range(5000):
        journal.add(Scored(i, Moment(0.0, "", 0.0), i % 11))
    journal.close()
    assert journal.kept == journal.added == 5001


def test_each_commit_is_flushed_to_the_disk(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "journal.db")) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2, "FULL"
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_the_files_are_the_users_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "journal"
    journal = open_journal(folder, World())
    journal.add(Began(0, Moment(0.0, "", 0.0), 1000))
    assert journal.wait(1, 10)
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in folder.iterdir()}
    assert {"journal.db", "journal.db-wal"} <= set(modes)
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    journal.close()


def test_a_file_that_others_may_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.touch(0o644)
    connect(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


# --- what goes wrong


@pytest.fixture
def journal_file(tmp_path: Path) -> Path:
    """A journal with a session in it, closed."""
    world = World()
    journal = open_journal(tmp_path, world)
    carry_on(begun(journal, world), 4, 40)
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


# --- how long a step of the coach takes with it


def test_every_event_is_recorded_in_no_time(tmp_path: Path) -> None:
    world = World()
    journal = open_journal(tmp_path, world)
    coach = session(journal, world)
    coach.start()
    before = journal.added
    coach.tell(Heard(coach.now, "no such intent"))
    assert journal.added == before + 1
    assert BOOK is coach.book
    journal.close()
