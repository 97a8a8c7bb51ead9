"""Draw the activities of the coach as docs/design/coach.svg, from its table: `make diagram`.

Boxes are activities, named by their situations, with the first line of their class. An arrow is an
intent that always leads there; what depends on more than the intent is not drawn. The layout is a
fixed one: what can be the lowest of the stack below, what lies over it above.
"""

from __future__ import annotations

import inspect
import textwrap
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from voice_coach.coach import Options
from voice_coach.coach.activities import GUIDED, TABLE
from voice_coach.coach.activity import BELOW
from voice_coach.coach.places import state_of
from voice_coach.understanding import Book, load_book
from voice_coach.understanding.book import Situation

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs/design/coach.svg"

LOWEST = (*GUIDED, Situation.MENU, Situation.TAKING_UP, Situation.OVER)
"""What can be the lowest of the stack. All else lies over something (a sleep between two sessions
over nothing)."""

ACROSS = 5
"""Boxes of the lower frame in a row."""

WIDE, HIGH, GAP = 204, 76, 16
LEFT, TOP = 24, 190

STYLE = (
    "text{font-family:sans-serif;font-size:12px;fill:#222}.title{font-weight:bold;font-size:14px}"
    ".small{font-size:11px;fill:#555}.box{fill:#fff;stroke:#444}.frame{fill:#f3f3ee;stroke:#bbb}"
    ".arrow{fill:none;stroke:#26c;stroke-width:1.4;marker-end:url(#head)}.label{fill:#26c}"
)


@dataclass
class Box:
    """One activity in the picture; `x` and `y` are its upper left corner."""

    situations: list[Situation]
    text: str
    x: int = 0
    y: int = 0

    @property
    def title(self) -> str:
        """The situations that share the activity."""
        return ", ".join(situation.value.replace("_", " ") for situation in self.situations)

    @property
    def middle(self) -> int:
        """The middle of the box, from the left."""
        return self.x + WIDE // 2


def boxes(book: Book) -> tuple[list[Box], list[Box]]:
    """Return the boxes of the lower and of the upper frame; situations with one row share one."""
    options = Options(rate=1000, emergency="")
    made: dict[tuple[int, type], Box] = {}
    for situation, row in TABLE.items():
        activity = type(state_of(situation, book, options).top)
        text = (inspect.getdoc(activity) or "").splitlines()[0]
        made.setdefault((id(row), activity), Box([], text)).situations.append(situation)
    lower = [box for box in made.values() if box.situations[0] in LOWEST]
    upper = [box for box in made.values() if box.situations[0] not in LOWEST]
    for i, box in enumerate(lower):
        box.x = LEFT + GAP + i % ACROSS * (WIDE + GAP)
        box.y = TOP + HIGH + 110 + GAP + i // ACROSS * (HIGH + GAP + 22)
    for i, box in enumerate(upper):
        box.x = LEFT + i * (WIDE - 18 + GAP)
        box.y = TOP
    return lower, upper


def arrows(sources: list[Box], targets: list[Box]) -> dict[tuple[int, int], list[str]]:
    """Return (number of the source, number of the target) -> intents that always lead there."""
    made: dict[tuple[int, int], list[str]] = defaultdict(list)
    for i, source in enumerate(sources):
        for intent, cell in sorted(TABLE[source.situations[0]].items()):
            for j, target in enumerate(targets):
                if cell.to in target.situations and source is not target:
                    made[i, j].append(intent)
    return made


