"""The history as text, CSV, JSON, and as one HTML page.

The page fetches nothing and runs no script; a table repeats what the plot shows.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from html import escape

from voice_coach.journal.reading import LATELY, Visit, summed_up

COLUMNS = ("date", "minutes", "pain before", "pain after", "heat", "ice", "exercises", "ended")
"""Columns of the table. Heat and ice are in minutes."""


def when(visit: Visit, zone: tzinfo | None = None) -> str:
    """Return when a session began: date and time in a time zone, by default the machine's own."""
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
        "yes" if visit.finished else "not yet" if visit.running else "interrupted",
    )


def as_text(visits: Sequence[Visit], zone: tzinfo | None = None) -> str:
    """Return a table for a terminal; numbers are right-aligned."""
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
    """Return the table as CSV, with a header row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(cells(visit, zone) for visit in visits)
    return out.getvalue()


def as_json(visits: Sequence[Visit]) -> str:
    """Return everything known about the sessions as JSON, with times in UTC."""
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
                "running": visit.running,
            }
            for visit in visits
        ],
        indent=2,
    )


# --- the plot

BEFORE, AFTER = "#9a3412", "#1d4ed8"
"""Colours of the scores before and after: dark on white, and the shape of the marks differs too."""

WIDTH, HEIGHT = 900, 400
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 40, 40
"""The picture and the margins around its axes, in units of the SVG: pixels on a wide screen."""

LABEL = 90
"""Least distance between two dates on the time axis."""


def plot(visits: Sequence[Visit], title: str, about: str, zone: tzinfo | None = None) -> str:
    """Return an SVG element of the pain before and after each session.

    Args:
        visits: the sessions, the oldest first; at least one has a pain score.
        title: its name.
        about: what it shows, for screen readers.
        zone: time zone, by default the machine's own.
    """
    scored = [visit for visit in visits if visit.before is not None]
    first, span = scored[0].began, scored[-1].began - scored[0].began
    centre = (WIDTH + LEFT - RIGHT) / 2

    def x(visit: Visit) -> float:
        along = (visit.began - first) / span if span > 0 else 0.5
        return round(centre + (along - 0.5) * (WIDTH - LEFT - RIGHT - 40), 1)

    def y(score: int) -> float:
        return round(TOP + (10.5 - score) / 11 * (HEIGHT - TOP - BOTTOM), 1)

    parts = []
    for score in range(0, 11, 2):
        parts.append(
            f'<path d="M{LEFT} {y(score)}H{WIDTH - RIGHT}" stroke="#e5e7eb"/>'
            f'<text x="{LEFT - 8}" y="{y(score) + 5}" text-anchor="end">{score}</text>'
        )
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(
        f'<text x="20" y="{middle}" transform="rotate(-90 20 {middle})" text-anchor="middle">'
        "pain, 0 to 10</text>"
    )
    labelled = -float(LABEL)
    for visit in scored:
        if x(visit) - labelled >= LABEL:
            labelled = x(visit)
            parts.append(
                f'<text x="{labelled}" y="{HEIGHT - 12}" text-anchor="middle">'
                f"{when(visit, zone)[:10]}</text>"
            )
        if visit.before is not None and visit.after is not None:
            parts.append(
                f'<path d="M{x(visit)} {y(visit.before)}V{y(visit.after)}" stroke="#9ca3af"/>'
            )
    # The squares are smaller and drawn last, so both marks of two equal scores are visible.
    parts += [_circle(x(v), y(v.before)) for v in scored if v.before is not None]
    parts += [_square(x(v), y(v.after)) for v in scored if v.after is not None]
    parts.append(_circle(WIDTH - 150, 20) + f'<text x="{WIDTH - 140}" y="25">before</text>')
    parts.append(_square(WIDTH - 75, 20) + f'<text x="{WIDTH - 65}" y="25">after</text>')
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" font-size="14" fill="#111" role="img" '
        'aria-labelledby="plot-title plot-about">'
        f'<title id="plot-title">{escape(title)}</title>'
        f'<desc id="plot-about">{escape(about)}</desc>{"".join(parts)}</svg>'
    )


def _circle(x: float, y: float) -> str:
    return f'<circle cx="{x}" cy="{y}" r="5" fill="{BEFORE}"/>'


def _square(x: float, y: float) -> str:
    return f'<rect x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6" fill="{AFTER}"/>'


# --- the page

TITLE = "How my back has been"

STYLE = """
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem; color: #111; background: #fff; }
svg { width: 100%; height: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: bold; padding: 0.5rem 0; }
th, td { text-align: left; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid #bbb; }
td.number, th.number { text-align: right; }
.wide { overflow-x: auto; }
"""


def page(visits: Sequence[Visit], zone: tzinfo | None = None) -> str:
    """Return the page as HTML.

    Args:
        visits: the sessions, the oldest first.
        zone: time zone, by default the machine's own.
    """
    about = in_words(visits)
    picture = ""
    if any(visit.before is not None for visit in visits):
        svg = plot(visits, "Pain before and after each session", about, zone)
        picture = (
            f"<figure>{svg}<figcaption>The same numbers are in the table.</figcaption></figure>"
        )
    head = "".join(
        f'<th scope="col"{_number(i)}>{escape(_heading(name))}</th>'
        for i, name in enumerate(COLUMNS)
    )
    body = "\n".join(_row(visit, zone) for visit in reversed(visits))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{TITLE}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{TITLE}</h1>
<p>{escape(about)}</p>
{picture}
<div class="wide">
<table>
<caption>All sessions, the latest first</caption>
<thead><tr>{head}</tr></thead>
<tbody>
{body}
</tbody>
</table>
</div>
</main>
</body>
</html>
"""


def in_words(visits: Sequence[Visit]) -> str:
    """Return a summary of the sessions in one or two sentences."""
    count = "1 session" if len(visits) == 1 else f"{len(visits)} sessions"
    past = summed_up(visits)
    if past.before is None or past.after is None:
        return f"{count}, none with a pain score before and after."
    scores = f"{past.before} before and {past.after} after"
    scored = sum(v.before is not None and v.after is not None for v in visits)
    if scored == 1:
        return f"{count}. In the one with a score before and after, the pain was {scores}."
    return (
        f"{count}. In the last {min(scored, LATELY)} with a score before and after, "
        f"the pain was {scores}, on average."
    )


def _heading(name: str) -> str:
    named = {"heat": "heat, minutes", "ice": "ice, minutes"}.get(name, name)
    return named.capitalize()


def _row(visit: Visit, zone: tzinfo | None) -> str:
    first, *others = cells(visit, zone)
    rest = "".join(
        f"<td{_number(i)}>{escape(cell) or '&#8211;'}</td>" for i, cell in enumerate(others, 1)
    )
    return f'<tr><th scope="row">{escape(first)}</th>{rest}</tr>'


def _number(column: int) -> str:
    return ' class="number"' if 1 <= column <= 5 else ""
