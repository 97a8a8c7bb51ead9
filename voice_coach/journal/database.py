"""The SQLite file of the journal: where it is, its tables and versions, opened, checked.

A file that is damaged is set aside.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from voice_coach.faults import StorageFault


def journal_file(chosen: str = "") -> Path:
    """Return the path of the journal.

    Args:
        chosen: the path in the settings; "" for the default, which has a folder of its own.
    """
    if chosen:
        return Path(chosen)
    return platformdirs.user_data_path("voice-coach") / "journal" / "journal.db"


# --- tables and versions

APPLICATION = 0x766F6963
"""Marks a SQLite file as a journal of this program ("voic")."""

STEPS = (
    """
    CREATE TABLE session (
        id INTEGER PRIMARY KEY,
        rate INTEGER NOT NULL,
        began REAL NOT NULL,
        frame INTEGER NOT NULL,
        finished INTEGER NOT NULL DEFAULT 0,
        kept TEXT, kept_frame INTEGER, kept_utc REAL, kept_boot TEXT, kept_up REAL
    );
    CREATE TABLE step (
        session INTEGER NOT NULL REFERENCES session, frame INTEGER NOT NULL, utc REAL NOT NULL,
        routine TEXT NOT NULL, step TEXT NOT NULL
    );
    CREATE TABLE heard (
        session INTEGER NOT NULL REFERENCES session, frame INTEGER NOT NULL, utc REAL NOT NULL,
        intent TEXT NOT NULL, value INTEGER, certain INTEGER NOT NULL
    );
    CREATE TABLE pain (
        session INTEGER NOT NULL REFERENCES session, frame INTEGER NOT NULL, utc REAL NOT NULL,
        score INTEGER NOT NULL
    );
    CREATE TABLE pad (
        session INTEGER NOT NULL REFERENCES session, frame INTEGER NOT NULL, utc REAL NOT NULL,
        kind TEXT NOT NULL, event TEXT NOT NULL, seconds REAL NOT NULL
    );
    """,
    """
    ALTER TABLE session ADD COLUMN taken_up INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE preference (name TEXT PRIMARY KEY, was REAL NOT NULL, value REAL NOT NULL);
    """,
    """
    ALTER TABLE session ADD COLUMN start INTEGER NOT NULL DEFAULT 0;
    """,
    """
    CREATE TABLE answer (
        id INTEGER PRIMARY KEY CHECK (id = 1), utc REAL NOT NULL, flags TEXT NOT NULL
    );
    """,
)
"""The migrations, in order; PRAGMA user_version counts them. A released step never changes."""

VERSION = len(STEPS)

TABLES = ("session", "step", "heard", "pain", "pad", "preference", "answer")


def version_of(connection: sqlite3.Connection) -> int:
    """Return how many migrations the file has had."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def is_ours(connection: sqlite3.Connection) -> bool:
    """Return whether the file is a journal, or still empty."""
    if connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION:
        return True
    found = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    return not found


def migrate(connection: sqlite3.Connection, steps: tuple[str, ...] = STEPS) -> None:
    """Run the missing migrations, all of them or none."""
    done = version_of(connection)
    if done >= len(steps):
        return
    script = "\n".join(steps[done:])
    connection.executescript(
        f"BEGIN IMMEDIATE;\n{script}\n"
        f"PRAGMA application_id = {APPLICATION};\nPRAGMA user_version = {len(steps)};\nCOMMIT;"
    )


# --- opening and checking

_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

BUSY_SECONDS = 5.0
"""How long to wait for another process that holds the file, for example `voice-coach history`."""


class Damaged(Exception):
    """The content of the file is damaged: it is not a journal any more."""


