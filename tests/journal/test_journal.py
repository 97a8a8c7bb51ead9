"""What is written is there again, and writing holds nobody up."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.coach.driver import RATE
from tests.journal.sessions import BOOK, OPTIONS, World, begun, open_journal, session
from voice_coach.coach.events import Gesture, IntentHeard, Pressed
from voice_coach.coach.limits import Application
from voice_coach.coach.snapshot import Snapshot
from voice_coach.journal import preferred
from voice_coach.journal.database import connect
from voice_coach.journal.entries import (
    Began,
    IntentUnderstood,
    JournalEntry,
    LeaveTaken,
    PadOff,
    PadOn,
    Preferred,
    Scored,
    Standing,
    Stepped,
    TakenUp,
    decoded,
    encoded,
)
from voice_coach.journal.reading import KEPT_DAYS, last_left, preferences, rows, visits
from voice_coach.journal.timestamp import Moment
from voice_coach.understanding import Situation

# --- what is written is there again

frames = st.integers(-(10**9), 10**12)
moments = st.builds(
    Moment, st.floats(0, 1e10), st.sampled_from(["", "boot"]), st.floats(0, 1e9), st.just(False)
)
names = st.text(max_size=12)
kinds = st.sampled_from(["heat", "ice"])
keeps = st.builds(
    Snapshot,
    rate=st.integers(1, 192000),
    over=st.booleans(),
    routine=st.none() | names,
    step=st.none() | names,
    flags=st.frozensets(names, max_size=3),
    checked=st.booleans(),
    check_step=st.none() | names,
    pain_before=st.none() | st.integers(0, 10),
    application=st.none() | st.builds(Application, kinds, frames, frames),
    ended=st.dictionaries(kinds, frames),
)
at = {"frame": frames, "moment": moments}
entries = st.one_of(
    st.builds(Stepped, **at, routine=names, step=names),
    st.builds(
        IntentUnderstood,
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
    st.builds(LeaveTaken, **at),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(entries, max_size=12), min_size=1, max_size=3), st.data())
def test_what_was_written_is_there_again(
    tmp_path_factory: pytest.TempPathFactory,
    sessions: list[list[JournalEntry]],
    data: st.DataObject,
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
                ("heard", IntentUnderstood),
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


def row_of(entry: JournalEntry) -> tuple[object, ...]:
    place = (entry.frame, entry.moment.utc)
    match entry:
        case Stepped():
            return (*place, entry.routine, entry.step)
        case IntentUnderstood():
            return (*place, entry.intent, entry.value, int(entry.certain))
        case Scored():
            return (*place, entry.score)
        case PadOn():
            return (*place, entry.kind, "on", entry.seconds)
        case PadOff():
            return (*place, entry.kind, "off", entry.seconds)
    raise AssertionError(entry)


@given(keeps)
def test_what_is_kept_of_a_session_survives_json(kept: Snapshot) -> None:
    assert decoded(encoded(kept)) == kept


def test_a_whole_session_is_recorded(tmp_path: Path) -> None:
    world = World()
    journal = open_journal(tmp_path, world)
    coach = begun(journal, world)
    coach.welcome("seven")
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
    assert visit.intents.count("no") == 8
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
    assert 0.5 < second.minutes < 10.0


def test_answers_that_last_are_offered_again_for_a_while(tmp_path: Path) -> None:
    world = World()
    journal = open_journal(tmp_path, world)
    coach = begun(journal, world).to_questions()
    coach.answer("no", "no", "no", "no", "yes", "yes").past_questions()
    journal.close()
    assert open_journal(tmp_path, world).past().kept == frozenset({"cancer"})
    world.at += KEPT_DAYS * 86400 - 3600
    assert open_journal(tmp_path, world).past().kept == frozenset({"cancer"})
    world.at += 2 * 3600
    assert open_journal(tmp_path, world).past().kept is None


def test_a_later_answer_replaces_the_earlier_one(tmp_path: Path) -> None:
    world = World()
    journal = open_journal(tmp_path, world)
    begun(journal, world).to_questions().answer(
        "no", "no", "no", "no", "yes", "yes", "no", "no", "no", "quit"
    )
    journal.close()
    world.at += 86400
    journal = open_journal(tmp_path, world)
    coach = begun(journal, world).to_questions().answer("no", "no", "no")
    assert coach.keys[-1] == "doctor.before.ask"
    coach.answer("no").past_questions()
    journal.close()
    assert open_journal(tmp_path, world).past().kept == frozenset()


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
    begun(journal, world).to_questions().hear("no thank you")
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
    assert coach.state.preferences.breaths is not None
    journal.close()
    after = preferred(OPTIONS, open_journal(tmp_path, world).preferences)
    assert after.breaths == coach.state.preferences.breaths
    # Another value of the setting since has the last word.
    chosen = replace(OPTIONS, breaths=7)
    assert preferred(chosen, {"breaths": (0, 5)}) == chosen
    assert preferred(OPTIONS, {"breaths": (0, 11)}) == OPTIONS


def test_the_rate_of_speech_holds_in_the_next_session(tmp_path: Path) -> None:
    world = World()
    journal = open_journal(tmp_path, world)
    begun(journal, world).run_until_quiet().run(1).hear("slow down your speech")
    journal.close()
    after = preferred(OPTIONS, open_journal(tmp_path, world).preferences)
    assert after.speech == OPTIONS.speech + 1
    assert preferred(OPTIONS, {"speech": (OPTIONS.speech, 99.0)}) == OPTIONS
    assert preferred(replace(OPTIONS, speech=0), {"speech": (1, 2.0)}).speech == 0


def test_what_a_press_meant_is_kept_as_if_it_had_been_said(tmp_path: Path) -> None:
    world = World()
    journal = open_journal(tmp_path, world)
    coach = begun(journal, world).to_questions().run(1)
    coach.tell(Pressed(coach.now, Gesture.TWICE, coach.now))
    coach.tell(Pressed(coach.now, Gesture.ONCE, coach.now))
    journal.close()
    with closing(sqlite3.connect(tmp_path / "journal.db")) as connection:
        rows = connection.execute("SELECT intent, certain FROM heard").fetchall()
    assert rows[-1] == ("no", 1) and ("yes", 1) not in rows


def test_a_setting_that_was_changed_since_has_the_last_word() -> None:
    was = OPTIONS.volume_db
    assert preferred(OPTIONS, {"volume_db": (was - 1, -3.0)}) == OPTIONS
    assert preferred(OPTIONS, {"volume_db": (was, 3.0), "pace": (2, 9), "gone": (0, 0)}) == OPTIONS
    assert preferred(OPTIONS, {"pace": (OPTIONS.pace, 4.0)}).pace == 4


def test_heat_counts_across_restarts_by_the_clock_of_the_boot(tmp_path: Path) -> None:
    world = World()
    coach = begun(open_journal(tmp_path, world), world).past_checks()
    coach.with_pad("heat").run(300)
    assert coach.state.skin.on is not None
    on = (coach.now - coach.state.skin.on.started) / RATE
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


# --- how long a step of the coach takes with it


def test_every_event_is_recorded_in_no_time(tmp_path: Path) -> None:
    world = World()
    journal = open_journal(tmp_path, world)
    coach = session(journal, world)
    coach.start()
    before = journal.added
    coach.tell(IntentHeard(coach.now, "no such intent"))
    assert journal.added == before + 1
    assert BOOK is coach.book
    journal.close()
