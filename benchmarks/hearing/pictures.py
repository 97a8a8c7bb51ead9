"""PNG pictures, where matplotlib is installed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np


def available() -> bool:
    """Whether matplotlib is installed."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        return False
    return True


def note(path: Path) -> str:
    """Return what a table says about its picture."""
    return f"picture: {path.name}" if available() else "no picture: matplotlib is not installed"


def curves(
    path: Path, title: str, lines: Mapping[str, Sequence[tuple[float, float, float]]]
) -> None:
    """Draw hits against false words per hour, a line for each name.

    Args:
        path: the file to write; its folder is made.
        title: stands above it.
        lines: name -> (threshold, hits in percent, false words per hour).

    Raises:
        ImportError: matplotlib is not installed.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 6))
    for name, points in lines.items():
        rates, hits = [p[2] for p in points], [p[1] for p in points]
        axes.plot(rates, hits, marker=".", label=name)
        for threshold, hit, rate in points[:: max(1, len(points) // 8)]:
            axes.annotate(f"{threshold:g}", (rate, hit), fontsize=7, alpha=0.7)
    axes.set_xscale("symlog", linthresh=1.0)
    axes.set_xlabel("false words per hour, all sounds together (numbers: the gap asked for)")
    axes.set_ylabel("hits %")
    axes.set_title(title)
    axes.grid(alpha=0.3)
    axes.legend()
    _write(path, figure)
    pyplot.close(figure)


def matrix(
    path: Path,
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    counts: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> None:
    """Draw a confusion matrix: a row for what was said, a column for what was heard.

    Args:
        path: the file to write; its folder is made.
        title: stands above it.
        rows: what was said.
        columns: what was heard.
        counts: clips, shape (rows, columns); each row is drawn as a share of its own sum.

    Raises:
        ImportError: matplotlib is not installed.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    shares = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    size = 3 + 0.19 * len(columns), 2 + 0.19 * len(rows)
    figure, axes = pyplot.subplots(figsize=size)
    drawn = axes.imshow(np.sqrt(shares), cmap="viridis", aspect="auto", vmin=0, vmax=10)
    axes.set_xticks(range(len(columns)), columns, rotation=90, fontsize=7)
    axes.set_yticks(range(len(rows)), rows, fontsize=7)
    axes.set_xlabel("heard")
    axes.set_ylabel("said")
    axes.set_title(title)
    bar = figure.colorbar(drawn, ax=axes, ticks=[0, 1, 3.162, 7.071, 10], shrink=0.5)
    bar.ax.set_yticklabels(["0", "1", "10", "50", "100"])
    bar.set_label("% of the row (root scale: errors stay visible)")
    _write(path, figure)
    pyplot.close(figure)


def _write(path: Path, figure: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
