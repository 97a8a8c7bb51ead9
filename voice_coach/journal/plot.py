"""The pain before and after each session as a picture: SVG, to stand inside a page."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from voice_coach.faults import StorageFault
from voice_coach.journal.reading import Visit

BEFORE, AFTER = "#9a3412", "#1d4ed8"
"""Two colours that are dark enough on white, and are told apart by the shape of the marks, too."""


def plot(visits: Sequence[Visit], title: str, about: str, zone: tzinfo | None = None) -> str:
    """Return an SVG element without links, with a title and a description.

    Args:
        visits: the sessions; those without a pain score have no place in it.
        title: its name.
        about: what it shows, for who cannot see it.
        zone: time zone, by default the machine's own.

    Raises:
        StorageFault: matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
        from matplotlib.figure import Figure
        from matplotlib.style import context
    except ImportError as error:
        raise StorageFault(
            "The plot needs matplotlib, which is not installed", "pip install matplotlib"
        ) from error
    # Letters stay letters, and names inside the SVG are the same each time.
    with context({"svg.fonttype": "none", "svg.hashsalt": "voice-coach"}):
        figure = Figure(figsize=(9, 4), layout="constrained")
        axes = figure.subplots()
        for visit in visits:
            if visit.before is not None and visit.after is not None:
                day = _day(visit, zone)
                axes.plot([day, day], [visit.before, visit.after], color="#9ca3af", zorder=1)
        # Of two equal scores both marks are seen, the smaller on the larger.
        for name, marker, size, colour, scores in (
            ("before", "o", 70, BEFORE, [(v, v.before) for v in visits]),
            ("after", "s", 25, AFTER, [(v, v.after) for v in visits]),
        ):
            points = [(_day(v, zone), score) for v, score in scores if score is not None]
            axes.scatter(
                [day for day, _ in points],
                [score for _, score in points],
                marker=marker,
                s=size,
                color=colour,
                label=name,
                zorder=2,
            )
        axes.set_ylim(-0.5, 10.5)
        axes.set_yticks(range(0, 11, 2))
        axes.set_ylabel("pain, 0 to 10")
        axes.grid(axis="y", alpha=0.3)
        if any(v.before is not None for v in visits):
            figure.legend(loc="outside upper right", ncols=2)
            ticks = AutoDateLocator(tz=zone)
            axes.xaxis.set_major_locator(ticks)
            axes.xaxis.set_major_formatter(ConciseDateFormatter(ticks, tz=zone))
        text = io.StringIO()
        FigureCanvasSVG(figure).print_svg(text, metadata={"Date": None, "Creator": None})
    return _for_a_page(text.getvalue(), title, about)


def _day(visit: Visit, zone: tzinfo | None) -> datetime:
    return datetime.fromtimestamp(visit.began, UTC).astimezone(zone)


def _for_a_page(svg: str, title: str, about: str) -> str:
    """Cut the SVG element out of its file, and name it for who cannot see it."""
    from html import escape

    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    head, _, rest = svg.partition(">")
    # The viewBox is enough: the picture takes the width of the page.
    head = re.sub(r'\s(?:width|height|xmlns(?::xlink)?|version)="[^"]*"', "", head)
    rest = rest.replace("xlink:href", "href")
    return (
        f'{head} role="img" aria-labelledby="plot-title plot-about">'
        f'<title id="plot-title">{escape(title)}</title>'
        f'<desc id="plot-about">{escape(about)}</desc>{rest}'
    )
