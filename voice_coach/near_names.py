"""Names that somebody may have meant who typed another one."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST = 3
"""Names suggested at once."""


def near_names(given: str, names: Iterable[str]) -> list[str]:
    """Return the names that `given` is a slip for, or a part of: the nearest.

    A slip is one wrong, missing, added or swapped letter for each four; a part is one or several
    whole words of a name, such as "joe" of "en_US-joe-medium", slips allowed.
    """
    from rapidfuzz.distance import OSA  # only needed for a fault

    typed = _plain(given)
    least = max(1, len(typed) // 4)
    found = []
    for name in names:
        whole = _plain(name)
        away = min(
            (OSA.distance(typed, part, score_cutoff=least), part != whole) for part in _parts(whole)
        )
        if away[0] <= least and away[0] < len(typed):
            found.append((away, name))
    nearest = min((away for away, _ in found), default=None)
    return [name for away, name in found if away == nearest][:MOST]


def did_you_mean(near: list[str]) -> str:
    """Return the question for a non-empty list of names."""
    return f"did you mean {' or '.join(near)}?"


def _plain(name: str) -> str:
    return re.sub(r"[-.]", "_", name.lower())


def _parts(name: str) -> Iterable[str]:
    """Yield the name, and each run of its words."""
    words = name.split("_")
    for first in range(len(words)):
        for last in range(first + 1, len(words) + 1):
            yield "_".join(words[first:last])
