"""The journal as a session uses it: the state left by earlier sessions, and a writing thread.

Nothing here stops a session. A failure is reported once, as a line, and the write is retried.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec

from voice_coach.coach.past import Past
from voice_coach.coach.snapshot import past_of
from voice_coach.faults import StorageFault
from voice_coach.journal import timestamp
from voice_coach.journal.database import (
    Damaged,
    connect,
    connect_to_read,
    holds_something,
    is_damage,
    set_aside,
)
from voice_coach.journal.entries import Began, JournalEntry, LeaveTaken, begin, write
from voice_coach.journal.reading import (
    Left,
    Preferences,
    answers,
    last_left,
    preferences,
    summed_up,
    visits,
)
from voice_coach.journal.timestamp import elapsed

RETRY_SECONDS = 30.0
"""Seconds between two attempts to write, after a failure."""

RECENT = 50
"""How many sessions are read when the coach starts; its summary uses the last few."""

CLOSE_SECONDS = 5.0
"""The longest that the end of the program waits for the last entries to be written."""


class Journal:
    """The journal during one run of the program, which may hold several sessions.

    Attributes:
        kept: how many entries are on the disk, where they survive a power cut.
        preferences: settings that the user has changed by voice.

    Args:
        path: the SQLite file; it need not exist.
        complain: receives each line about a failure, once; also called by the writing thread.
        clock: returns the present moment.
        retry: seconds between two attempts, after a failure.
    """

    def __init__(
        self,
        path: Path,
        complain: Callable[[str], None],
        clock: timestamp.Clock = timestamp.now,
        retry: float = RETRY_SECONDS,
    ) -> None:
        self.kept = 0
        self.preferences: Preferences = {}
        self.clock = clock
        self._path = path
        self._complain = complain
        self._retry = retry
        self._left: Left | None = None
        self._past = Past()
        self._lost = False
        self._changed = threading.Condition()
        self._entries: list[JournalEntry] = []  # of the present session
        self._earlier = 0  # count of entries of finished sessions, written and dropped from memory
        self._written = 0
        self._session: int | None = None
        self._connection: sqlite3.Connection | None = None
        self._failing = False
        self._closing = False
        self._thread: threading.Thread | None = None
        self._read()

    # --- what was before

    def past(self) -> Past:
        """Return the state that earlier sessions left, as of now."""
        past = replace(self._past, lost=self._lost)
        if self._left is None:
            return past
        ago = elapsed(self._left.moment, self.clock())
        left = past_of(self._left.kept, self._left.frame, ago.likely, ago.certain, ago.at_least)
        return replace(past, unfinished=left.unfinished, pad=left.pad, rested=left.rested)

    def _read(self) -> None:
        there = holds_something(self._path)
        try:
            connection = connect_to_read(self._path)
        except Damaged as damage:
            self._lost = there
            self._set_aside(damage)
            return
        except StorageFault as fault:
            self._lost = there
            self._fail(fault)
            return
        try:
            self._left = last_left(connection)
            self._past = self._summed_up(connection)
            self.preferences = preferences(connection)
        except (sqlite3.Error, msgspec.MsgspecError, ValueError) as error:
            self._lost = there
            connection.close()
            self._set_aside(Damaged(str(error)))
            return
        connection.close()

    # --- what comes

    @property
    def added(self) -> int:
        """How many entries this run has added, on the disk or not."""
        return self._earlier + len(self._entries)

    def add(self, *entries: JournalEntry) -> int:
        """Queue entries for writing; return how many this run has added in all."""
        with self._changed:
            self._entries += entries
            count = self.added
            self._changed.notify_all()
        if self._thread is None:
            # A daemon thread: a disk that never answers must not keep the program from ending.
            self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
            self._thread.start()
        return count

    def wait(self, count: int, timeout: float) -> bool:
        """Wait until `count` entries are on the disk; return whether they are."""
        with self._changed:
            if not self._failing:
                self._changed.wait_for(lambda: self.kept >= count or self._failing, timeout)
            return self.kept >= count

    def close(self, timeout: float = CLOSE_SECONDS) -> None:
        """Write the remaining entries; report how many could not be written."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout)
        missing = self.added - self.kept
        if missing > 0:
            self._complain(
                f"{missing} of {self.added} entries of this session are not in the journal."
            )

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._failing:
                    self._changed.wait_for(lambda: self._closing, self._retry)
                else:
                    self._changed.wait_for(
                        lambda: self._closing or len(self._entries) > self._written
                    )
                closing = self._closing
                entries = self._entries[:]
            if len(entries) > self._written:
                self._attempt(entries)
            with self._changed:
                if closing and (self._failing or self._written == len(self._entries)):
                    break
        if self._connection is not None:
            _closed(self._connection)

    def _attempt(self, entries: list[JournalEntry]) -> None:
        """Write the entries that are not written yet, or report why that failed."""
        try:
            try:
                self._write(entries)
            except Damaged as damage:
                self._forget_file()
                if not self._set_aside(damage):
                    return
                self._write(entries)  # the whole session goes into the new file
        except Damaged as damage:
            self._fail(
                StorageFault(f"The journal {self._path} is damaged again: {damage}", _REMEDY)
            )
            return
        except StorageFault as fault:
            self._fail(fault)
            return
        except Exception as error:  # a bug here is reported too, and must not end a session
            self._fail(StorageFault(f"The journal {self._path} failed: {error!r}", _REMEDY))
            return
        with self._changed:
            recovered, self._failing = self._failing, False
            self._written = len(entries)
            self.kept = max(self.kept, self._earlier + self._written)
            self._forget_earlier()
            self._changed.notify_all()
        if recovered:
            self._complain(f"The journal {self._path} is written again; nothing is missing.")

    def _forget_earlier(self) -> None:
        """Drop the entries of finished sessions, so that memory does not grow over months."""
        begins = [i for i in range(self._written) if isinstance(self._entries[i], Began)]
        if begins and begins[-1] > 0:
            done = begins[-1]
            self._entries, self._earlier = self._entries[done:], self._earlier + done
            self._written -= done

    def _write(self, entries: list[JournalEntry]) -> None:
        if self._connection is not None and not holds_something(self._path):
            self._forget_file()  # deleted: nobody would find what is written to it now
        if self._connection is None:
            self._connection = connect(self._path)
        connection, session = self._connection, self._session
        try:
            connection.execute("BEGIN IMMEDIATE")
            for entry in entries[self._written :]:
                if isinstance(entry, Began):
                    session = begin(connection, entry)
                else:
                    assert session is not None
                    write(connection, session, entry)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if is_damage(error):
                raise Damaged(str(error)) from error
            # The next attempt opens it again, and so checks it for damage.
            self._connection = None
            _closed(connection)
            raise StorageFault(
                f"The journal {self._path} cannot be written: {error}", _REMEDY
            ) from error
        self._session = session
        if any(isinstance(entry, LeaveTaken) for entry in entries[self._written :]):
            self._past = self._summed_up(connection)

    def _summed_up(self, connection: sqlite3.Connection) -> Past:
        past = summed_up(visits(connection, RECENT))
        return replace(past, kept=answers(connection, self.clock().utc))

    def _forget_file(self) -> None:
        """Close a file that is no longer the journal; the next one gets the whole session."""
        if self._connection is not None:
            _closed(self._connection)
        self._connection, self._session, self._written = None, None, 0

    def _set_aside(self, damage: Damaged) -> bool:
        try:
            aside = set_aside(self._path)
        except StorageFault as fault:
            self._fail(fault)
            return False
        self._complain(
            str(
                StorageFault(
                    f"The journal {self._path} is damaged ({damage})",
                    f"it was kept as {aside.name}, and a new one is begun",
                )
            )
        )
        return True

    def _fail(self, fault: StorageFault) -> None:
        with self._changed:
            again, self._failing = self._failing, True
            self._changed.notify_all()
        if not again:
            self._complain(str(fault))


_REMEDY = "make some room or name another file for the journal; until then it is tried again"


def _closed(connection: sqlite3.Connection) -> None:
    # What was committed is safe, if only in the WAL.
    with contextlib.suppress(sqlite3.Error):
        connection.close()
