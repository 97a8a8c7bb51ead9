"""The tables of the journal, and how an older file becomes a newer one."""

from __future__ import annotations

import sqlite3

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
)
"""What was done to the tables, in order; PRAGMA user_version counts the steps. A step that was
released is never changed."""

VERSION = len(STEPS)

TABLES = ("session", "step", "heard", "pain", "pad", "preference")


def version_of(connection: sqlite3.Connection) -> int:
    """Return how many steps were done."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def is_ours(connection: sqlite3.Connection) -> bool:
    """Whether the file is a journal, or still has nothing in it."""
    if connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION:
        return True
    found = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    return not found


def migrate(connection: sqlite3.Connection, steps: tuple[str, ...] = STEPS) -> None:
    """Do the steps that are missing, all of them or none."""
    done = version_of(connection)
    if done >= len(steps):
        return
    script = "\n".join(steps[done:])
    connection.executescript(
        f"BEGIN IMMEDIATE;\n{script}\n"
        f"PRAGMA application_id = {APPLICATION};\nPRAGMA user_version = {len(steps)};\nCOMMIT;"
    )
