"""What the journal records: an entry for each thing that happened, and how it becomes a row."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import msgspec

from voice_coach.coach.keeping import Kept
from voice_coach.coach.limits import Kind
from voice_coach.journal.timestamp import Moment


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """Something happened at a frame of the session, and at a moment of the world."""

    frame: int
    moment: Moment


@dataclass(frozen=True, slots=True)
class Began(JournalEntry):
    """The session began; it has `rate` frames per second. Always the first entry."""

    rate: int


@dataclass(frozen=True, slots=True)
class Stepped(JournalEntry):
    """A step of a routine was gone to."""

    routine: str
    step: str


@dataclass(frozen=True, slots=True)
class IntentUnderstood(JournalEntry):
    """The person was understood; the words themselves are not kept."""

    intent: str
    value: int | None
    certain: bool


@dataclass(frozen=True, slots=True)
class Scored(JournalEntry):
    """A pain score from 0 to 10."""

    score: int


@dataclass(frozen=True, slots=True)
class PadOn(JournalEntry):
    """A round of heat or ice began; it is to last `seconds`."""

    kind: Kind
    seconds: float


@dataclass(frozen=True, slots=True)
class PadOff(JournalEntry):
    """Heat or ice was taken off, after `seconds`; it may have been on since another session."""

    kind: Kind
    seconds: float


@dataclass(frozen=True, slots=True)
class Standing(JournalEntry):
    """How the session stands; replaces what was kept of it before."""

    kept: Kept


@dataclass(frozen=True, slots=True)
class TakenUp(JournalEntry):
    """The session goes on with the one before it."""


@dataclass(frozen=True, slots=True)
class Preferred(JournalEntry):
    """The person asked for another value of a setting, which was `was`."""

    name: str
    was: float
    value: float


@dataclass(frozen=True, slots=True)
class LeaveTaken(JournalEntry):
    """Leave was taken."""


def begin(connection: sqlite3.Connection, entry: Began) -> int:
    """Write the beginning of a session, and return its number."""
    cursor = connection.execute(
        "INSERT INTO session (rate, began, start, frame) VALUES (?, ?, ?, ?)",
        (entry.rate, entry.moment.utc, entry.frame, entry.frame),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def write(connection: sqlite3.Connection, session: int, entry: JournalEntry) -> None:
    """Write one entry of a session, inside a transaction."""
    place = (session, entry.frame, entry.moment.utc)
    match entry:
        case Stepped():
            _insert(connection, "step", *place, entry.routine, entry.step)
        case IntentUnderstood():
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
        case LeaveTaken():
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
