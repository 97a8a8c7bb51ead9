"""How sure a figure is."""

from __future__ import annotations

import math

SURE = 0.95


def most_likely_at_most(count: int, share: float = SURE) -> float:
    """Return the mean that a count of rare events may have at most, for all one can be sure.

    With 0 events in an hour one is 95 % sure of fewer than 3 per hour; of 0.1 only after 30 hours.

    Args:
        count: how many were seen.
        share: how sure.
    """
    low, high = 0.0, 10.0 + 3.0 * count
    for _ in range(60):
        middle = (low + high) / 2
        below = sum(
            math.exp(n * math.log(middle) - middle - math.lgamma(n + 1)) for n in range(count + 1)
        )
        low, high = (middle, high) if below > 1 - share else (low, middle)
    return high
