"""PNG pictures of what was measured, where matplotlib is installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..common import RESULTS
from ..hearing.pictures import available

if TYPE_CHECKING:
    from .interruptions import Trial

__all__ = [
    "acceptance",
    "available",
    "cost",
    "echo_levels",
    "note",
    "per_hour",
    "reactions",
]

FOLDER = RESULTS / "room"


def note(drawn: Sequence[Path]) -> str:
    """Return what a table says about its pictures."""
    if not drawn:
        return "no picture: matplotlib is not installed"
    return "pictures: " + ", ".join(path.name for path in drawn)


def _draw(name: str, fill: Callable[[Any], None]) -> list[Path]:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    FOLDER.mkdir(parents=True, exist_ok=True)
    figure, axes = pyplot.subplots(figsize=(7.5, 5))
    fill(axes)
    axes.grid(alpha=0.3)
    path = FOLDER / f"{name}.png"
    figure.savefig(path, dpi=110, bbox_inches="tight")
    pyplot.close(figure)
    return [path]


def echo_levels(trials: Sequence[Trial]) -> list[Path]:
    """Draw the share heard by the echo's level, a line for each SNR."""
    cells: dict[str, dict[float, list[bool]]] = {}
    for trial in trials:
        scene = trial.scene
        if scene.echo_db is None or not scene.name.startswith("echo "):
            continue
        for kind, wanted in (("safety words", True), ("others", False)):
            if (trial.words in _safety()) is wanted:
                noise = "quiet" if scene.snr_db is None else f"SNR {scene.snr_db:g} dB"
                line = cells.setdefault(f"{kind}, {noise}", {})
                line.setdefault(scene.echo_db, []).append(trial.hit)

    def fill(axes: Any) -> None:
        for name, line in sorted(cells.items()):
            levels = sorted(line)
            axes.plot(levels, [100 * np.mean(line[x]) for x in levels], marker="o", label=name)
        axes.set_xlabel("echo over the person's speech at the microphone, dB")
        axes.set_ylabel("heard %")
        axes.set_ylim(-3, 103)
        axes.set_title("Said while the coach speaks")
        axes.legend()

    return _draw("heard-by-echo", fill)


def _safety() -> tuple[str, ...]:
    from .interruptions import SAFETY

    return SAFETY


def reactions(spoken: Sequence[Trial], quiet: Sequence[Trial]) -> list[Path]:
    """Draw how soon the coach falls silent, and replies: the share of cases by then."""
    cut = [t.silence for t in spoken if t.hit and t.silence is not None and t.words in _safety()]
    replies = [t.reply for t in quiet if t.hit and t.reply is not None]

    def fill(axes: Any) -> None:
        for name, values in (("silence, while speaking", cut), ("reply, at rest", replies)):
            if values:
                rank = 100 * np.arange(1, len(values) + 1) / len(values)
                axes.step(sorted(values), rank, where="post", label=f"{name} ({len(values)})")
        axes.set_xlabel("seconds after the end of the word")
        axes.set_ylabel("% of those heard")
        axes.set_title("Reaction")
        axes.legend()

    return _draw("reaction", fill)


def acceptance(lines: Mapping[str, Mapping[float, float]]) -> list[Path]:
    """Draw the share of real commands accepted by SNR: name -> SNR -> percent."""

    def fill(axes: Any) -> None:
        for name, line in lines.items():
            axes.plot(sorted(line), [line[x] for x in sorted(line)], marker="o", label=name)
        axes.set_xlabel("SNR, dB")
        axes.set_ylabel("accepted %")
        axes.set_title("Recorded commands in a room, the coach silent")
        axes.legend()

    return _draw("acceptance-by-snr", fill)


def per_hour(name: str, title: str, rates: Mapping[str, float]) -> list[Path]:
    """Draw events per hour, a bar for each name."""

    def fill(axes: Any) -> None:
        axes.barh(list(rates)[::-1], list(rates.values())[::-1])
        axes.set_xlabel("per hour")
        axes.set_title(title)

    return _draw(name, fill)


def cost(shares: Mapping[str, Mapping[str, float]]) -> list[Path]:
    """Draw what share of one core each stage takes: condition -> stage -> percent."""
    stages = list(dict.fromkeys(stage for line in shares.values() for stage in line))

    def fill(axes: Any) -> None:
        left = np.zeros(len(shares))
        for stage in stages:
            widths = np.array([line.get(stage, 0.0) for line in shares.values()])
            axes.barh(list(shares), widths, left=left, label=stage)
            left += widths
        axes.set_xlabel("% of one core")
        axes.set_title("Processor cost of each stage")
        axes.legend()

    return _draw("cost", fill)
