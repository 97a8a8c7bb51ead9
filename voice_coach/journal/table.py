"""The history as a table of words, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from voice_coach.journal.reading import Visit

COLUMNS = ("date", "minutes", "pain before", "pain after", "heat", "ice", "exercises", "ended")
"""Of the table. Heat and ice are in minutes."""


def when(visit: Visit, zone: tzinfo | None = None) -> str:
    """Return when a session began: date and time in a zone, by default the machine's own."""
    return _at(visit, zone).strftime("%Y-%m-%d %H:%M")


def _at(visit: Visit, zone: tzinfo | None) -> datetime:
    return datetime.fromtimestamp(visit.began, UTC).astimezone(zone)


def cells(visit: Visit, zone: tzinfo | None = None) -> tuple[str, ...]:
    """Return the cells of one row, in the order of COLUMNS."""
    return (
        when(visit, zone),
        str(round(visit.minutes)),
        "" if visit.before is None else str(visit.before),
        "" if visit.after is None else str(visit.after),
        str(round(visit.heat)) if visit.heat else "",
        str(round(visit.ice)) if visit.ice else "",
        ", ".join(visit.routines),
        "yes" if visit.finished else "interrupted",
    )


def as_text(visits: Sequence[Visit], zone: tzinfo | None = None) -> str:
    """Return a table for a terminal; numbers stand at the right."""
    if not visits:
        return "There are no sessions yet."
    lines = [COLUMNS, *(cells(visit, zone) for visit in visits)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if 1 <= i <= 5 else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def as_csv(visits: Sequence[Visit], zone: tzinfo | None = None) -> str:
    """Return the same as CSV, with a head."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(cells(visit, zone) for visit in visits)
    return out.getvalue()


def as_json(visits: Sequence[Visit]) -> str:
    """Return everything that is known of the sessions as JSON, with times in UTC."""
    return json.dumps(
        [
            {
                "began": datetime.fromtimestamp(visit.began, UTC).isoformat(timespec="seconds"),
                "minutes": round(visit.minutes, 1),
                "pain": list(visit.scores),
                "pain_before": visit.before,
                "pain_after": visit.after,
                "heat_minutes": round(visit.heat, 1),
                "ice_minutes": round(visit.ice, 1),
                "exercises": list(visit.routines),
                "intents": list(visit.intents),
                "finished": visit.finished,
            }
            for visit in visits
        ],
        indent=2,
    )
