"""Costs of single words for one person: what is said softly or unusually is given more room.

A word's cost (`Filler.thresholds`) is what it must fit better than others by. It is lowered for a
word that hardly leads in the person's own takes of it, but only so far that it still loses in all
that the person said beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WANTED = 2.0
"""Natural logarithm by which a word is to lead in every take of it."""
MOST = 1.5
"""How far a cost is lowered at most."""
BEHIND = 1.0
"""By how much a word must still lose where another one was said."""
STEP = 0.25
"""Costs are changed in such steps."""


@dataclass(frozen=True)
class Standing:
    """How one word stood in a person's takes.

    Attributes:
        leads: by how much it led its best rival in each take of it; negative if it lost.
        short: by how much it lost in each take of something else, noise among them.
    """

    leads: tuple[float, ...]
    short: tuple[float, ...]

    @property
    def lowered(self) -> float:
        """By how much the word's cost is to be lowered; 0 for not at all."""
        if not self.leads:
            return 0.0
        needed = min(MOST, WANTED - min(self.leads))
        allowed = min(self.short, default=MOST + BEHIND) - BEHIND
        return max(0.0, STEP * int(min(needed, allowed) / STEP))


def lowered(
    costs: Mapping[str, float], standings: Mapping[str, Standing], never: Sequence[str] = ()
) -> dict[str, float]:
    """Return the costs of words for one person.

    Args:
        costs: as they are for everybody; a word that is not there costs 0.
        standings: how words stood in the person's takes.
        never: words whose cost stays.
    """
    changes = {word: one.lowered for word, one in standings.items() if word not in never}
    changed = dict(costs)
    for word, change in changes.items():
        if change:
            changed[word] = costs.get(word, 0.0) - change
    return changed
