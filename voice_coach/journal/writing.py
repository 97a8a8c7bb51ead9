"""From entries to rows."""

from __future__ import annotations

import sqlite3

import msgspec

from voice_coach.coach.keeping import Kept
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


def begin(connection: sqlite3.Connection, entry: Began) -> int:
    """Write the beginning of a session, and return its number."""
    cursor = connection.execute(
        "INSERT INTO session (rate, began, start, frame) VALUES (?, ?, ?, ?)",
        (entry.rate, entry.moment.utc, entry.frame, entry.frame),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def write(connection: sqlite3.Connection, session: int, entry: Entry) -> None:
    """Write one entry of a session, inside a transaction."""
    place = (session, entry.frame, entry.moment.utc)
    match entry:
        case Stepped():
            _insert(connection, "step", *place, entry.routine, entry.step)
        case Understood():
            certain = int(entry.certain)
            _insert(connection, "heard", *place, entry.intent, entry.value, certain)
        case Scored():
            _insert(connection, "pain", *place, entry.score)
        case PadOn():
            _insert(connection, "pad", *place, entry.kind, "on", entry.seconds)
        case PadOff():
            _insert(connection, "pad", *place, entry.kind, "off", entry.seconds)
        case Standing():
            moment = entry.moment
            connection.execute(
                "UPDATE session SET kept = ?, kept_frame = ?, kept_utc = ?, kept_boot = ?,"
                " kept_up = ? WHERE id = ?",
                (encoded(entry.kept), entry.frame, moment.utc, moment.boot, moment.up, session),
            )
        case TakenUp():
            connection.execute("UPDATE session SET taken_up = 1 WHERE id = ?", (session,))
        case Preferred():
            connection.execute(
                "INSERT OR REPLACE INTO preference VALUES (?, ?, ?)",
                (entry.name, entry.was, entry.value),
            )
        case Finished():
            connection.execute("UPDATE session SET finished = 1 WHERE id = ?", (session,))
        case _:
            raise AssertionError(entry)
    connection.execute("UPDATE session SET frame = ? WHERE id = ?", (entry.frame, session))


def _insert(connection: sqlite3.Connection, table: str, *values: object) -> None:
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)


def encoded(kept: Kept) -> str:
    """Return what was kept of a session as JSON."""
    return msgspec.json.encode(kept, order="deterministic").decode()


def decoded(text: str) -> Kept:
    """Return what was kept of a session.

    Raises:
        msgspec.MsgspecError: it makes no sense.
    """
    return msgspec.json.decode(text, type=Kept)
