"""What the journal says of earlier sessions: how the last one stood, visits, preferences."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from voice_coach.coach.loudness import VOLUME_LOUDEST, VOLUME_LOWEST
from voice_coach.coach.pace import PACES
from voice_coach.coach.past import Past
from voice_coach.coach.snapshot import Snapshot
from voice_coach.coach.state import Options
from voice_coach.journal.entries import decoded
from voice_coach.journal.timestamp import Moment
from voice_coach.understanding.book import MOST_BREATHS

Preferences = Mapping[str, tuple[float, float]]
"""Name of a setting -> its value in the settings when the user changed it, and the new value."""


def preferred(options: Options, preferences: Preferences) -> Options:
    """Return the options with the changes that the user has made by voice.

    A setting that has been edited since then wins over the change.
    """
    was, volume = preferences.get("volume_db", (options.volume_db, options.volume_db))
    if was == options.volume_db and VOLUME_LOWEST <= volume <= VOLUME_LOUDEST:
        options = replace(options, volume_db=volume)
    was, pace = preferences.get("pace", (options.pace, options.pace))
    if was == options.pace and pace in range(len(PACES)):
        options = replace(options, pace=int(pace))
    was, breaths = preferences.get("breaths", (0, 0))
    if was == (options.breaths or 0) and breaths in range(1, MOST_BREATHS + 1):
        options = replace(options, breaths=int(breaths))
    return options


# --- sessions and visits

SAME_START = 1.0
"""Seconds by which the times of two files of one start may differ."""

NOT_EXERCISES = ("welcome", "emergency", "doctor", "pain")


@dataclass(frozen=True, slots=True)
class Left:
    """The last snapshot of a session, with its frame and moment."""

    kept: Snapshot
    frame: int
    moment: Moment


@dataclass(frozen=True, slots=True)
class Visit:
    """A session as a person thinks of it; an interrupted one and its continuation are one visit.

    Attributes:
        began: seconds since 1970.
        minutes: its length, without interruptions.
        scores: the pain scores, in order.
        heat: minutes of heat.
        ice: minutes of ice.
        routines: the exercises and talks, by file name.
        intents: the commands understood, in order.
        finished: whether the user ended it.
        running: whether it goes on now.
    """

    began: float
    minutes: float
    scores: tuple[int, ...]
    heat: float
    ice: float
    routines: tuple[str, ...]
    intents: tuple[str, ...]
    finished: bool
    running: bool = False

    @property
    def before(self) -> int | None:
        """The first pain score."""
        return self.scores[0] if self.scores else None

    @property
    def after(self) -> int | None:
        """The last pain score, if there is more than one."""
        return self.scores[-1] if len(self.scores) > 1 else None


def last_left(connection: sqlite3.Connection) -> Left | None:
    """Return the last snapshot of the last session; None before the first session.

    Raises:
        msgspec.MsgspecError: the snapshot cannot be decoded.
    """
    row = connection.execute(
        "SELECT kept, kept_frame, kept_utc, kept_boot, kept_up FROM session"
        " WHERE kept IS NOT NULL ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    kept, frame, utc, boot, up = row
    return Left(decoded(kept), frame, Moment(utc, boot, up))


def preferences(connection: sqlite3.Connection) -> Preferences:
    """Return the settings that the user has changed by voice."""
    rows = connection.execute("SELECT name, was, value FROM preference")
    return {name: (was, value) for name, was, value in rows}


def visits(
    connection: sqlite3.Connection, newest: int | None = None, running_since: float | None = None
) -> list[Visit]:
    """Return the sessions, the oldest first.

    Args:
        connection: the journal.
        newest: return at most this many, the latest; None for all.
        running_since: when the coach that runs now has started, in seconds since 1970; None if
            none does. Of its sessions the last one goes on, unless it was ended.
    """
    (last,) = connection.execute("SELECT max(id) FROM session").fetchone()
    after = 0 if newest is None or last is None else last - newest
    scores = _grouped(connection, "SELECT session, score FROM pain", after)
    steps = _grouped(connection, "SELECT session, routine FROM step", after)
    heard = _grouped(connection, "SELECT session, intent FROM heard", after)
    pads = _pads(connection)
    found: list[Visit] = []
    for number, rate, began, start, frame, finished, taken_up in connection.execute(
        "SELECT id, rate, began, start, frame, finished, taken_up FROM session WHERE id > ?"
        " ORDER BY id",
        (after,),
    ):
        routines = (name for name in steps.get(number, ()) if name not in NOT_EXERCISES)
        visit = Visit(
            began=began,
            minutes=(frame - start) / rate / 60,
            scores=tuple(map(int, scores.get(number, ()))),
            heat=pads.get((number, "heat"), 0.0),
            ice=pads.get((number, "ice"), 0.0),
            routines=tuple(dict.fromkeys(routines)),
            intents=tuple(heard.get(number, ())),
            finished=bool(finished),
            running=(
                number == last
                and not finished
                and running_since is not None
                and began >= running_since - SAME_START
            ),
        )
        if taken_up and found:
            visit = _joined(found.pop(), visit)
        found.append(visit)
    return found


def _joined(first: Visit, second: Visit) -> Visit:
    return Visit(
        began=first.began,
        minutes=first.minutes + second.minutes,
        scores=first.scores + second.scores,
        heat=first.heat + second.heat,
        ice=first.ice + second.ice,
        routines=tuple(dict.fromkeys(first.routines + second.routines)),
        intents=first.intents + second.intents,
        finished=second.finished,
        running=second.running,
    )


def _grouped(connection: sqlite3.Connection, query: str, after: int) -> dict[int, list[str]]:
    groups: dict[int, list[str]] = {}
    for number, value in connection.execute(f"{query} WHERE session > ? ORDER BY rowid", (after,)):
        groups.setdefault(number, []).append(value)
    return groups


def _pads(connection: sqlite3.Connection) -> dict[tuple[int, str], float]:
    """Return (session in which the pad came off, kind) -> minutes. Without a report none."""
    minutes: dict[tuple[int, str], float] = {}
    for number, kind, seconds in connection.execute(
        "SELECT session, kind, seconds FROM pad WHERE event = 'off' ORDER BY rowid"
    ):
        minutes[number, kind] = minutes.get((number, kind), 0.0) + seconds / 60
    return minutes


def rows(connection: sqlite3.Connection, session: int) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yield (table, row) for every row of one session."""
    for table in ("step", "heard", "pain", "pad"):
        for row in connection.execute(
            f"SELECT * FROM {table} WHERE session = ? ORDER BY rowid", (session,)
        ):
            yield table, row[1:]


# --- answers that last


KEPT_DAYS = 90
"""So long an answer about a lasting illness is offered again; our own figure."""


def answers(connection: sqlite3.Connection, utc: float) -> frozenset[str] | None:
    """Return what the person told that lasts; None where that is too old, or was never asked.

    Args:
        connection: the journal.
        utc: the present time, in seconds since 1970.
    """
    row = connection.execute("SELECT utc, flags FROM answer").fetchone()
    if row is None or not 0 <= utc - row[0] <= KEPT_DAYS * 86400:
        return None
    return frozenset(row[1].split())


# --- the summary

LATELY = 5
"""The summary averages this many sessions, the latest that have a score before and after."""


def summed_up(visits: Sequence[Visit]) -> Past:
    """Return the summary of earlier sessions that the coach speaks."""
    scored = [v for v in visits if v.before is not None and v.after is not None][-LATELY:]
    if not scored:
        return Past(sessions=len(visits))
    before = fmean(v.before for v in scored if v.before is not None)
    after = fmean(v.after for v in scored if v.after is not None)
    return Past(sessions=len(visits), before=round(before), after=round(after))
