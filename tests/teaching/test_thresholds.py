"""A word's cost is lowered where the person needs it, and only while it still loses elsewhere."""

from __future__ import annotations

import pytest

from voice_coach.teaching.thresholds import MOST, Standing, lowered


@pytest.mark.parametrize(
    ("leads", "short", "wanted"),
    [
        ((5.0, 3.0), (9.0,), 0.0),  # it leads anyway
        ((5.0, 1.2), (9.0,), 0.75),
        ((-8.0,), (9.0,), MOST),  # no more than so far
        ((0.5,), (2.0, 1.9), 0.75),  # no nearer than so to what is something else
        ((0.5,), (0.4,), 0.0),
        ((0.5,), (), 1.5),
        ((), (9.0,), 0.0),  # never said
    ],
)
def test_how_far_a_cost_is_lowered(
    leads: tuple[float, ...], short: tuple[float, ...], wanted: float
) -> None:
    assert Standing(leads, short).lowered == wanted


def test_costs_change_for_those_words_alone() -> None:
    costs = {"stop": -2.5, "eat": 1.0}
    weak, strong = Standing((0.6,), (9.0,)), Standing((6.0,), (9.0,))
    made = lowered(costs, {"eat": weak, "next": weak, "stop": strong, "yes": weak}, never=("yes",))
    assert made == {"stop": -2.5, "eat": -0.25, "next": -1.25}
    assert costs["eat"] == 1.0
