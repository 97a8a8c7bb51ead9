"""What the journal records: an entry for each thing that happened, and how it becomes a row."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import msgspec

from voice_coach.coach.limits import Kind
from voice_coach.coach.snapshot import Snapshot
from voice_coach.journal.timestamp import Moment


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """Something happened: at a frame of the session and at a moment of the journal's clocks."""

    frame: int
    moment: Moment


@dataclass(frozen=True, slots=True)
class Began(JournalEntry):
    """The session began; it has `rate` frames per second. Always the first entry."""

    rate: int


@dataclass(frozen=True, slots=True)
class Stepped(JournalEntry):
    """A step of a routine began."""

    routine: str
    step: str


@dataclass(frozen=True, slots=True)
class IntentUnderstood(JournalEntry):
    """A command was understood; the words themselves are not recorded."""

    intent: str
    value: int | None
    certain: bool


@dataclass(frozen=True, slots=True)
class Scored(JournalEntry):
    """A pain score from 0 to 10."""

    score: int


@dataclass(frozen=True, slots=True)
class PadOn(JournalEntry):
    """An application of heat or ice began; it is meant to last `seconds`."""

    kind: Kind
    seconds: float


@dataclass(frozen=True, slots=True)
class PadOff(JournalEntry):
    """Heat or ice was taken off, after `seconds`; it may have been put on in an earlier session."""

    kind: Kind
    seconds: float


@dataclass(frozen=True, slots=True)
class Standing(JournalEntry):
    """A snapshot of the session; replaces the one before."""

    kept: Snapshot


@dataclass(frozen=True, slots=True)
class TakenUp(JournalEntry):
    """This session continues the one before it."""


@dataclass(frozen=True, slots=True)
class Preferred(JournalEntry):
    """The user changed a setting by voice, from `was` to `value`."""

    name: str
    was: float
    value: float


@dataclass(frozen=True, slots=True)
class Answered(JournalEntry):
    """The person has told what lasts; this replaces what they told before.

    Attributes:
        flags: what applies, perhaps nothing.
    """

    flags: frozenset[str]


@dataclass(frozen=True, slots=True)
class LeaveTaken(JournalEntry):
    """The user said goodbye: the session is over."""


# --- as rows


def begin(connection: sqlite3.Connection, entry: Began) -> int:
    """Insert a new session; return its number."""
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
        case Answered():
            connection.execute(
                "INSERT OR REPLACE INTO answer VALUES (1, ?, ?)",
                (entry.moment.utc, " ".join(sorted(entry.flags))),
            )
        case LeaveTaken():
            connection.execute("UPDATE session SET finished = 1 WHERE id = ?", (session,))
        case _:
            raise AssertionError(entry)
    connection.execute("UPDATE session SET frame = ? WHERE id = ?", (entry.frame, session))


def _insert(connection: sqlite3.Connection, table: str, *values: object) -> None:
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)


def encoded(kept: Snapshot) -> str:
    """Return a snapshot as JSON."""
    return msgspec.json.encode(kept, order="deterministic").decode()


def decoded(text: str) -> Snapshot:
    """Return the snapshot that JSON holds.

    Raises:
        msgspec.MsgspecError: it does not hold one.
    """
    return msgspec.json.decode(text, type=Snapshot)
