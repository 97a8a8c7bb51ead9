"""The history as one page: nothing to fetch, no script, and a table for who cannot see the plot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from html import escape

from voice_coach.journal.plot import plot
from voice_coach.journal.reading import Visit
from voice_coach.journal.summary import LATELY, summed_up
from voice_coach.journal.table import COLUMNS, cells

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


def page(visits: Sequence[Visit], *, with_plot: bool = True, zone: tzinfo | None = None) -> str:
    """Return the page as HTML.

    Args:
        visits: the sessions, the oldest first.
        with_plot: put in the plot, which needs matplotlib.
        zone: time zone, by default the machine's own.

    Raises:
        StorageFault: the plot is wanted, and matplotlib is not installed.
    """
    about = in_words(visits)
    scored = [visit for visit in visits if visit.before is not None]
    picture = ""
    if with_plot and scored:
        svg = plot(scored, "Pain before and after each session", about, zone)
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
    """Return what the sessions come to, in one or two sentences."""
    count = "1 session" if len(visits) == 1 else f"{len(visits)} sessions"
    past = summed_up(visits)
    if past.before is None or past.after is None:
        return f"{count}, none with a pain score before and after."
    return (
        f"{count}. In the last {LATELY} with a score before and after, "
        f"the pain was {past.before} before and {past.after} after, on average."
    )


def _heading(name: str) -> str:
    named = {"heat": "heat, minutes", "ice": "ice, minutes"}.get(name, name)
    return named.capitalize()


def _row(visit: Visit, zone: tzinfo | None) -> str:
    first, *others = cells(visit, zone)
    made = "".join(
        f"<td{_number(i)}>{escape(cell) or '&#8211;'}</td>" for i, cell in enumerate(others, 1)
    )
    return f'<tr><th scope="row">{escape(first)}</th>{made}</tr>'


def _number(column: int) -> str:
    return ' class="number"' if 1 <= column <= 5 else ""