class Picture:
    """Collects the elements of the SVG."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def text(self, x: int, y: int, text: str, kind: str = "", anchor: str = "start") -> None:
        """Write a line of text."""
        self.parts.append(
            f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
        )

    def box(self, box: Box, notes: list[str]) -> None:
        """Draw a box, and notes under its text."""
        self.parts.append(
            f'<rect class="box" x="{box.x}" y="{box.y}" width="{WIDE - 18}" height="{HIGH}"'
            ' rx="6"/>'
        )
        self.text(box.x + 8, box.y + 18, box.title, "title")
        lines = textwrap.wrap(box.text, 29)[:3]
        for i, line in enumerate(lines):
            self.text(box.x + 8, box.y + 36 + 14 * i, line, "small")
        for i, note in enumerate(notes):
            self.text(box.x + 8, box.y + HIGH + 14 + 13 * i, note, "label")

    def arrow(self, path: str) -> None:
        """Draw an arrow along a path."""
        self.parts.append(f'<path class="arrow" d="{path}"/>')


def draw(book: Book) -> str:
    """Return the picture as SVG."""
    lower, upper = boxes(book)
    rows = (len(lower) + ACROSS - 1) // ACROSS
    frame_top = lower[0].y - GAP
    wide = max(ACROSS * (WIDE + GAP) + GAP, len(upper) * (WIDE - 18 + GAP) + GAP) + LEFT
    frame_high = rows * (HIGH + GAP + 22) + GAP
    picture = Picture()
    picture.parts.append(
        f'<rect class="frame" x="{LEFT}" y="{frame_top}" width="{wide - 2 * LEFT + GAP}"'
        f' height="{frame_high}" rx="8"/>'
    )
    picture.text(LEFT, 26, "The activities of the coach", "title")
    picture.text(LEFT, 46, "Below: the lowest of the stack. Above: what lies over it.", "small")
    picture.text(
        LEFT,
        62,
        "Blue: these intents always lead there. What depends on more is not drawn.",
        "small",
    )
    _draw_ups(picture, lower, upper, frame_top)
    _draw_froms(picture, upper)
    for box in upper:
        below = [i for i, cell in TABLE[box.situations[0]].items() if cell.to == BELOW]
        if below:
            x = box.middle + 48
            picture.arrow(f"M {x} {box.y + HIGH} V {frame_top - 3}")
            picture.text(x + 6, frame_top - 22, ", ".join(below), "label")
        picture.box(box, [])
    for box in lower:
        picture.box(box, _own(box, upper, lower, book))
    high = frame_top + frame_high + GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}">\n'
        f"<style>{STYLE}</style>\n"
        '<defs><marker id="head" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto">'
        '<path d="M 0 0 L 8 4 L 0 8 z" fill="#26c"/></marker></defs>\n'
        f'<rect width="{wide}" height="{high}" fill="#fff"/>\n'
        + "\n".join(picture.parts)
        + "\n</svg>\n"
    )


def _shared(lower: list[Box], upper: list[Box]) -> dict[int, dict[str, list[Box]]]:
    """Return number of an upper box -> intent -> lower boxes from which it does not lead there.

    Only intents that lead there from most of the lower boxes.
    """
    live = [box for box in lower if TABLE[box.situations[0]]]
    made: dict[int, dict[str, list[Box]]] = defaultdict(dict)
    for j, target in enumerate(upper):
        intents = {i for box in live for i in TABLE[box.situations[0]]}
        for intent in sorted(intents):
            cells = [(box, TABLE[box.situations[0]].get(intent)) for box in live]
            missing = [b for b, cell in cells if cell is None or cell.to not in target.situations]
            if len(missing) * 3 < len(live):
                made[j][intent] = missing
    return made


def _draw_ups(picture: Picture, lower: list[Box], upper: list[Box], frame_top: int) -> None:
    """Draw what leads from (nearly) everything in the lower frame to what lies over it."""
    for j, intents in _shared(lower, upper).items():
        x, y = upper[j].middle - 48, upper[j].y + HIGH
        picture.arrow(f"M {x} {frame_top} V {y + 3}")
        picture.text(x + 6, y + 30, ", ".join(intents), "label")
        missing = {box.title for boxes in intents.values() for box in boxes}
        if missing:
            picture.text(x + 6, y + 44, f"(not from {', '.join(sorted(missing))})", "label")


def _draw_froms(picture: Picture, upper: list[Box]) -> None:
    """Draw what leads to one of the upper boxes from others of them, with their names."""
    by_target: dict[int, dict[str, list[str]]] = defaultdict(dict)
    for (i, j), intents in sorted(arrows(upper, upper).items()):
        by_target[j].setdefault(", ".join(intents), []).append(upper[i].title)
    for j, sources in by_target.items():
        x, y = upper[j].x + 8, upper[j].y
        lines = []
        for intents_, names in sources.items():
            lines += [intents_, *textwrap.wrap(f"from {', '.join(names)}", 29)]
        for n, line in enumerate(lines):
            picture.text(x, y - 34 - 14 * (len(lines) - 1 - n), line, "label")
        picture.arrow(f"M {x + 40} {y - 28} V {y - 3}")


def _own(box: Box, upper: list[Box], lower: list[Box], book: Book) -> list[str]:
    """Return what leads from a lower box to another, apart from what is the same for most."""
    shared = _shared(lower, upper)
    made = []
    for (_, j), intents in sorted(arrows([box], upper).items()):
        own = [intent for intent in intents if intent not in shared.get(j, {})]
        if own:
            made.append(f"{', '.join(own)}: to {upper[j].title}")
    for (_, j), intents in sorted(arrows([box], lower).items()):
        made.append(f"{', '.join(intents)}: to {lower[j].title}")
    routines = (r for r in book.routines.values() if r.situation in box.situations)
    for name in sorted({r.next for r in routines if r.next is not None}):
        made.append(f"at its end: to {book.routines[name].situation}")
    return made


def main() -> None:
    """Write the picture."""
    TARGET.write_text(draw(load_book(ROOT / "prompts/en")), encoding="utf-8")
    print(f"wrote {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