def connect(path: Path) -> sqlite3.Connection:
    """Open the journal for writing; create or migrate it if necessary.

    Raises:
        Damaged: it is no journal any more.
        StorageFault: it cannot be opened or written, or belongs to another program or a newer
            version.
    """
    with _as_faults(path):
        _prepare(path)
        connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            _check(path, connection)
            if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
                raise StorageFault(f"The journal {path} cannot use WAL mode", _REMEDY)
            # FULL: each commit is on the disk before it returns; NORMAL would postpone that.
            connection.execute("PRAGMA synchronous = FULL")
            _migrated(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Open the journal for reading, even on a read-only disk.

    Raises:
        Damaged: it is no journal any more.
        StorageFault: it cannot be read completely.
    """
    try:
        return connect(path)
    except StorageFault:
        if not holds_something(path):
            raise
        for way in _ways_to_read(path):
            connection = _read_only(path, way)
            if connection is not None:
                return connection
        raise


def _ways_to_read(path: Path) -> tuple[str, ...]:
    # Where SQLite can create no file beside it, it reads the journal only as immutable, which skips
    # the WAL: better no state than an old one taken for the present one.
    waiting = holds_something(path.with_name(path.name + "-wal"))
    return ("mode=ro",) if waiting else ("mode=ro", "immutable=1")


def _read_only(path: Path, way: str) -> sqlite3.Connection | None:
    connection = None
    try:
        with _as_faults(path):
            connection = sqlite3.connect(f"{path.resolve().as_uri()}?{way}", uri=True)
            _check(path, connection)
            if version_of(connection) == VERSION:
                return connection
    except StorageFault:
        pass  # the fault from opening it for writing says more
    except Damaged:
        assert connection is not None
        connection.close()
        raise
    if connection is not None:
        connection.close()
    return None


_REMEDY = "make room, or name another file for the journal; the session goes on"


@contextmanager
def _as_faults(path: Path) -> Iterator[None]:
    """Turn any error inside into Damaged or StorageFault."""
    try:
        yield
    except sqlite3.Error as error:
        if is_damage(error):
            raise Damaged(str(error)) from error
        raise StorageFault(f"The journal {path} cannot be used: {error}", _REMEDY) from error
    except UnicodeDecodeError as error:  # from what quick_check prints about damaged tables
        raise Damaged(str(error)) from error
    except OSError as error:
        what = error.strerror or str(error)
        raise StorageFault(f"The journal {path} cannot be used: {what}", _REMEDY) from error


def is_damage(error: sqlite3.Error) -> bool:
    """Return whether the error comes from the file's content, not from the disk."""
    code = getattr(error, "sqlite_errorcode", None)
    # Without a code the error is the binding's, which could not decode what it read.
    return code is None or code & 0xFF in _DAMAGE


def _prepare(path: Path) -> None:
    """Create the file with mode 0600 before SQLite creates it readable by everybody."""
    if path.is_dir():
        raise StorageFault(
            f"The journal {path} is a folder", "move it away, or name another file for the journal"
        )
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # SQLite gives the WAL the same permissions.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)


def _check(path: Path, connection: sqlite3.Connection) -> None:
    if not is_ours(connection):
        raise StorageFault(
            f"{path} is a database of another program", "name another file for the journal"
        )
    if version_of(connection) > VERSION:
        raise StorageFault(
            f"The journal {path} was written by a newer voice-coach",
            "install that version, or name another file for the journal",
        )
    for (said,) in connection.execute("PRAGMA quick_check(1)"):
        if said != "ok":
            raise Damaged(said)


def _migrated(connection: sqlite3.Connection) -> None:
    try:
        migrate(connection)
        for table in TABLES:
            connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        # The tables do not match the version.
        if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
            raise Damaged(str(error)) from error
        raise


def set_aside(path: Path) -> Path:
    """Rename a damaged journal and its WAL; return the new path.

    Raises:
        StorageFault: it cannot be renamed.
    """
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}.damaged-{stamp}-{number}")
    with _as_faults(path):
        for ending in ("-wal", "-shm"):
            beside = path.with_name(path.name + ending)
            if beside.exists():
                beside.rename(aside.with_name(aside.name + ending))
        path.rename(aside)
    return aside


def holds_something(path: Path) -> bool:
    """Return whether there is a file that is not empty; False where that cannot be seen."""
    return os.path.isfile(path) and os.path.getsize(path) > 0
